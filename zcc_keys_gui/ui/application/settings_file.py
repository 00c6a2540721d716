"""The settings file `settings.ini`: the texts and numbers that the program keeps between two starts."""

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
_MAX_BYTES = 1_048_576  # a larger file was not written by this program
_MAX_NUMBERS = 100
_MAX_DIGITS = 9
_FIRST_SECTION = "General"  # the section that QSettings uses for names without a slash


class SettingsFile:
    """A file with a text for each name, such as `preferences/theme`. Changes are written immediately.

    Version 0.1.0 wrote the file with QSettings. The values are only read as texts here, because Qt creates any
    object that `@Variant(...)` describes, and crashes on some of them. Unknown values stay in the file.
    """

    def __init__(self, path: Path) -> None:
        """Read the file at `path`. A file that is missing or unreadable counts as empty."""
        self._path = path
        # Accept only the lines `[section]`, `name=text` and `;comment`.
        self._texts = RawConfigParser(
            delimiters="=", comment_prefixes=";", default_section="", strict=False, empty_lines_in_values=False
        )
        self._texts.optionxform = str  # type: ignore[assignment, method-assign]  # keep the case of names
        with suppress(OSError, ConfigError):
            if path.is_file() and path.stat().st_size <= _MAX_BYTES:  # reading a pipe would never end
                text = path.read_text(encoding="utf-8-sig", errors="replace")
                with suppress(OSError):  # the file belongs to another user
                    path.chmod(0o600)  # in version 0.1.0, the umask decided
                is_in_section = text.lstrip().startswith("[")
                self._texts.read_string(text if is_in_section else f"[{_FIRST_SECTION}]\n{text}")

    def value(self, name: str) -> str | None:
        """Return the text of a name, without quotes around it; None if there is none."""
        text = self._texts.get(*_section_and_option(name), fallback=None)
        quoted = text is not None and len(text) >= 2 and text[0] == text[-1] == '"'
        return text[1:-1] if text is not None and quoted else text

    def numbers(self, name: str) -> tuple[int, ...]:
        """Return the whole numbers in a text, each of at most nine digits; empty for any other text."""
        words = (self.value(name) or "").split(" ")
        if len(words) > _MAX_NUMBERS or not all(map(_is_number, words)):
            return ()
        return tuple(map(int, words))

    def set(self, values: Mapping[str, Value | None]) -> None:
        """Store these values, and remove those that are None. If the file can't be written, the log says so."""
        for name, value in values.items():
            section, option = _section_and_option(name)
            if not self._texts.has_section(section):
                self._texts.add_section(section)
            if value is None:
                self._texts.remove_option(section, option)
            else:
                self._texts.set(section, option, _as_text(value))
        try:
            self._write()
        except (FileNotWrittenError, ConfigError) as error:
            log_problem(error)  # the program works without the file

    def _write(self) -> None:
        with (
            write_errors_for(self._path),
            saved_file(self._path, is_secret=True) as new_file,
            new_file.open("w", encoding="utf-8") as file,
        ):
            self._texts.write(file, space_around_delimiters=False)


def _section_and_option(name: str) -> tuple[str, str]:
    """Return the section of a name, and the name inside it."""
    section, slash, option = name.partition("/")
    return (section, option) if slash else (_FIRST_SECTION, name)


def _as_text(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int) else " ".join(map(str, value))


def _is_number(word: str) -> bool:
    digits = word.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) <= _MAX_DIGITS
