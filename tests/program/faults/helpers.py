"""Running the program, and adding keys although something fails."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox, QWidget

from tests.support.gui import click, question, trigger, type_into, wait_until, window, windows
from tests.support.user import add, take_secret
from tests.vault.recovery.sample_vault import assert_healthy
from zcc_keys_gui import app
from zcc_keys_gui.domain.api_key import KeyFields, KeyQuery, Role, Status
from zcc_keys_gui.domain.history import HistoryQuery
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

NOON = datetime(2026, 11, 12, 12, tzinfo=UTC)

ON_POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows can't move or delete an open file")


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


def problem_shown() -> str:
    """Wait for a message box about a problem, close it, and return its text."""
    box = question()
    assert isinstance(box, QMessageBox)
    message = box.text()
    click(box, "closeButton")
    return message


def message_instead_of_window(folder: Path) -> str:
    """Start the program, and return the message that it shows instead of the main window."""
    app.start(["--data-folder", str(folder)])
    message = problem_shown()
    assert not windows("mainWindow")
    return message


def add_first_key(main: QWidget, folder: Path) -> None:
    """Add the first key of the day, and wait for the automatic backup, which creates and deletes files."""
    take_secret(main, add(main, "Before"))
    wait_until(lambda: any((folder / "copies").glob("*Z")))


def try_to_add(main: QWidget, name: str) -> tuple[QWidget, str]:
    """Try to save a key; return the dialog, which stays open, and the text of the problem."""
    trigger(main, "addKeyAction")
    dialog = window("addKeyDialog")
    type_into(dialog, "nameField", name)
    click(dialog, "saveButton")
    return dialog, problem_shown()


def save_again(main: QWidget, dialog: QWidget) -> None:
    """Save the form again without typing anything."""
    click(dialog, "saveButton")
    take_secret(main, window("clientSecretDialog"))


def names_in(folder: Path) -> list[str]:
    """Open the vault, check that it is healthy, and return the names of its keys."""
    store = VaultOpener(VaultFolder(folder)).open_for_this_account()
    assert_healthy(store)
    names = [key.name for key in store.keys.page(KeyQuery(), 0, 100_000)]
    assert len(names) == len({entry.client_id for entry in store.history.page(HistoryQuery(), 0, 100_000)})
    store.close()
    return names


def add_key(store: VaultStore, name: str, now: datetime = NOON) -> None:
    """Add a key without a window."""
    Keys(store, lambda: "me", lambda: now).add(KeyFields(name, Status.ENABLED, Role.READ, 3_600))
