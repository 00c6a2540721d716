"""Exiting and locking while the disk is full loses no key and damages nothing."""

import random
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from tests.program.locking.helpers import PASSPHRASE, unlock
from tests.reliability import figures
from tests.reliability.faults import leave_free, small_disk
from tests.reliability.operations import WEAK_PARAMETERS
from tests.reliability.rounds import rounds
from tests.support import gui
from tests.support.gui import cells, select, table, trigger, wait_until, window
from tests.support.running_program import running_program
from tests.support.user import add, take_secret
from tests.ui.conftest import nothing_left_behind  # noqa: F401  a fixture
from tests.vault.recovery.sample_vault import assert_healthy
from zcc_keys_gui import app
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import key_wrapping
from zcc_keys_gui.vault.opening import VaultOpener

pytestmark = pytest.mark.reliability

ROUNDS = rounds(3, 60)
DISK_BYTES = 4 << 20


@pytest.fixture(autouse=True)
def cheap_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make passphrases cheap, because each round needs one."""
    monkeypatch.setattr(key_wrapping, "new_kdf_parameters", lambda: WEAK_PARAMETERS)


@pytest.fixture
def disk(qapp: QApplication, tmp_path: Path) -> Iterator[Path]:
    """A disk that is easy to fill."""
    with small_disk(tmp_path / "disk", DISK_BYTES):
        yield tmp_path / "disk"


def started(folder: Path) -> QWidget:
    """Start the program on a new vault, add a key, and return the main window."""
    VaultOpener(VaultFolder(folder)).create_with_passphrase(PASSPHRASE).close()
    app.start(["--data-folder", str(folder)])
    main = unlock()
    take_secret(main, add(main, "ProdSync"))
    return main


def bytes_free() -> int:
    """Return how many bytes to leave free, often none."""
    return random.choice((0, 0, random.randrange(1 << 16)))


def names_in(folder: Path) -> list[str]:
    """Check that the vault is healthy; return the names of its keys."""
    with closing(VaultOpener(VaultFolder(folder)).open_with_passphrase(PASSPHRASE)) as store:
        assert_healthy(store)
        return [key.name for key in store.keys.page(KeyQuery(), 0, 10)]


@pytest.mark.parametrize("way", ["the window is closed", "the session ends"])
def test_exiting_on_a_full_disk_keeps_the_vault_healthy(disk: Path, way: str) -> None:
    count = (ROUNDS + 1) // 2
    for number in range(count):
        folder = disk / f"{number}"
        main = started(folder)
        running = running_program()
        ballast = leave_free(disk, bytes_free())
        if way == "the window is closed":
            main.close()
        else:
            running.end()
        wait_until(lambda: not gui.windows("mainWindow"))
        ballast.unlink()
        assert names_in(folder) == ["ProdSync"]
        shutil.rmtree(folder)
    figures.count("full-disk rounds", f"exit: {way}", count)


def test_locking_on_a_full_disk_keeps_the_vault_healthy(disk: Path) -> None:
    main = started(disk / "data")
    for _ in range(ROUNDS):
        ballast = leave_free(disk, bytes_free())
        trigger(main, "lockAction")
        window("unlockDialog")
        ballast.unlink()
        main = unlock()
        assert cells(table(main), 0) == ["ProdSync"]
        select(table(main), "ProdSync")
        trigger(main, "toggleStatusAction")  # so that there is another change to save
    main.close()
    wait_until(lambda: not gui.windows("mainWindow"))
    assert names_in(disk / "data") == ["ProdSync"]
    figures.count("full-disk rounds", "lock and unlock", ROUNDS)
