"""Fixtures that all tests share: a key store, a data folder, a log and policies in temporary folders."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import keyring.core
import pytest
from hypothesis import HealthCheck, settings

from tests.reliability import figures
from tests.support.file_keyring import FOLDER_VARIABLE
from zcc_keys_gui.platform import policy_source
from zcc_keys_gui.ui.application import log
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import key_wrapping
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

if os.name != "nt":  # on Windows, the real plugin works without a user at the screen
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# Examples write files, and share the temporary folder of their test. Their duration does not matter, because the
# computer may be busy.
settings.register_profile(
    "files",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    print_blob=True,
)
settings.load_profile("files")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the results of the reliability tests."""
    bad = [*terminalreporter.stats.get("failed", []), *terminalreporter.stats.get("error", [])]
    lines = figures.table(failed=sum("reliability" in getattr(report, "keywords", ()) for report in bad))
    if lines:
        terminalreporter.section("reliability")
        terminalreporter.write_line("\n".join(lines))


@pytest.fixture(autouse=True)
def keystore(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a working key store, which sub-processes use, too. The account's own is not touched."""
    folder = tmp_path / "keystore"
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    use_keyring(monkeypatch, "tests.support.file_keyring.FileKeyring")
    yield folder
    keyring.core._keyring_backend = None


@pytest.fixture(autouse=True)
def quick_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Derive keys from passphrases with the smallest cost that the program accepts."""
    monkeypatch.setattr(key_wrapping, "TARGET_SECONDS", 0.0)


@pytest.fixture(autouse=True)
def log_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the log, which sub-processes use, too."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("WIN_PD_OVERRIDE_LOCAL_APPDATA", str(tmp_path / "state"))
    return log.log_folder()


@pytest.fixture(autouse=True)
def set_policies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str | int], None]]:
    """A function that sets a policy of this test. Sub-processes read the policies of the computer instead."""
    monkeypatch.setattr(policy_source, "POLICY_FILE", tmp_path / "policy" / "policy.json")
    monkeypatch.setattr(policy_source, "REGISTRY_KEY", r"Software\ZCC Keys of the tests")  # every user can write there
    if sys.platform != "win32":
        found: dict[str, str | int] = {}

        def set_in_file(name: str, value: str | int) -> None:
            found[name] = value
            policy_source.POLICY_FILE.parent.mkdir(exist_ok=True)
            policy_source.POLICY_FILE.write_text(json.dumps(found))

        yield set_in_file
    else:
        import winreg

        monkeypatch.setattr(policy_source, "MACHINE", winreg.HKEY_CURRENT_USER)

        def set_in_registry(name: str, value: str | int) -> None:
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, policy_source.REGISTRY_KEY) as key:
                winreg.SetValueEx(key, name, 0, winreg.REG_DWORD if isinstance(value, int) else winreg.REG_SZ, value)

        yield set_in_registry
        with suppress(FileNotFoundError):
            winreg.DeleteKey(winreg.HKEY_CURRENT_USER, policy_source.REGISTRY_KEY)


@pytest.fixture
def no_keystore(keystore: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the account have no key store."""
    use_keyring(monkeypatch, "keyring.backends.fail.Keyring")


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    """The folder for the vault, which does not exist yet."""
    return tmp_path / "data"


@pytest.fixture
def folder(data_folder: Path) -> VaultFolder:
    """The paths of the vault's files, which do not exist yet."""
    return VaultFolder(data_folder)


@pytest.fixture
def opener(folder: VaultFolder) -> VaultOpener:
    """An opener for the vault."""
    return VaultOpener(folder)


@pytest.fixture
def store(opener: VaultOpener) -> Iterator[VaultStore]:
    """An empty, open vault that this account unlocks."""
    store = opener.create_for_this_account()
    yield store
    store.close()


def use_keyring(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Make keyring use this back end, also in sub-processes."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
    keyring.core._keyring_backend = None
