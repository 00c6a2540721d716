"""The texts of buttons and parts that several pages share."""

from typing import NamedTuple

from zcc_keys_gui.ui.text.values import Plural

CANCEL = "Cancel"
CANCELING = "Canceling…"
CLOSE = "&Close"
COPY_DETAILS = "Copy details"
HIDE = "Hide"

SHOW_IN_SHARING_SHORTCUT = "Ctrl+Shift+S"
HIDDEN_SECRET = (
    "The client secret is shown in a window that is hidden from screen sharing. If you don't see that window, press "
    f"{SHOW_IN_SHARING_SHORTCUT}."
)
HIDDEN_FROM_SHARING = "Hidden from screen sharing."
VISIBLE_IN_SHARING = "Visible in screen sharing."
CANNOT_HIDE_FROM_SHARING = "Windows can't hide this window from screen sharing."
STILL_HIDDEN_FROM_SHARING = "Windows still hides this window from screen sharing."
SHOW_IN_SHARING = "S&how in screen sharing"
HIDE_FROM_SHARING = "&Hide from screen sharing"


class RecordTexts(NamedTuple):
    """The texts of a window that lists the history or the sign-in log."""

    title: str
    """The title of the window, and the accessible name of its table."""
    search: str
    export_title: str
    export_file_name: str


ROWS = Plural("{number} row", "{number} rows")
EXPORT = "&Export as CSV…"
EXPORTING = "Exporting…"
EXPORTED = Plural("{number} row exported to {path}", "{number} rows exported to {path}")
CSV_FILES = "CSV files (*.csv)"
