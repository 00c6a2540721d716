"""Numbers, sizes, durations, times, and names as the windows show them."""

import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from PySide6.QtCore import QDate, QDateTime, QLocale

from zcc_keys_gui.domain.session_validity import MAXIMUM, ValidityProblem, in_parts, parse_session_validity

PROGRAM = "ZCC Keys"


KEY_STORE = {"win32": "Windows Credential Manager", "darwin": "macOS Keychain"}.get(sys.platform, "the system keyring")


_NAME_SHOWN = 40  # characters of a name that somebody else chose


def number_words(number: int) -> str:
    """Return a whole number in the locale's digits and groups."""
    return locale().toString(number)


def megabytes_words(size: int) -> str:
    """Return a number of bytes in megabytes, rounded up, such as `3 MB`."""
    return f"{number_words(-(-size // 1_000_000))} MB"


def counted(number: int, thing: str) -> str:
    """Return a number of things, such as `1 key` and `2 keys`."""
    return f"{number_words(number)} {thing if number == 1 else thing + 's'}"


def duration_words(seconds: int) -> str:
    """Return a session validity interval in words, such as `1 hour 30 minutes`."""
    return " ".join(counted(part.number, part.unit) for part in in_parts(seconds))


def session_validity_in(text: str, longest: int = MAXIMUM) -> int | ValidityProblem:
    """Return the seconds that a text says, also in the digits and groups in which this locale shows them."""
    seconds = parse_session_validity(text, longest)
    if seconds is ValidityProblem.NOT_WHOLE_SECONDS and text.strip()[:1].isdigit():  # no sign
        number, is_number = locale().toLongLong(text.strip())
        if is_number:
            return parse_session_validity(str(number), longest)
    return seconds


def time_words(when: datetime) -> str:
    """Return a time in local time: `today 09:12`, or `12 Nov 2026`."""
    local = local_time(when)
    if local.date() == QDate.currentDate():
        return f"today {locale().toString(local.time(), 'HH:mm')}"
    return QLocale(QLocale.Language.English).toString(local.date(), "d MMM yyyy")  # a month's name is a word


def ago_words(when: datetime, now: datetime) -> str:
    """Return how long ago a time of the last day was, such as `2 hours ago`; of another time, its words."""
    seconds = (now - when) // timedelta(seconds=1)
    if not 0 <= seconds < 86_400:
        return time_words(when)
    if seconds < 60:
        return "just now"
    return f"{counted(seconds // 60, 'minute') if seconds < 3_600 else counted(seconds // 3_600, 'hour')} ago"


def until_words(when: datetime, now: datetime) -> str:
    """Return a time within the next months in local time: `15:12` where it is today, else `2 Dec 15:12`."""
    local = local_time(when)
    time = locale().toString(local.time(), "HH:mm")
    if local.date() == local_time(now).date():
        return time
    return f"{QLocale(QLocale.Language.English).toString(local.date(), 'd MMM')} {time}"


def full_time_words(when: datetime) -> str:
    """Return a time in local time to the second, such as `2026-11-12 09:12:33`."""
    return local_time(when).toString("yyyy-MM-dd HH:mm:ss")


def names_words(names: Sequence[str], count: int | None = None) -> str:
    """Return the first few names as a list, and how many more there are; `count` in all, or as many as `names`."""
    shown = names[:5]
    more = (len(names) if count is None else count) - len(shown)
    return ", ".join(shown) + (f" and {number_words(more)} more" if more else "")


def locale() -> QLocale:
    """Return the user's locale, or English if the system has none, because the C locale groups no digits."""
    own = QLocale()
    return own if own.language() != QLocale.Language.C else QLocale(QLocale.Language.English)


def local_time(when: datetime) -> QDateTime:
    """Return a time in the user's time zone."""
    return QDateTime.fromMSecsSinceEpoch(round(when.timestamp() * 1000))


def visible_character(character: str) -> str:
    """Return a character, or its code point such as `U+200B` if it is not printable."""
    return character if character.isprintable() else f"U+{ord(character):04X}"


def shortened_name(name: str) -> str:
    """Return the first 40 characters of a name that someone else chose, with unprintable ones made visible."""
    return "".join(map(visible_character, name[:_NAME_SHOWN])) + ("…" if len(name) > _NAME_SHOWN else "")


class Plural(NamedTuple):
    """A whole sentence for one thing and for any other number of things, so that it can be translated."""

    one: str
    other: str

    def of(self, number: int, **values: object) -> str:
        """Return the sentence for `number` things; `{number}` in it is replaced in the locale's digits."""
        return (self.one if number == 1 else self.other).format(number=number_words(number), **values)
