"""The commands of the API keys page, and their order in its toolbar and menus."""

from PySide6.QtGui import QKeySequence

from zcc_keys_gui.ui.keys.list.key_list import SelectionSummary
from zcc_keys_gui.ui.text.keys import commands as texts
from zcc_keys_gui.ui.widgets.commands import SEPARATOR, Command


def _is_one_selected(selection: SelectionSummary) -> bool:
    return selection.count == 1


def _is_any_selected(selection: SelectionSummary) -> bool:
    return selection.count > 0


def _has_old_secret(selection: SelectionSummary) -> bool:
    return selection.has_old_secret


def _status_text(selection: SelectionSummary) -> str:
    return texts.DISABLE_KEYS if selection.is_any_enabled else texts.ENABLE_KEYS


KeyCommand = Command[SelectionSummary]

ADD_KEY = KeyCommand("addKeyAction", texts.ADD_KEY, "Ctrl+N", toolbar_text=texts.ADD_KEY_IN_TOOLBAR)
EDIT_KEY = KeyCommand("editKeyAction", texts.EDIT_KEY, "F2", _is_one_selected, tooltip=texts.EDIT_KEY_TOOLTIP)
TOGGLE_STATUS = KeyCommand("toggleStatusAction", texts.DISABLE_KEYS, "Ctrl+E", _is_any_selected, text_for=_status_text)
REGENERATE_SECRET = KeyCommand("regenerateSecretAction", texts.REGENERATE_SECRET, "Ctrl+R", _is_one_selected)
STOP_OLD_SECRET = KeyCommand("stopOldSecretAction", texts.STOP_OLD_SECRET, is_enabled=_has_old_secret)
COPY_CLIENT_IDS = KeyCommand(
    "copyClientIdAction", texts.COPY_CLIENT_IDS, QKeySequence.StandardKey.Copy, _is_any_selected
)
CONNECT = KeyCommand("connectAction", texts.CONNECT, "Ctrl+K", _is_one_selected)
SHOW_SIGN_INS = KeyCommand("keySignInsAction", texts.SHOW_SIGN_INS, is_enabled=_is_one_selected)
DELETE_KEYS = KeyCommand("deleteKeyAction", texts.DELETE_KEYS, QKeySequence.StandardKey.Delete, _is_any_selected)
SHOW_HISTORY = KeyCommand("historyAction", texts.SHOW_HISTORY, "Ctrl+H")
SEARCH = KeyCommand("searchAction", texts.SEARCH, QKeySequence.StandardKey.Find)
CHECK_SECRET = KeyCommand("checkSecretAction", texts.CHECK_SECRET)

_SELECTED_KEY_COMMANDS = (
    EDIT_KEY,
    TOGGLE_STATUS,
    REGENERATE_SECRET,
    STOP_OLD_SECRET,
    COPY_CLIENT_IDS,
    CONNECT,
    SHOW_SIGN_INS,
    DELETE_KEYS,
)
TOOLBAR = (ADD_KEY, EDIT_KEY, TOGGLE_STATUS, REGENERATE_SECRET, COPY_CLIENT_IDS, DELETE_KEYS, SHOW_HISTORY)
CONTEXT_MENU = (*_SELECTED_KEY_COMMANDS, SEPARATOR, ADD_KEY, SEARCH, SHOW_HISTORY)
KEY_MENU = (ADD_KEY, SEPARATOR, *_SELECTED_KEY_COMMANDS)
VIEW_MENU = (SEARCH, SHOW_HISTORY)
SIGN_IN_MENU = (SEPARATOR, CHECK_SECRET)
"""Follows the commands of the sign-in service."""
