"""Texts that show data literally, never as markup."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import Qt as QtGuiFunctions
from PySide6.QtWidgets import QLabel, QWidget


class Label(QLabel):
    """A label in plain text. Use it instead of `QLabel` everywhere.

    By default, Qt treats a text with tags as rich text and loads the pictures that it names, even from a server. On
    Windows, this sends the server a hash of the user's password.
    """

    def __init__(self, text: str = "", **properties: Any) -> None:
        """Show `text`. `properties` are those of `QLabel`, such as `wordWrap=True`."""
        super().__init__(textFormat=Qt.TextFormat.PlainText, **properties)
        if text:
            self.setText(text)


def label_for(field: QWidget, text: str) -> Label:
    """Return a label whose mnemonic moves the focus to `field`, and which a screen reader speaks with it."""
    label = Label(text)
    label.setBuddy(field)
    return label


def plain_tool_tip(text: str) -> str:
    """Return a tooltip that shows `text` literally. The text format of tooltips can't be set."""
    return QtGuiFunctions.convertFromPlainText(text) if QtGuiFunctions.mightBeRichText(text) else text
