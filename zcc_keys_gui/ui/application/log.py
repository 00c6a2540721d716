"""The log: what the program did and what went wrong, for whoever has to find out why.

No secret is in it, nor what a person typed: of an exception it keeps the kind and the places in the code, not the text.
"""

import logging
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from zcc_keys_gui.domain.client_secret import without_secrets

FILE = "zcc-keys.log"
_CRASHES = "crash.log"
_LARGEST_OF_CRASHES = 64 * 1024  # bytes

_log = logging.getLogger("zcc_keys_gui")
_log.addHandler(logging.NullHandler())  # before a log was begun, nothing is said anywhere


def log_folder() -> Path:
    """Return the account's folder for logs, which need not exist yet."""
    from platformdirs import user_log_path

    return user_log_path("ZCC Keys", appauthor=False)


class Log:
    """What one program writes into the log. Where two run, on vaults of their own, their lines stand in one file."""

    def __init__(self) -> None:
        """Stand ready to write."""
        self._file = _LateFile()
        self._crashes: TextIO | None = None
        self._takes_qt_messages = False

    def begin(self) -> None:
        """Write what the program has to say from now on. The file is opened with the first line."""
        _log.setLevel(logging.INFO)
        _log.addHandler(self._file)

    def stand_in_for_stderr(self) -> None:
        """Write where the process crashes, should it do so, in a file of its own: there is no console to say it on."""
        import faulthandler

        crashes = log_folder() / _CRASHES
        with suppress(OSError):
            crashes.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            is_full = crashes.exists() and crashes.stat().st_size > _LARGEST_OF_CRASHES
            self._crashes = crashes.open("w" if is_full else "a", encoding="utf-8")
            crashes.chmod(0o600)
            faulthandler.enable(self._crashes)

    def take_qt_messages(self) -> None:
        """Write what Qt has to say, which without a console nobody would learn."""
        from PySide6.QtCore import qInstallMessageHandler

        qInstallMessageHandler(lambda _kind, _place, text: _log.warning("Qt: %s", text))
        self._takes_qt_messages = True

    def end(self) -> None:
        """Write no more."""
        if self._takes_qt_messages:
            from PySide6.QtCore import qInstallMessageHandler

            qInstallMessageHandler(None)
        if self._crashes is not None:
            import faulthandler

            faulthandler.disable()
            self._crashes.close()
        _log.removeHandler(self._file)
        self._file.close()


def log(text: str) -> None:
    """Note what happened; `text` holds no secret and no key's name."""
    _log.info(text)


def log_problem(error: BaseException) -> None:
    """Note what went wrong and where."""
    _log.error(trace_without_texts(error))


def trace_without_texts(error: BaseException) -> str:
    """Return an exception with what it was raised from: kinds, error numbers and places, without the texts."""
    parts = []
    seen = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        numbers = [getattr(link, name, None) for name in ("errno", "winerror", "sqlite_errorname")]
        said = " ".join([type(link).__qualname__, *(str(number) for number in numbers if number is not None)])
        parts.append(said + "\n" + "".join(traceback.format_tb(link.__traceback__)))
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "raised from ".join(parts).rstrip()


class _LateFile(logging.Handler):
    """The file, which is opened, and whose module is imported, with the first record; what repeats is written once."""

    def __init__(self) -> None:
        super().__init__()
        self._file: logging.Handler | None = None
        self._last = ""

    def emit(self, record: logging.LogRecord) -> None:
        said, self._last = self._last, record.getMessage()
        if self._last == said:  # such as what fails at each painting
            return
        if self._file is None:
            self._file = self._open()
        self._file.handle(record)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        super().close()

    def _open(self) -> logging.Handler:
        from zcc_keys_gui.ui.application.log_file import LogFile

        try:
            folder = log_folder()
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = LogFile(folder / FILE)
        except OSError:
            return logging.NullHandler()  # the program works without a log
        file.setFormatter(_WithoutSecrets("%(asctime)s %(process)d %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S%z"))
        return file


class _WithoutSecrets(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))
