"""The sign-in service in the status bar: whether it is on, its menu, and a button that copies its base URL."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from zcc_keys_gui.ui.application.sign_in.sign_in_service import SignInService
from zcc_keys_gui.ui.text import sign_in as texts
from zcc_keys_gui.ui.text.settings.policies import MANAGED
from zcc_keys_gui.ui.widgets.naming import name_widget


class ServiceStatus(QWidget):
    """A button that shows the state and opens the menu, and one that copies the base URL while the service listens."""

    copy_requested = Signal()

    def __init__(self, service: SignInService, menu: QMenu, *, is_allowed: bool) -> None:
        """Show the state of `service`, or that the organization does not allow it."""
        super().__init__()
        self.setObjectName("signInServiceChip")
        self._service = service
        self._is_allowed = is_allowed
        self._state = name_widget(QToolButton(autoRaise=True), "signInServiceButton")
        self._state.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._state.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._state.setMenu(menu)
        self._copy = QToolButton(autoRaise=True)
        self._copy.setText(texts.COPY_BASE_URL_BUTTON)
        name_widget(self._copy, "copyBaseUrlButton")
        self._copy.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._copy.clicked.connect(self.copy_requested)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._state)
        layout.addWidget(self._copy)
        service.changed.connect(self._update_state)
        self._update_state()

    def _update_state(self) -> None:
        text = self._state_text()
        self._state.setText(text)
        self._state.setAccessibleName(text)
        if not self._is_allowed:
            self._state.setToolTip(MANAGED)
        self._copy.setVisible(self._service.port is not None)

    def _state_text(self) -> str:
        if not self._is_allowed:
            return texts.STATUS_NOT_ALLOWED
        if not self._service.is_on:
            return texts.STATUS_OFF
        if self._service.port is None:
            return texts.STATUS_STARTING
        return texts.STATUS_ON.format(port=self._service.port)
