"""The menu bar of the main window."""

from PySide6.QtWidgets import QMainWindow, QMenu

from zcc_keys_gui.domain.unlocking import WaysToUnlock
from zcc_keys_gui.ui.keys.commands import KEY_MENU, SIGN_IN_MENU, VIEW_MENU
from zcc_keys_gui.ui.keys.keys_page import KeysPage
from zcc_keys_gui.ui.keys.list.sort_menu import SortMenu
from zcc_keys_gui.ui.main.commands import FILE_MENU, HELP_MENU
from zcc_keys_gui.ui.text import main as texts
from zcc_keys_gui.ui.widgets.commands import CommandActions


def add_menus(
    window: QMainWindow, commands: CommandActions[WaysToUnlock], keys_page: KeysPage, sign_in_menu: QMenu
) -> None:
    """Add the menus to the menu bar of `window`; `sign_in_menu` already has the commands of the sign-in service."""
    bar = window.menuBar()
    file_menu = bar.addMenu(texts.FILE_MENU)
    file_menu.setToolTipsVisible(True)  # a tooltip says why the vault can't be locked
    commands.fill(file_menu, FILE_MENU)
    keys_page.commands.fill(bar.addMenu(texts.KEY_MENU), KEY_MENU)
    view_menu = bar.addMenu(texts.VIEW_MENU)
    keys_page.commands.fill(view_menu, VIEW_MENU)
    view_menu.addMenu(SortMenu(keys_page.key_list.table, view_menu))
    keys_page.commands.fill(sign_in_menu, SIGN_IN_MENU)
    bar.addMenu(sign_in_menu)
    commands.fill(bar.addMenu(texts.HELP_MENU), HELP_MENU)
