"""A backup of which anything is changed: it is refused in the right words, or yields exactly what was written."""

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

MUTANTS = rounds(60, 2_500)
PAGE = 4096


class Mutants:
    """One backup, another of the same passphrase, and what became of the mutants so far."""

    def __init__(self, folder: Path) -> None:
        store = open_stored_vault(folder / "data")
        for name in ("written", "other"):
            backups_of(store).back_up(folder / name, PASSPHRASE)
        store.close()
        shutil.rmtree(folder / "data")
        self.written = (folder / "written").read_bytes()
        self.other = (folder / "other").read_bytes()
        self.backup: BackupContent = read_backup(folder / "written", PASSPHRASE)
        self.fates: Counter[str] = Counter()
        self._folder = folder
        self._mutant = folder / "mutant"

    def try_out(self, content: bytes) -> None:
        """Read a mutant; raises `AssertionError` where it yields something else, or anything is written."""
        before = set(self._folder.iterdir()) | {self._mutant}
        self._mutant.write_bytes(content)
        fate = self._fate()
        self.fates[fate] += 1
        assert fate == "as it was written" or content != self.written
        assert (fate == "NotABackupError") is (len(content) < PAGE)
        if (
            len(content) >= PAGE and content[:PAGE] == self.written[:PAGE]
        ):  # then the passphrase is known to be the right one
            assert fate != "BackupNotOpenedError"
        assert self._mutant.read_bytes() == content
        assert set(self._folder.iterdir()) == before

    def _fate(self) -> str:
        try:
            found = read_backup(self._mutant, PASSPHRASE)
        except (BackupDamagedError, BackupNotOpenedError, NotABackupError) as error:
            return type(error).__name__
        assert found == self.backup
        return "as it was written"


@pytest.fixture(scope="module")
def mutants(tmp_path_factory: pytest.TempPathFactory) -> Mutants:
    return Mutants(tmp_path_factory.mktemp("mutants"))


def places(data: st.DataObject, size: int) -> int:
    return data.draw(st.integers(0, size - 1))


def flip(content: bytes, other: bytes, data: st.DataObject) -> bytes:
    place = places(data, len(content))
    return content[:place] + bytes([content[place] ^ 1 << data.draw(st.integers(0, 7))]) + content[place + 1 :]


def overwrite(content: bytes, other: bytes, data: st.DataObject) -> bytes:
    place, written = places(data, len(content)), data.draw(st.binary(min_size=1, max_size=64))
    return (content[:place] + written + content[place + len(written) :])[: len(content)]


def cut(content: bytes, other: bytes, data: st.DataObject) -> bytes:
    place = places(data, len(content))
    return content[: place - place % PAGE if data.draw(st.booleans()) else place]


def take_out(content: bytes, other: bytes, data: st.DataObject) -> bytes:
    place, length = places(data, len(content)), data.draw(st.integers(1, 2 * PAGE))
    return content[:place] + content[place + length :]


def put_in(content: bytes, other: bytes, data: st.DataObject) -> bytes:
    place = data.draw(st.integers(0, len(content)))
    return content[:place] + data.draw(st.binary(min_size=1, max_size=64)) + content[place:]


def append(content: bytes, other: bytes, data: st.DataObject) -> bytes:
    page = places(data, len(content) // PAGE)
    return content + (content[page * PAGE : (page + 1) * PAGE] if data.draw(st.booleans()) else b"more")


def swap_pages(content: bytes, other: bytes, data: st.DataObject) -> bytes:
    pages = [content[start : start + PAGE] for start in range(0, len(content), PAGE)]
    one, two = places(data, len(pages)), places(data, len(pages))
    pages[one], pages[two] = pages[two], pages[one]
    return b"".join(pages)


def repeat_page(content: bytes, other: bytes, data: st.DataObject) -> bytes:
    pages = [content[start : start + PAGE] for start in range(0, len(content), PAGE)]
    pages[places(data, len(pages))] = pages[places(data, len(pages))]
    return b"".join(pages)


def splice(content: bytes, other: bytes, data: st.DataObject) -> bytes:
    page = data.draw(st.integers(1, len(content) // PAGE - 1)) * PAGE  # from the first on, it would be the other one
    end = page + PAGE if data.draw(st.booleans()) else len(content)
    return content[:page] + other[page:end] + content[end:]


WAYS = (flip, overwrite, cut, take_out, put_in, append, swap_pages, repeat_page, splice)


@settings(max_examples=MUTANTS)
@given(st.sampled_from(WAYS), st.data())
def each_mutant(mutants: Mutants, change: Callable[[bytes, bytes, st.DataObject], bytes], data: st.DataObject) -> None:
    mutants.try_out(change(mutants.written, mutants.other, data))


@pytest.mark.reliability
@pytest.mark.timeout(1_800)  # deriving the key of each takes a while
def test_a_mutant_is_refused_or_yields_what_was_written(mutants: Mutants) -> None:
    each_mutant(mutants)
    figures.count("mutants", "a backup with anything changed", sum(mutants.fates.values()))
    assert sum(mutants.fates.values()) >= MUTANTS
    assert mutants.fates["BackupDamagedError"]
