"""Work that a window starts in another thread, with its result or failure."""

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QThreadPool, Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from zcc_keys_gui.ui.application.background import BackgroundTask, Report
from zcc_keys_gui.ui.widgets.messages import show_problem
from zcc_keys_gui.ui.widgets.naming import name_widget

_ResultT = TypeVar("_ResultT")


class BackgroundWork(QObject):
    """The runner of one piece of work at a time for a window, in another thread.

    If other work is started meanwhile, or the window is deleted, the outcome of the earlier work is ignored.
    """

    busy_changed = Signal(bool)
    """Emitted with True when work starts, and with False when its outcome arrives."""
    progressed = Signal(int, int)
    """The number of steps that are done, and the number of all steps, as the work reports them."""

    def __init__(self, window: QWidget, pool: QThreadPool | None = None) -> None:
        """Work for `window` in the threads of `pool`, or of Qt's global pool."""
        super().__init__(window)
        self._window = window
        self._pool = pool or QThreadPool.globalInstance()
        self._task: BackgroundTask | None = None
        self._on_result: Callable[[Any], None] | None = None
        self._on_failure: Callable[[Exception], None] | None = None

    def progress_bar(self, accessible_name: str) -> QProgressBar:
        """Return a bar that is visible while work is running, and that leaves its space in the layout empty otherwise.

        It shows how far the work is if the work reports that. Call this before any work is started.
        """
        bar = name_widget(QProgressBar(maximum=0, textVisible=False), "progressBar", accessible_name)
        policy = bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        bar.setSizePolicy(policy)
        bar.hide()

        def show_progress(done: int, steps: int) -> None:
            bar.setMaximum(steps)
            bar.setValue(done)

        def show_busy(busy: bool) -> None:
            bar.setMaximum(0)
            bar.setVisible(busy)

        self.progressed.connect(show_progress)
        self.busy_changed.connect(show_busy)
        return bar

    @property
    def is_busy(self) -> bool:
        """Whether work is running whose outcome will be reported."""
        return self._task is not None

    def start(
        self,
        work: Callable[[], _ResultT],
        on_result: Callable[[_ResultT], None],
        on_failure: Callable[[Exception], None] | None = None,
    ) -> None:
        """Call `work` in another thread, then `on_result` or `on_failure` in this one.

        Without `on_failure`, a message box shows the failure. `work` must not use the window, which may be deleted
        before the work is done.
        """
        self.start_reporting(lambda _: work(), on_result, on_failure)

    def start_reporting(
        self,
        work: Callable[[Report], _ResultT],
        on_result: Callable[[_ResultT], None],
        on_failure: Callable[[Exception], None] | None = None,
    ) -> None:
        """Do the same as `start` with work that calls a function to report its progress."""
        task = self._task = BackgroundTask(lambda: work(task.progressed.emit))
        self._on_result, self._on_failure = on_result, on_failure
        task.progressed.connect(self._pass_progress_on)
        task.done.connect(self._pass_result_on)
        task.failed.connect(self._pass_failure_on)
        self.busy_changed.emit(True)
        task.start(self._pool)

    def ignore_outcome(self) -> None:
        """Report nothing more of the work that is running."""
        self._task = self._on_result = self._on_failure = None

    def _pass_progress_on(self, done: int, steps: int) -> None:
        if self.sender() is self._task:
            self.progressed.emit(done, steps)

    def _pass_result_on(self, result: object) -> None:
        if self.sender() is self._task:
            on_result = self._on_result
            self._end()
            assert on_result is not None
            on_result(result)

    def _pass_failure_on(self, error: Exception) -> None:
        if self.sender() is self._task:
            on_failure = self._on_failure
            self._end()
            if on_failure is None:
                show_problem(self._window, error)
            else:
                on_failure(error)

    def _end(self) -> None:
        self.ignore_outcome()
        self.busy_changed.emit(False)
