"""Texts on the screen that show data as it is, and never as markup."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import Qt as QtOfTexts
from PySide6.QtWidgets import QLabel


class Label(QLabel):
    """A label in plain text, to be used instead of `QLabel` everywhere.

    Left to itself, Qt takes a text with tags in it for rich text and opens the pictures it names, on a server too. On
    Windows, that sends the server proof of the user's password.
    """

    def __init__(self, text: str = "", **properties: Any) -> None:
        """Show `text`; `properties` are those of `QLabel`, such as `wordWrap=True`."""
        super().__init__(textFormat=Qt.TextFormat.PlainText, **properties)
        if text:
            self.setText(text)


def plain_tool_tip(text: str) -> str:
    """Return a tool tip that shows `text` as it is: tool tips have no format that could be set."""
    return QtOfTexts.convertFromPlainText(text) if QtOfTexts.mightBeRichText(text) else text
