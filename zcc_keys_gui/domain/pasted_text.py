"""Removes the characters that come with a text that was copied from a mail, a web page or a document."""

import re

LINE_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
QUOTES = "\"'`´“”„‟‘’‚‛«»‹›＂＇"
# Control characters, and those that Unicode calls default ignorable: zero-width spaces, byte order marks, soft hyphens,
# marks for the direction of writing, variation selectors (Unicode Character Database, DerivedCoreProperties.txt).
_INVISIBLE = (
    "\x01-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff"
)
# Without the tab and the line breaks (ISO/IEC 6429).
_CONTROL = "\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"
_AROUND = rf"[\s\u2800{QUOTES}{_INVISIBLE}]+"


def remove_line_breaks(text: str) -> str:
    """Return a text without its line breaks; other spaces stay, because a passphrase may contain them."""
    return re.sub(f"[{LINE_BREAKS}]+", "", text)


def remove_control_characters(text: str) -> str:
    """Return a text without control characters; tabs and line breaks stay."""
    return re.sub(f"[{_CONTROL}]+", "", text)


def remove_untypeable(text: str) -> str:
    """Return a passphrase without line breaks and control characters, which users cannot type."""
    return remove_control_characters(remove_line_breaks(text))


def remove_invisible(text: str) -> str:
    """Return a text without invisible characters; spaces and line breaks stay."""
    return re.sub(f"[{_INVISIBLE}]+", "", text)


def has_invisible(text: str) -> bool:
    """Return whether a text contains invisible characters, not counting spaces and line breaks."""
    return remove_invisible(text) != text


def trim(text: str) -> str:
    """Return a text without the spaces, line breaks, quotes and invisible characters around it."""
    start = re.match(_AROUND, text)
    if start is not None:
        text = text[start.end() :]
    end = re.match(_AROUND, text[::-1])
    return text if end is None else text[: len(text) - end.end()]


def remove_gaps(text: str) -> str:
    """Return a text without any spaces, line breaks, quotes and invisible characters."""
    return re.sub(_AROUND, "", text)


def clean(text: str) -> str:
    """Return a trimmed text without invisible characters; spaces and line breaks inside it stay."""
    return remove_invisible(trim(text))


def join_lines(text: str) -> str:
    """Return a cleaned text in which each line break is a space."""
    return re.sub(rf"\s*[{LINE_BREAKS}]\s*", " ", clean(text))


def to_ascii_digits(text: str) -> str:
    """Return a text in which the decimal digits of all scripts, such as fullwidth or Arabic ones, are 0 to 9."""
    return text if text.isascii() else "".join(str(int(each)) if each.isdecimal() else each for each in text)
