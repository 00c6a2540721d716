"""The window in which a person orders failures of the sign-in service, so that scripts meet them here first."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from zcc_keys_gui.domain.sign_in import MAX_SIMULATED_CALLS, SLOW_ANSWER_SECONDS, Failure, SimulatedFailures
from zcc_keys_gui.ui.application.sign_in_service import SignInService
from zcc_keys_gui.ui.text.sign_in import simulated_failures_words
from zcc_keys_gui.ui.widgets.fields.number_field import NumberField
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.naming import named
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts

_CHOICES = {
    Failure.UNAUTHORIZED: "401 Unauthorized",
    Failure.FORBIDDEN: "403 Forbidden",
    Failure.TOO_MANY: "429 Too Many Requests, with its headers",
    Failure.SERVER_ERROR: "500 Internal Server Error",
    Failure.SLOW: f"A slow answer, after {SLOW_ANSWER_SECONDS} seconds",
    Failure.EXPIRED_TOKEN: "A token that has expired already",
}
_LIMITS = "Let the &documented rate limits hold"
_LIMITS_EXPLAINED = "100 calls an hour; downloadDevices and downloadServiceStatus 3 a day each."


class SimulatedFailuresDialog(QDialog):
    """A window beside the main window; `switch_on_requested` asks for the service to be switched on."""

    switch_on_requested = Signal()

    def __init__(self, service: SignInService, parent: QWidget) -> None:
        """Order failures of `service`."""
        super().__init__(parent)
        self.setObjectName("rehearsalDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Rehearse failures")
        self._service = service
        self._failure = named(QComboBox(), "failureField", "Answer with")
        for failure, words in _CHOICES.items():
            self._failure.addItem(words, failure)
        self._calls = named(NumberField(), "rehearsedCallsField", "How many calls")
        self._calls.setRange(1, MAX_SIMULATED_CALLS)
        self._calls.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._unit = Label()
        self._rehearse = named(QPushButton("&Rehearse"), "rehearseButton", "Rehearse")
        self._stop = named(QPushButton("&Stop", autoDefault=False), "stopRehearsalButton", "Stop")
        self._limits = named(QCheckBox(_LIMITS), "rateLimitsBox", _LIMITS.replace("&", ""))
        self._state = named(Label(wordWrap=True), "rehearsalLabel")
        self._switch_on = named(
            QPushButton("Switch the service &on", autoDefault=False), "switchServiceOnButton", "Switch the service on"
        )
        self._close = named(QPushButton("&Close", autoDefault=False), "closeButton", "Close")
        self._lay_out()
        self._calls.valueChanged.connect(self._follow_calls)
        self._rehearse.clicked.connect(self._order_failure)
        self._stop.clicked.connect(self._order_no_failure)
        self._limits.toggled.connect(self._order_limits)
        self._switch_on.clicked.connect(self.switch_on_requested)
        self._close.clicked.connect(self.reject)
        service.changed.connect(self._follow)
        self._follow_calls(self._calls.value())
        self._follow()
        self._failure.setFocus()

    def _follow_calls(self, number: int) -> None:
        self._unit.setText("call" if number == 1 else "calls")

    def _order_failure(self) -> None:
        failure = Failure(self._failure.currentData())
        self._service.rehearse(replace(self._service.simulated_failures, failure=failure, calls=self._calls.value()))

    def _order_no_failure(self) -> None:
        self._service.rehearse(replace(self._service.simulated_failures, failure=None, calls=0))

    def _order_limits(self, on: bool) -> None:
        self._service.rehearse(replace(self._service.simulated_failures, limits_calls=on))

    def _follow(self) -> None:
        is_on, simulated_failures = self._service.port is not None, self._service.simulated_failures
        for widget in (self._failure, self._calls, self._rehearse, self._limits):
            widget.setEnabled(is_on)
        self._stop.setEnabled(simulated_failures.failure is not None)
        self._limits.blockSignals(True)  # it follows, nobody switches it
        self._limits.setChecked(simulated_failures.limits_calls)
        self._limits.blockSignals(False)
        self._switch_on.setVisible(not self._service.is_on)
        self._state.setText(_state_words(simulated_failures, is_on=is_on))
        grow_to_fit_texts(self)

    def _lay_out(self) -> None:
        calls = QHBoxLayout()
        calls.setSpacing(8)
        calls.addWidget(self._calls)
        calls.addWidget(self._unit)
        calls.addStretch()
        order = QHBoxLayout()
        order.setSpacing(8)
        order.addWidget(self._rehearse)
        order.addWidget(self._stop)
        order.addStretch()
        bottom = QHBoxLayout()
        bottom.setSpacing(8)
        bottom.addWidget(self._switch_on)
        bottom.addStretch()
        bottom.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(
            Label(
                "What scripts do when the API fails can be tried here. Status codes, limits and their headers are the "
                "documented ones; what the answers say is ours. Nothing of it outlives the service: all is off again "
                "when the service is switched off, and at the next start.",
                wordWrap=True,
            )
        )
        layout.addSpacing(8)
        layout.addWidget(_label("&Answer with", self._failure))
        layout.addWidget(self._failure)
        layout.addWidget(_label("&The next", self._calls))
        layout.addLayout(calls)
        layout.addLayout(order)
        layout.addSpacing(8)
        layout.addWidget(self._limits, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(Label(_LIMITS_EXPLAINED, wordWrap=True))
        layout.addSpacing(8)
        layout.addWidget(self._state)
        layout.addStretch()
        layout.addLayout(bottom)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("0") * 64)


def _state_words(simulated_failures: SimulatedFailures, *, is_on: bool) -> str:
    if not is_on:
        return "The sign-in service is off."
    return (
        f"Now: {simulated_failures_words(simulated_failures)}."
        if simulated_failures.is_on
        else "Now: calls are answered as usual."
    )


def _label(text: str, buddy: QWidget) -> Label:
    label = Label(text)
    label.setBuddy(buddy)
    return label
