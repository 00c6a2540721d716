"""Regenerated secrets, old secrets, and secrets hidden from screen sharing in the main window."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from tests.support import gui
from tests.support.gui import cells, click, question, select, table, text, trigger, type_into, window
from tests.ui.key_steps import add_key, copy_new_secret, is_enabled, regenerate
from zcc_keys_gui.ui.text.widgets import HIDDEN_SECRET
from zcc_keys_gui.ui.widgets import sharing_switch

NAME, CLIENT_ID, STATUS, ROLE, SESSION, CREATED = range(6)


def test_regenerating_asks_first_and_keeps_the_client_id(main: QWidget) -> None:
    first = add_key(main, "ProdSync")
    view = table(main)
    client_id = cells(view, CLIENT_ID)
    trigger(main, "regenerateSecretAction")
    click(question(), "cancelButton")
    assert not gui.windows("clientSecretDialog")
    QTest.keyClick(view, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    click(question(), "confirmButton")
    assert copy_new_secret() != first
    assert cells(view, CLIENT_ID) == client_id


def test_an_old_secret_is_shown_in_the_list_and_can_be_stopped(main: QWidget) -> None:
    add_key(main, "ProdSync")
    add_key(main, "Nightly")
    width = table(main).columnWidth(STATUS)
    regenerate(main, "ProdSync", "24 hours")
    nightly, prod_sync = cells(table(main), STATUS)
    assert nightly == "● Enabled"
    assert prod_sync.startswith("● Enabled, old secret until ")
    assert table(main).columnWidth(STATUS) > width
    digit = main.fontMetrics().horizontalAdvance("0")
    assert table(main).horizontalHeader().length() <= 157 * digit  # a new window is 160 digits wide
    assert is_enabled(main, "stopOldSecretAction")
    select(table(main), "Nightly")
    assert not is_enabled(main, "stopOldSecretAction")
    table(main).selectAll()
    assert not is_enabled(main, "stopOldSecretAction")
    select(table(main), "ProdSync")
    trigger(main, "stopOldSecretAction")
    assert cells(table(main), STATUS) == ["● Enabled"] * 2
    assert not is_enabled(main, "stopOldSecretAction")
    trigger(main, "historyAction")
    assert cells(table(window("historyWindow"), "historyTable"), 2)[:3] == [
        "Old secret stopped",
        "Secret taken",
        "Secret regenerated",
    ]


def test_an_old_secret_without_a_grace_period_is_not_shown(main: QWidget) -> None:
    add_key(main, "ProdSync")
    regenerate(main, "ProdSync", "None")
    assert cells(table(main), STATUS) == ["● Enabled"]
    assert not is_enabled(main, "stopOldSecretAction")


def test_an_old_secret_disappears_after_its_grace_period(main: QWidget) -> None:
    add_key(main, "ProdSync")
    keys = main._vault.keys  # type: ignore[attr-defined]
    client_id = cells(table(main), CLIENT_ID)[0]
    keys.regenerate_secret(client_id, timedelta(seconds=3))
    main.keys_page.refresh()  # type: ignore[attr-defined]
    assert "old secret until" in cells(table(main), STATUS)[0]
    assert is_enabled(main, "stopOldSecretAction")
    gui.wait_until(lambda: not is_enabled(main, "stopOldSecretAction"))
    assert cells(table(main), STATUS) == ["● Enabled"]


def test_the_window_says_that_a_secret_is_hidden_from_sharing(main: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    bar = gui.find(main, "hiddenSecretBar", QWidget)
    monkeypatch.setattr(sharing_switch, "hide_from_capture", lambda _, hidden: hidden)
    trigger(main, "addKeyAction")
    assert not bar.isVisible()
    type_into(window("addKeyDialog"), "nameField", "ProdSync")
    click(window("addKeyDialog"), "saveButton")
    dialog = window("clientSecretDialog")
    assert bar.isVisible()
    assert text(main, "hiddenSecretBarText") == HIDDEN_SECRET
    click(dialog, "showInScreenSharingButton")
    assert not bar.isVisible()
    click(dialog, "showInScreenSharingButton")
    assert bar.isVisible()
    copy_new_secret()
    assert not bar.isVisible()
