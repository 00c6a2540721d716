"""The window with the preferences."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QSpinBox, QWidget

from tests import hands
from tests.hands import click, find, replace_text, text, trigger, window
from tests.ui.conftest import preferences_in
from zcc_keys_gui.domain.policies import Policies, judge, unreadable
from zcc_keys_gui.ui.preferences import Preferences, Theme
from zcc_keys_gui.ui.preferences_dialog import PreferencesDialog
from zcc_keys_gui.windows import policy_source


class Owner(QWidget):
    """Opens the dialog on preferences of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def open(self, policies: Policies | None = None) -> tuple[Preferences, PreferencesDialog]:
        preferences = preferences_in(self._folder, self, policies)
        dialog = PreferencesDialog(preferences, self)
        dialog.open()
        hands.wait_until(dialog.isActiveWindow)
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


def test_each_choice_applies_at_once(owner: Owner) -> None:
    preferences, dialog = owner.open()
    spin(dialog).selectAll()
    QTest.keyClicks(spin(dialog), "45")
    assert preferences.clipboard_seconds == 45
    replace_text(dialog, "newKeyValidityField", "28,800")
    assert text(dialog, "newKeyValidityHint") == "28,800 seconds = 8 hours"
    assert preferences.new_key_validity == 28_800
    QTest.keyClick(find(dialog, "themeField", QComboBox), Qt.Key.Key_Down)
    assert preferences.theme is Theme.LIGHT
    click(dialog, "localNoteBox")
    assert preferences.shows_local_note is False
    click(dialog, "closeButton")


def test_what_cannot_be_chosen_is_said_and_changes_nothing(owner: Owner) -> None:
    preferences, dialog = owner.open()
    hands.line(dialog, "newKeyValidityField").setFocus()
    replace_text(dialog, "newKeyValidityField", "29")
    assert text(dialog, "newKeyValidityError") == ""  # more digits may follow
    QTest.keyClick(hands.line(dialog, "newKeyValidityField"), Qt.Key.Key_Tab)
    assert text(dialog, "newKeyValidityError") == "Too short: enter at least 30 seconds."
    assert preferences.new_key_validity == 3_600
    dialog.close()


def test_what_the_organization_manages_is_shown_as_such(owner: Owner) -> None:
    _, dialog = owner.open(judge({"ClipboardSeconds": 10, "LongestSessionValiditySeconds": 600}))
    assert (spin(dialog).value(), spin(dialog).isEnabled()) == (10, False)
    assert text(dialog, "managedClipboardSecondsLabel") == "Managed by your organization."
    assert text(dialog, "managedLongestSessionValiditySecondsLabel") == "Managed by your organization."
    assert text(dialog, "longestValidityLabel") == "A key may have at most 600 seconds = 10 minutes."
    assert text(dialog, "newKeyValidityField") == "600"
    assert not dialog.findChildren(QLabel, "policyFaultLabel")
    dialog.close()


@pytest.mark.parametrize(
    ("policies", "said"),
    [
        (
            judge({"ClipboardSeconds": "soon"}),
            "The policy ClipboardSeconds is not a whole number from 5 to 600: 30 is in force.",
        ),
        (judge({"Clipboard": 9}), "There is no policy Clipboard: it has no effect."),
        (unreadable("there"), "The policies in there cannot be read: the safe value of each is in force."),
    ],
)
def test_what_is_wrong_with_a_policy_is_said(owner: Owner, policies: Policies, said: str) -> None:
    _, dialog = owner.open(policies)
    assert text(dialog, "policyFaultLabel") == said
    dialog.close()


def test_every_control_has_a_name_and_is_reached_with_tab(owner: Owner) -> None:
    _, dialog = owner.open()
    stops = hands.tab_stops(dialog)
    for control in (*hands.controls(dialog), spin(dialog)):
        if control.objectName() != "qt_spinbox_lineedit":
            assert control.accessibleName(), control.objectName()
            assert control in stops, control.objectName()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


# --- in the program ---------------------------------------------------------------------------------------


def test_new_keys_start_with_what_was_chosen_and_the_note_goes_and_comes(main: QWidget) -> None:
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


@pytest.fixture
def organization(policy_place: Path) -> Iterator[None]:
    """An organization that set one policy well and another one badly."""
    good, bad = ("LongestSessionValiditySeconds", 600), ("ClipboardSeconds", "soon")
    if sys.platform == "win32":
        import winreg

        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, policy_source.REGISTRY_KEY) as key:
            winreg.SetValueEx(key, good[0], 0, winreg.REG_DWORD, good[1])
            winreg.SetValueEx(key, bad[0], 0, winreg.REG_SZ, bad[1])
        yield
        winreg.DeleteKey(winreg.HKEY_CURRENT_USER, policy_source.REGISTRY_KEY)
    else:
        policy_place.parent.mkdir()
        policy_place.write_text(json.dumps(dict([good, bad])))
        yield


def test_the_program_follows_the_policies(organization: None, main: QWidget) -> None:
    trigger(main, "addKeyAction")
    dialog = window("addKeyDialog")
    assert text(dialog, "sessionValidityField") == "600"
    replace_text(dialog, "sessionValidityField", "601")
    assert text(dialog, "sessionValidityError") == "Too long: your organization allows at most 600 seconds."
    dialog.close()
    trigger(main, "preferencesAction")
    assert "30 is in force" in text(window("preferencesDialog"), "policyFaultLabel")
    window("preferencesDialog").close()
