"""What comes along when a text is copied from a mail, a web page or a document, and how to take it away."""

import re

LINE_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
QUOTES = "\"'`´“”„‟‘’‚‛«»‹›＂＇"
# Control characters, and what Unicode calls default ignorable: zero-width spaces, byte order marks, soft hyphens, marks
# for the direction of writing, variation selectors (Unicode Character Database, DerivedCoreProperties.txt).
_INVISIBLE = (
    "\x01-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff"
)
# All but the tab and the line breaks (ISO/IEC 6429).
_CONTROL = "\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"
_AROUND = rf"[\s\u2800{QUOTES}{_INVISIBLE}]+"


def without_line_breaks(text: str) -> str:
    """Return a text without its line breaks; all else stays, as in a passphrase."""
    return re.sub(f"[{LINE_BREAKS}]+", "", text)


def without_control(text: str) -> str:
    """Return a text without control characters; tabs and line breaks stay."""
    return re.sub(f"[{_CONTROL}]+", "", text)


def typeable(text: str) -> str:
    """Return a passphrase without line breaks and control characters, which no keyboard types; all else stays."""
    return without_control(without_line_breaks(text))


def without_invisible(text: str) -> str:
    """Return a text without the characters that nobody can see; spaces and line breaks stay."""
    return re.sub(f"[{_INVISIBLE}]+", "", text)


def trimmed(text: str) -> str:
    """Return a text without the spaces, line breaks, quotes and invisible characters around it."""
    start = re.match(_AROUND, text)
    if start is not None:
        text = text[start.end() :]
    end = re.match(_AROUND, text[::-1])
    return text if end is None else text[: len(text) - end.end()]


def without_gaps(text: str) -> str:
    """Return a text without any of these characters, wherever they stand in it."""
    return re.sub(_AROUND, "", text)


def cleaned(text: str) -> str:
    """Return a text without what is around it and without invisible characters; spaces and line breaks in it stay."""
    return without_invisible(trimmed(text))


def in_one_line(text: str) -> str:
    """Return a cleaned text with a space for each line break in it."""
    return re.sub(rf"\s*[{LINE_BREAKS}]\s*", " ", cleaned(text))


def in_plain_digits(text: str) -> str:
    """Return a text with 0 to 9 for the decimal digits of all scripts, such as fullwidth or Arabic ones."""
    return text if text.isascii() else "".join(str(int(each)) if each.isdecimal() else each for each in text)


def has_hidden_edges(text: str) -> bool:
    """Say whether a text has something at its beginning or end, or in it, that a person does not see when typing it."""
    return text != text.strip() or without_invisible(text) != text
