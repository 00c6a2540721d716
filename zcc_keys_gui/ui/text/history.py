"""The texts of the history."""

from zcc_keys_gui.ui.text.values import PROGRAM
from zcc_keys_gui.ui.text.widgets import RecordTexts

HISTORY = RecordTexts("History", "Search the history", "Export the history", f"{PROGRAM} history.csv")
HEADINGS = ("Time", "User", "Action", "Name", "Client ID", "Details")
NO_MATCH = "Nothing matches the search."
NO_ACTIVITY = "No activity yet."
