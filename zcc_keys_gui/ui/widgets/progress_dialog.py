"""The dialog that shows the progress of work that takes longer than a moment, and can cancel it."""

from collections.abc import Callable
from threading import Event
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QProgressBar, QPushButton, QWidget

from zcc_keys_gui.ui.application.background import Report
from zcc_keys_gui.ui.text.widgets import CANCEL, CANCELING
from zcc_keys_gui.ui.widgets.background_work import BackgroundWork
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.layouts import dialog_layout
from zcc_keys_gui.ui.widgets.messages import show_problem
from zcc_keys_gui.ui.widgets.naming import name_widget

_DELAY_MS = 300  # Work that is done sooner shows no dialog, which would only flicker.
_MAX_STEPS = 200  # Each step that is shown costs the GUI thread some time.
_WIDTH_DIGITS = 56
_INPUT_EVENTS = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonDblClick,
    QEvent.Type.Wheel,
    QEvent.Type.Shortcut,
    QEvent.Type.ShortcutOverride,
    QEvent.Type.ContextMenu,
}


class ProgressDialog(QDialog):
    """A dialog that does work in the background, and blocks its parent window until the work is done.

    Exactly one of two signals is emitted, unless the dialog is closed first: `succeeded` with the result of the work,
    or `canceled`. A failure is shown in a message box. If the window is closed, the work is canceled.
    """

    succeeded = Signal(object)
    canceled = Signal()

    def __init__(self, title: str, cancel_hint: str, work: Callable[[Report], Any], parent: QWidget) -> None:
        """Prepare to do `work`, which must report its progress often: that raises `InterruptedError` after Cancel.

        `title` says what is going on, such as `Deleting 1,000 API keys…`, and `cancel_hint` what Cancel would do.
        """
        super().__init__(parent)
        self.setObjectName("progressDialog")
        self.setWindowTitle(title.removesuffix("…"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._work = work
        self._is_canceled = Event()
        self._reported_step = -1
        self._text = name_widget(Label(title, wordWrap=True), "progressLabel")
        self._hint = name_widget(Label(cancel_hint, wordWrap=True), "cancelHint")
        self._bar = name_widget(QProgressBar(maximum=0, textVisible=False), "progressBar", title)
        self._cancel = name_widget(QPushButton(CANCEL), "cancelButton")
        self._lay_out()
        self._background = BackgroundWork(self)
        self._delay = QTimer(self, singleShot=True, interval=_DELAY_MS)
        self._background.progressed.connect(self._show_progress)
        self._delay.timeout.connect(self._open)
        self._cancel.clicked.connect(self.reject)

    def start(self) -> None:
        """Start the work. Until the dialog appears, keys and mouse have no effect."""
        _application().installEventFilter(self)
        self._delay.start()
        work = self._work
        self._background.start_reporting(
            lambda report: work(lambda done, steps: self._report(report, done, steps)),
            self._pass_result_on,
            self._pass_failure_on,
        )

    def reject(self) -> None:
        """Cancel the work and wait until it has stopped, unless all steps are done and are being saved."""
        if not self._background.is_busy:
            super().reject()
        elif self._cancel.isEnabled():
            self._is_canceled.set()
            self._cancel.setEnabled(False)
            self._text.setText(CANCELING)
            self._bar.setMaximum(0)

    def done(self, result: int) -> None:
        """Close, and cancel work that is running without reporting its outcome."""
        self._is_canceled.set()
        self._background.ignore_outcome()
        self._delay.stop()
        _application().removeEventFilter(self)
        super().done(result)
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Drop keys and clicks until the dialog appears, because another command would have to wait for the work."""
        return event.type() in _INPUT_EVENTS or super().eventFilter(watched, event)

    def _report(self, report: Report, done: int, steps: int) -> None:
        """Report progress from the thread of the work. Raises `InterruptedError` after the user has canceled."""
        if self._is_canceled.is_set():
            raise InterruptedError
        step = done * _MAX_STEPS // steps if steps else 0
        if step != self._reported_step:
            self._reported_step = step
            report(step, _MAX_STEPS)

    def _open(self) -> None:
        _application().removeEventFilter(self)
        self.open()

    def _show_progress(self, done: int, steps: int) -> None:
        if self._is_canceled.is_set():
            return
        is_being_saved = done == steps
        self._cancel.setDisabled(is_being_saved)
        self._bar.setMaximum(0 if is_being_saved else steps)
        self._bar.setValue(done)

    def _pass_result_on(self, result: object) -> None:
        self.done(QDialog.DialogCode.Accepted)
        self.succeeded.emit(result)

    def _pass_failure_on(self, error: Exception) -> None:
        self.done(QDialog.DialogCode.Rejected)
        if isinstance(error, InterruptedError):
            self.canceled.emit()
        else:
            show_problem(self.parentWidget(), error)

    def _lay_out(self) -> None:
        layout = dialog_layout(self)
        for widget in (self._text, self._bar, self._hint):
            layout.addWidget(widget)
        layout.addSpacing(8)
        layout.addWidget(self._cancel, alignment=Qt.AlignmentFlag.AlignRight)
        self.setFixedWidth(self.fontMetrics().horizontalAdvance("0") * _WIDTH_DIGITS)


def _application() -> QCoreApplication:
    application = QCoreApplication.instance()
    assert application is not None
    return application
