"""What a call to sign in brings along: its body, and what can be wrong with that.

A reason names a cause only if it is certain; otherwise it says what was seen and where. None depends on the texts of
Python's JSON errors, which differ between versions.
"""

import json
import re
from codecs import BOM_UTF8
from typing import NamedTuple

from zcc_keys_gui.domain.client_secret import ClientSecret

_CURLY = re.compile("[“”„‟‘’‚‛«»]")  # quotes that a word processor or a web page makes of plain ones
_MOST_BRACKETS = 100
"""Opening brackets in a body; a sign-in has one. Python's parser fails at about 1,000 that are nested, or later."""
_GZIP = b"\x1f\x8b\x08"  # magic number and method (RFC 1952 §2.3)
_DECODER = json.JSONDecoder(parse_int=float)  # for an int of thousands of digits, Python would raise an error
_BLANK = " \t\r\n"


class Credentials(NamedTuple):
    """A client ID and a client secret, as they were sent."""

    client_id: str
    secret: ClientSecret


class BadBodyError(Exception):
    """A body that does not sign in. The text says why, and contains nothing of the body."""


def credentials_in(body: bytes) -> Credentials:
    """Return what the body of a call to sign in says; further fields are ignored. Raises `BadBodyError`."""
    text = _decoded(body)
    if text.count("{") + text.count("[") > _MOST_BRACKETS:
        raise BadBodyError(f"The JSON has more than {_MOST_BRACKETS} opening brackets")
    try:
        found = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise BadBodyError(_fault_in(text, error.pos)) from None
    if not isinstance(found, dict):
        raise BadBodyError("The JSON is not an object with apiKey and secretKey")
    return Credentials(_field(found, "apiKey"), ClientSecret(_field(found, "secretKey")))


def _decoded(body: bytes) -> str:
    if body.startswith(_GZIP):
        raise BadBodyError("The body is compressed with gzip; send it uncompressed")
    _reject_wide(body)
    rest = body.removeprefix(BOM_UTF8)  # a BOM may be ignored (RFC 8259 §8.1)
    try:
        return rest.decode()
    except UnicodeDecodeError as error:
        _reject_curly(rest.decode("cp1252", errors="replace"))  # as Windows PowerShell 5.1 may send them
        before = rest[: error.start].decode()
        raise BadBodyError(f"The body is not UTF-8, {_place(before, len(before))}") from None


def _reject_wide(body: bytes) -> None:
    """Reject a body that is UTF-16 or UTF-32, as PowerShell's files may be: one that is an object when read so."""
    encoding = json.detect_encoding(body)
    if encoding.startswith("utf-8"):
        return
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError:
        return
    if text.lstrip(f"\ufeff{_BLANK}").startswith("{"):
        raise BadBodyError(f"The body is {encoding[:6].upper()}; send it as UTF-8")


def _reject_curly(text: str) -> None:
    """Reject a text that would be JSON if its curly quotes were straight."""
    curly = _CURLY.search(text)
    if curly is not None and _is_json(_CURLY.sub('"', text)):
        raise BadBodyError(f"Curly quotes in the JSON, {_place(text, curly.start())}")


def _is_json(text: str) -> bool:
    try:
        _DECODER.decode(text)
    except (ValueError, RecursionError):
        return False
    return True


def _fault_in(text: str, position: int) -> str:
    """Say what is wrong with a JSON text at the position at which the parser gave up."""
    if not text.strip(_BLANK):
        return "The body is blank" if text else "The body is empty"
    _reject_curly(text)
    if _CURLY.match(text, position):
        return f"Curly quotes in the JSON, {_place(text, position)}"
    comma = _trailing_comma(text, position)
    if comma is not None:
        return f"Trailing comma in the JSON, {_place(text, comma)}"
    if text.startswith("'", position):
        return f"Single quotes in the JSON, {_place(text, position)}"
    return f"Malformed JSON, {_place(text, position)}"


def _trailing_comma(text: str, position: int) -> int | None:
    """Return where a comma before a closing bracket is, if the parser gave up there.

    Up to Python 3.12 it gives up at the bracket, from 3.13 on at the comma.
    """
    comma = len(text[:position].rstrip(_BLANK)) - 1 if text[position : position + 1] in ("}", "]") else position
    is_trailing = text[comma : comma + 1] == "," and text[comma + 1 :].lstrip(_BLANK).startswith(("}", "]"))
    is_behind_value = not text[:comma].rstrip(_BLANK).endswith(("{", "[", ","))
    return comma if is_trailing and is_behind_value else None


def _place(text: str, position: int) -> str:
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    return f"column {column}" if line == 1 else f"line {line}, column {column}"


def _field(found: dict[str, object], name: str) -> str:
    value = found.get(name)
    if name not in found:
        raise BadBodyError(f"{name} is missing")
    if not isinstance(value, str):
        raise BadBodyError(f"{name} is not a string")
    return value
