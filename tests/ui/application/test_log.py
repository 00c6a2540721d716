"""The log, and what it must not contain."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from tests.support.gui import click, line, question, text, wait_until, window, windows
from tests.support.user import add, take_secret
from tests.ui.conftest import nothing_left_behind  # noqa: F401  a fixture
from zcc_keys_gui import app
from zcc_keys_gui.domain.client_secret import new_client_secret
from zcc_keys_gui.domain.errors import VaultDamagedError
from zcc_keys_gui.ui.application import log
from zcc_keys_gui.ui.application.log import FILE, Log, log_problem, trace_without_texts
from zcc_keys_gui.ui.widgets.messages import show_unexpected_error


@pytest.fixture
def begun() -> Iterator[Log]:
    begun = Log()
    begun.begin()
    yield begun
    begun.end()


def lines(folder: Path) -> list[str]:
    return (folder / FILE).read_text(encoding="utf-8").splitlines()


def fail_with(secret: str) -> None:
    try:
        try:
            raise OSError(28, f"no room for {secret}")
        except OSError as error:
            raise VaultDamagedError(Path(secret)) from error
    except VaultDamagedError:
        raise ValueError(secret) from None


def fault_with(secret: str) -> Exception:
    try:
        fail_with(secret)
    except ValueError as error:
        return error
    raise AssertionError


def test_the_file_is_created_with_the_first_line(begun: Log, log_folder: Path) -> None:
    assert not log_folder.exists()
    log.log("something")
    (first,) = lines(log_folder)
    assert first.endswith("INFO something")


def test_an_error_is_logged_without_its_text(begun: Log, log_folder: Path) -> None:
    secret, passphrase = new_client_secret().reveal(), "four random words fit"
    log_problem(fault_with(secret))
    log_problem(fault_with(passphrase))
    log.log(f"a slip: {secret} and {secret[:20]}")
    content = (log_folder / FILE).read_text(encoding="utf-8")
    assert "ValueError" in content
    assert "in fail_with" in content
    for word in (secret, secret[9:], secret[:20], passphrase):
        assert word not in content


def test_the_cause_of_an_error_is_logged_with_its_number() -> None:
    try:
        try:
            raise OSError(28, "full")
        except OSError as error:
            raise VaultDamagedError(Path("vault.db")) from error
    except VaultDamagedError as error:
        trace = trace_without_texts(error)
    assert trace.startswith("VaultDamagedError\n")
    assert "raised from OSError 28\n" in trace


def test_three_older_files_are_kept(begun: Log, log_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "MAX_FILE_BYTES", 1_000)
    for number in range(200):
        log.log(f"line {number}")
    assert {path.name for path in log_folder.iterdir()} == {FILE, *(f"{FILE}.{number}" for number in (1, 2, 3))}
    assert all(path.stat().st_size <= 1_000 for path in log_folder.iterdir())
    assert lines(log_folder)[-1].endswith("line 199")


@pytest.mark.skipif(os.name == "nt", reason="Windows gives rights by inheritance")
@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_only_the_owner_can_read_the_file(
    begun: Log, log_folder: Path, monkeypatch: pytest.MonkeyPatch, umask: int
) -> None:
    monkeypatch.setattr(log, "MAX_FILE_BYTES", 200)
    log_folder.mkdir(parents=True)
    (log_folder / FILE).touch()
    (log_folder / FILE).chmod(0o644)
    before = os.umask(umask)
    try:
        for number in range(10):
            log.log(f"{number} " + "x" * 100)
    finally:
        os.umask(before)
    files = list(log_folder.iterdir())
    assert len(files) > 1
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_a_file_that_cannot_be_renamed_grows(begun: Log, log_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:  # Windows does so while another program has the file open
        raise PermissionError

    monkeypatch.setattr(log, "MAX_FILE_BYTES", 1_000)
    for number in range(50):
        log.log(f"older line {number}")
    older = {path.name: path.read_bytes() for path in log_folder.glob(f"{FILE}.*")}
    with monkeypatch.context() as refusing:
        refusing.setattr(Path, "replace", fail)
        for number in range(100):
            log.log(f"line {number}")
    assert {path.name: path.read_bytes() for path in log_folder.glob(f"{FILE}.*")} == older
    assert [line.rsplit(" ", 1)[1] for line in lines(log_folder)[-100:]] == [str(number) for number in range(100)]


def test_a_repeated_message_is_written_once(begun: Log, log_folder: Path) -> None:
    for _ in range(3):
        log_problem(fault_with("some text"))
    log.log("something else")
    log_problem(fault_with("some text"))
    assert len([line for line in lines(log_folder) if "ERROR ValueError" in line]) == 2


def test_an_error_that_causes_itself_is_logged_once() -> None:
    error = ValueError()
    error.__cause__ = error
    assert trace_without_texts(error) == "ValueError"


def test_the_program_works_without_a_log(begun: Log, log_folder: Path) -> None:
    log_folder.parent.mkdir(parents=True, exist_ok=True)
    log_folder.write_text("a file")
    log.log("something")
    assert log_folder.read_text() == "a file"


def test_nothing_is_written_after_the_end(begun: Log, log_folder: Path) -> None:
    begun.end()
    log.log("something")
    assert not log_folder.exists()
    assert logging.getLogger("zcc_keys_gui").handlers  # otherwise Python writes to standard error


def test_messages_of_qt_and_crashes_are_logged(log_folder: Path) -> None:
    code = (
        "import faulthandler, sys; from zcc_keys_gui.ui.application.log import Log, log\n"
        "from PySide6.QtCore import qWarning\n"
        "begun = Log(); begun.begin(); begun.record_crashes(); begun.record_qt_messages()\n"
        "qWarning('of Qt'); faulthandler._sigsegv()"
    )
    crashed = subprocess.run([sys.executable, "-c", code], check=False, timeout=120)
    assert crashed.returncode != 0
    assert lines(log_folder)[-1].endswith("WARNING Qt: of Qt")
    assert "<string>" in (log_folder / "crash.log").read_text()


# --- the log of the running program ---


def test_the_reason_of_a_failed_start_is_logged(tmp_path: Path, log_folder: Path, qapp: QApplication) -> None:
    (tmp_path / "file").touch()
    app.start(["--data-folder", str(tmp_path / "file" / "below")])
    click(question(), "closeButton")
    assert "VaultUnreachableError" in (log_folder / FILE).read_text(encoding="utf-8")


def test_every_unexpected_error_is_logged(data_folder: Path, log_folder: Path, qapp: QApplication) -> None:
    app.start(["--data-folder", str(data_folder)])
    for kind in (ValueError, KeyError):
        show_unexpected_error(kind, kind(), None)
    click(question(), "closeButton")
    window("mainWindow").close()
    content = (log_folder / FILE).read_text(encoding="utf-8")
    assert "ERROR ValueError" in content
    assert "ERROR KeyError" in content


def test_the_program_logs_start_errors_and_end_without_secrets(
    data_folder: Path, log_folder: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.start(["--data-folder", str(data_folder)])
    main = window("mainWindow")
    wait_until((log_folder / FILE).exists)
    dialog = add(main, "Rumpelstiltskin")
    secret = line(dialog, "clientSecretField").text()
    monkeypatch.setattr(sys, "excepthook", show_unexpected_error)
    QTimer.singleShot(0, lambda: fail_with(secret))
    box = question()
    assert text(box, "qt_msgbox_label") == "Something unexpected happened."
    click(box, "copyDetailsButton")
    details = QApplication.clipboard().text()
    assert "ValueError: zcclocal_…" in details
    assert secret[9:] not in details
    click(box, "closeButton")
    take_secret(main, dialog)
    main.close()
    wait_until(lambda: not windows("mainWindow"))
    content = "\n".join(lines(log_folder))
    assert "Started ZCC Keys" in content
    assert "ERROR ValueError" in content
    assert lines(log_folder)[-1].endswith("INFO Ended.")
    for word in (secret[9:], "Rumpelstiltskin"):
        assert word not in content
