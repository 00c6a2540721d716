"""Tests of the built program, started and used from outside. Skipped until `python dev.py build` was run."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from dev import HERE
from release import contents
from tests.sign_in.helpers.service_process import SESSION, running_service
from tests.support.gui import wait_until
from zcc_keys_gui import __copyright__, __version__
from zcc_keys_gui.ui.settings import licenses
from zcc_keys_gui.vault.store import VaultStore

FOLDER = HERE / "dist" / "ZCC Keys"
LIBRARIES = FOLDER / "_internal"
EXE = FOLDER / ("ZCC Keys.exe" if sys.platform == "win32" else "ZCC Keys")
PROCESS_TIMEOUT = 120  # seconds

pytestmark = pytest.mark.skipif(not EXE.exists(), reason="python dev.py build was not run")


def test_the_folder_has_no_faults() -> None:
    assert contents.faults(FOLDER) == []


def test_it_has_every_module_and_no_excluded_one() -> None:
    from PyInstaller.archive.readers import CArchiveReader

    modules = set(CArchiveReader(str(EXE)).open_embedded_archive("PYZ.pyz").toc)
    ours = [path.relative_to(HERE).with_suffix("") for path in (HERE / "zcc_keys_gui").rglob("*.py")]
    imported = {".".join(path.parts).removesuffix(".__init__") for path in ours} - {"zcc_keys_gui.__main__"}
    by_name = {f"keyring.backends.{'Windows' if sys.platform == 'win32' else 'SecretService'}", "zxcvbn.matching"}
    assert imported | by_name <= modules
    assert not {name.split(".")[0] for name in modules} & set(contents.EXCLUDED_MODULES)


def test_it_lists_its_parts_with_their_licenses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(licenses, "FOLDER", LIBRARIES / "resources" / "licences")
    listed = {each.name: each.purpose for each in licenses.shipped_components()}
    assert {"ZCC Keys", "CPython", "PyInstaller", "pyside6-essentials", "cryptography", "keyring", "zxcvbn"} <= set(
        listed
    )
    others = "(Linux)" if sys.platform == "win32" else "(Windows)"
    assert not [name for name, purpose in listed.items() if others in purpose]
    assert "pycparser" not in listed  # excluded from the build
    assert all(each.text().strip() for each in licenses.shipped_components())


def test_its_sbom_names_every_file_and_package(tmp_path: Path) -> None:
    from PyInstaller.archive.readers import CArchiveReader

    from release.sbom import write_sbom

    write_sbom(FOLDER, tmp_path / "sbom.json")
    sbom = json.loads((tmp_path / "sbom.json").read_text(encoding="utf-8"))
    parts = [sbom["metadata"]["component"], *sbom["components"]]
    listed = [file["name"] for part in parts for file in part.get("components", ())]
    files = [path for path in FOLDER.rglob("*") if path.is_file() and not path.is_symlink()]
    assert sorted(listed) == sorted(path.relative_to(FOLDER).as_posix() for path in files)
    modules = CArchiveReader(str(EXE)).open_embedded_archive("PYZ.pyz").toc
    owners = metadata.packages_distributions()
    packages = {owner for name in modules for owner in owners.get(name.split(".")[0], ())} - {"zcc-keys-gui"}
    names = {part["name"].replace("-", "").lower() for part in parts}
    assert {re.sub("[-_.]", "", package).lower() for package in packages} <= names


def test_version_help_and_errors_are_printed() -> None:
    version, help_, wrong = (
        subprocess.run([str(EXE), option], capture_output=True, text=True, timeout=PROCESS_TIMEOUT, check=False)
        for option in ("--version", "--help", "--wrong")
    )
    assert (version.returncode, version.stdout.strip()) == (0, f"ZCC Keys {__version__}")
    assert help_.returncode == 0
    assert help_.stdout.startswith(f"usage: {EXE.name} ")
    assert wrong.returncode == 2
    assert "unrecognized arguments: --wrong" in wrong.stderr


if sys.platform == "win32":
    import ctypes
    import shutil

    from release.version_info import COMPANY
    from tests.support.processes.console import answer, start_from
    from tests.support.processes.frozen_program import FrozenProgram, clipboard_text, close_box, forget_key_of
    from tests.support.processes.windows_calls import properties
    from zcc_keys_gui.domain.client_secret import is_well_formed

    MAX_PATH = 260  # minwindef.h; the terminating zero counts

    @pytest.fixture
    def vault(qapp: QApplication, data_folder: Path) -> Iterator[Path]:
        """The vault's folder; its entry in Credential Manager is deleted after the test."""
        yield data_folder
        forget_key_of(data_folder)

    def test_a_user_adds_a_key_and_a_second_start_shows_the_window(vault: Path) -> None:
        with FrozenProgram(EXE, "--data-folder", str(vault)) as program:
            assert is_well_formed(program.add_key("ProdSync"))
            program.minimize("ZCC Keys")
            with FrozenProgram(EXE, "--data-folder", str(vault)) as second:
                assert second.process.wait(PROCESS_TIMEOUT) == 0
            program.come_to_front("ZCC Keys")
            assert program.close() == 0
        wait_until(lambda: clipboard_text() == "")
        with FrozenProgram(EXE, "--data-folder", str(vault)) as again:
            again.window("ZCC Keys")
            assert again.close() == 0

    @pytest.mark.parametrize("max_path", [0, MAX_PATH - 1])
    def test_it_starts_from_any_folder_and_writes_nothing_there(vault: Path, tmp_path: Path, max_path: int) -> None:
        parent = tmp_path / "Zoë Ängström's programs"
        deepest = max(len(str(path.relative_to(FOLDER))) for path in FOLDER.rglob("*"))
        folder = parent / ("n" * (max_path - deepest - len(str(parent)) - 2) or "n")
        shutil.copytree(FOLDER, folder)
        assert max_path in (0, max(len(str(path)) for path in folder.rglob("*")))
        before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
        for path in before:
            path.chmod(0o444)
        with FrozenProgram(folder / EXE.name, "--data-folder", str(vault)) as program:
            program.add_key("ProdSync")
            assert program.close() == 0
        assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before

    def test_without_streams_it_writes_to_its_parents_console(qapp: QApplication) -> None:
        assert answer(start_from("with", str(EXE), "--version")) == (0, f"ZCC Keys {__version__}")
        code, screen = answer(start_from("with", str(EXE), "--wrong"))
        assert code == 2
        assert screen.endswith("error: unrecognized arguments: --wrong")

    def test_without_a_console_a_box_shows_the_error(qapp: QApplication) -> None:
        parent = start_from("without", str(EXE), "--wrong")
        assert close_box("ZCC Keys").endswith("error: unrecognized arguments: --wrong")
        assert answer(parent) == (2, "")

    def test_its_properties_name_version_company_and_copyright() -> None:
        assert properties(EXE) == {
            "CompanyName": COMPANY,
            "FileDescription": "ZCC Keys",
            "FileVersion": __version__,
            "InternalName": "ZCC Keys",
            "LegalCopyright": __copyright__,
            "OriginalFilename": EXE.name,
            "ProductName": "ZCC Keys",
            "ProductVersion": __version__,
        }

    def test_its_manifest_asks_for_high_dpi_and_long_paths() -> None:
        content = EXE.read_bytes()
        for word in (b">PerMonitorV2</dpiAwareness>", b">true</longPathAware>", b'level="asInvoker"'):
            assert word in content

    def test_windows_finds_its_icon() -> None:
        assert ctypes.WinDLL("shell32").ExtractIconExW(str(EXE), -1, None, None, 0) == 1

else:

    def test_a_second_start_leaves_the_vault_to_the_first(qapp: QApplication, data_folder: Path) -> None:
        command = [str(EXE), "--data-folder", str(data_folder)]
        # The null back end keeps nothing, so the program asks for a passphrase.
        environment = {"QT_QPA_PLATFORM": "offscreen", "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
        with subprocess.Popen(command, env=environment) as first:
            wait_until((data_folder / "vault.lock").exists)
            assert subprocess.run(command, env=environment, timeout=PROCESS_TIMEOUT, check=False).returncode == 0
            first.send_signal(signal.SIGTERM)
            assert first.wait(PROCESS_TIMEOUT) == -signal.SIGTERM


def test_its_sign_in_service_accepts_keys(store: VaultStore) -> None:
    with running_service(store, program=[str(EXE)]) as service:
        key = service.add_key()
        assert service.get(SESSION, service.token(key)).status == 200
        assert service.sign_in(key.client_id, "wrong").status == 401
        service.wait_for_rows(2)
    assert service.failures == []
    assert service.process.returncode == 0
