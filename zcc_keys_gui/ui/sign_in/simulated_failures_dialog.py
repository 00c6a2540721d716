"""The window in which the user lets the sign-in service simulate failures, to see how scripts handle them."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from zcc_keys_gui.domain.sign_in import MAX_SIMULATED_CALLS, Failure, SimulatedFailures
from zcc_keys_gui.ui.application.sign_in.sign_in_service import SignInService
from zcc_keys_gui.ui.text import sign_in as texts
from zcc_keys_gui.ui.text.widgets import CLOSE
from zcc_keys_gui.ui.widgets.fields.number_field import NumberField
from zcc_keys_gui.ui.widgets.label import Label, label_for
from zcc_keys_gui.ui.widgets.layouts import dialog_layout
from zcc_keys_gui.ui.widgets.naming import name_widget, plain_text
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts

_WIDTH_DIGITS = 64


class SimulatedFailuresDialog(QDialog):
    """A window beside the main window in which the user chooses failures.

    `switch_on_requested` asks to switch on the service.
    """

    switch_on_requested = Signal()

    def __init__(self, service: SignInService, parent: QWidget) -> None:
        """Let the user choose failures of `service`."""
        super().__init__(parent)
        self.setObjectName("rehearsalDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(texts.SIMULATED_FAILURES)
        self._service = service
        self._failure = name_widget(QComboBox(), "failureField", plain_text(texts.ANSWER_WITH))
        for failure, text in texts.FAILURES.items():
            self._failure.addItem(text, failure)
        self._calls = name_widget(NumberField(), "rehearsedCallsField", plain_text(texts.NUMBER_OF_CALLS))
        self._calls.setRange(1, MAX_SIMULATED_CALLS)
        self._calls.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._simulate = name_widget(QPushButton(texts.SIMULATE), "rehearseButton")
        self._stop = name_widget(QPushButton(texts.STOP_SIMULATING, autoDefault=False), "stopRehearsalButton")
        self._limits = name_widget(QCheckBox(texts.APPLY_RATE_LIMITS), "rateLimitsBox")
        self._state = name_widget(Label(wordWrap=True), "rehearsalLabel")
        self._switch_on = name_widget(QPushButton(texts.SWITCH_SERVICE_ON, autoDefault=False), "switchServiceOnButton")
        self._close = name_widget(QPushButton(CLOSE, autoDefault=False), "closeButton")
        self._lay_out()
        self._connect()
        self._update()
        self._failure.setFocus()

    def _connect(self) -> None:
        self._simulate.clicked.connect(self._simulate_failure)
        self._stop.clicked.connect(self._stop_failure)
        self._limits.clicked.connect(self._apply_limits)
        self._switch_on.clicked.connect(self.switch_on_requested)
        self._close.clicked.connect(self.reject)
        self._service.changed.connect(self._update)

    def _simulate_failure(self) -> None:
        failure = Failure(self._failure.currentData())
        self._service.simulate(replace(self._service.simulated_failures, failure=failure, calls=self._calls.value()))

    def _stop_failure(self) -> None:
        self._service.simulate(replace(self._service.simulated_failures, failure=None, calls=0))

    def _apply_limits(self, on: bool) -> None:
        self._service.simulate(replace(self._service.simulated_failures, limits_calls=on))

    def _update(self) -> None:
        is_listening, simulated = self._service.port is not None, self._service.simulated_failures
        for widget in (self._failure, self._calls, self._simulate, self._limits):
            widget.setEnabled(is_listening)
        self._stop.setEnabled(simulated.failure is not None)
        self._limits.setChecked(simulated.limits_calls)
        self._switch_on.setVisible(not self._service.is_on)
        self._state.setText(_state_text(simulated, is_listening=is_listening))
        grow_to_fit_texts(self)

    def _lay_out(self) -> None:
        layout = dialog_layout(self, width_digits=_WIDTH_DIGITS)
        layout.addWidget(Label(texts.SIMULATED_FAILURES_EXPLAINED, wordWrap=True))
        layout.addSpacing(8)
        layout.addWidget(label_for(self._failure, texts.ANSWER_WITH))
        layout.addWidget(self._failure)
        layout.addWidget(label_for(self._calls, texts.NUMBER_OF_CALLS))
        layout.addWidget(self._calls)
        layout.addLayout(_button_row(self._simulate, self._stop, stretch_at=2))
        layout.addSpacing(8)
        layout.addWidget(self._limits, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(Label(texts.RATE_LIMITS_EXPLAINED, wordWrap=True))
        layout.addSpacing(8)
        layout.addWidget(self._state)
        layout.addStretch()
        layout.addLayout(_button_row(self._switch_on, self._close, stretch_at=1))


def _state_text(simulated: SimulatedFailures, *, is_listening: bool) -> str:
    if not is_listening:
        return texts.SERVICE_IS_OFF
    return texts.describe_simulated_failures(simulated) or texts.NO_SIMULATED_FAILURES


def _button_row(first: QPushButton, second: QPushButton, *, stretch_at: int) -> QHBoxLayout:
    """Return a row of two buttons with the free space at this position."""
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(first)
    row.addWidget(second)
    row.insertStretch(stretch_at)
    return row
