"""What the program remembers between two starts: plain texts and numbers in `settings.ini`."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from zcc_keys_gui.log import log_problem

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
        self._texts: dict[str, str] = {}
        with suppress(OSError):
            if path.is_file() and path.stat().st_size <= _LONGEST:  # a pipe would keep the program waiting
                self._texts = _parsed(path.read_text(encoding="utf-8", errors="replace"))
                path.chmod(0o600)  # version 0.1.0 let the umask decide

    def value(self, name: str) -> str | None:
        """Return a text as it is in the file, without quotes around it; None if there is none."""
        text = self._texts.get(name)
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
            if value is None:
                self._texts.pop(name, None)
            else:
                self._texts[name] = _written(value)
        try:
            self._write()
        except OSError as error:
            log_problem(error)  # not worth an answer: the program works without it

    def _write(self) -> None:
        beside = self._path.with_name(f"{self._path.name}.new")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(_formatted(self._texts))
        beside.replace(self._path)


def _parsed(content: str) -> dict[str, str]:
    found: dict[str, str] = {}
    section = ""
    for line in content.split("\n"):
        text = line.strip()
        if text.startswith("[") and text.endswith("]"):
            section = text[1:-1]
        elif "=" in text and not text.startswith(";"):
            name, _, value = text.partition("=")
            found[f"{section}/{name.strip()}".removeprefix(f"{_FIRST_SECTION}/")] = value.strip()
    return found


def _formatted(texts: Mapping[str, str]) -> str:
    sections: dict[str, list[str]] = {}
    for full_name, text in texts.items():
        section, slash, name = full_name.partition("/")
        sections.setdefault(section if slash else _FIRST_SECTION, []).append(f"{name or section}={text}")
    return "\n".join("\n".join([f"[{section}]", *lines, ""]) for section, lines in sections.items())


def _written(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int) else " ".join(map(str, value))


def _is_number(word: str) -> bool:
    digits = word.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS
