"""The client secret: made once, shown once, and stored only as a verifier.

A secret is `zcclocal_`, 43 base-62 characters (256 random bits), and 6 base-62 characters of CRC-32. A double-click
selects all of it, a truncated paste is detected, secret scanners can match it, and it does not look like the secret of
a tenant.
"""

import hashlib
import re
import secrets
import string
import zlib
from urllib.parse import unquote

PREFIX = "zcclocal_"
_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM_LENGTH = 43  # 62 ** 43 > 2 ** 256
_CHECKSUM_LENGTH = 6  # 62 ** 6 > 2 ** 32
LENGTH = len(PREFIX) + _RANDOM_LENGTH + _CHECKSUM_LENGTH
"""The number of characters of a complete client secret."""
_HIDDEN = "…"
_SECRET_NAME = "(?:secret[_ +-]?key|client[_ +-]?secret)"
_VALUE = r"""(?:\\*"[^"]*"?|\\*'[^']*'?|[^\s&;,"'}]+)"""
# Each row: a lower-case text without which the pattern can't match, which makes the search fast for every call to the
# sign-in service; the pattern; and its replacement.
_SECRET_PATTERNS = (
    (PREFIX, re.compile(rf"{PREFIX}[0-9A-Za-z]+", re.IGNORECASE), PREFIX + _HIDDEN),
    # The values of secretKey, secret_key, client-secret and similar names in JSON, a query or a form.
    ("secret", re.compile(rf"({_SECRET_NAME}\\*[\"']?\s*[=:]\s*){_VALUE}", re.IGNORECASE), rf"\1{_HIDDEN}"),
    ("secret", re.compile(rf"(-{_SECRET_NAME}\s+){_VALUE}", re.IGNORECASE), rf"\1{_HIDDEN}"),  # an option of a command
    ("eyj", re.compile(r"\beyJ[\w-]{5,}(?:\.[\w-]*)*"), _HIDDEN),  # an access token (RFC 7519), or its beginning
    ("@", re.compile(r"(?<=//)[^/\s@]+(?=@)"), _HIDDEN),  # user name and password in a URL (RFC 3986 §3.2.1)
    ("", re.compile(r"[0-9A-Za-z]{40,}"), _HIDDEN),  # a client secret without its prefix, a key in hexadecimal digits
)
_MAX_DECODINGS = 3  # percent-encoding on top of percent-encoding
_SHAPE = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_RANDOM_LENGTH + _CHECKSUM_LENGTH}}}")


class ClientSecret:
    """A client secret on its way to the user; neither `repr` nor `str` shows it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the secret as text, only to show it or to check it."""
        return self._text

    def __repr__(self) -> str:
        return "ClientSecret(…)"


def new_client_secret() -> ClientSecret:
    """Return a new secret from the operating system's random source."""
    body = PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_LENGTH))
    return ClientSecret(body + _checksum(body))


def is_well_formed(text: str) -> bool:
    """Return whether `text` has the shape and the checksum of a client secret; a truncated one does not."""
    return _SHAPE.fullmatch(text) is not None and _checksum(text[:-_CHECKSUM_LENGTH]) == text[-_CHECKSUM_LENGTH:]


def find_secret(text: str) -> str:
    """Return the first part of a text that has the shape of a client secret, or an empty text."""
    found = _SHAPE.search(text)
    return "" if found is None else found.group()


def hide_secrets(text: str) -> str:
    """Return a text without anything that could be a client secret or an access token.

    This hides the characters after the prefix of a client secret, the values of `secretKey=`, `--client-secret` and
    similar names, access tokens, and every run of 40 or more base-62 characters, also if they are percent-encoded. A
    text with a percent-encoded secret is returned decoded.
    """
    hidden = _hide(text)
    if "%" not in text:
        return hidden
    for _ in range(_MAX_DECODINGS):
        decoded = unquote(text)
        if decoded == text:
            break
        text = decoded
        if _hide(text) != text:
            hidden = _hide(text)
    return hidden


def _hide(text: str) -> str:
    lower = text.lower()
    for required, pattern, replacement in _SECRET_PATTERNS:
        if required in lower:
            text = pattern.sub(replacement, text)
    return text


def compute_verifier(secret: ClientSecret) -> bytes:
    """Return the verifier to store: 32 bytes, the SHA-256 of the secret.

    A slow hash would add nothing: the secret has 256 random bits, so it cannot be guessed at any speed.
    """
    # A pasted text may contain lone surrogates, which plain UTF-8 can't encode.
    return hashlib.sha256(secret.reveal().encode("utf-8", "surrogatepass")).digest()


def _checksum(body: str) -> str:
    number = zlib.crc32(body.encode())
    digits = ""
    for _ in range(_CHECKSUM_LENGTH):
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits
