"""A user of the program in a separate process: `python -m tests.support.user FOLDER ACT [ARGUMENT]`.

Each ACT is a function below. The test that started the process reads what the function prints.
"""

import gc
import json
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QMetaObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from tests.support.gui import (
    click,
    find,
    line,
    question,
    replace_text,
    select,
    table,
    trigger,
    type_into,
    wait_until,
    window,
    windows,
)
from tests.support.processes.counts import open_handles, running_threads
from zcc_keys_gui import app
from zcc_keys_gui.ui.application.idle_lock import LockWatch
from zcc_keys_gui.ui.main.window import MainWindow
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import key_wrapping
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore


def everything(folder: str) -> int:
    """Add a key, copy its secret, edit the key, regenerate the secret, show the history, and exit."""
    app.start(["--data-folder", folder])
    main = window("mainWindow")
    secrets = [take_secret(main, add(main, "Rumpelstiltskin"))]
    client_id = table(main).model().index(0, 1).data()
    select(table(main), "Rumpelstiltskin")
    trigger(main, "editKeyAction")
    replace_text(window("editKeyDialog"), "sessionValidityField", "86,400")
    click(window("editKeyDialog"), "saveButton")
    trigger(main, "regenerateSecretAction")
    click(question(), "confirmButton")
    secrets.append(take_secret(main, window("clientSecretDialog")))
    trigger(main, "historyAction")
    type_into(window("historyWindow"), "historySearchField", "added")
    click(window("historyWindow"), "closeButton")
    type_into(main, "searchField", "Rumpel")
    print(json.dumps({"client_id": client_id, "secrets": secrets}), flush=True)
    main.close()
    return QApplication.exec() if windows("mainWindow") else 0


def start(folder: str) -> int:
    """Start the program, and print the modules that are loaded when its window is visible."""
    app.start(["--data-folder", folder])
    window("mainWindow")
    print(json.dumps(list(sys.modules)), flush=True)
    return 0


def until_the_secret(folder: str) -> int:
    """Add a key, and keep showing its secret."""
    return until(folder, "secret")


def until(folder: str, where: str) -> int:
    """Add a key, print its secret, and wait until another process ends the program.

    `where` says what is shown then: the `secret`, the secret after it was `copied`, the `question` whether to close it
    without copying, or, after the secret was copied, the `list`, an unsaved `form`, or the question whether to `delete`
    the key.
    """
    app.start(["--data-folder", folder])
    main = window("mainWindow")
    dialog = add(main, "ProdSync")
    secret = line(dialog, "clientSecretField").text()
    if where in ("list", "form", "delete"):
        take_secret(main, dialog)
    elif where == "copied":
        click(dialog, "copySecretButton")
    elif where == "question":
        click(dialog, "closeButton")
        question()
    if where == "form":
        trigger(main, "addKeyAction")
        type_into(window("addKeyDialog"), "nameField", "Unsaved")
    elif where == "delete":
        trigger(main, "deleteKeyAction")
        question()
    print(json.dumps(secret), flush=True)
    return QApplication.exec()


def wrong_passphrases(folder: str, number: str) -> int:
    """Enter so many wrong passphrases, print their number, and wait."""
    app.start(["--data-folder", folder])
    dialog = window("unlockDialog")
    for _ in range(int(number)):
        replace_text(dialog, "passphraseField", "a wrong one")
        click(dialog, "unlockButton")
        wait_until(lambda: bool(find(dialog, "passphraseError", QLabel).text()))
    print(number, flush=True)
    return QApplication.exec()


def race(folder: str, name: str) -> int:
    """Start the program; if this is the first start, add a key, and wait until standard input ends."""
    if not app.start(["--data-folder", folder]):
        print("second", flush=True)
        return 0
    main = window("mainWindow")
    take_secret(main, add(main, name))
    print("first", flush=True)

    def leave() -> None:
        sys.stdin.read()
        QMetaObject.invokeMethod(main, "close", Qt.ConnectionType.QueuedConnection)

    threading.Thread(target=leave).start()
    return QApplication.exec()


def lock_often(folder: str, times: str) -> int:
    """Lock and unlock a new vault so often in the event loop of the program; after each time, print the counts."""
    # Make the passphrase cheap, because each time needs it.
    parameters = key_wrapping.Argon2idParameters(b"salt" * 4, memory_kib=64, iterations=1, lanes=1)
    key_wrapping.new_kdf_parameters = lambda: parameters
    VaultOpener(VaultFolder(Path(folder))).create_with_passphrase("four random words fit").close()
    app.start(["--data-folder", folder])
    steps = lock_steps(int(times))
    reached = [next(steps)]
    poll = QTimer(interval=1)

    def go_on() -> None:
        if reached[0]():
            poll.stop()
            try:
                reached[0] = next(steps, lambda: False)
            except BaseException:
                QApplication.exit(1)
                raise
            poll.start()

    poll.timeout.connect(go_on)
    poll.start()
    return QApplication.exec()


def lock_steps(times: int) -> Iterator[Callable[[], bool]]:
    """Do each step after the function that the previous one has yielded returns True."""
    for number in range(times + 1):
        yield lambda: bool(windows("unlockDialog"))
        type_into(window("unlockDialog"), "passphraseField", "four random words fit")
        click(window("unlockDialog"), "unlockButton")
        yield lambda: bool(windows("mainWindow"))
        yield lambda: not windows("unlockDialog")
        if number == 0:
            take_secret(window("mainWindow"), add(window("mainWindow"), "ProdSync"))
            trigger(window("mainWindow"), "addKeyAction")
        yield lambda: bool(windows("addKeyDialog"))  # from the second time on, the program restores it
        trigger(window("mainWindow"), "historyAction")
        gc.collect()
        print(json.dumps(object_counts()), flush=True)
        QTest.keyClick(window("addKeyDialog"), Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    yield lambda: bool(windows("unlockDialog"))
    print(json.dumps(object_counts()), flush=True)
    window("unlockDialog").close()


def object_counts() -> dict[str, int]:
    """Return the numbers of widgets, open vaults, main windows, threads, and open files or handles."""
    found = gc.get_objects()
    return {
        "widgets": len(QApplication.allWidgets()),
        "main windows": sum(type(each) is MainWindow for each in found),
        "vaults": sum(type(each) is VaultStore for each in found),
        "watches": sum(type(each) is LockWatch for each in found),
        "handles": open_handles(),
        "threads": running_threads(),
    }


def add(main: QWidget, name: str) -> QWidget:
    """Add a key, and return the dialog that shows its secret."""
    trigger(main, "addKeyAction")
    type_into(window("addKeyDialog"), "nameField", name)
    click(window("addKeyDialog"), "saveButton")
    return window("clientSecretDialog")


def take_secret(main: QWidget, dialog: QWidget) -> str:
    """Copy the secret, close the dialog, and return the copied text."""
    click(dialog, "copySecretButton")
    copied = QApplication.clipboard().text()
    click(dialog, "closeButton")
    wait_until(lambda: not windows("clientSecretDialog"))
    return copied


if __name__ == "__main__":
    acts: dict[str, Callable[..., int]] = {
        "start": start,
        "everything": everything,
        "until": until,
        "until_the_secret": until_the_secret,
        "race": race,
        "lock_often": lock_often,
        "wrong_passphrases": wrong_passphrases,
    }
    sys.exit(acts[sys.argv[2]](str(Path(sys.argv[1])), *sys.argv[3:]))
