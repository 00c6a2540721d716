"""What a key does while it is held down: it moves and types, but gives no command a second time."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

_PRESSES = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_BESIDE = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class HeldKeys(QObject):
    """Drops the presses by which a held Enter or Alt+letter would push a button again and again.

    Qt repeats the default button of a dialog and the mnemonics of buttons and check boxes, and has no switch for
    either. Actions have one: see `never_repeat_actions`.
    """

    def __init__(self, application: QApplication) -> None:
        """Watch all windows, as long as `application` lives."""
        super().__init__(application)
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep a repeated command from the windows; accepting it also keeps it from Qt's shortcuts."""
        if event.type() in _PRESSES and isinstance(event, QKeyEvent) and event.isAutoRepeat() and _commands(event):
            event.accept()
            return True
        return False


def never_repeat_actions(window: QWidget) -> None:
    """Let no shortcut of the actions in `window` and its menus repeat while its keys are held down."""
    for action in window.findChildren(QAction):
        action.setAutoRepeat(False)


def _commands(event: QKeyEvent) -> bool:
    """Say whether a key pushes a button; Ctrl+Alt types a character on many keyboards."""
    return event.key() in _ENTER or event.modifiers() & ~_BESIDE == Qt.KeyboardModifier.AltModifier
