"""Fixtures and helpers for the tests of protectors."""

import errno
import json
from pathlib import Path

import pytest

from zcc_keys_gui.vault.files.folder import write_durably
from zcc_keys_gui.vault.keys import protector_file
from zcc_keys_gui.vault.keys.key_wrapping import Argon2idParameters

OTHER_PASSPHRASE = "another four random words"
WEAK = Argon2idParameters(b"salt" * 4, memory_kib=64, iterations=1, lanes=1)


class PowerCutError(BaseException):
    """The end of the program, as in a power cut: no code handles it."""


def entries(keystore: Path) -> dict[str, str]:
    """Return the entries of the key store."""
    return dict(json.loads((keystore / "keystore.json").read_text()))


def fill_disk_after_one_write(patched: pytest.MonkeyPatch) -> None:
    """Let `vault.json` be written once; after that, the disk is full."""
    writes: list[Path] = []

    def fail_after_first_write(path: Path, content: bytes) -> None:
        writes.append(path)
        if len(writes) > 1:
            raise OSError(errno.ENOSPC, "no space")
        write_durably(path, content)

    patched.setattr(protector_file, "write_durably", fail_after_first_write)
