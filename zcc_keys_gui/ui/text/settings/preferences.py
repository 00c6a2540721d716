"""The texts of the preferences."""

from zcc_keys_gui.ui.text.settings.policies import MANAGED

TITLE = "Preferences"
PAGES = "Pages"
GENERAL = "&General"
PROTECTION = "&Protection"

CLIPBOARD_SECONDS = "&Clear a copied client secret from the clipboard after"
CLIPBOARD_SECONDS_FIELD = "Seconds until the clipboard clears"
NEW_KEY_VALIDITY = "Session &validity interval of new keys"
NEW_KEY_VALIDITY_FIELD = "Session validity interval of new keys (in seconds)"
MAX_VALIDITY_MANAGED = f"Keys can have an interval of up to {{interval}}. {MANAGED}"
SERVICE_PORT = "Sign-&in service on port {port}"
ONLY_THIS_PORT = "Use &only this port"
ONLY_THIS_PORT_HINT = (
    "If another program uses this port, the sign-in service stays off instead of using the next free port."
)
THEME = "&Theme"
THEME_FIELD = "Theme"
THEME_NAMES = ("Use system setting", "Light", "Dark")
"""In the order of `Theme`."""
SHOW_LOCAL_NOTE = "&Show the notice about local keys above the list"
