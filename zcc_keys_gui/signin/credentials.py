"""What a call to sign in brings along: its body, and what can be wrong with that."""

import json
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from typing import NamedTuple

from zcc_keys_gui.domain.client_secret import ClientSecret

# Quotes that a word processor or a web page makes of plain ones. In a body that is no UTF-8, Windows-1252 has them as
# single bytes, which is how Windows PowerShell 5.1 may send them.
_CURLY = re.compile("[“”„‟‘’‚‛«»]")


class Credentials(NamedTuple):
    """A client ID and a client secret, as they were sent."""

    client_id: str
    secret: ClientSecret


class BadBodyError(Exception):
    """A body that is no request to sign in; its text says why, and has nothing of the body in it."""


def credentials_in(body: bytes) -> Credentials:
    """Return what the body of a call to sign in says; further fields are passed over. Raises `BadBodyError`."""
    text = _decoded(body)
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadBodyError(_fault_in(text, error.pos)) from None
    except (ValueError, RecursionError):  # a number of thousands of digits; brackets in brackets in brackets
        raise BadBodyError("The JSON is too deep, or has too large a number") from None
    if not isinstance(found, dict):
        raise BadBodyError("The JSON is no object with apiKey and secretKey")
    return Credentials(_field(found, "apiKey"), ClientSecret(_field(found, "secretKey")))


def _decoded(body: bytes) -> str:
    if body.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) or b"\0" in body[:2]:
        raise BadBodyError("The body is UTF-16; send it as UTF-8")  # as PowerShell's files are
    try:
        return body.removeprefix(BOM_UTF8).decode()  # a BOM may be passed over (RFC 8259 §8.1)
    except UnicodeDecodeError:
        pass
    text = body.decode("cp1252", errors="replace")
    if _CURLY.search(text):
        raise BadBodyError(_fault_in(text, 0))
    raise BadBodyError("The body is not UTF-8")


def _fault_in(text: str, position: int) -> str:
    """Say what is wrong with a JSON text, and where: curly quotes, or else what the parser stumbled over."""
    if not text.strip():
        return "The body is empty"
    curly = _CURLY.search(text)
    if curly is not None and (position == 0 or curly.start() <= position):
        return f"Curly quotes in the JSON, {_place(text, curly.start())}"
    return f"Malformed JSON, {_place(text, position)}"


def _place(text: str, position: int) -> str:
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    return f"column {column}" if line == 1 else f"line {line}, column {column}"


def _field(found: dict[str, object], name: str) -> str:
    value = found.get(name)
    if name not in found:
        raise BadBodyError(f"{name} is missing")
    if not isinstance(value, str):
        raise BadBodyError(f"{name} is no text")
    return value
