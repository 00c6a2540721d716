"""The texts of the main window: menus, notices, and the status bar."""

from zcc_keys_gui.ui.text.values import PROGRAM, Plural

FILE_MENU = "&File"
KEY_MENU = "&Key"
VIEW_MENU = "&View"
HELP_MENU = "&Help"

PREFERENCES = "&Preferences…"
LOCK = "&Lock"
LOCK_UNAVAILABLE = "To lock the vault, first require the passphrase at every start (File > Preferences > Protection)."
BACK_UP = "&Back up…"
RESTORE = "Res&tore from backup…"
CHECK_VAULT = "Check the &vault…"
EXIT = "E&xit"
ABOUT_LOCAL_KEYS = "About &local keys"
SHOW_VAULT_FOLDER = "Show &vault folder"
SHOW_LOG_FOLDER = "&Show log folder"
ABOUT = f"&About {PROGRAM}"

EXPLAIN_LOCAL_KEYS = "What does this mean?"
LOCAL_KEYS_TITLE = "What are local keys?"
LOCAL_KEYS_EXPLAINED = (
    "The keys in this list exist only on this computer. Use them to write and rehearse your automation. Zscaler does "
    "not know them, and the program sends nothing to the internet. To create a key for your tenant, use the Zscaler "
    "Client Connector Portal.\n\n"
    "While the sign-in service on this computer is on, it accepts these keys. Zscaler documents only a part of how its "
    "API behaves. The rest is our choice: for example, that an access token is valid for the session validity "
    "interval, that a Read key can send only GET requests, which calls are rejected, and what the error messages say. "
    "In these points, your tenant may behave differently."
)

SAVE_RECOVERY_KEY = "Save recovery key…"
REPAIR = "Repair…"

BACKED_UP = Plural("{number} API key was backed up.", "{number} API keys were backed up.")
BACKED_UP_TO = "Keep the passphrase in a different place.\n\n{path}"
VAULT_FOLDER = "The vault is in this folder:"
LOG_FOLDER = "The log is in this folder:"

CLIPBOARD_COUNTDOWN = "Clipboard clears in {seconds} s"
