"""Work that may take long: in another thread, with its progress and Cancel if it is not done after a moment."""

from collections.abc import Callable
from threading import Event
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QProgressBar, QPushButton, QVBoxLayout, QWidget

from zcc_keys_gui.ui.application.background import Report
from zcc_keys_gui.ui.widgets.background_work import BackgroundWork
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.messages import show_problem
from zcc_keys_gui.ui.widgets.naming import named

_SHOWN_AFTER = 300  # milliseconds: what is done sooner does not flicker
_FINEST = 200  # steps of the bar: more are not told, because each one costs the GUI thread some time
_INPUT = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonDblClick,
    QEvent.Type.Wheel,
    QEvent.Type.Shortcut,
    QEvent.Type.ShortcutOverride,
    QEvent.Type.ContextMenu,
}


class ProgressDialog(QDialog):
    """Runs work and blocks its parent window until the work is done.

    Exactly one of these is emitted, unless the dialog is closed first: `succeeded` with what the work returned, or
    `canceled`. A failure is shown in a message box. If the window is closed, the work is canceled.
    """

    succeeded = Signal(object)
    canceled = Signal()

    def __init__(self, what: str, if_canceled: str, work: Callable[[Report], Any], parent: QWidget) -> None:
        """Run `work` as soon as `start` is called; its `Report` raises `InterruptedError` after Cancel was clicked.

        `what` says what is going on, such as `Deleting 1,000 API keys…`, and `if_canceled` what canceling means.
        """
        super().__init__(parent)
        self.setObjectName("progressDialog")
        self.setWindowTitle(what.removesuffix("…"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._is_canceled = Event()
        self._told = -1
        self._text = named(Label(what, wordWrap=True), "progressLabel")
        self._hint = named(Label(if_canceled, wordWrap=True), "cancelHint")
        self._bar = named(QProgressBar(maximum=0, textVisible=False), "progressBar", what)
        self._cancel = named(QPushButton("Cancel"), "cancelButton", "Cancel")
        self._cancel.clicked.connect(self.reject)
        self._lay_out()
        self._work = work
        self._background = BackgroundWork(self)
        self._background.progressed.connect(self._show_progress)
        self._delay = QTimer(self, singleShot=True, interval=_SHOWN_AFTER)
        self._delay.timeout.connect(self._appear)

    def start(self) -> None:
        """Start the work. Until the dialog appears, keys and mouse have no effect."""
        _application().installEventFilter(self)
        self._delay.start()
        work = self._work
        self._background.start_reporting(
            lambda report: work(lambda done, of: self._report(report, done, of)), self._take_result, self._take_failure
        )

    def reject(self) -> None:
        """Cancel the work, and stay until it has stopped; too late once all steps are done and being saved."""
        if not self._background.is_busy:
            super().reject()
        elif self._cancel.isEnabled():
            self._is_canceled.set()
            self._cancel.setEnabled(False)
            self._text.setText("Canceling…")
            self._bar.setMaximum(0)

    def done(self, result: int) -> None:
        """Close; work that still runs is canceled, and nobody hears of it."""
        self._is_canceled.set()
        self._background.ignore_outcome()
        self._stop_waiting()
        super().done(result)
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ignore keys and mouse until the dialog appears: a second command would have to wait for this one."""
        return event.type() in _INPUT or super().eventFilter(watched, event)

    def _report(self, report: Report, done: int, of: int) -> None:
        """Take what the work tells, in its thread."""
        if self._is_canceled.is_set():
            raise InterruptedError
        step = done * _FINEST // of if of else 0
        if step != self._told:
            self._told = step
            report(step, _FINEST)

    def _appear(self) -> None:
        _application().removeEventFilter(self)
        self.open()

    def _show_progress(self, done: int, of: int) -> None:
        if self._is_canceled.is_set():
            return
        is_being_saved = done == of
        self._cancel.setDisabled(is_being_saved)
        self._bar.setMaximum(0 if is_being_saved else of)
        self._bar.setValue(done)

    def _take_result(self, result: object) -> None:
        self.done(QDialog.DialogCode.Accepted)
        self.succeeded.emit(result)

    def _take_failure(self, error: Exception) -> None:
        self.done(QDialog.DialogCode.Rejected)
        if isinstance(error, InterruptedError):
            self.canceled.emit()
        else:
            show_problem(self.parentWidget(), error)

    def _stop_waiting(self) -> None:
        self._delay.stop()
        _application().removeEventFilter(self)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        for widget in (self._text, self._bar, self._hint):
            layout.addWidget(widget)
        layout.addSpacing(8)
        layout.addWidget(self._cancel, alignment=Qt.AlignmentFlag.AlignRight)
        self.setFixedWidth(self.fontMetrics().horizontalAdvance("0") * 56)


def _application() -> QCoreApplication:
    application = QCoreApplication.instance()
    assert application is not None
    return application
