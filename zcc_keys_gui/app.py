"""The start of the program, and the order in which it loads its modules until the first window is visible."""

import gc
import os
import signal
import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from zcc_keys_gui import __version__
from zcc_keys_gui.command_line import data_folder
from zcc_keys_gui.platform.display import can_start_qt
from zcc_keys_gui.platform.start_message import show_start_message

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from zcc_keys_gui.program import Program

# Qt and all modules that use it are imported in functions: if Qt can't be loaded, `main` says so.

_AFTER_FIRST_WINDOW_MS = 1_000  # the first window is painted by then
_CANNOT_START = "ZCC Keys can't start: {reason}."
_NO_DISPLAY = "ZCC Keys can't start because there is no display. Start it in a desktop session."


def main() -> int:
    """Run the program; return its exit code: 0, 1 if it could not start, or 2 for wrong arguments."""
    if sys.argv[1:] == ["--sign-in-service"]:
        from zcc_keys_gui.sign_in.process import main as serve
        from zcc_keys_gui.vault.sign_in.key_reader import VaultKeyReader

        return serve(VaultKeyReader)
    sys.excepthook = _show_unexpected_error
    try:
        program = _begin(sys.argv[1:])
    except Exception as error:  # noqa: BLE001  the user is shown any error
        return _show_failed_start(error)
    if program is None:
        return 0
    from PySide6.QtWidgets import QApplication

    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Qt's event loop never runs Python's own handler of Ctrl+C
    return _end_process_if_busy(QApplication.exec() or program.exit_code)


def start(arguments: list[str]) -> bool:
    """Open the vault and show the first window; make the QApplication if there is none.

    `arguments` are those of the command line, without the program's name. Returns False if another start on the same
    folder is running; its window was brought to the front. Raises `SystemExit` for wrong arguments, or if there is no
    display, after the reason was shown.
    """
    return _begin(arguments) is not None


def _begin(arguments: list[str]) -> "Program | None":
    folder = data_folder(arguments)
    _require_display()
    gc.disable()  # 8 ms of the start; from the first window on, `GarbageCollector` collects
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    is_first_start = QApplication.instance() is None
    application = _application()
    from zcc_keys_gui.platform.process import set_app_id
    from zcc_keys_gui.program import Program
    from zcc_keys_gui.ui.theme.program_icon import program_icon
    from zcc_keys_gui.vault.files.folder import VaultFolder

    set_app_id()
    application.setWindowIcon(program_icon())
    vault_folder = VaultFolder(folder)
    running = None if is_first_start else Program.running_on(vault_folder, application)
    if running is not None:
        running.come_to_front()
        return None
    program = Program(vault_folder, application)
    if not program.begin():
        return None
    if is_first_start and program.shows_vault:
        # The filter sees every event, so PySide loads every class of Qt, and the first window would appear 22 ms later.
        # A dialog can't wait: Enter, with which the user started the program, may still be held down.
        QTimer.singleShot(_AFTER_FIRST_WINDOW_MS, application, lambda: _ignore_held_keys(application))
    else:
        _ignore_held_keys(application)
    QTimer.singleShot(_AFTER_FIRST_WINDOW_MS, lambda: _let_windows_restart(folder))
    return program


def _require_display() -> None:
    """Show that there is no display and end the program, because Qt would abort the process."""
    if not can_start_qt():
        show_start_message(_NO_DISPLAY)
        raise SystemExit(1)


def _application() -> "QApplication":
    """Return the QApplication of this process, which an earlier start may have made."""
    from PySide6.QtWidgets import QApplication

    from zcc_keys_gui.ui.application.garbage_collector import GarbageCollector

    application = QApplication.instance()
    is_new = application is None
    if not isinstance(application, QApplication):
        application = QApplication(sys.argv[:1])
    # Searching a new application would make PySide load the style, 7 ms.
    if is_new or application.findChild(GarbageCollector) is None:
        GarbageCollector(application)
    application.setApplicationName("ZCC Keys")
    application.setApplicationVersion(__version__)
    return application


def _ignore_held_keys(application: "QApplication") -> None:
    from zcc_keys_gui.ui.application.held_keys import HeldKeys

    if application.findChild(HeldKeys) is None:
        HeldKeys(application)


def _let_windows_restart(folder: Path) -> None:
    from zcc_keys_gui.platform.process import register_restart

    module = [] if getattr(sys, "frozen", False) else ["-m", "zcc_keys_gui"]
    register_restart([*module, "--data-folder", str(folder)])


def _end_process_if_busy(exit_code: int) -> int:
    """Return the exit code; but if a thread is still running that can't be interrupted, end the process with it.

    The end of Python would destroy objects that the thread uses. The vault is closed already.
    """
    from PySide6.QtCore import QThreadPool

    from zcc_keys_gui.ui.application.background import export_pool

    if not all(pool.waitForDone(0) for pool in (QThreadPool.globalInstance(), export_pool())):
        os._exit(exit_code)
    return exit_code


def _show_unexpected_error(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    from PySide6.QtWidgets import QApplication

    from zcc_keys_gui.ui.widgets.messages import show_unexpected_error

    if QApplication.instance() is None:  # Qt would abort the process if it had to make a window
        sys.__excepthook__(kind, error, trace)
    else:
        show_unexpected_error(kind, error, trace)


def _show_failed_start(error: Exception) -> int:
    """Show why the program can't start, in a window if Qt works; return the exit code."""
    try:
        from PySide6.QtWidgets import QApplication

        if QApplication.instance() is not None:
            from zcc_keys_gui.ui.widgets.messages import show_problem

            show_problem(None, error)
            QApplication.exec()
            return 1
    except ImportError:  # for example, a library of the system is missing that Qt needs
        pass
    show_start_message(_CANNOT_START.format(reason=str(error) or type(error).__name__))
    return 1
