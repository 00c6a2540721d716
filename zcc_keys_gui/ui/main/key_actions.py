"""What can be done with keys, as actions for menus, toolbar, context menu and keys of the keyboard."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QToolBar, QToolButton, QWidget

from zcc_keys_gui.ui.widgets.naming import named


class KeyActions:
    """The actions; their owner connects them."""

    def __init__(self, window: QWidget) -> None:
        """Make the actions for `window`, in which their shortcuts work."""
        self._window = window
        self.add = self._action("addKeyAction", "&Add API key…", "Ctrl+N")
        self.add.setIconText("+ Add API key")
        self.edit = self._action("editKeyAction", "&Edit…", "F2")
        self.edit.setToolTip("Edit (Enter, F2)")
        self.toggle = self._action("toggleStatusAction", "&Disable", "Ctrl+E")
        self.regenerate = self._action("regenerateSecretAction", "&Regenerate secret…", "Ctrl+R")
        self.stop_old_secret = QAction("Stop &old secret now", window)
        self.stop_old_secret.setObjectName("stopOldSecretAction")
        self.copy_client_id = self._action("copyClientIdAction", "&Copy client ID", QKeySequence.StandardKey.Copy)
        self.connect = self._action("connectAction", "Connec&t…", "Ctrl+K")
        self.sign_ins_of_key = QAction("&Sign-ins of this key", window)
        self.sign_ins_of_key.setObjectName("keySignInsAction")
        self.delete = self._action("deleteKeyAction", "De&lete…", QKeySequence.StandardKey.Delete)
        self.history = self._action("historyAction", "&History", "Ctrl+H")
        self.search = self._action("searchAction", "&Search", QKeySequence.StandardKey.Find)
        self.lock = self._action("lockAction", "&Lock", "Ctrl+L")
        self.check_secret = QAction("&Check a secret…", window)
        self.check_secret.setObjectName("checkSecretAction")
        self.preferences = self._action("preferencesAction", "&Preferences…", "Ctrl+,")

    @property
    def of_keys(self) -> list[QAction]:
        """The actions on selected keys, in the order of the menus."""
        return [
            self.edit,
            self.toggle,
            self.regenerate,
            self.stop_old_secret,
            self.copy_client_id,
            self.connect,
            self.sign_ins_of_key,
            self.delete,
        ]

    def follow_selection(self, *, selected: int, disables: bool, has_old_secret: bool) -> None:
        """Offer what can be done with so many keys.

        `disables` says which way the status goes, and `has_old_secret` that an old secret of the one key still works.
        """
        self.edit.setEnabled(selected == 1)
        self.stop_old_secret.setEnabled(has_old_secret)
        self.regenerate.setEnabled(selected == 1)
        self.connect.setEnabled(selected == 1)
        self.sign_ins_of_key.setEnabled(selected == 1)
        for action in (self.toggle, self.copy_client_id, self.delete):
            action.setEnabled(selected > 0)
        self.toggle.setText("&Disable" if disables else "E&nable")
        self._describe(self.toggle)

    def follow_protection(self, *, can_be_locked: bool) -> None:
        """Offer to lock where a passphrase would be asked for again."""
        self.lock.setEnabled(can_be_locked)
        self._describe(self.lock)
        if not can_be_locked:
            self.lock.setToolTip("Only a vault that asks for the passphrase at every start can be locked (Preferences)")

    def toolbar(self) -> QToolBar:
        """Return a toolbar whose buttons can be reached with Tab."""
        bar = named(QToolBar(toolButtonStyle=Qt.ToolButtonStyle.ToolButtonTextOnly), "keyToolBar", "Keys")
        actions = [self.add, self.edit, self.toggle, self.regenerate, self.copy_client_id, self.delete, self.history]
        for action in actions:
            bar.addAction(action)
            button = bar.widgetForAction(action)
            if action is self.add and isinstance(button, QToolButton):
                button.setAutoRaise(False)  # the window's primary button
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            named(button, action.objectName().replace("Action", "ToolButton"), _plain(action.text()))
            action.changed.connect(partial(_follow, button, action))
        # Qt's own button, for what a narrow window has no room for.
        more = bar.findChild(QToolButton, "qt_toolbar_ext_button")
        if more is not None:
            more.setAccessibleName("More actions")
            more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            QWidget.setTabOrder(button, more)
        return bar

    def _action(self, name: str, text: str, shortcut: str | QKeySequence.StandardKey) -> QAction:
        action = QAction(text, self._window)
        action.setObjectName(name)
        action.setShortcut(QKeySequence(shortcut))
        self._describe(action)
        self._window.addAction(action)
        return action

    def _describe(self, action: QAction) -> None:
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{_plain(action.text())} ({keys})")


def _follow(button: QWidget, action: QAction) -> None:
    button.setAccessibleName(_plain(action.text()))


def _plain(text: str) -> str:
    return text.replace("&", "").removesuffix("…")
