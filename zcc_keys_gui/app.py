"""The start of the program: its arguments, and what is loaded in which order until the first window is there."""

import argparse
import gc
import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from zcc_keys_gui import __version__
from zcc_keys_gui.platform.import_ahead import import_ahead

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from zcc_keys_gui.program import Program

_SETTLED_AFTER = 1_000  # milliseconds: the first window is painted by then


def main() -> int:
    """Start the program, and return its exit code: 0, or 1 if it could not start, or 2 for wrong arguments."""
    if sys.argv[1:] == ["--sign-in-service"]:
        # Where PyJWT finds it, it loads 8 MiB of it, a sixth of this start; HS256, its only algorithm here, needs none.
        sys.modules["cryptography"] = None  # type: ignore[assignment]
        from zcc_keys_gui.sign_in.process import main as serve
        from zcc_keys_gui.vault.sign_in.key_reader import VaultKeyReader

        return serve(VaultKeyReader)
    sys.excepthook = _tell_unexpected
    try:
        program = _begun(sys.argv[1:])
    except Exception as error:  # noqa: BLE001  told, and the end of this start
        return _tell_failed_start(error)
    if program is None:
        return 0
    import signal

    from PySide6.QtWidgets import QApplication

    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C in a console ends it at once: what was saved is on the disk
    return _exit_code(QApplication.exec() or program.exit_code)


def _exit_code(code: int) -> int:
    """Return the code, or end the process with it immediately if a thread runs that can't be interrupted.

    Python's own end would destroy what that thread uses. The vault is closed already.
    """
    from PySide6.QtCore import QThreadPool

    from zcc_keys_gui.ui.application.background import export_pool

    if not all(pool.waitForDone(0) for pool in (QThreadPool.globalInstance(), export_pool())):
        os._exit(code)
    return code


def _tell_unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    from PySide6.QtWidgets import QApplication

    from zcc_keys_gui.ui.widgets.messages import show_unexpected_error

    if QApplication.instance() is None:  # Qt ends the process if it makes a window without one
        sys.__excepthook__(kind, error, trace)
    else:
        show_unexpected_error(kind, error, trace)


def _tell_failed_start(error: Exception) -> int:
    """Say why the program can't start, in a window if Qt can show one; return the exit code."""
    from zcc_keys_gui.platform.start_message import show_start_message

    try:
        from PySide6.QtWidgets import QApplication

        if QApplication.instance() is not None:
            from zcc_keys_gui.ui.widgets.messages import show_problem

            show_problem(None, error)
            QApplication.exec()
            return 1
    except ImportError:  # such as a system library of Qt's that is missing
        pass
    show_start_message(f"ZCC Keys can't start: {error or type(error).__name__}.")
    return 1


def start(arguments: list[str]) -> bool:
    """Open the vault and show the first window; make the QApplication if there is none.

    `arguments` are those of the command line, without the program's name. Returns False where another start on the same
    folder already runs, whose window was brought to the front; then there is nothing to wait for. Raises `SystemExit`
    for wrong arguments, or if there is no display; the reason was told.
    """
    return _begun(arguments) is not None


def _begun(arguments: list[str]) -> "Program | None":
    folder = _data_folder(arguments)
    _refuse_to_start_without_display()
    gc.disable()  # of what is made until the first window is there, next to nothing is garbage; after that, see below
    import zcc_keys_gui.ui  # noqa: F401  before the others, which are then imported sooner

    import_ahead("zcc_keys_gui.vault.opening", "cryptography.hazmat.primitives.ciphers.aead")
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(sys.argv[:1])
    application.setApplicationName("ZCC Keys")
    application.setApplicationVersion(__version__)
    from zcc_keys_gui.platform.process import set_app_id
    from zcc_keys_gui.program import Program
    from zcc_keys_gui.ui.theme.program_icon import program_icon
    from zcc_keys_gui.vault.files.folder import VaultFolder

    set_app_id()
    application.setWindowIcon(program_icon())
    vault_folder = VaultFolder(folder)
    running = Program.running_on(vault_folder)
    if running is not None:
        running.come_to_front()
        return None
    program = Program(vault_folder, application)
    has_begun = program.begin()
    _watch_held_keys(application)  # only now: it costs a little for each event, and the first window makes over 1,000
    QTimer.singleShot(_SETTLED_AFTER, lambda: _collect_garbage(application))
    if not has_begun:
        return None
    QTimer.singleShot(_SETTLED_AFTER, lambda: _let_windows_restart(folder))
    return program


def _refuse_to_start_without_display() -> None:
    """Say that there is no display: Qt would abort the process."""
    from zcc_keys_gui.platform.display import can_start_qt

    if not can_start_qt():
        from zcc_keys_gui.platform.start_message import show_start_message

        show_start_message("ZCC Keys can't start: there is no display. Start it in a desktop session.")
        raise SystemExit(1)


def _collect_garbage(application: "QApplication") -> None:
    """Go on collecting, but never in another thread."""
    from zcc_keys_gui.ui.application.garbage_collector import GarbageCollector

    if application.findChild(GarbageCollector) is None:  # of another start
        GarbageCollector(application)


def _watch_held_keys(application: "QApplication") -> None:
    from zcc_keys_gui.ui.application.held_keys import HeldKeys

    if application.findChild(HeldKeys) is None:  # of another start
        HeldKeys(application)


def _let_windows_restart(folder: Path) -> None:
    from zcc_keys_gui.platform.process import register_restart

    program = [] if getattr(sys, "frozen", False) else ["-m", "zcc_keys_gui"]  # what follows the process's own file
    register_restart([*program, "--data-folder", str(folder)])


def _data_folder(arguments: list[str]) -> Path:
    command = Path(sys.executable).name if getattr(sys, "frozen", False) else "zcc-keys-gui"
    parser = argparse.ArgumentParser(prog=command, description="Keep local API keys in an encrypted vault.")
    parser.add_argument(
        "--data-folder", type=_folder, metavar="FOLDER", help="keep the vault there, not in your profile"
    )
    parser.add_argument("--version", action="version", version=f"ZCC Keys {__version__}")
    return _parsed(parser, arguments)


def _folder(text: str) -> Path:
    """Return the absolute folder that an argument names. Raises `ArgumentTypeError` if it names none."""
    if not text.strip():
        raise argparse.ArgumentTypeError("the name of a folder is missing")
    try:
        if "\0" in os.fsdecode(os.fsencode(text)):
            raise ValueError
        folder = Path(text).expanduser().absolute()
    except ValueError as error:
        raise argparse.ArgumentTypeError("this name has characters that a folder can't have") from error
    except RuntimeError as error:  # of `~` or `~name`
        raise argparse.ArgumentTypeError(f"the home folder that {text} stands for is not known") from error
    except OSError as error:
        raise argparse.ArgumentTypeError(
            f"the current folder no longer exists, so {text} can't be found in it; give the full path"
        ) from error
    from zcc_keys_gui.platform.files import deep_folder

    return deep_folder(folder)


def _usual_folder() -> Path | None:
    """Return the folder in the user's profile; None if no home folder is known."""
    from platformdirs import user_data_path

    folder = user_data_path("ZCC Keys", appauthor=False)
    return folder if folder.is_absolute() else None  # else it begins with a `~` that stands for nothing


def _parsed(parser: argparse.ArgumentParser, arguments: list[str]) -> Path:
    """Parse; what there is to say reaches the user even if the program has no streams, as a windowed exe has none."""
    said = io.StringIO()
    try:
        with redirect_stdout(sys.stdout or said), redirect_stderr(said):
            folder: Path | None = parser.parse_args(arguments).data_folder or _usual_folder()
            if folder is None:
                parser.error("your home folder is not known: set HOME, or use --data-folder")
            return folder
    except SystemExit:
        from zcc_keys_gui.platform.start_message import flush_output, show_start_message

        if said.getvalue():
            show_start_message(said.getvalue().strip())
        flush_output()
        raise
