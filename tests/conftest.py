"""What all tests share: a key store and a data folder of their own, in a temporary folder."""

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

if os.name != "nt":  # Windows' platform plugin needs no screen of a person's
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# Examples write files and share the one that the test was given. A busy computer is no failure: how long an example
# takes is not what these tests are about.
settings.register_profile(
    "files",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    print_blob=True,
)
settings.load_profile("files")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the reliability tests of this run found."""
    bad = [*terminalreporter.stats.get("failed", []), *terminalreporter.stats.get("error", [])]
    lines = figures.table(failed=sum("reliability" in getattr(report, "keywords", ()) for report in bad))
    if lines:
        terminalreporter.section("reliability")
        terminalreporter.write_line("\n".join(lines))


@pytest.fixture(autouse=True)
def keystore(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working key store in a folder; sub-processes find the same one. Nobody's own is touched."""
    folder = tmp_path / "keystore"
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    use_keyring(monkeypatch, "tests.support.file_keyring.FileKeyring")
    yield folder
    keyring.core._keyring_backend = None


@pytest.fixture(autouse=True)
def quick_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Derive from passphrases by the least that the program takes, however fast the computer is."""
    monkeypatch.setattr(key_wrapping, "TARGET_SECONDS", 0.0)


@pytest.fixture(autouse=True)
def log_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the log is in this test; sub-processes find the same folder."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("WIN_PD_OVERRIDE_LOCAL_APPDATA", str(tmp_path / "state"))
    return log.log_folder()


@pytest.fixture(autouse=True)
def set_policies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str | int], None]]:
    """Set a policy in a place of the tests' own; those of this computer count in sub-processes alone."""
    monkeypatch.setattr(policy_source, "POLICY_FILE", tmp_path / "policy" / "policy.json")
    monkeypatch.setattr(policy_source, "REGISTRY_KEY", r"Software\ZCC Keys of the tests")  # anybody may write there
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
    """An account without a key store."""
    use_keyring(monkeypatch, "keyring.backends.fail.Keyring")


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    """Where the vault will be."""
    return tmp_path / "data"


@pytest.fixture
def folder(data_folder: Path) -> VaultFolder:
    """The vault's folder, which is not there yet."""
    return VaultFolder(data_folder)


@pytest.fixture
def opener(folder: VaultFolder) -> VaultOpener:
    """The way into the vault."""
    return VaultOpener(folder)


@pytest.fixture
def store(opener: VaultOpener) -> Iterator[VaultStore]:
    """An open vault of this account, with nothing in it."""
    store = opener.create_for_this_account()
    yield store
    store.close()


def use_keyring(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Make keyring choose this back end, as its environment variable says."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
    keyring.core._keyring_backend = None
