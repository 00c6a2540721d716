"""The sign-in service as a person has it: switched on in the window, and called by scripts."""

import os
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QSpinBox, QWidget

from tests.program.locking.helpers import unlock
from tests.sign_in.helpers.service_process import SESSION, Caller, Credentials
from tests.support import gui
from tests.support.calls import call, is_on, port, sign_in, switch_on
from tests.support.gui import cells, click, find, select, table, text, trigger, visible, wait_until, window
from tests.support.user import add, take_secret
from tests.ui.conftest import nothing_left_behind  # noqa: F401  a fixture
from zcc_keys_gui import app
from zcc_keys_gui.domain.errors import DiskFullError
from zcc_keys_gui.domain.policies import validated_policies
from zcc_keys_gui.service.sign_in_messages import DEFAULT_PORT
from zcc_keys_gui.ui.application.sign_in.sign_in_service import SignInService
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.sign_in.sign_ins import SqlSignIns

LAST_SIGN_IN = 6  # column
OUTCOME = 4  # column of the sign-in log


def start(data_folder: Path) -> QWidget:
    app.start(["--data-folder", str(data_folder)])
    return window("mainWindow")


@pytest.fixture
def main(qapp: QApplication, data_folder: Path) -> Iterator[QWidget]:
    """The main window of a program with an empty vault."""
    yield start(data_folder)
    for name in ("mainWindow", "unlockDialog"):
        for each in gui.windows(name):
            each.close()


def new_key(main: QWidget, name: str = "ProdSync") -> Credentials:
    secret = take_secret(main, add(main, name))
    return Credentials(cells(table(main), 1)[cells(table(main), 0).index(name)], secret)


def test_it_is_off_until_it_is_switched_on_and_stops_when_it_is_switched_off(main: QWidget) -> None:
    key = new_key(main)
    assert text(main, "signInServiceButton") == "Sign-in service: Off"
    assert not find(main, "copyBaseUrlButton", QAbstractButton).isVisible()
    listening = switch_on(main)
    assert sign_in(listening, key).status == 200
    click(main, "copyBaseUrlButton")
    assert QApplication.clipboard().text() == f"http://127.0.0.1:{listening}"
    trigger(main, "signInServiceAction")
    assert text(main, "signInServiceButton") == "Sign-in service: Off"
    while honours(listening, key):  # for less than a second
        pass


def the_service() -> SignInService:
    (service,) = QApplication.instance().findChildren(SignInService)  # type: ignore[union-attr]
    return service


def honours(at: int, key: Credentials) -> bool:
    """Say whether what listens at a port, which may be somebody else by now, honours a key."""
    try:
        return sign_in(at, key).status == 200
    except OSError:
        return False


def test_what_is_done_in_the_window_holds_for_the_next_call(main: QWidget) -> None:
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


@contextmanager
def usual_port_taken() -> Iterator[None]:
    """Hold the usual port, once another program on this computer has let it go."""
    held: list[socket.socket] = []

    def hold() -> bool:
        holder = socket.socket()
        if os.name != "nt":  # where two could then have the port
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections are left over from the last time
        try:
            holder.bind(("127.0.0.1", DEFAULT_PORT))
            holder.listen()
        except OSError:
            holder.close()
            return False
        held.append(holder)
        return True

    wait_until(hold)
    with closing(held[0]):
        yield


def test_another_port_is_taken_where_the_usual_one_is_and_the_window_says_so(main: QWidget) -> None:
    key = new_key(main)
    with usual_port_taken():
        listening = switch_on(main)
        assert listening != DEFAULT_PORT
        assert str(listening) in text(main, "portBarText")
        assert sign_in(listening, key).status == 200


def test_what_is_said_of_the_port_is_said_once_and_as_long_as_it_is_true(main: QWidget) -> None:
    with usual_port_taken():
        for _ in range(2):
            switch_on(main)
            wait_until(lambda: len(visible(main, "portBar")) == 1)
            trigger(main, "signInServiceAction")
            assert not visible(main, "portBar")


def test_with_this_port_or_none_it_stays_off_while_the_port_is_taken(main: QWidget) -> None:
    key = new_key(main)
    trigger(main, "preferencesAction")
    click(window("preferencesDialog"), "onlyUsualPortBox")
    window("preferencesDialog").close()
    with usual_port_taken():
        trigger(main, "signInServiceAction")
        wait_until(lambda: len(visible(main, "portTakenBar")) == 1)
        assert f"port {DEFAULT_PORT} is not free" in text(main, "portTakenBarText")
        assert not find(main, "signInServiceAction", QAction).isChecked()
        assert text(main, "signInServiceButton") == "Sign-in service: Off"
        assert not visible(main, "serviceBrokeBar")
    while not is_on(main):  # another program on this computer may be faster
        wait_until(lambda: the_service()._ending is None)
        click(main, "portTakenSwitchOnButton")
        assert not visible(main, "portTakenBar")
        wait_until(lambda: is_on(main) or bool(visible(main, "portTakenBar")))
    assert port(main) == DEFAULT_PORT
    assert sign_in(DEFAULT_PORT, key).status == 200


def test_this_port_or_none_applies_to_a_service_that_is_on(main: QWidget) -> None:
    with usual_port_taken():
        assert switch_on(main) != DEFAULT_PORT
        trigger(main, "preferencesAction")
        click(window("preferencesDialog"), "onlyUsualPortBox")
        window("preferencesDialog").close()
        wait_until(lambda: len(visible(main, "portTakenBar")) == 1)
        assert not find(main, "signInServiceAction", QAction).isChecked()


def test_it_is_kept_on_across_starts_where_the_person_wants_that(main: QWidget, data_folder: Path) -> None:
    key = new_key(main)
    trigger(main, "startSignInServiceAction")
    main.close()
    again = start(data_folder)
    assert sign_in(port(again), key).status == 200
    trigger(again, "startSignInServiceAction")
    again.close()
    third = start(data_folder)
    assert text(third, "signInServiceButton") == "Sign-in service: Off"
    third.close()


def test_a_policy_can_forbid_it(qapp: QApplication, data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "zcc_keys_gui.program.validated_policies", lambda *_: validated_policies({"ForbidSignInService": 1})
    )
    main = start(data_folder)
    for name in ("signInServiceAction", "startSignInServiceAction", "rehearseAction"):
        assert not find(main, name, QAction).isEnabled(), name
    assert text(main, "signInServiceButton") == "Sign-in service: Not allowed"
    assert "organization" in find(main, "signInServiceAction", QAction).toolTip()
    find(main, "signInServiceAction", QAction).setChecked(True)  # as a program could
    assert not find(main, "signInServiceAction", QAction).isChecked()
    assert text(main, "signInServiceButton") == "Sign-in service: Not allowed"
    main.close()


def test_the_longest_session_of_the_organization_is_the_longest_that_a_token_lasts(
    qapp: QApplication, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    main = start(data_folder)
    key = new_key(main)
    main.close()
    monkeypatch.setattr(
        "zcc_keys_gui.program.validated_policies", lambda *_: validated_policies({"LongestSessionValiditySeconds": 60})
    )
    main = start(data_folder)
    listening = switch_on(main)
    token = sign_in(listening, key).json["jwtToken"]
    session = call(listening, "GET", "/local/v1/session", auth_token=token).json
    assert session["expiresAt"] - session["issuedAt"] == 60
    main.close()


def test_locking_stops_it_and_says_so(qapp: QApplication, data_folder: Path) -> None:
    VaultOpener(VaultFolder(data_folder)).create_with_passphrase("four random words fit").close()
    app.start(["--data-folder", str(data_folder)])
    main = unlock()
    key = new_key(main)
    listening = switch_on(main)
    trigger(main, "lockAction")
    dialog = window("unlockDialog")
    wait_until(lambda: not honours(listening, key), 1)  # locking waits for nothing: its process ends in the background
    assert "stopped the sign-in service" in " ".join(label for label in said(dialog))
    main = unlock()
    assert text(main, "signInServiceButton") == "Sign-in service: Off"
    click(main, "serviceStoppedSwitchOnButton")
    assert sign_in(port(main), key).status == 200
    assert not visible(main, "serviceStoppedBar")
    main.close()


def test_a_sign_in_just_before_locking_is_in_the_log_after_unlocking(qapp: QApplication, data_folder: Path) -> None:
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


def said(place: QWidget) -> list[str]:
    return [str(each.property("text")) for each in place.findChildren(QWidget) if each.property("text")]


def test_what_breaks_it_is_told_and_it_can_be_switched_on_again(main: QWidget, log_folder: Path) -> None:
    key = new_key(main)
    switch_on(main)
    process = main.findChild(QWidget, "signInServiceChip")
    assert process is not None
    service = the_service()
    assert service._process is not None
    service._process._process.kill()
    wait_until(lambda: text(main, "signInServiceButton") == "Sign-in service: Off")
    assert "ended unexpectedly" in text(main, "serviceBrokeBarText")
    wait_until(lambda: any("ended unexpectedly: " in path.read_text() for path in log_folder.glob("*.log")))
    assert not find(main, "signInServiceAction", QAction).isChecked()
    click(main, "serviceBrokeSwitchOnButton")
    assert sign_in(port(main), key).status == 200
    assert not visible(main, "serviceBrokeBar")


def test_a_log_that_cannot_be_written_is_told_once_and_written_later(
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


def test_tab_goes_from_the_filters_to_what_is_said_and_from_there_to_the_list(main: QWidget) -> None:
    switch_on(main)
    rehearse(main, "500", calls=1).close()
    service = the_service()
    service.fell_behind.emit()
    behind = ["signInLogBehindBarHideButton", "changeRehearsalButton", "endRehearsalButton"]
    wait_until(lambda: bool(visible(main, behind[0])))
    assert after_the_filters(main)[:3] == behind
    service.ended_unexpectedly.emit()
    broke = ["serviceBrokeSwitchOnButton", "serviceBrokeBarHideButton", "changeRehearsalButton"]
    wait_until(lambda: bool(visible(main, broke[0])))
    assert after_the_filters(main)[:3] == broke


def after_the_filters(main: QWidget) -> list[str]:
    stops = [stop.objectName() for stop in gui.tab_stops(main)]
    return stops[stops.index("roleFilter") + 1 :]


def test_where_it_listens_is_shown_whole_also_in_a_narrow_window(main: QWidget) -> None:
    new_key(main)  # its secret's countdown takes room
    switch_on(main)
    parts = [find(main, name, QWidget) for name in ("signInServiceButton", "copyBaseUrlButton", "clipboardLabel")]
    unlocked_by = find(main, "unlockedByLabel", QWidget)
    main.resize(sum(part.sizeHint().width() for part in parts) + unlocked_by.sizeHint().width(), main.height())
    wait_until(lambda: unlocked_by.width() < unlocked_by.sizeHint().width())
    assert [part.width() >= part.sizeHint().width() for part in parts] == [True] * 3
    assert unlocked_by.toolTip() == text(main, "unlockedByLabel")


# --- rehearsing failures ----------------------------------------------------------------------------------


def rehearse(main: QWidget, failure: str, calls: int) -> QWidget:
    trigger(main, "rehearseAction")
    dialog = window("rehearsalDialog")
    choice = find(dialog, "failureField", QComboBox)
    choice.setCurrentIndex(next(row for row in range(choice.count()) if failure in choice.itemText(row)))
    find(dialog, "rehearsedCallsField", QSpinBox).setValue(calls)
    click(dialog, "rehearseButton")
    wait_until(lambda: bool(visible(main, "rehearsalBar")))
    return dialog


@pytest.mark.parametrize(("failure", "status"), [("401", 401), ("403", 403), ("429", 429), ("500", 500)])
def test_the_next_calls_fail_as_ordered_and_the_ones_after_do_not(main: QWidget, failure: str, status: int) -> None:
    key = new_key(main)
    listening = switch_on(main)
    dialog = rehearse(main, failure, calls=2)
    assert f"The next 2 calls are answered with {failure}." in text(dialog, "rehearsalLabel")
    first, second, third = (sign_in(listening, key) for _ in range(3))
    assert (first.status, second.status, third.status) == (status, status, 200)
    assert ("x-rate-limit-retry-after-seconds" in first.headers) is (status == 429)
    assert ("x-rate-limit-remaining" in first.headers) is (status == 429)
    wait_until(lambda: not visible(main, "rehearsalBar"))
    assert text(dialog, "rehearsalLabel") == "Calls are answered as usual."


def test_an_order_is_in_force_before_the_window_has_another_turn(main: QWidget) -> None:
    key = new_key(main)
    trigger(main, "signInServiceAction")
    service = the_service()
    assert service._process is not None
    assert service._process._process.bytesToWrite() == 0
    caller = Caller(port(main))
    dialog = rehearse(main, "500", calls=1)
    assert caller.sign_in(*key).status == 500
    for _ in range(5):
        click(dialog, "rehearseButton")
        assert caller.sign_in(*key).status == 500
        click(dialog, "stopRehearsalButton")
        assert caller.sign_in(*key).status == 200
    trigger(main, "signInServiceAction")
    assert service._ending is not None
    assert service._ending._process.bytesToWrite() == 0  # it would not end before it has all that


def test_every_control_of_the_rehearsal_has_a_name_and_is_reached_with_tab(main: QWidget) -> None:
    switch_on(main)
    dialog = rehearse(main, "500", calls=1)
    stops = gui.tab_stops(dialog)
    for control in (*gui.controls(dialog), find(dialog, "rehearsedCallsField", QSpinBox)):
        assert control.accessibleName(), control.objectName()
        if control.objectName() != "qt_spinbox_lineedit":
            assert control in stops, control.objectName()


def test_an_expired_token_is_of_no_use(main: QWidget) -> None:
    key = new_key(main)
    listening = switch_on(main)
    rehearse(main, "expired", calls=1)
    token = sign_in(listening, key).json["jwtToken"]
    assert call(listening, "GET", SESSION, auth_token=token).status == 401
    assert call(listening, "GET", SESSION, auth_token=sign_in(listening, key).json["jwtToken"]).status == 200


def test_the_documented_limits_hold_while_they_are_switched_on(main: QWidget) -> None:
    key = new_key(main)
    listening = switch_on(main)
    token = sign_in(listening, key).json["jwtToken"]
    trigger(main, "rehearseAction")
    dialog = window("rehearsalDialog")
    click(dialog, "rateLimitsBox")
    assert any("the texts of the answers are ours" in told for told in said(dialog))
    wait_until(lambda: bool(visible(main, "rehearsalBar")))
    assert "rate limits apply" in text(main, "rehearsalBarText")
    downloads = [call(listening, "GET", "/papi/public/v1/downloadDevices", auth_token=token) for _ in range(4)]
    assert [answer.status for answer in downloads] == [404, 404, 404, 429]
    others = [call(listening, "GET", SESSION, auth_token=token) for _ in range(98)]
    assert [answer.status for answer in others] == [200] * 97 + [429]
    assert others[0].headers["x-rate-limit-remaining"] == "96"
    assert "x-rate-limit-remaining" not in others[96].headers
    assert others[97].headers["x-rate-limit-remaining"] == "0"
    assert 3_500 < int(others[97].headers["x-rate-limit-retry-after-seconds"]) <= 3_600
    click(dialog, "rateLimitsBox")
    wait_until(lambda: not visible(main, "rehearsalBar"))
    assert call(listening, "GET", SESSION, auth_token=token).status == 200


def test_what_is_rehearsed_ends_with_the_service(main: QWidget) -> None:
    key = new_key(main)
    switch_on(main)
    dialog = rehearse(main, "500", calls=9)
    click(dialog, "stopRehearsalButton")
    wait_until(lambda: not visible(main, "rehearsalBar"))
    rehearse(main, "500", calls=9)
    click(main, "endRehearsalButton")
    wait_until(lambda: not visible(main, "rehearsalBar"))
    rehearse(main, "500", calls=9)
    trigger(main, "signInServiceAction")
    assert not visible(main, "rehearsalBar")
    assert text(dialog, "rehearsalLabel") == "The sign-in service is off."
    assert not find(dialog, "rehearseButton", QAbstractButton).isEnabled()
    click(dialog, "switchServiceOnButton")
    assert sign_in(port(main), key).status == 200
