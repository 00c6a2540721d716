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
_LARGEST = 512 * 1024  # bytes
_OLDER = 3  # files that are kept beside the one that is written

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

    def begin(self) -> None:
        """Write what the program has to say from now on. The file is opened with the first line."""
        _log.setLevel(logging.INFO)
        _log.addHandler(self._file)

    def stand_in_for_stderr(self) -> None:
        """Write what Qt has to say, and in a file of its own where the process crashed; there is no console for it.

        Called once the log has its first line, so that its folder is there.
        """
        import faulthandler

        from PySide6.QtCore import qInstallMessageHandler

        qInstallMessageHandler(lambda _kind, _place, text: _log.warning("Qt: %s", text))
        with suppress(OSError):
            self._crashes = (log_folder() / _CRASHES).open("a", encoding="utf-8")
            faulthandler.enable(self._crashes)

    def end(self) -> None:
        """Write no more."""
        if self._crashes is not None:
            import faulthandler

            from PySide6.QtCore import qInstallMessageHandler

            qInstallMessageHandler(None)
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
    link: BaseException | None = error
    while link is not None:
        numbers = [getattr(link, name, None) for name in ("errno", "winerror", "sqlite_errorname")]
        said = " ".join([type(link).__qualname__, *(str(number) for number in numbers if number is not None)])
        parts.append(said + "\n" + "".join(traceback.format_tb(link.__traceback__)))
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "raised from ".join(parts).rstrip()


class _LateFile(logging.Handler):
    """A rotating file that is opened, and whose module is imported, with the first record."""

    def __init__(self) -> None:
        super().__init__()
        self._file: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if self._file is None:
            self._file = self._open()
        self._file.handle(record)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        super().close()

    def _open(self) -> logging.Handler:
        from logging.handlers import RotatingFileHandler

        try:
            folder = log_folder()
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = RotatingFileHandler(
                folder / FILE, maxBytes=_LARGEST, backupCount=_OLDER, encoding="utf-8", errors="backslashreplace"
            )
        except OSError:
            return logging.NullHandler()  # the program works without a log
        file.rotator = _rename_if_nobody_has_it_open
        file.setFormatter(_WithoutSecrets("%(asctime)s %(process)d %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S%z"))
        return file


def _rename_if_nobody_has_it_open(source: str, target: str) -> None:
    with suppress(OSError):
        Path(source).replace(target)


class _WithoutSecrets(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))
