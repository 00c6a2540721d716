"""What the main window shows about the service."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from tests.program.locking.helpers import unlock
from tests.program.sign_in_service.helpers import new_key, running_service, simulate_failure
from tests.sign_in.helpers.service_process import SESSION
from tests.support import gui
from tests.support.calls import call, sign_in, switch_on
from tests.support.gui import cells, find, select, table, text, trigger, visible, wait_until, window
from zcc_keys_gui import app
from zcc_keys_gui.domain.errors import DiskFullError
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.sign_in.sign_ins import SqlSignIns

LAST_SIGN_IN = 6
"""The number of the column."""

OUTCOME = 4
"""The number of the column in the sign-in log."""


def test_changes_in_the_window_apply_to_the_next_call(main: QWidget) -> None:
    key = new_key(main)
    listening = switch_on(main)
    token = sign_in(listening, key).json["jwtToken"]
    assert call(listening, "GET", SESSION, auth_token=token).status == 200
    select(table(main), "ProdSync")
    trigger(main, "toggleStatusAction")
    assert call(listening, "GET", SESSION, auth_token=token).status == 401
    assert sign_in(listening, key).status == 401
    trigger(main, "toggleStatusAction")
    assert sign_in(listening, key).status == 200
    assert call(listening, "GET", SESSION, auth_token=token).status == 401


def test_the_list_shows_when_a_key_was_last_used(main: QWidget) -> None:
    key = new_key(main)
    assert cells(table(main), LAST_SIGN_IN) == ["Never"]
    sign_in(switch_on(main), key)
    wait_until(lambda: cells(table(main), LAST_SIGN_IN) != ["Never"])


def test_a_sign_in_before_locking_is_in_the_log_after_unlocking(qapp: QApplication, data_folder: Path) -> None:
    VaultOpener(VaultFolder(data_folder)).create_with_passphrase("four random words fit").close()
    app.start(["--data-folder", str(data_folder)])
    main = unlock()
    key = new_key(main)
    listening = switch_on(main)
    for _ in range(3):
        assert sign_in(listening, key).status == 200
    trigger(main, "lockAction")
    main = unlock()
    trigger(main, "signInLogAction")
    log = window("signInLogWindow")
    wait_until(lambda: cells(table(log, "signInLogTable"), OUTCOME) == ["Signed in"] * 3)
    main.close()


def test_a_log_that_could_not_be_written_is_retried(
    main: QWidget, log_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[object] = []

    def fail(*arguments: object) -> None:
        failed.append(arguments)
        raise DiskFullError(Path("vault.db"))

    key = new_key(main)
    listening = switch_on(main)
    with monkeypatch.context() as patch:
        patch.setattr(SqlSignIns, "record", fail)
        sign_in(listening, key)
        wait_until(lambda: bool(visible(main, "signInLogBehindBar")))
        assert "can't be written" in text(main, "signInLogBehindBarText")
        sign_in(listening, key)
        wait_until(lambda: len(failed) == 3)
    wait_until(lambda: cells(table(main), LAST_SIGN_IN) != ["Never"])
    assert not visible(main, "signInLogBehindBar")
    trigger(main, "signInLogAction")
    log = window("signInLogWindow")
    wait_until(lambda: cells(table(log, "signInLogTable"), OUTCOME) == ["Signed in"] * 2)
    assert sum(path.read_text().count("ERROR DiskFullError") for path in log_folder.glob("*.log")) == 1


def test_tab_goes_from_the_filters_to_the_notices(main: QWidget) -> None:
    switch_on(main)
    simulate_failure(main, "500", calls=1).close()
    service = running_service()
    service.fell_behind.emit()
    behind = ["signInLogBehindBarHideButton", "changeRehearsalButton", "endRehearsalButton"]
    wait_until(lambda: bool(visible(main, behind[0])))
    assert tab_stops_after_filters(main)[:3] == behind
    service.ended_unexpectedly.emit()
    broke = ["serviceBrokeSwitchOnButton", "serviceBrokeBarHideButton", "changeRehearsalButton"]
    wait_until(lambda: bool(visible(main, broke[0])))
    assert tab_stops_after_filters(main)[:3] == broke


def tab_stops_after_filters(main: QWidget) -> list[str]:
    stops = [stop.objectName() for stop in gui.tab_stops(main)]
    return stops[stops.index("roleFilter") + 1 :]


def test_a_narrow_window_shows_the_complete_address(main: QWidget) -> None:
    new_key(main)  # the countdown of its secret needs space
    switch_on(main)
    parts = [find(main, name, QWidget) for name in ("signInServiceButton", "copyBaseUrlButton", "clipboardLabel")]
    unlocked_by = find(main, "unlockedByLabel", QWidget)
    main.resize(sum(part.sizeHint().width() for part in parts) + unlocked_by.sizeHint().width(), main.height())
    wait_until(lambda: unlocked_by.width() < unlocked_by.sizeHint().width())
    assert [part.width() >= part.sizeHint().width() for part in parts] == [True] * 3
    assert unlocked_by.toolTip() == text(main, "unlockedByLabel")
