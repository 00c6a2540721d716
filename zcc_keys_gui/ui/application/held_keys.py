"""What a key does while it is held down: it moves and types, but gives no command a second time."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

_PRESSES = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
_ENTER_AND_ESC = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
_BESIDE = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class HeldKeys(QObject):
    """Drops the presses by which a held Enter, Esc or Alt+letter would push a button or close a window again.

    Qt repeats the default button of a dialog, the mnemonics of buttons and check boxes, and Esc in the window behind
    the one that it has closed. It has no switch for these; actions have one: see `never_repeat_actions`.
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
    """Say whether a key pushes a button or closes a window; Ctrl+Alt types a character on many keyboards."""
    return event.key() in _ENTER_AND_ESC or event.modifiers() & ~_BESIDE == Qt.KeyboardModifier.AltModifier
