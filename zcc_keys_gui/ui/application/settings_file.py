"""What the program remembers between two starts: plain texts and numbers in `settings.ini`."""

from collections.abc import Mapping, Sequence
from configparser import Error as ConfigError
from configparser import RawConfigParser
from contextlib import suppress
from pathlib import Path

from zcc_keys_gui.domain.errors import FileNotWrittenError
from zcc_keys_gui.domain.file_errors import write_errors_for
from zcc_keys_gui.platform.files import saved_file
from zcc_keys_gui.ui.application.log import log_problem

Value = str | int | Sequence[int]
_LONGEST = 1_048_576  # bytes; a longer file is none of ours
_MOST_NUMBERS = 100
_MOST_DIGITS = 9
_FIRST_SECTION = "General"  # Qt's name for what is in no section


class SettingsFile:
    """Names such as `preferences/theme`, each with a text; changes are written immediately.

    It reads what version 0.1.0 wrote with QSettings, but makes no objects of it: Qt builds whatever a value such as
    `@Variant(...)` describes, and crashes on some. What it does not know it keeps.
    """

    def __init__(self, path: Path) -> None:
        """Read the file at `path`, which need not exist; what can't be read counts as empty."""
        self._path = path
        # No line is special but `[section]`, `name=text` and `;comment`.
        self._texts = RawConfigParser(
            delimiters="=", comment_prefixes=";", default_section="", strict=False, empty_lines_in_values=False
        )
        self._texts.optionxform = str  # type: ignore[assignment, method-assign]  # names keep their case
        with suppress(OSError, ConfigError):
            if path.is_file() and path.stat().st_size <= _LONGEST:  # a pipe would keep the program waiting
                text = path.read_text(encoding="utf-8-sig", errors="replace")
                with suppress(OSError):  # a file of another user
                    path.chmod(0o600)  # version 0.1.0 let the umask decide
                is_in_section = text.lstrip().startswith("[")
                self._texts.read_string(text if is_in_section else f"[{_FIRST_SECTION}]\n{text}")

    def value(self, name: str) -> str | None:
        """Return a text as it is in the file, without quotes around it; None if there is none."""
        text = self._texts.get(*_place(name), fallback=None)
        quoted = text is not None and len(text) >= 2 and text[0] == text[-1] == '"'
        return text[1:-1] if text is not None and quoted else text

    def numbers(self, name: str) -> tuple[int, ...]:
        """Return whole numbers, each of at most nine digits; empty if the text is anything else."""
        words = (self.value(name) or "").split(" ")
        if len(words) > _MOST_NUMBERS or not all(map(_is_number, words)):
            return ()
        return tuple(map(int, words))

    def set(self, values: Mapping[str, Value | None]) -> None:
        """Remember these values, and forget those that are None. What can't be written is noted in the log."""
        for name, value in values.items():
            section, option = _place(name)
            if not self._texts.has_section(section):
                self._texts.add_section(section)
            if value is None:
                self._texts.remove_option(section, option)
            else:
                self._texts.set(section, option, _written(value))
        try:
            self._write()
        except (FileNotWrittenError, ConfigError) as error:
            log_problem(error)  # not worth an answer: the program works without it

    def _write(self) -> None:
        with (
            write_errors_for(self._path),
            saved_file(self._path, is_secret=True) as new_file,
            new_file.open("w", encoding="utf-8") as file,
        ):
            self._texts.write(file, space_around_delimiters=False)


def _place(name: str) -> tuple[str, str]:
    """Return the section of a name, and its name there."""
    section, slash, option = name.partition("/")
    return (section, option) if slash else (_FIRST_SECTION, name)


def _written(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int) else " ".join(map(str, value))


def _is_number(word: str) -> bool:
    digits = word.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS
