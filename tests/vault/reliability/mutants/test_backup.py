"""If a backup is changed in any way, it is rejected with the right error, or yields exactly what was written."""

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reliability import figures
from tests.reliability.rounds import rounds
from tests.vault.backups.sample_backup import PASSPHRASE, BackupContent, backups_of, open_stored_vault, read_backup
from zcc_keys_gui.domain.errors import BackupDamagedError, BackupNotOpenedError, NotABackupError
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES

MUTANTS = rounds(60, 2_500)
UNCHANGED = "unchanged"


class Mutants:
    """A backup, another backup with the same passphrase, and the outcomes of the mutants so far."""

    def __init__(self, folder: Path) -> None:
        """Write both backups to `folder`."""
        store = open_stored_vault(folder / "data")
        for name in ("written", "other"):
            backups_of(store).back_up(folder / name, PASSPHRASE)
        store.close()
        shutil.rmtree(folder / "data")
        self.written = (folder / "written").read_bytes()
        self.other = (folder / "other").read_bytes()
        self.backup: BackupContent = read_backup(folder / "written", PASSPHRASE)
        self.outcomes: Counter[str] = Counter()
        self._folder = folder
        self._mutant = folder / "mutant"

    def read(self, content: bytes) -> None:
        """Read a mutant; raises `AssertionError` if it yields something else, or if anything is written."""
        before = set(self._folder.iterdir()) | {self._mutant}
        self._mutant.write_bytes(content)
        outcome = self._outcome()
        self.outcomes[outcome] += 1
        assert outcome == UNCHANGED or content != self.written
        assert (outcome == "NotABackupError") is (len(content) < PAGE_BYTES)
        if len(content) >= PAGE_BYTES and content[:PAGE_BYTES] == self.written[:PAGE_BYTES]:
            assert outcome != "BackupNotOpenedError"  # the first page shows that the passphrase is right
        assert self._mutant.read_bytes() == content
        assert set(self._folder.iterdir()) == before

    def _outcome(self) -> str:
        try:
            found = read_backup(self._mutant, PASSPHRASE)
        except (BackupDamagedError, BackupNotOpenedError, NotABackupError) as error:
            return type(error).__name__
        assert found == self.backup
        return UNCHANGED


@pytest.fixture(scope="module")
def mutants(tmp_path_factory: pytest.TempPathFactory) -> Mutants:
    return Mutants(tmp_path_factory.mktemp("mutants"))


# --- the ways to change a backup --------------------------------------------------------------------------


def any_offset(data: st.DataObject, size: int) -> int:
    return data.draw(st.integers(0, size - 1))


def flip_bit(content: bytes, other: bytes, data: st.DataObject) -> bytes:
    at = any_offset(data, len(content))
    return content[:at] + bytes([content[at] ^ 1 << data.draw(st.integers(0, 7))]) + content[at + 1 :]


def overwrite(content: bytes, other: bytes, data: st.DataObject) -> bytes:
    at, written = any_offset(data, len(content)), data.draw(st.binary(min_size=1, max_size=64))
    return (content[:at] + written + content[at + len(written) :])[: len(content)]


def cut_off(content: bytes, other: bytes, data: st.DataObject) -> bytes:
    at = any_offset(data, len(content))
    return content[: at - at % PAGE_BYTES if data.draw(st.booleans()) else at]


def delete_bytes(content: bytes, other: bytes, data: st.DataObject) -> bytes:
    at, length = any_offset(data, len(content)), data.draw(st.integers(1, 2 * PAGE_BYTES))
    return content[:at] + content[at + length :]


def insert_bytes(content: bytes, other: bytes, data: st.DataObject) -> bytes:
    at = data.draw(st.integers(0, len(content)))
    return content[:at] + data.draw(st.binary(min_size=1, max_size=64)) + content[at:]


def append(content: bytes, other: bytes, data: st.DataObject) -> bytes:
    page = any_offset(data, len(content) // PAGE_BYTES)
    return content + (content[page * PAGE_BYTES : (page + 1) * PAGE_BYTES] if data.draw(st.booleans()) else b"more")


def swap_pages(content: bytes, other: bytes, data: st.DataObject) -> bytes:
    pages = [content[start : start + PAGE_BYTES] for start in range(0, len(content), PAGE_BYTES)]
    one, two = any_offset(data, len(pages)), any_offset(data, len(pages))
    pages[one], pages[two] = pages[two], pages[one]
    return b"".join(pages)


def repeat_page(content: bytes, other: bytes, data: st.DataObject) -> bytes:
    pages = [content[start : start + PAGE_BYTES] for start in range(0, len(content), PAGE_BYTES)]
    pages[any_offset(data, len(pages))] = pages[any_offset(data, len(pages))]
    return b"".join(pages)


def insert_other_pages(content: bytes, other: bytes, data: st.DataObject) -> bytes:
    start = data.draw(st.integers(1, len(content) // PAGE_BYTES - 1)) * PAGE_BYTES  # from 0, it would be the other one
    end = start + PAGE_BYTES if data.draw(st.booleans()) else len(content)
    return content[:start] + other[start:end] + content[end:]


CHANGES = (
    flip_bit,
    overwrite,
    cut_off,
    delete_bytes,
    insert_bytes,
    append,
    swap_pages,
    repeat_page,
    insert_other_pages,
)


@settings(max_examples=MUTANTS)
@given(st.sampled_from(CHANGES), st.data())
def read_each(mutants: Mutants, change: Callable[[bytes, bytes, st.DataObject], bytes], data: st.DataObject) -> None:
    mutants.read(change(mutants.written, mutants.other, data))


@pytest.mark.reliability
@pytest.mark.timeout(1_800)  # each mutant needs the derivation of a key
def test_a_mutant_is_rejected_or_yields_what_was_written(mutants: Mutants) -> None:
    read_each(mutants)
    figures.count("mutants", "a backup with any change", sum(mutants.outcomes.values()))
    assert sum(mutants.outcomes.values()) >= MUTANTS
    assert mutants.outcomes["BackupDamagedError"]
