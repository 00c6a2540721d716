"""What the program leaves on the disk and on the clipboard."""

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.program.start.helpers import ROOT
from tests.support.gui import close_main_window, window
from tests.support.sign_in_check import signs_in
from tests.support.user import add, take_secret
from tests.support.user_process import TIMEOUT_SECONDS
from tests.ui.conftest import nothing_left_behind  # noqa: F401  a fixture
from zcc_keys_gui import app
from zcc_keys_gui.domain.client_secret import ClientSecret
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener

FOLDER_VARIABLES = (
    "XDG_STATE_HOME",
    "HOME",
    "TMPDIR",
    "TEMP",
    "TMP",
    "XDG_DATA_HOME",
    "XDG_CONFIG_HOME",
    "XDG_CACHE_HOME",
)


def test_no_file_contains_a_secret_or_a_readable_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    for variable in FOLDER_VARIABLES:
        (home / variable).mkdir(parents=True)
        if variable != "HOME" or os.name != "nt":
            monkeypatch.setenv(variable, str(home / variable))
    monkeypatch.setenv("QT_LOGGING_RULES", "*.debug=true")  # everything that Qt can log
    data_folder = home / "data"
    command = [sys.executable, "-m", "tests.support.user", str(data_folder), "everything"]
    worker = subprocess.run(command, capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
    user = json.loads(worker.stdout)
    assert worker.returncode == 0
    assert len(set(user["secrets"])) == 2
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"vault.db", "vault.json", "settings.ini"} <= {path.name for path in files}
    contents = {str(path): path.read_bytes() for path in files} | {"the messages of Qt": worker.stderr}
    for name, content in contents.items():
        for secret in user["secrets"]:
            for form in forms_of(secret):
                assert form not in content, name
    for path in (path for path in data_folder.rglob("*") if path.is_file()):
        content = path.read_bytes().lower()
        for word in ("Rumpelstiltskin", user["client_id"]):
            for form in (word.lower().encode(), word.lower().encode("utf-16-le")):
                assert form not in content, path

    store = VaultOpener(VaultFolder(data_folder)).open_for_this_account()
    keys = Keys(store, lambda: "test")
    assert [signs_in(keys, user["client_id"], ClientSecret(secret)) for secret in user["secrets"]] == [False, True]
    store.close()


def test_the_program_writes_nothing_to_its_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "program"
    for package in ("zcc_keys_gui", "tests"):
        shutil.copytree(ROOT / package, program / package, ignore=shutil.ignore_patterns("__pycache__"))

    def content() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in program.rglob("*")}

    before = content()
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path / "bytecode"))  # an installed program writes no bytecode
    command = [sys.executable, "-m", "tests.support.user", str(tmp_path / "data"), "everything"]
    subprocess.run(command, cwd=program, stdout=subprocess.DEVNULL, check=True, timeout=TIMEOUT_SECONDS)
    assert content() == before


def forms_of(secret: str) -> list[bytes]:
    """Return the secret as text, hexadecimal and base64, with and without its prefix."""
    forms = []
    for part in (secret, secret.removeprefix("zcclocal_")):
        for encoded in (part.encode(), part.encode("utf-16-le"), part.encode("utf-16-be")):
            forms += [encoded, encoded.hex().encode(), encoded.hex().upper().encode()]
            for shift in range(3):  # at any offset in the encoded data
                encoded_text = base64.b64encode(b"\0" * shift + encoded)
                forms.append(encoded_text[4 if shift else 0 : -4])
    return forms


def test_exiting_clears_a_copied_secret(data_folder: Path, qapp: QApplication) -> None:
    app.start(["--data-folder", str(data_folder)])
    main = window("mainWindow")
    copied = take_secret(main, add(main, "ProdSync"))
    assert qapp.clipboard().text() == copied
    close_main_window(main)
    assert qapp.clipboard().text() == ""
