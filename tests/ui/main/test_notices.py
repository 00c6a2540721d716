"""The notices above the list."""

from PySide6.QtWidgets import QPushButton, QWidget

from tests.support import gui
from tests.support.gui import click, find, text
from zcc_keys_gui.ui.main.window import MainWindow


def test_a_notice_is_visible_until_the_user_hides_it(main: QWidget) -> None:
    assert isinstance(main, MainWindow)
    clicked: list[str] = []
    bar = main._notices.show_notice(
        "firstBar", "A first notice.", ("&Do it", "doItButton", lambda: clicked.append("do it"))
    )
    gui.wait_until(bar.isVisible)
    assert text(main, "firstBarText") == "A first notice."
    click(main, "doItButton")
    assert clicked == ["do it"]
    assert bar.isVisible()
    click(main, "firstBarHideButton")
    assert not bar.isVisible()


def test_the_newest_notice_is_at_the_top(main: QWidget) -> None:
    assert isinstance(main, MainWindow)
    for name in ("firstBar", "secondBar"):
        main._notices.show_notice(name, "A notice.")
    gui.wait_until(lambda: find(main, "firstBar", QWidget).y() > find(main, "secondBar", QWidget).y() > 0)


def test_damage_is_shown_with_a_button_that_repairs_it(main: QWidget) -> None:
    assert isinstance(main, MainWindow)
    requests: list[str] = []
    bar = main._notices
    bar.show_damage("The vault is damaged.", lambda: requests.append("repair"))
    assert text(main, "damageBarText") == "The vault is damaged."
    click(main, "damageBarRepairButton")
    assert requests == ["repair"]
    assert main.findChild(QPushButton, "damageBarHideButton") is None


def test_tab_reaches_the_notices_between_filters_and_list(main: QWidget) -> None:
    assert isinstance(main, MainWindow)
    gui.wait_until(main._notices.show_notice("newBar", "A notice.").isVisible)
    names = [stop.objectName() for stop in gui.tab_stops(main)]
    notices = ["newBarHideButton", "saveRecoveryKeyButton", "localNoteButton", "hideLocalNoteButton"]
    assert names[names.index("roleFilter") :] == ["roleFilter", *notices]
    assert names[0] == "keyTable"
