"""An automatic backup that fails."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.program.faults.helpers import running
from tests.support.gui import text, visible, wait_until, window, windows
from tests.support.running_program import running_program
from tests.support.user import add, take_secret
from zcc_keys_gui import app
from zcc_keys_gui.domain.errors import DiskFullError
from zcc_keys_gui.ui.backups import daily_backup

pytestmark = pytest.mark.reliability


def test_a_failed_backup_is_reported_and_retried(
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


def test_a_backup_that_fails_while_exiting_is_ignored(qapp: QApplication, data_folder: Path) -> None:
    app.start(["--data-folder", str(data_folder)])
    window("mainWindow")
    ending = running_program()
    with ThreadPoolExecutor() as pool:  # in another thread, so that Qt delivers the signal later
        pool.submit(ending._daily_backup.failed.emit, DiskFullError(data_folder)).result()
    ending.end()
    wait_until(lambda: not windows("mainWindow"))
    QApplication.processEvents()  # an exception here fails the test
