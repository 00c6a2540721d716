"""The operating system's errors about a file that the user chose, and the vault's own files."""

import errno
import os
from pathlib import Path

import pytest

from zcc_keys_gui.domain.errors import FileNotWrittenError, WriteFault
from zcc_keys_gui.domain.file_errors import classify_write_error, reject_vault_file, write_errors_for


class WindowsError(PermissionError):
    """An error as Windows raises it."""

    def __init__(self, winerror: int) -> None:
        super().__init__(errno.EACCES, "no")
        self.winerror = winerror


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (errno.ENOSPC, WriteFault.DISK_FULL),
        (errno.EDQUOT, WriteFault.DISK_FULL),
        (errno.EACCES, WriteFault.NO_PERMISSION),
        (errno.EPERM, WriteFault.NO_PERMISSION),
        (errno.EROFS, WriteFault.READ_ONLY),
        (errno.ENAMETOOLONG, WriteFault.NAME_TOO_LONG),
        (errno.EINVAL, WriteFault.NAME_NOT_ALLOWED),
        (errno.ENOENT, WriteFault.FOLDER_MISSING),
        (errno.ENOTDIR, WriteFault.FOLDER_MISSING),
        (errno.EISDIR, WriteFault.IS_A_FOLDER),
        (errno.ENXIO, WriteFault.NOT_A_FILE),
        (errno.ELOOP, WriteFault.LINK_LOOP),
        (errno.EIO, WriteFault.OTHER),
    ],
)
def test_the_error_number_names_the_fault(number: int, fault: WriteFault) -> None:
    assert classify_write_error(OSError(number, os.strerror(number))) is fault


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (19, WriteFault.READ_ONLY),
        (32, WriteFault.IN_USE),
        (33, WriteFault.IN_USE),
        (123, WriteFault.NAME_NOT_ALLOWED),
        (206, WriteFault.NAME_TOO_LONG),
        (5, WriteFault.NO_PERMISSION),
    ],
)
def test_windows_error_number_is_more_exact(number: int, fault: WriteFault) -> None:
    assert classify_write_error(WindowsError(number)) is fault


def test_an_error_of_the_system_names_the_file_and_the_fault() -> None:
    with pytest.raises(FileNotWrittenError) as raised, write_errors_for(Path("chosen.txt")):
        raise OSError(errno.ENOSPC, "no space")
    assert raised.value.path == Path("chosen.txt")
    assert raised.value.fault is WriteFault.DISK_FULL
    assert isinstance(raised.value.__cause__, OSError)


@pytest.mark.parametrize("error", [InterruptedError, LookupError, ValueError])
def test_cancel_and_other_errors_pass_unchanged(error: type[Exception]) -> None:
    with pytest.raises(error), write_errors_for(Path("chosen.txt")):
        raise error


@pytest.mark.parametrize("name", ["vault.db", "vault.db-wal", "VAULT.json", "settings.ini", "attempts.json.new"])
def test_a_file_of_a_vault_is_rejected(tmp_path: Path, name: str) -> None:
    reject_vault_file(tmp_path / name)  # there is no vault in this folder yet
    (tmp_path / "vault.json").touch()
    with pytest.raises(FileNotWrittenError) as raised:
        reject_vault_file(tmp_path / name)
    assert raised.value.fault is WriteFault.VAULT_FILE
    reject_vault_file(tmp_path / "export.csv")


@pytest.mark.skipif(os.name == "nt", reason="links need a special right on Windows")
def test_a_link_to_a_file_of_a_vault_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "vault.json").touch()
    (tmp_path / "link").symlink_to("vault.json")
    with pytest.raises(FileNotWrittenError) as raised:
        reject_vault_file(tmp_path / "link")
    assert raised.value.path == tmp_path / "link"
