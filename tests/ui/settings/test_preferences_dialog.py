"""The window with the preferences."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QSpinBox, QWidget

from tests.support import gui
from tests.support.gui import click, find, replace_text, text, trigger, window
from tests.ui.conftest import preferences_in
from zcc_keys_gui import app
from zcc_keys_gui.domain.errors import SessionValidityTooLongError
from zcc_keys_gui.domain.policies import Policies, validate_policies
from zcc_keys_gui.program import Program
from zcc_keys_gui.ui.application.preferences import Preferences, Theme
from zcc_keys_gui.ui.keys.key_dialog import NEW_KEY
from zcc_keys_gui.ui.main.window import MainWindow
from zcc_keys_gui.ui.settings.preferences_dialog import PreferencesDialog


class Owner(QWidget):
    """A window that opens the dialog with its own preferences."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def open(self, policies: Policies | None = None) -> tuple[Preferences, PreferencesDialog]:
        preferences = preferences_in(self._folder, self, policies)
        dialog = PreferencesDialog(preferences, QWidget(), self)
        dialog.open()
        gui.wait_until(dialog.isActiveWindow)
        return preferences, dialog


@pytest.fixture
def owner(nothing_left_behind: None, tmp_path: Path, qapp: QApplication) -> Iterator[Owner]:
    owner = Owner(tmp_path)
    owner.show()
    yield owner
    owner.close()
    owner.deleteLater()


def spin(dialog: QWidget) -> QSpinBox:
    return find(dialog, "clipboardSecondsField", QSpinBox)


def test_each_choice_applies_immediately(owner: Owner) -> None:
    preferences, dialog = owner.open()
    spin(dialog).selectAll()
    QTest.keyClicks(spin(dialog), "60")
    assert preferences.clipboard_seconds == 30  # The user may still be typing.
    QTest.keyClick(spin(dialog), Qt.Key.Key_Return)
    assert preferences.clipboard_seconds == 60
    replace_text(dialog, "newKeyValidityField", "28,800")
    assert text(dialog, "newKeyValidityHint") == "28,800 seconds (8 hours)"
    assert preferences.new_key_validity_seconds == 28_800
    QTest.keyClick(find(dialog, "themeField", QComboBox), Qt.Key.Key_Down)
    assert preferences.theme is Theme.LIGHT
    click(dialog, "localNoteBox")
    assert preferences.shows_local_note is False
    click(dialog, "onlyUsualPortBox")
    assert preferences.uses_only_usual_port is True
    click(dialog, "closeButton")


def test_an_invalid_interval_changes_nothing(owner: Owner) -> None:
    preferences, dialog = owner.open()
    gui.line(dialog, "newKeyValidityField").setFocus()
    replace_text(dialog, "newKeyValidityField", "29")
    assert text(dialog, "newKeyValidityError") == ""  # More digits may follow.
    QTest.keyClick(gui.line(dialog, "newKeyValidityField"), Qt.Key.Key_Tab)
    assert text(dialog, "newKeyValidityError") == "The interval is too short. Enter at least 30 seconds."
    assert preferences.new_key_validity_seconds == 3_600
    dialog.close()


@pytest.mark.parametrize("way", [Qt.Key.Key_Escape, Qt.Key.Key_Tab])
def test_saves_the_number_when_the_field_is_left(owner: Owner, way: Qt.Key) -> None:
    preferences, dialog = owner.open()
    spin(dialog).setFocus()
    spin(dialog).selectAll()
    QTest.keyClicks(spin(dialog), "60")
    QTest.keyClick(spin(dialog), way)
    assert preferences.clipboard_seconds == 60
    dialog.close()


def test_enter_shows_the_error_and_keeps_the_window_open(owner: Owner) -> None:
    _, dialog = owner.open()
    gui.line(dialog, "newKeyValidityField").setFocus()
    replace_text(dialog, "newKeyValidityField", "29")
    QTest.keyClick(gui.line(dialog, "newKeyValidityField"), Qt.Key.Key_Return)
    assert text(dialog, "newKeyValidityError") == "The interval is too short. Enter at least 30 seconds."
    assert dialog.isVisible()
    dialog.close()


def test_many_policy_problems_fit_on_the_screen(owner: Owner) -> None:
    _, dialog = owner.open(validate_policies({f"Policy{number}": 1 for number in range(60)}))
    assert text(dialog, "policyFaultLabel").endswith("There are 55 more problems. The log describes them.")
    assert dialog.height() < dialog.screen().availableGeometry().height()
    dialog.close()


def test_says_what_the_organization_manages(owner: Owner) -> None:
    _, dialog = owner.open(validate_policies({"ClipboardSeconds": 10, "LongestSessionValiditySeconds": 600}))
    assert (spin(dialog).value(), spin(dialog).isEnabled()) == (10, False)
    assert text(dialog, "managedClipboardSecondsLabel") == "Managed by your organization."
    assert text(dialog, "managedLongestSessionValiditySecondsLabel") == (
        "Keys can have an interval of up to 600 seconds (10 minutes). Managed by your organization."
    )
    assert text(dialog, "newKeyValidityField") == "600"
    assert not dialog.findChildren(QLabel, "policyFaultLabel")
    dialog.close()


def test_the_port_is_disabled_if_the_service_is_forbidden(owner: Owner) -> None:
    _, dialog = owner.open(validate_policies({"ForbidSignInService": 1}))
    assert not find(dialog, "onlyUsualPortBox", QCheckBox).isEnabled()
    assert text(dialog, "managedForbidSignInServiceLabel") == "Managed by your organization."
    dialog.close()


@pytest.mark.parametrize(
    ("policies", "warning"),
    [
        (
            validate_policies({"ClipboardSeconds": "soon"}),
            "The policy ClipboardSeconds is not a whole number from 5 to 600. The value 30 is used instead.",
        ),
        (validate_policies({"<b>Clip\n": 9}), "There is no policy with the name “<b>ClipU+000A”. It has no effect."),
        (
            validate_policies({}, "there"),
            "The policies in there can't be read. The defaults are used instead.",
        ),
    ],
)
def test_says_what_is_wrong_with_a_policy(owner: Owner, policies: Policies, warning: str) -> None:
    _, dialog = owner.open(policies)
    assert text(dialog, "policyFaultLabel") == warning
    dialog.close()


def test_tab_reaches_every_control_and_each_has_a_name(owner: Owner) -> None:
    _, dialog = owner.open()
    stops = gui.tab_stops(dialog)
    for control in (*gui.controls(dialog), spin(dialog)):
        assert control.accessibleName(), control.objectName()
        if control.objectName() != "qt_spinbox_lineedit":
            assert control in stops, control.objectName()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


# --- in the program ---------------------------------------------------------------------------------------


def test_the_main_window_follows_the_preferences(main: QWidget) -> None:
    trigger(main, "preferencesAction")
    dialog = window("preferencesDialog")
    replace_text(dialog, "newKeyValidityField", "60")
    click(dialog, "localNoteBox")
    assert not find(main, "localNote", QWidget).isVisible()
    click(dialog, "localNoteBox")
    assert find(main, "localNote", QWidget).isVisible()
    dialog.close()
    trigger(main, "addKeyAction")
    assert text(window("addKeyDialog"), "sessionValidityField") == "60"
    window("addKeyDialog").close()


def test_the_program_follows_the_policies(set_policies: Callable[[str, str | int], None], data_folder: Path) -> None:
    set_policies("LongestSessionValiditySeconds", 600)
    set_policies("ClipboardSeconds", "soon")
    app.start(["--data-folder", str(data_folder)])
    main = window("mainWindow")
    trigger(main, "addKeyAction")
    dialog = window("addKeyDialog")
    assert text(dialog, "sessionValidityField") == "600"
    replace_text(dialog, "sessionValidityField", "601")
    assert (
        text(dialog, "sessionValidityError")
        == "The interval is too long. Your organization allows at most 600 seconds."
    )
    dialog.close()
    trigger(main, "preferencesAction")
    assert "The value 30 is used instead" in text(window("preferencesDialog"), "policyFaultLabel")
    assert isinstance(main, MainWindow)
    with pytest.raises(SessionValidityTooLongError):  # The service enforces the policy, not only the dialog.
        main._vault.keys.add(replace(NEW_KEY, name="Longer", session_validity=601))
    main.close()


def test_a_theme_applies_immediately_and_after_a_restart(main: QWidget, data_folder: Path) -> None:
    hints = QApplication.styleHints()
    trigger(main, "preferencesAction")
    asked = QSignalSpy(hints.colorSchemeChanged)
    find(window("preferencesDialog"), "themeField", QComboBox).setCurrentText("Dark")
    (program,) = QApplication.instance().findChildren(Program)  # type: ignore[union-attr]
    assert program._appearance._chosen_scheme is Qt.ColorScheme.Dark
    assert (
        hints.colorScheme() is Qt.ColorScheme.Dark or asked.count() == 0
    )  # The offscreen plugin ignores the color scheme.
    main.close()
    app.start(["--data-folder", str(data_folder)])
    (program,) = [each for each in QApplication.instance().findChildren(Program) if each is not program]  # type: ignore[union-attr]
    assert program._appearance._chosen_scheme is Qt.ColorScheme.Dark
    window("mainWindow").close()
    hints.unsetColorScheme()
