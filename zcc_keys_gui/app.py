"""The start of the program: its arguments, and what is loaded in which order until the first window is there."""

import argparse
import gc
import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from zcc_keys_gui import __version__
from zcc_keys_gui.windows.import_ahead import import_ahead

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

_SETTLED_AFTER = 1_000  # milliseconds: the first window is painted by then


def main() -> int:
    """Start the program, and return its exit code when the person is done."""
    if sys.argv[1:] == ["--sign-in-service"]:
        # Where PyJWT finds it, it loads 8 MiB of it, a sixth of this start; HS256, its only algorithm here, needs none.
        sys.modules["cryptography"] = None  # type: ignore[assignment]
        from zcc_keys_gui.sign_in_service import main as serve

        return serve()
    sys.excepthook = _tell_unexpected
    try:
        if not start(sys.argv[1:]):
            return 0
    except Exception as error:  # noqa: BLE001  told, and the end of this start
        return _tell_and_leave(error)
    import signal

    from PySide6.QtWidgets import QApplication

    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C in a console ends it at once: what was saved is on the disk
    return QApplication.exec()


def _tell_unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    from zcc_keys_gui.ui.messages import tell_unexpected

    tell_unexpected(kind, error, trace)


def _tell_and_leave(error: Exception) -> int:
    from PySide6.QtWidgets import QApplication

    if QApplication.instance() is None:
        raise error
    _tell_unexpected(type(error), error, error.__traceback__)
    QApplication.exec()
    return 1


def start(arguments: list[str]) -> bool:
    """Open the vault and show the first window; make the QApplication if there is none.

    `arguments` are those of the command line, without the program's name. Returns False where another start on the same
    folder already runs, whose window was brought to the front; then there is nothing to wait for.
    """
    folder = _data_folder(arguments)
    gc.disable()  # of what is made until the first window is there, next to nothing is garbage; after that, see below
    import zcc_keys_gui.ui  # noqa: F401  before the others, which are then imported sooner

    import_ahead("zcc_keys_gui.vault.door", "cryptography.hazmat.primitives.ciphers.aead")
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(sys.argv[:1])
    application.setApplicationName("ZCC Keys")
    application.setApplicationVersion(__version__)
    from zcc_keys_gui.program import Program
    from zcc_keys_gui.ui.program_icon import program_icon
    from zcc_keys_gui.vault.folder import VaultFolder
    from zcc_keys_gui.windows.app_id import set_app_id

    set_app_id()
    application.setWindowIcon(program_icon())
    vault_folder = VaultFolder(folder)
    running = Program.running_on(vault_folder)
    if running is not None:
        running.come_to_front()
        return False
    started = Program(vault_folder, application).begin()
    QTimer.singleShot(_SETTLED_AFTER, lambda: _collect_garbage(application))
    if started:
        QTimer.singleShot(_SETTLED_AFTER, lambda: _let_windows_restart(folder))
    return started


def _collect_garbage(application: "QApplication") -> None:
    """Go on collecting, but never in another thread."""
    from zcc_keys_gui.ui.garbage import GarbageCollector

    if application.findChild(GarbageCollector) is None:  # of another start
        GarbageCollector(application)


def _let_windows_restart(folder: Path) -> None:
    from zcc_keys_gui.windows.restart import register_restart

    program = [] if getattr(sys, "frozen", False) else ["-m", "zcc_keys_gui"]  # what follows the process's own file
    register_restart([*program, "--data-folder", str(folder)])


def _data_folder(arguments: list[str]) -> Path:
    command = Path(sys.executable).name if getattr(sys, "frozen", False) else "zcc-keys-gui"
    parser = argparse.ArgumentParser(prog=command, description="Keep local API keys in an encrypted vault.")
    parser.add_argument("--data-folder", type=Path, metavar="FOLDER", help="keep the vault there, not in your profile")
    parser.add_argument("--version", action="version", version=f"ZCC Keys {__version__}")
    chosen: Path | None = _parsed(parser, arguments).data_folder
    if chosen is None:
        from platformdirs import user_data_path

        return user_data_path("ZCC Keys", appauthor=False)
    from zcc_keys_gui.windows.long_path import deep_folder

    return deep_folder(chosen.absolute())


def _parsed(parser: argparse.ArgumentParser, arguments: list[str]) -> argparse.Namespace:
    """Parse; what there is to say reaches the person also from a windowed exe, which may have no streams."""
    unheard = io.StringIO()
    try:
        with redirect_stdout(sys.stdout or unheard), redirect_stderr(sys.stderr or unheard):
            return parser.parse_args(arguments)
    except SystemExit:
        if unheard.getvalue():
            from zcc_keys_gui.windows.console import say

            say(unheard.getvalue().strip())
        raise
