"""The log, in which an admin can see what the program did and which errors occurred.

It contains no secret and nothing that the user typed. An exception is logged without its text: only its type, its
error numbers, and the files and lines of its traceback.
"""

import faulthandler
import logging
import os
import traceback
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from platformdirs import user_log_path
from PySide6.QtCore import qInstallMessageHandler

from zcc_keys_gui.domain.client_secret import hide_secrets

FILE = "zcc-keys.log"
MAX_FILE_BYTES = 512 * 1024
MAX_OLDER_FILES = 3
_CRASH_FILE = "crash.log"
_MAX_CRASH_FILE_BYTES = 64 * 1024

_log = logging.getLogger("zcc_keys_gui")
_log.addHandler(logging.NullHandler())  # without any handler, Python would write to standard error


def log_folder() -> Path:
    """Return the account's folder for logs, which need not exist yet."""
    return user_log_path("ZCC Keys", appauthor=False)


class Log:
    """The log of one program. Several programs, each with its own vault, write to the same file."""

    def __init__(self) -> None:
        """Write nothing before `begin`."""
        self._file = LogFile(log_folder() / FILE)
        self._crash_file: TextIO | None = None
        self._records_qt_messages = False

    def begin(self) -> None:
        """Write what the program logs from now on. The file is created with the first line."""
        _log.setLevel(logging.INFO)
        _log.addHandler(self._file)

    def record_crashes(self) -> None:
        """If the process crashes, write the traceback to a separate file. Use this if there is no standard error."""
        path = log_folder() / _CRASH_FILE
        with suppress(OSError):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            is_full = path.exists() and path.stat().st_size > _MAX_CRASH_FILE_BYTES
            self._crash_file = path.open("w" if is_full else "a", encoding="utf-8")
            path.chmod(0o600)
            faulthandler.enable(self._crash_file)

    def record_qt_messages(self) -> None:
        """Write Qt's messages to the log. Use this if there is no standard error."""
        qInstallMessageHandler(lambda _type, _context, text: _log.warning("Qt: %s", text))
        self._records_qt_messages = True

    def end(self) -> None:
        """Write nothing more."""
        if self._records_qt_messages:
            qInstallMessageHandler(None)
        if self._crash_file is not None:
            faulthandler.disable()
            self._crash_file.close()
        _log.removeHandler(self._file)
        self._file.close()


def log(text: str) -> None:
    """Write what happened; `text` must not contain a secret or the name of a key."""
    _log.info(text)


def log_problem(error: BaseException) -> None:
    """Write an error and its traceback, without texts that could contain what the user typed."""
    _log.error(trace_without_texts(error))


def trace_without_texts(error: BaseException) -> str:
    """Return the types, error numbers and tracebacks of an exception and of its causes, without their texts."""
    parts = []
    seen = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        numbers = [getattr(link, name, None) for name in ("errno", "winerror", "sqlite_errorname")]
        words = [type(link).__qualname__, *(str(number) for number in numbers if number is not None)]
        parts.append(" ".join(words) + "\n" + "".join(traceback.format_tb(link.__traceback__)))
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "raised from ".join(parts).rstrip()


class LogFile(logging.FileHandler):
    """A file that is replaced when it is full; the older ones are kept beside it.

    Windows can't rename a file that another program has open, such as another ZCC Keys. Then this file grows, and no
    older one is lost. (Not `RotatingFileHandler`, because importing it takes 10 ms of the start.)
    """

    def __init__(self, path: Path) -> None:
        """Write to the end of the file at `path`, which is created with the first line."""
        super().__init__(path, encoding="utf-8", errors="backslashreplace", delay=True)
        self.setFormatter(_Formatter("%(asctime)s %(process)d %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S%z"))
        self._extra_bytes = 0
        """How much larger the file may be, because it could not be renamed."""
        self._last_message = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, unless it repeats the last one. The program works without a log, so errors are ignored."""
        message = record.getMessage()
        if message == self._last_message:  # a failure while Qt paints is repeated many times a second
            return
        self._last_message = message
        with suppress(OSError):
            if self.stream is None:
                self.stream = self._open()
            size = os.fstat(self.stream.fileno()).st_size + len(self.format(record).encode())
            if size >= MAX_FILE_BYTES + self._extra_bytes:
                self._replace_file()
            super().emit(record)

    def _open(self) -> TextIOWrapper:
        """Open the file, so that only its owner can read it."""
        path = Path(self.baseFilename)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        stream = super()._open()
        with suppress(OSError):
            path.chmod(0o600)
        return stream

    def _replace_file(self) -> None:
        assert self.stream is not None
        self.stream.close()
        full = self._older_file(0)
        try:
            Path(self.baseFilename).replace(full)
        except OSError:
            self._extra_bytes += MAX_FILE_BYTES
        else:
            for number in range(MAX_OLDER_FILES, 0, -1):
                with suppress(OSError):
                    self._older_file(number - 1).replace(self._older_file(number))
        self.stream = self._open()

    def _older_file(self, number: int) -> Path:
        return Path(f"{self.baseFilename}.{number}")


class _Formatter(logging.Formatter):
    """A formatter that hides secrets."""

    def format(self, record: logging.LogRecord) -> str:
        return hide_secrets(super().format(record))
