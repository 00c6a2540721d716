"""A person at the program, in a process of its own: `python -m tests.person FOLDER WHAT [NAME]`.

WHAT is one of the functions below; what they print is read by the test that started them.
"""

import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMetaObject, Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from tests.hands import (
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
from zcc_keys_gui import app


def everything(folder: str) -> int:
    """Add a key, copy its secret, close, edit, regenerate, look at the history, export it, and quit."""
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


def until_the_secret(folder: str) -> int:
    """Add a key, and go on showing its secret."""
    return until(folder, "secret")


def until(folder: str, where: str) -> int:
    """Add a key, and go on from there until another process ends the program.

    `where` is what is on the screen: the `secret`, the secret `copied`, the `question` whether to close without having
    copied it, or, with the secret taken, the `list` alone, a `form` half filled in or the question whether to `delete`
    the key.
    Prints the secret once all is there.
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
    """Enter so many wrong passphrases, say how many were entered, and stay."""
    app.start(["--data-folder", folder])
    dialog = window("unlockDialog")
    for _ in range(int(number)):
        replace_text(dialog, "passphraseField", "a wrong one")
        click(dialog, "unlockButton")
        wait_until(lambda: bool(find(dialog, "passphraseError", QLabel).text()))
    print(number, flush=True)
    return QApplication.exec()


def race(folder: str, name: str) -> int:
    """Start, and where this is the first start, add a key and stay until standard input ends."""
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


def add(main: QWidget, name: str) -> QWidget:
    """Add a key, and return the dialog that shows its secret."""
    trigger(main, "addKeyAction")
    type_into(window("addKeyDialog"), "nameField", name)
    click(window("addKeyDialog"), "saveButton")
    return window("clientSecretDialog")


def take_secret(main: QWidget, dialog: QWidget) -> str:
    """Copy the secret, close the dialog, and return what was copied."""
    click(dialog, "copySecretButton")
    copied = QApplication.clipboard().text()
    click(dialog, "closeButton")
    wait_until(lambda: not windows("clientSecretDialog"))
    return copied


if __name__ == "__main__":
    acts: dict[str, Callable[..., int]] = {
        "everything": everything,
        "until": until,
        "until_the_secret": until_the_secret,
        "race": race,
        "wrong_passphrases": wrong_passphrases,
    }
    sys.exit(acts[sys.argv[2]](str(Path(sys.argv[1])), *sys.argv[3:]))
