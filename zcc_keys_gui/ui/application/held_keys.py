"""Keys that are held down: they repeat typing and moving, but not commands."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

_PRESSES = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
_ENTER_AND_ESC = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
_IGNORED_MODIFIERS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class HeldKeys(QObject):
    """A filter that drops repeated Enter, Esc and Alt+letter, which would click a button or close a window again.

    Qt has no setting for the default button of a dialog, for mnemonics, and for Esc, which would also close the window
    behind a closed one. For actions there is a setting: see `never_repeat_actions`.
    """

    def __init__(self, application: QApplication) -> None:
        """Filter the events of all windows, as long as `application` lives."""
        super().__init__(application)
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Drop a repeated command; accepting the event also keeps it from Qt's shortcuts."""
        if event.type() in _PRESSES and isinstance(event, QKeyEvent) and event.isAutoRepeat() and _is_command(event):
            event.accept()
            return True
        return False


def never_repeat_actions(window: QWidget) -> None:
    """Stop the shortcuts of the actions in `window` and its menus from repeating while their keys are held down."""
    for action in window.findChildren(QAction):
        action.setAutoRepeat(False)


def _is_command(event: QKeyEvent) -> bool:
    """Return whether a key clicks a button or closes a window. Ctrl+Alt does not: on many keyboards, it types."""
    return event.key() in _ENTER_AND_ESC or event.modifiers() & ~_IGNORED_MODIFIERS == Qt.KeyboardModifier.AltModifier
