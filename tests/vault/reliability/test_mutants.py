"""A vault of which anything is changed: it opens as it was saved, or somebody is told. Nothing is lost in silence."""

import json
import os
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2 as sqlcipher

from tests.reliability import figures
from tests.reliability.rounds import rounds
from tests.support.stored_vault import content_of
from tests.vault.damaged import Saved, opened, save, save_killed
from tests.vault.keys.test_protector_file import json_values, places
from zcc_keys_gui.domain.errors import (
    KeystoreEntryMissingError,
    VaultDamagedError,
    VaultError,
    VaultFileMissingError,
    VaultMismatchError,
    VaultTooNewError,
    WrongKeystoreEntryError,
    ZccKeysError,
)
from zcc_keys_gui.vault import schema
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES as PAGE
from zcc_keys_gui.vault.keys.cipher import connect
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.recovery.salvage import salvage

pytestmark = pytest.mark.reliability

JSON_MUTANTS = rounds(200, 2_000)


@pytest.fixture
def saved(tmp_path: Path) -> Saved:
    return save(tmp_path / "saved")


@pytest.fixture
def killed(tmp_path: Path) -> Saved:
    return save_killed(tmp_path / "killed", tmp_path / "running")


@pytest.fixture
def fates(request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """What became of each mutant."""
    fates: Counter[str] = Counter()
    yield fates
    what = request.function.__name__.removeprefix("test_").replace("_", " ")
    figures.count("mutants", what, sum(fates.values()))


def fate(saved: Saved, folder: VaultFolder) -> str:
    """Open a mutant and say what became of it; raises `AssertionError` where something is lost in silence."""
    database = folder.database.read_bytes() if folder.database.is_file() else None
    try:
        store = VaultOpener(folder).open_for_this_account()
    except ZccKeysError as error:
        if not isinstance(error, VaultError | KeystoreEntryMissingError | WrongKeystoreEntryError):
            raise
        unchanged = database == (folder.database.read_bytes() if folder.database.is_file() else None)
        return type(error).__name__ if unchanged else "written to"
    try:
        if not store.checks.quick().is_healthy:  # as it is done after each start
            return "told after the start"
        assert content_of(store) == saved.content, "a silent loss"
        return "whole"
    finally:
        with suppress(VaultError):
            store.close()


def told(saved: Saved, folder: VaultFolder) -> str:
    """Return the fate of a mutant of which something has to be told, at the latest when somebody asks."""
    found = fate(saved, folder)
    if found != "whole":
        return found
    with opened(folder) as store:  # a page that is not in use
        assert not store.checks.full(lambda *_: None).is_healthy
    return "told on request"


def flip(path: Path, place: int, mask: int = 0xFF) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ mask]))


# --- vault.db ---------------------------------------------------------------------------------------------


def test_a_wrong_byte_in_each_page(saved: Saved, tmp_path: Path, fates: Counter[str]) -> None:
    pages = saved.folder.database.stat().st_size // PAGE
    for page in range(pages):
        for place in random.sample(range(PAGE), rounds(1, 8)):
            mutant = saved.copy_to(tmp_path / "mutant")
            flip(mutant.database, page * PAGE + place, 1 << random.randrange(8))
            fates[told(saved, mutant)] += 1
    assert not fates.keys() - {"VaultDamagedError", "told after the start", "told on request"}


def test_a_wrong_byte_anywhere_in_the_first_page(saved: Saved, tmp_path: Path, fates: Counter[str]) -> None:
    mutant = saved.copy_to(tmp_path / "mutant")
    for place in [*range(100), *random.sample(range(PAGE), rounds(50, 1_000))]:
        flip(mutant.database, place)
        fates[fate(saved, mutant)] += 1
        flip(mutant.database, place)
    assert fates.keys() == {"VaultDamagedError"}


def test_cut_off_at_100_places(saved: Saved, tmp_path: Path, fates: Counter[str]) -> None:
    size = saved.folder.database.stat().st_size
    places = [0, 1, PAGE - 1, PAGE, size - 1, size - PAGE, *random.sample(range(size), 94)]
    for place in places:
        mutant = saved.copy_to(tmp_path / "mutant")
        os.truncate(mutant.database, place)
        fates[fate(saved, mutant)] += 1
    assert fates.keys() == {"VaultDamagedError"}


def test_two_pages_swapped(saved: Saved, tmp_path: Path, fates: Counter[str]) -> None:
    content = saved.folder.database.read_bytes()
    pages = [content[at : at + PAGE] for at in range(0, len(content), PAGE)]
    for _ in range(rounds(20, 200)):
        one, other = random.sample(range(len(pages)), 2)
        swapped = list(pages)
        swapped[one], swapped[other] = pages[other], pages[one]
        mutant = saved.copy_to(tmp_path / "mutant")
        mutant.database.write_bytes(b"".join(swapped))
        fates[told(saved, mutant)] += 1
    assert not fates.keys() - {"VaultDamagedError", "told after the start", "told on request"}


@pytest.mark.parametrize("excess", [1, PAGE - 1, PAGE, 3 * PAGE + 5])
def test_what_is_appended_does_no_harm_and_is_told_on_request(saved: Saved, excess: int) -> None:
    with saved.folder.database.open("ab") as file:
        file.write(os.urandom(excess))
    with opened(saved.folder) as store:
        assert content_of(store) == saved.content
        findings = store.checks.full(lambda *_: None)
        assert findings.is_healthy
        assert findings.excess == excess


def another_sqlite_database(saved: Saved, place: Path) -> None:
    place.unlink()
    db = sqlcipher.connect(str(place))
    db.execute("CREATE TABLE api_key (id)")
    db.execute("INSERT INTO api_key VALUES (zeroblob(9000))")
    db.commit()
    db.close()


def another_sqlcipher_database(saved: Saved, place: Path) -> None:
    place.write_bytes(b"")
    db = connect(place, os.urandom(32))
    schema.create(db, "another id", 1)
    db.close()


def another_vault(saved: Saved, place: Path) -> None:
    other = VaultFolder(saved.folder.path.parent / "other")
    VaultOpener(other).create_for_this_account().close()
    shutil.copyfile(other.database, place)


def another_id_under_our_key(saved: Saved, place: Path) -> None:
    db = connect(place, saved.key)
    db.execute("UPDATE vault SET id = 'another id'")
    db.close()


def a_newer_schema(saved: Saved, place: Path) -> None:
    db = connect(place, saved.key)
    db.execute(f"PRAGMA user_version = {schema.SCHEMA + 1}")
    db.close()


def a_folder(saved: Saved, place: Path) -> None:
    place.unlink()
    place.mkdir()


def a_link_to_nowhere(saved: Saved, place: Path) -> None:
    place.unlink()
    place.symlink_to(place.with_name("nowhere"))


def a_link_to_something_else(saved: Saved, place: Path) -> None:
    elsewhere = saved.folder.path.parent / "elsewhere"
    elsewhere.write_bytes(os.urandom(20 * PAGE))
    place.unlink()
    place.symlink_to(elsewhere)


def nothing(saved: Saved, place: Path) -> None:
    place.unlink()


def an_empty_file(saved: Saved, place: Path) -> None:
    place.write_bytes(b"")


WITHOUT_LINKS = pytest.mark.skipif(os.name == "nt", reason="links need rights that not every account has")


@pytest.mark.parametrize(
    ("replace_it", "error"),
    [
        (another_sqlite_database, VaultDamagedError),
        (another_sqlcipher_database, VaultDamagedError),
        (another_vault, VaultDamagedError),
        (another_id_under_our_key, VaultMismatchError),
        (a_newer_schema, VaultTooNewError),
        (a_folder, VaultDamagedError),
        (nothing, VaultFileMissingError),
        (an_empty_file, VaultDamagedError),
        pytest.param(a_link_to_nowhere, VaultFileMissingError, marks=WITHOUT_LINKS),
        pytest.param(a_link_to_something_else, VaultDamagedError, marks=WITHOUT_LINKS),
    ],
)
def test_something_else_in_its_place(
    saved: Saved, replace_it: Callable[[Saved, Path], None], error: type[VaultError]
) -> None:
    replace_it(saved, saved.folder.database)
    assert fate(saved, saved.folder) == error.__name__


@WITHOUT_LINKS
def test_a_link_to_the_vault_itself_opens_with_its_log(killed: Saved) -> None:
    elsewhere = killed.folder.path.parent / "another disk"
    elsewhere.mkdir()
    for name in ("vault.db", "vault.db-wal"):
        (killed.folder.path / name).rename(elsewhere / name)
    killed.folder.database.symlink_to(elsewhere / "vault.db")
    assert fate(killed, killed.folder) == "whole"


# --- the write-ahead log that a kill leaves behind --------------------------------------------------------


def test_a_killed_vault_opens_as_it_was_saved(killed: Saved) -> None:
    assert killed.folder.write_ahead_log.stat().st_size > 0
    assert fate(killed, killed.folder) == "whole"


def test_a_wrong_byte_in_the_log(killed: Saved, tmp_path: Path, fates: Counter[str]) -> None:
    size = killed.folder.write_ahead_log.stat().st_size
    frame = 24 + PAGE
    last = size - frame
    places = [*range(32), *range(32, 56), *range(last, last + 24), *random.sample(range(size), rounds(60, 1_000))]
    for place in places:
        mutant = killed.copy_to(tmp_path / "mutant")
        flip(mutant.write_ahead_log, place, 1 << random.randrange(8))
        fates[fate(killed, mutant)] += 1
    assert not fates.keys() - {"VaultDamagedError", "VaultMismatchError", "told after the start", "whole"}


def test_a_missing_or_emptied_log_is_told(killed: Saved, tmp_path: Path) -> None:
    mutant = killed.copy_to(tmp_path / "missing")
    mutant.write_ahead_log.unlink()
    assert fate(killed, mutant) == "VaultFileMissingError"
    mutant = killed.copy_to(tmp_path / "emptied")
    mutant.write_ahead_log.write_bytes(b"")
    assert fate(killed, mutant) == "VaultFileMissingError"


def test_a_log_that_is_cut_off_anywhere_is_told(killed: Saved, tmp_path: Path, fates: Counter[str]) -> None:
    size, frame = killed.folder.write_ahead_log.stat().st_size, 24 + PAGE
    frames = (size - 32) // frame
    places = [1, 31, 32, size - 1, *(32 + frame * random.randrange(frames) for _ in range(rounds(30, 300)))]
    for place in places:
        mutant = killed.copy_to(tmp_path / "mutant")
        os.truncate(mutant.write_ahead_log, place)
        fates[fate(killed, mutant)] += 1
    assert not fates.keys() - {"VaultDamagedError", "VaultMismatchError"}


def test_an_older_database_beside_a_newer_log_is_told(killed: Saved, tmp_path: Path) -> None:
    first = save_killed(tmp_path / "first", tmp_path / "first running")
    with opened(first.folder) as store:
        content_of(store)
    older = first.folder.database.read_bytes()
    store = VaultOpener(first.folder).open_for_this_account()
    with store.change():
        pass
    store.close()
    store = VaultOpener(first.folder).open_for_this_account()
    with store.change():
        pass
    mutant = VaultFolder(tmp_path / "mutant")
    shutil.copytree(first.folder.path, mutant.path, ignore=shutil.ignore_patterns("*-shm"))
    store.close()
    mutant.database.write_bytes(older)
    assert fate(first, mutant) == "VaultMismatchError"


def test_a_newer_database_beside_an_older_log_is_told(killed: Saved, tmp_path: Path) -> None:
    older = killed.folder.write_ahead_log.read_bytes()
    for _ in range(2):
        store = VaultOpener(killed.folder).open_for_this_account()
        with store.change():
            pass
        mutant = VaultFolder(tmp_path / "mutant")
        shutil.rmtree(mutant.path, ignore_errors=True)
        shutil.copytree(killed.folder.path, mutant.path, ignore=shutil.ignore_patterns("*-shm"))
        store.close()
    mutant.write_ahead_log.write_bytes(older)
    assert fate(killed, mutant) == "VaultMismatchError"


def test_what_is_salvaged_is_what_was_saved(killed: Saved) -> None:
    found = salvage(killed.folder.database, killed.key)
    assert found.bad_pages == []
    assert len(found.keys) == len(killed.content["keys"])
    assert len(found.history) == len(killed.content["history"])


# --- vault.json -------------------------------------------------------------------------------------------


def judge(saved: Saved, fates: Counter[str], content: bytes) -> None:
    original = saved.folder.protectors.read_bytes()
    saved.folder.protectors.write_bytes(content)
    try:
        fates[fate(saved, saved.folder)] += 1
        assert "written to" not in fates
        assert saved.folder.protectors.read_bytes() == content
    finally:
        saved.folder.protectors.write_bytes(original)


@settings(max_examples=JSON_MUTANTS)
@given(data=st.data())
def test_a_wrong_value_in_vault_json(saved: Saved, fates: Counter[str], data: st.DataObject) -> None:
    document = json.loads(saved.folder.protectors.read_bytes())
    place = data.draw(st.sampled_from(places(document)))
    inner = document
    for step in place[:-1]:
        inner = inner[step]
    if data.draw(st.booleans()):
        inner[place[-1]] = data.draw(json_values)
    else:
        del inner[place[-1]]
    judge(saved, fates, json.dumps(document).encode())


@settings(max_examples=JSON_MUTANTS)
@given(data=st.data())
def test_wrong_bytes_in_vault_json(saved: Saved, fates: Counter[str], data: st.DataObject) -> None:
    content = saved.folder.protectors.read_bytes()
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 20)))
    judge(saved, fates, content[:start] + data.draw(st.binary(max_size=20)) + content[end:])
