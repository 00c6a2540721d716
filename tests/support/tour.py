"""A tour of the program: `python -m tests.support.tour [FOLDER]` plays it, and saves a picture of each step.

It uses a vault with a passphrase in a temporary folder, and no key store.
"""

import os
import sys
import tempfile
from pathlib import Path

# Set before Qt and keyring are imported. On Windows, the real platform plugin is needed for its fonts.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
if sys.platform != "win32":
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    # Without this, Qt prints a useless warning for each window.
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication, QWidget

from tests.sign_in.helpers.service_process import LOGIN, Credentials
from tests.support.calls import call, sign_in, switch_on
from tests.support.gui import (
    cells,
    click,
    line,
    question,
    replace_text,
    select,
    table,
    text,
    trigger,
    type_into,
    type_new_passphrase,
    wait_until,
    window,
)
from zcc_keys_gui import app

PICTURES = Path(__file__).parents[2] / "build" / "tour"
_PASSPHRASE = "four random words fit"


class Tour:
    """The steps of a new user, with the pictures of them."""

    def __init__(self, pictures: Path) -> None:
        """Save the pictures in the folder `pictures`."""
        self._pictures = pictures
        self._steps = 0
        self._secret = ""

    def play(self, data_folder: Path) -> list[Path]:
        """Play the complete tour on a vault in `data_folder`; return the pictures in order."""
        self._pictures.mkdir(parents=True, exist_ok=True)
        for old in self._pictures.glob("*.png"):
            old.unlink()
        app.start(["--data-folder", str(data_folder)])
        self._first_start()
        main = window("mainWindow")
        main.resize(1120, 560)
        self._picture(main, "empty-list")
        self._add_with_pictures(main)
        self._add(main, "NightlyReport", disabled=True)
        self._add(main, "Inventory", seconds="86,400")
        select(table(main), "ProdSync")
        self._picture(main, "list")
        self._sign_in(main)
        self._edit(main)
        self._delete(main)
        type_into(main, "searchField", "NoSuchKey")
        self._picture(main, "search-without-match")
        main.close()
        return sorted(self._pictures.glob("*.png"))

    def _first_start(self) -> None:
        dialog = window("createVaultDialog")
        type_new_passphrase(dialog, _PASSPHRASE)
        wait_until(lambda: "guess" in text(dialog, "strengthHint"))
        self._picture(dialog, "first-start")
        click(dialog, "createVaultButton")

    def _add_with_pictures(self, main: QWidget) -> None:
        trigger(main, "addKeyAction")
        dialog = window("addKeyDialog")
        type_into(dialog, "nameField", "ProdSync")
        click(dialog, "writeButton")
        self._picture(dialog, "add-key")
        click(dialog, "saveButton")
        secret = window("clientSecretDialog")
        click(secret, "copySecretButton")
        self._picture(secret, "client-secret")
        self._secret = line(secret, "clientSecretField").text()
        click(secret, "closeButton")

    def _add(self, main: QWidget, name: str, *, disabled: bool = False, seconds: str = "3600") -> None:
        trigger(main, "addKeyAction")
        dialog = window("addKeyDialog")
        type_into(dialog, "nameField", name)
        if disabled:
            click(dialog, "disabledButton")
        replace_text(dialog, "sessionValidityField", seconds)
        click(dialog, "saveButton")
        secret = window("clientSecretDialog")
        click(secret, "copySecretButton")
        click(secret, "closeButton")

    def _sign_in(self, main: QWidget) -> None:
        """Switch the service on, and sign in as a script does: once with the right secret, then with wrong ones."""
        port = switch_on(main)
        trigger(main, "signInLogAction")
        log = window("signInLogWindow")
        log.resize(1200, 400)
        client_ids = dict(zip(cells(table(main), 0), cells(table(main), 1), strict=True))
        curl, powershell = {"user_agent": "curl/8.14.1"}, {"user_agent": "WindowsPowerShell/5.1.26100.1"}
        sign_in(port, Credentials(client_ids["ProdSync"], self._secret), **curl)
        sign_in(port, Credentials(client_ids["ProdSync"], self._secret[:-4]), **curl)
        sign_in(port, Credentials(client_ids["NightlyReport"], self._secret), **curl)
        call(port, "POST", LOGIN, "{“apiKey”: …".encode(), content_type="application/json", **powershell)
        wait_until(lambda: len(cells(table(log, "signInLogTable"), 0)) == 4)
        wait_until(lambda: cells(table(main), 6) != ["Never"] * 3)
        self._picture(main, "sign-in-service")
        self._picture(log, "sign-in-log")
        click(log, "closeButton")
        trigger(main, "connectAction")
        card = window("connectDialog")
        self._picture(card, "connect")
        click(card, "closeButton")
        trigger(main, "rehearseAction")
        simulated_failures = window("rehearsalDialog")
        self._picture(simulated_failures, "rehearse-failures")
        click(simulated_failures, "closeButton")
        trigger(main, "signInServiceAction")

    def _edit(self, main: QWidget) -> None:
        trigger(main, "editKeyAction")
        dialog = window("editKeyDialog")
        replace_text(dialog, "nameField", "Prod Sync")
        self._picture(dialog, "edit-with-a-wrong-name")
        replace_text(dialog, "nameField", "ProdSyncEurope")
        self._picture(dialog, "edit")
        click(dialog, "saveButton")

    def _delete(self, main: QWidget) -> None:
        trigger(main, "deleteKeyAction")
        box = question()
        self._picture(box, "delete")
        click(box, "confirmButton")

    def _picture(self, shown: QWidget, name: str) -> None:
        QApplication.processEvents()
        self._steps += 1
        shown.grab().save(str(self._pictures / f"{self._steps:02}-{name}.png"))


def main(pictures_folder: Path) -> int:
    """Play the tour, and print the folder of the pictures."""
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        pictures = Tour(pictures_folder).play(Path(folder) / "vault")
    print("The tour's pictures:")
    for picture in pictures:
        print(f"  {picture}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if sys.argv[1:] else PICTURES))
