"""What the status bar says of the sign-in service: whether it is on and where, with its menu and its address."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from zcc_keys_gui.ui.application.sign_in_service import SignInService
from zcc_keys_gui.ui.text.settings.policies import MANAGED
from zcc_keys_gui.ui.widgets.naming import named


class ServiceStatus(QWidget):
    """A button that opens the menu of the service, and while it is on, one that copies its base URL."""

    copy_wanted = Signal()

    def __init__(self, service: SignInService, menu: QMenu, *, is_forbidden: bool) -> None:
        """Show the state of `service`; where the organization does not allow it, say so."""
        super().__init__()
        self.setObjectName("signInServiceChip")
        self._service = service
        self._is_forbidden = is_forbidden
        self._state = named(QToolButton(autoRaise=True), "signInServiceButton")
        self._state.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._state.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._state.setMenu(menu)
        self._copy = named(QToolButton(autoRaise=True), "copyBaseUrlButton", "Copy base URL")
        self._copy.setText("Copy base URL")
        self._copy.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._copy.clicked.connect(self.copy_wanted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._state)
        layout.addWidget(self._copy)
        service.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        text = f"Sign-in service: {self._words()}"
        self._state.setText(text)
        self._state.setAccessibleName(text)
        if self._is_forbidden:
            self._state.setToolTip(MANAGED)
        self._copy.setVisible(self._service.port is not None)

    def _words(self) -> str:
        if self._is_forbidden:
            return "Not allowed"
        if not self._service.is_on:
            return "Off"
        if self._service.port is None:
            return "Starting…"
        return f"On 127.0.0.1:{self._service.port}"
