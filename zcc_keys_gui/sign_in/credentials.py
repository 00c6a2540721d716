"""The credentials in the body of a call to sign in, and the reason if there are none.

A reason names a cause only if it is certain; otherwise it says what was found, and at which character. No reason
depends on the texts of Python's JSON errors, which differ between versions.
"""

import json
import re
from codecs import BOM_UTF8
from typing import NamedTuple

from zcc_keys_gui.domain.client_secret import ClientSecret
from zcc_keys_gui.sign_in import text

_CURLY = re.compile("[“”„‟‘’‚‛«»]")  # word processors and web pages change plain quotes to these
_MAX_BRACKETS = 100
"""The limit for opening brackets in a body; a sign-in has one. Python's parser fails at about 1,000 nested ones."""
_GZIP = b"\x1f\x8b\x08"  # magic number and method (RFC 1952 §2.3)
_DECODER = json.JSONDecoder(parse_int=float)  # Python would raise an error for an int of thousands of digits
_BLANK = " \t\r\n"


class Credentials(NamedTuple):
    """A client ID and a client secret, as they were sent."""

    client_id: str
    secret: ClientSecret


class BadBodyError(Exception):
    """A body without credentials. The text is the reason, and contains no part of the body."""


def parse_credentials(body: bytes) -> Credentials:
    """Return the credentials in the body of a call to sign in; other fields are ignored. Raises `BadBodyError`."""
    decoded = _decode(body)
    if decoded.count("{") + decoded.count("[") > _MAX_BRACKETS:
        raise BadBodyError(text.TOO_MANY_BRACKETS.format(number=_MAX_BRACKETS))
    try:
        content = _DECODER.decode(decoded)
    except json.JSONDecodeError as error:
        raise BadBodyError(_describe_json_fault(decoded, error.pos)) from None
    if not isinstance(content, dict):
        raise BadBodyError(text.NOT_AN_OBJECT)
    return Credentials(_read_field(content, "apiKey"), ClientSecret(_read_field(content, "secretKey")))


def _decode(body: bytes) -> str:
    if body.startswith(_GZIP):
        raise BadBodyError(text.BODY_GZIP)
    _reject_wide_encoding(body)
    without_bom = body.removeprefix(BOM_UTF8)  # a BOM may be ignored (RFC 8259 §8.1)
    try:
        return without_bom.decode()
    except UnicodeDecodeError as error:
        _reject_curly_quotes(without_bom.decode("cp1252", errors="replace"))  # Windows PowerShell 5.1 may send this
        before = without_bom[: error.start].decode()
        raise BadBodyError(_format_with_position(text.BODY_NOT_UTF_8, before, len(before))) from None


def _reject_wide_encoding(body: bytes) -> None:
    """Reject a body that is an object in UTF-16 or UTF-32, as PowerShell may write files."""
    encoding = json.detect_encoding(body)
    if encoding.startswith("utf-8"):
        return
    try:
        decoded = body.decode(encoding)
    except UnicodeDecodeError:
        return
    if decoded.lstrip(f"\ufeff{_BLANK}").startswith("{"):
        raise BadBodyError(text.BODY_WIDE.format(encoding=encoding[:6].upper()))


def _reject_curly_quotes(decoded: str) -> None:
    """Reject a text that would be JSON if its curly quotes were straight."""
    curly = _CURLY.search(decoded)
    if curly is not None and _is_json(_CURLY.sub('"', decoded)):
        raise BadBodyError(_format_with_position(text.CURLY_QUOTES, decoded, curly.start()))


def _is_json(decoded: str) -> bool:
    try:
        _DECODER.decode(decoded)
    except (ValueError, RecursionError):
        return False
    return True


def _describe_json_fault(decoded: str, position: int) -> str:
    """Return what is wrong with a JSON text at the position at which the parser failed."""
    if not decoded.strip(_BLANK):
        return text.BODY_BLANK if decoded else text.BODY_EMPTY
    _reject_curly_quotes(decoded)
    if _CURLY.match(decoded, position):
        return _format_with_position(text.CURLY_QUOTES, decoded, position)
    comma = _find_trailing_comma(decoded, position)
    if comma is not None:
        return _format_with_position(text.TRAILING_COMMA, decoded, comma)
    if decoded.startswith("'", position):
        return _format_with_position(text.SINGLE_QUOTES, decoded, position)
    return _format_with_position(text.MALFORMED_JSON, decoded, position)


def _find_trailing_comma(decoded: str, position: int) -> int | None:
    """Return the position of a comma before a closing bracket, if the parser failed there.

    Up to Python 3.12 it fails at the bracket, and from 3.13 on at the comma.
    """
    is_at_bracket = decoded[position : position + 1] in ("}", "]")
    comma = len(decoded[:position].rstrip(_BLANK)) - 1 if is_at_bracket else position
    is_trailing = decoded[comma : comma + 1] == "," and decoded[comma + 1 :].lstrip(_BLANK).startswith(("}", "]"))
    follows_value = not decoded[:comma].rstrip(_BLANK).endswith(("{", "[", ","))
    return comma if is_trailing and follows_value else None


def _format_with_position(sentence: str, decoded: str, position: int) -> str:
    """Return a sentence with the line and the column of a position, both from 1."""
    line = decoded.count("\n", 0, position) + 1
    return sentence.format(line=line, column=position - decoded.rfind("\n", 0, position))


def _read_field(content: dict[str, object], name: str) -> str:
    value = content.get(name)
    if name not in content:
        raise BadBodyError(text.FIELD_MISSING.format(field=name))
    if not isinstance(value, str):
        raise BadBodyError(text.FIELD_NOT_A_STRING.format(field=name))
    return value
