"""Disks, folders and clocks that fail while the program runs: it says so, loses nothing it saved, and goes on."""

import os
import shutil
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from tests.reliability import figures
from tests.reliability.faults import fill_up, held_by_another_program, ordinary_account, small_disk
from tests.support.gui import (
    cells,
    click,
    question,
    table,
    text,
    trigger,
    type_into,
    visible,
    wait_until,
    window,
    windows,
)
from tests.support.recovery_keys import add_recovery_key, reencrypt
from tests.support.running_program import running_program
from tests.support.user import add, take_secret
from tests.ui.conftest import nothing_left_behind  # noqa: F401  a fixture
from tests.vault.recovery.sample_vault import assert_healthy
from zcc_keys_gui import app
from zcc_keys_gui.domain.api_key import KeyFields, KeyQuery, Role, Status
from zcc_keys_gui.domain.errors import (
    DiskFullError,
    VaultMovedError,
    VaultReadOnlyError,
)
from zcc_keys_gui.domain.history import HistoryQuery
from zcc_keys_gui.platform import network_folder
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.ui.backups import daily_backup
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

pytestmark = pytest.mark.reliability

NOON = datetime(2026, 11, 12, 12, tzinfo=UTC)
ON_POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows lets nobody move or delete a file that is open")


@pytest.fixture(autouse=True)
def counted(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    what = request.function.__name__.removeprefix("test_").replace("_", " ")
    figures.count("faults", what, 1)


@contextmanager
def running(folder: Path) -> Iterator[QWidget]:
    """Start the program on a vault, yield its window, and close it."""
    app.start(["--data-folder", str(folder)])
    main = window("mainWindow")
    try:
        yield main
    finally:
        main.close()
        wait_until(lambda: not windows("mainWindow"))


def told() -> str:
    """Wait for a box that tells of a problem, close it, and return what it said."""
    box = question()
    assert isinstance(box, QMessageBox)
    said = box.text()
    click(box, "closeButton")
    return said


def refusal(folder: Path) -> str:
    """Start the program, which cannot go on, and return what it says."""
    app.start(["--data-folder", str(folder)])
    said = told()
    assert not windows("mainWindow")
    return said


def add_first(main: QWidget, folder: Path) -> None:
    """Add the first key of the day, and wait for the automatic copy that follows it: its files come and go."""
    take_secret(main, add(main, "Before"))
    wait_until(lambda: any((folder / "copies").glob("*Z")))


def try_to_add(main: QWidget, name: str) -> tuple[QWidget, str]:
    """Add a key in vain; return the dialog, which stays open, and what was said."""
    trigger(main, "addKeyAction")
    dialog = window("addKeyDialog")
    type_into(dialog, "nameField", name)
    click(dialog, "saveButton")
    return dialog, told()


def save_after_all(main: QWidget, dialog: QWidget) -> None:
    """Save again, with nothing typed anew."""
    click(dialog, "saveButton")
    take_secret(main, window("clientSecretDialog"))


def names_in(folder: Path) -> list[str]:
    """Open the vault, see that it is sound, and return the names of its keys."""
    store = VaultOpener(VaultFolder(folder)).open_for_this_account()
    assert_healthy(store)
    names = [key.name for key in store.keys.page(KeyQuery(), 0, 100_000)]
    assert len(names) == len({entry.client_id for entry in store.history.page(HistoryQuery(), 0, 100_000)})
    store.close()
    return names


def add_key(store: VaultStore, name: str, now: datetime = NOON) -> None:
    Keys(store, lambda: "me", lambda: now).add(KeyFields(name, Status.ENABLED, Role.READ, 3_600))


# --- a full disk ------------------------------------------------------------------------------------------


def test_a_full_disk_is_told_and_once_there_is_room_the_same_form_is_saved(qapp: QApplication, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, 2 << 20):
        folder = disk / "data"
        with running(folder) as main:
            add_first(main, folder)
            ballast = fill_up(disk)
            dialog, said = try_to_add(main, "Later")
            assert said == "The disk is full."
            assert cells(table(main), 0) == ["Before"]
            ballast.unlink()
            save_after_all(main, dialog)
        assert names_in(folder) == ["Before", "Later"]


def test_a_copy_that_could_not_be_made_is_told_and_made_later(
    qapp: QApplication, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daily_backup, "_RETRY_INTERVAL_MS", 0)
    with running(data_folder) as main:
        (data_folder / "copies").write_bytes(b"in the way")
        take_secret(main, add(main, "Before"))
        wait_until(lambda: bool(visible(main, "failedCopyBar")))
        assert text(main, "failedCopyBarText").startswith("Today's automatic backup failed. ")
        (data_folder / "copies").unlink()
        take_secret(main, add(main, "Later"))
        wait_until(lambda: any((data_folder / "copies").glob("*Z")))


def test_a_copy_that_fails_while_the_program_ends_is_told_to_nobody(qapp: QApplication, data_folder: Path) -> None:
    app.start(["--data-folder", str(data_folder)])
    window("mainWindow")
    ending = running_program()
    with ThreadPoolExecutor() as pool:  # from another thread, so that it is told once Qt's loop runs again
        pool.submit(ending._daily_backup.failed.emit, DiskFullError(data_folder)).result()
    ending.end()
    wait_until(lambda: not windows("mainWindow"))
    QApplication.processEvents()  # pytest-qt fails the test for what is raised here


def test_on_a_full_disk_no_vault_is_made_and_none_is_half_there(qapp: QApplication, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, 1 << 20):
        for left in (0, 4_096, 40_000, 80_000):
            folder = disk / f"{left}"
            ballast = fill_up(disk)
            os.truncate(ballast, ballast.stat().st_size - left)
            assert refusal(folder) == "The disk is full."
            assert not folder.exists() or not {"vault.db", "vault.json"} <= {path.name for path in folder.iterdir()}
            ballast.unlink()
            with running(folder) as main:
                take_secret(main, add(main, "Later"))
            assert names_in(folder) == ["Later"]
            shutil.rmtree(folder)


def test_a_vault_on_a_full_disk_can_be_read_or_it_is_told_why_not(qapp: QApplication, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, 1 << 20):
        folder = disk / "data"
        with running(folder) as main:
            take_secret(main, add(main, "Before"))
        ballast = fill_up(disk)
        assert refusal(folder) == "The disk is full."
        ballast.unlink()
        assert names_in(folder) == ["Before"]


def test_filled_up_at_whatever_moment_no_change_is_half_there(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, 8 << 20):
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(3 << 20))
        store = VaultOpener(VaultFolder(disk / "data")).create_for_this_account()
        saved = []
        with pytest.raises(DiskFullError):
            for number in range(100_000):
                add_key(store, f"Key{number:05}")
                saved.append(f"Key{number:05}")
        with pytest.raises(DiskFullError):
            add_recovery_key(store.protectors)
        assert not store.protectors.ways_to_unlock().recovery_key
        assert [key.name for key in store.keys.page(KeyQuery(), 0, 100_000)] == saved
        store.close()
        ballast.unlink()
        assert names_in(disk / "data") == saved
        assert len(saved) > 100


# --- a folder that is moved, renamed or deleted -----------------------------------------------------------


@ON_POSIX
def test_a_folder_that_is_renamed_is_told_and_once_it_is_back_the_program_goes_on(
    qapp: QApplication, data_folder: Path
) -> None:
    elsewhere = data_folder.with_name("elsewhere")
    with running(data_folder) as main:
        add_first(main, data_folder)
        data_folder.rename(elsewhere)
        dialog, said = try_to_add(main, "Later")
        assert said == "The vault's files are no longer in their folder."
        assert not data_folder.exists()  # nothing was made in its place
        elsewhere.rename(data_folder)
        save_after_all(main, dialog)
    assert names_in(data_folder) == ["Before", "Later"]


@ON_POSIX
def test_closed_while_its_folder_has_another_name_the_vault_is_whole_there(
    qapp: QApplication, data_folder: Path
) -> None:
    elsewhere = data_folder.with_name("elsewhere")
    with running(data_folder) as main:
        add_first(main, data_folder)
        data_folder.rename(elsewhere)
    assert names_in(elsewhere) == ["Before"]


@ON_POSIX
def test_a_folder_that_is_deleted_is_told_before_anything_is_reported_as_saved(
    qapp: QApplication, data_folder: Path
) -> None:
    with running(data_folder) as main:
        add_first(main, data_folder)
        shutil.rmtree(data_folder)
        dialog, said = try_to_add(main, "Later")
        assert said == "The vault's files are no longer in their folder."
        click(dialog, "cancelButton")
        assert cells(table(main), 0) == ["Before"]


@ON_POSIX
@pytest.mark.parametrize("gone", ["vault.db", "vault.db-wal"])
@pytest.mark.parametrize("by", ["deleted", "replaced"])
def test_a_file_that_is_not_the_open_one_any_more_takes_no_change(
    store: VaultStore, folder: VaultFolder, gone: str, by: str
) -> None:
    add_key(store, "Before")
    place = folder.path / gone
    content = place.read_bytes()
    place.rename(aside := folder.path / "aside")
    if by == "replaced":
        place.write_bytes(content)
    with pytest.raises(VaultMovedError):
        add_key(store, "Later")
    with pytest.raises(VaultMovedError):
        add_recovery_key(store.protectors)
    with pytest.raises(VaultMovedError):
        reencrypt(store.protectors)
    aside.rename(place)
    add_key(store, "Later")
    assert store.keys.count(KeyQuery()) == 2
    assert_healthy(store)


@ON_POSIX
def test_another_vault_in_the_place_of_the_open_one_is_left_alone(opener: VaultOpener, folder: VaultFolder) -> None:
    store = opener.create_for_this_account()
    folder.path.rename(folder.path.with_name("first"))
    other = VaultOpener(folder).create_for_this_account()
    add_key(other, "Other")
    before = {path.name: path.read_bytes() for path in folder.path.iterdir()}
    for change in (lambda: add_key(store, "Mine"), lambda: add_recovery_key(store.protectors)):
        with pytest.raises(VaultMovedError):
            change()
    store.close()
    assert {path.name: path.read_bytes() for path in folder.path.iterdir()} == before
    assert other.keys.count(KeyQuery()) == 1
    other.close()


# --- permissions ------------------------------------------------------------------------------------------


def test_permission_taken_away_while_running_is_told_and_once_it_is_back_the_program_goes_on(
    qapp: QApplication, data_folder: Path
) -> None:
    with ordinary_account(), running(data_folder) as main:
        add_first(main, data_folder)
        data_folder.chmod(0o000)
        dialog, said = try_to_add(main, "Later")
        assert said == "You don't have permission to read or change the vault."
        data_folder.chmod(0o700)
        save_after_all(main, dialog)
    assert names_in(data_folder) == ["Before", "Later"]


def test_in_a_folder_that_became_read_only_what_is_reported_as_saved_is_saved(
    opener: VaultOpener, folder: VaultFolder
) -> None:
    with ordinary_account():
        store = opener.create_for_this_account()
        add_key(store, "Before")
        folder.path.chmod(0o500)
        add_key(store, "Later")  # into files that are open
        before = folder.protectors.read_bytes()
        with pytest.raises(VaultReadOnlyError):
            add_recovery_key(store.protectors)
        assert folder.protectors.read_bytes() == before
        assert store.protectors.ways_to_unlock().recovery_key is None
        store.close()
        folder.path.chmod(0o700)
        assert names_in(folder.path) == ["Before", "Later"]


@pytest.mark.parametrize(("what", "mode"), [("folder", 0o500), ("vault.db", 0o000), ("vault.json", 0o000)])
def test_a_vault_that_may_not_be_changed_is_refused_with_words(
    qapp: QApplication, data_folder: Path, what: str, mode: int
) -> None:
    with ordinary_account():
        with running(data_folder) as main:
            take_secret(main, add(main, "Before"))
        place = data_folder if what == "folder" else data_folder / what
        before = place.stat().st_mode
        place.chmod(mode)
        assert refusal(data_folder) == "You don't have permission to read or change the vault."
        place.chmod(before)
        assert names_in(data_folder) == ["Before"]


def test_a_database_that_is_read_only_is_shown_and_a_change_is_refused(qapp: QApplication, data_folder: Path) -> None:
    with ordinary_account():
        with running(data_folder) as main:
            take_secret(main, add(main, "Before"))
        (data_folder / "vault.db").chmod(0o400)
        with running(data_folder) as main:
            assert cells(table(main), 0) == ["Before"]
            dialog, said = try_to_add(main, "Later")
            assert said == "You don't have permission to read or change the vault."
            click(dialog, "cancelButton")
        (data_folder / "vault.db").chmod(0o600)
    assert names_in(data_folder) == ["Before"]


# --- a folder on another computer -------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="pretends by Linux's list of mounts")
@pytest.mark.parametrize("there", ["nothing", "a vault"])
def test_a_network_folder_is_refused_and_nothing_is_written_there(
    qapp: QApplication, data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: str
) -> None:
    if there == "a vault":
        VaultOpener(VaultFolder(data_folder)).create_for_this_account().close()
    before = sorted(data_folder.glob("*"))
    (tmp_path / "mounts").write_text(f"50 21 0:50 / {data_folder} rw - cifs //files/x rw\n")
    monkeypatch.setattr(network_folder, "_MOUNTS", tmp_path / "mounts")
    assert refusal(data_folder) == "The vault's folder is on a network."
    assert sorted(data_folder.glob("*")) == before


# --- a database that another program holds ----------------------------------------------------------------


def test_a_database_that_is_held_for_a_moment_is_waited_for(store: VaultStore, folder: VaultFolder) -> None:
    add_key(store, "Before")
    with held_by_another_program("database", folder.database) as holder:
        assert holder.stdin is not None
        threading.Timer(0.4, holder.stdin.close).start()
        add_key(store, "Later")
        assert store.keys.count(KeyQuery()) == 2


def test_a_database_that_is_held_for_long_is_told_and_then_the_program_goes_on(
    qapp: QApplication, data_folder: Path
) -> None:
    with running(data_folder) as main:
        add_first(main, data_folder)
        with held_by_another_program("database", data_folder / "vault.db"):
            dialog, said = try_to_add(main, "Later")
            assert said == "Another program is using the vault."
        save_after_all(main, dialog)
    assert names_in(data_folder) == ["Before", "Later"]


@pytest.mark.skipif(os.name != "nt", reason="only on Windows can a program keep others from opening a file")
@pytest.mark.parametrize("file", ["vault.db", "vault.json"])
def test_a_file_that_another_program_lets_nobody_open_is_told(qapp: QApplication, data_folder: Path, file: str) -> None:
    with running(data_folder) as main:
        take_secret(main, add(main, "Before"))
    with held_by_another_program("file", data_folder / file):
        assert refusal(data_folder) == "Another program is using the vault."
    assert names_in(data_folder) == ["Before"]


# --- a clock that is set back -----------------------------------------------------------------------------


def test_a_clock_that_is_set_back_leaves_the_history_in_order_and_keys_as_they_are(store: VaultStore) -> None:
    times = [NOON, NOON - timedelta(days=400), NOON + timedelta(days=4_000), NOON - timedelta(days=4_000)]
    for number, now in enumerate(times):
        add_key(store, f"Key{number}", now)
    told_of = [entry.name for entry in store.history.page(HistoryQuery(), 0, 10)]
    assert told_of == ["Key3", "Key2", "Key1", "Key0"]
    there = {key.name: key.created for key in store.keys.page(KeyQuery(), 0, 10)}
    assert there == {f"Key{number}": now for number, now in enumerate(times)}
