"""Numbers, sizes, durations, times and names as the windows show them."""

import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import NamedTuple

from PySide6.QtCore import QDate, QDateTime, QLocale

from zcc_keys_gui.domain.session_validity import (
    MAX_SESSION_SECONDS,
    ValidityProblem,
    parse_session_validity,
    split_duration,
)

PROGRAM = "ZCC Keys"
KEY_STORE = {"win32": "Windows Credential Manager", "darwin": "macOS Keychain"}.get(sys.platform, "the system keyring")
"""The name of the key store that keeps the key with which this account unlocks the vault."""

_MAX_NAME_LENGTH = 40  # characters
_MAX_NAMES = 5


class Plural(NamedTuple):
    """A whole sentence in singular and plural, so that it can be translated."""

    one: str
    other: str

    def of(self, number: int, **values: object) -> str:
        """Return the sentence for `number`; its placeholders are replaced, and `{number}` is in the locale's digits."""
        return (self.one if number == 1 else self.other).format(number=format_number(number), **values)


MEGABYTES = "{number} MB"
TODAY = "today {time}"
JUST_NOW = "just now"
MINUTES_AGO = Plural("{number} minute ago", "{number} minutes ago")
HOURS_AGO = Plural("{number} hour ago", "{number} hours ago")
DATE_AND_TIME = "{date} {time}"
AND_MORE = "{names} and {number} more"
DURATION_PARTS = {
    "day": Plural("{number} day", "{number} days"),
    "hour": Plural("{number} hour", "{number} hours"),
    "minute": Plural("{number} minute", "{number} minutes"),
    "second": Plural("{number} second", "{number} seconds"),
}


def format_number(number: int) -> str:
    """Return a whole number in the locale's digits and groups."""
    return locale().toString(number)


def format_megabytes(size_bytes: int) -> str:
    """Return a number of bytes in megabytes, rounded up, such as `3 MB`."""
    return MEGABYTES.format(number=format_number(-(-size_bytes // 1_000_000)))


def format_duration(seconds: int) -> str:
    """Return a session validity interval in words, such as `1 hour 30 minutes`."""
    return " ".join(DURATION_PARTS[part.unit].of(part.number) for part in split_duration(seconds))


def parse_typed_session_validity(text: str, max_seconds: int = MAX_SESSION_SECONDS) -> int | ValidityProblem:
    """Return the seconds in a text, or what is wrong with it. The locale's digits and group separators are accepted."""
    seconds = parse_session_validity(text, max_seconds)
    if seconds is ValidityProblem.NOT_WHOLE_SECONDS and text.strip()[:1].isdigit():  # a sign is not allowed
        number, is_number = locale().toLongLong(text.strip())
        if is_number:
            return parse_session_validity(str(number), max_seconds)
    return seconds


def format_time(when: datetime) -> str:
    """Return a time in the local time zone, such as `today 09:12` or `12 Nov 2026`."""
    local = local_time(when)
    if local.date() == QDate.currentDate():
        return TODAY.format(time=_hours_and_minutes(local))
    return _english(local.date(), "d MMM yyyy")


def format_time_ago(when: datetime, now: datetime) -> str:
    """Return how long ago a time of the last 24 hours was, such as `2 hours ago`, and any other time as a time."""
    seconds = (now - when) // timedelta(seconds=1)
    if not 0 <= seconds < 86_400:
        return format_time(when)
    if seconds < 60:
        return JUST_NOW
    if seconds < 3_600:
        return MINUTES_AGO.of(seconds // 60)
    return HOURS_AGO.of(seconds // 3_600)


def format_end_time(when: datetime, now: datetime) -> str:
    """Return a time of the next months in the local time zone: `15:12` if it is today, otherwise `2 Dec 15:12`."""
    local = local_time(when)
    if local.date() == local_time(now).date():
        return _hours_and_minutes(local)
    return DATE_AND_TIME.format(date=_english(local.date(), "d MMM"), time=_hours_and_minutes(local))


def format_full_time(when: datetime) -> str:
    """Return a time in the local time zone to the second, such as `2026-11-12 09:12:33`."""
    return local_time(when).toString("yyyy-MM-dd HH:mm:ss")


def format_names(names: Sequence[str], count: int | None = None) -> str:
    """Return the first five names, and how many more there are; `count` is their number if `names` has only some."""
    shown = ", ".join(names[:_MAX_NAMES])
    more = (len(names) if count is None else count) - len(names[:_MAX_NAMES])
    return AND_MORE.format(names=shown, number=format_number(more)) if more else shown


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
    """Return the first 40 characters of a name that is not from this program, with unprintable ones made visible."""
    return "".join(map(visible_character, name[:_MAX_NAME_LENGTH])) + ("…" if len(name) > _MAX_NAME_LENGTH else "")


def breakable_path(path: PurePath) -> str:
    """Return a path that a label can break into lines after a separator, but not after the colon of a drive."""
    return str(path).replace(":", ":\u2060").replace("\\", "\\\u200b").replace("/", "/\u200b")


def _hours_and_minutes(local: QDateTime) -> str:
    return locale().toString(local.time(), "HH:mm")


def _english(date: QDate, date_format: str) -> str:
    """Return a date with the month's English name, because all other words are English too."""
    return QLocale(QLocale.Language.English).toString(date, date_format)
