"""The commands of the main window, and their order in its menus."""

from zcc_keys_gui.domain.unlocking import WaysToUnlock
from zcc_keys_gui.ui.text import main as texts
from zcc_keys_gui.ui.widgets.commands import SEPARATOR, Command


def _can_be_locked(ways: WaysToUnlock) -> bool:
    return ways.asks_for_passphrase


WindowCommand = Command[WaysToUnlock]

SHOW_PREFERENCES = WindowCommand("preferencesAction", texts.PREFERENCES, "Ctrl+,")
LOCK = WindowCommand("lockAction", texts.LOCK, "Ctrl+L", _can_be_locked, disabled_tooltip=texts.LOCK_UNAVAILABLE)
BACK_UP = WindowCommand("backupAction", texts.BACK_UP)
RESTORE = WindowCommand("restoreAction", texts.RESTORE)
CHECK_VAULT = WindowCommand("checkVaultAction", texts.CHECK_VAULT)
EXIT = WindowCommand("exitAction", texts.EXIT, "Ctrl+Q")
EXPLAIN_LOCAL_KEYS = WindowCommand("aboutLocalKeysAction", texts.ABOUT_LOCAL_KEYS)
SHOW_VAULT_FOLDER = WindowCommand("showVaultFolderAction", texts.SHOW_VAULT_FOLDER)
SHOW_LOG_FOLDER = WindowCommand("showLogFolderAction", texts.SHOW_LOG_FOLDER)
SHOW_ABOUT = WindowCommand("aboutAction", texts.ABOUT)

FILE_MENU = (SHOW_PREFERENCES, LOCK, SEPARATOR, BACK_UP, RESTORE, CHECK_VAULT, SEPARATOR, EXIT)
HELP_MENU = (EXPLAIN_LOCAL_KEYS, SHOW_VAULT_FOLDER, SHOW_LOG_FOLDER, SHOW_ABOUT)
