"""The client secret: made once, shown once, and kept only as a verifier.

A secret reads `zcclocal_`, 43 base-62 characters (256 random bits), 6 base-62 characters of CRC-32. One
double-click selects all of it, a cut-off paste is noticed, secret scanners can match it, and nobody takes it for a
tenant's.
"""

import re
import string

PREFIX = "zcclocal_"
_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM_LENGTH = 43  # 62 ** 43 > 2 ** 256
_CHECKSUM_LENGTH = 6  # 62 ** 6 > 2 ** 32
LENGTH = len(PREFIX) + _RANDOM_LENGTH + _CHECKSUM_LENGTH
"""Characters of a whole client secret."""
_HIDDEN = "…"
_SECRET_NAME = "(?:secret[_ +-]?key|client[_ +-]?secret)"
_VALUE = r"""(?:\\*"[^"]*"?|\\*'[^']*'?|[^\s&;,"'}]+)"""
# In each row, a lower-case text that tells quickly whether the pattern can match at all: each call is looked through.
_TELLTALES = (
    (PREFIX, re.compile(rf"{PREFIX}[0-9A-Za-z]+", re.IGNORECASE), PREFIX + _HIDDEN),
    # The values of secretKey, secret_key, client-secret and their like, in JSON, a query or a form.
    ("secret", re.compile(rf"({_SECRET_NAME}\\*[\"']?\s*[=:]\s*){_VALUE}", re.IGNORECASE), rf"\1{_HIDDEN}"),
    ("secret", re.compile(rf"(-{_SECRET_NAME}\s+){_VALUE}", re.IGNORECASE), rf"\1{_HIDDEN}"),  # an option of a command
    ("eyj", re.compile(r"\beyJ[\w-]{5,}(?:\.[\w-]*)*"), _HIDDEN),  # an access token (RFC 7519), or its beginning
    ("@", re.compile(r"(?<=//)[^/\s@]+(?=@)"), _HIDDEN),  # user name and password in a URL (RFC 3986 §3.2.1)
    ("", re.compile(r"[0-9A-Za-z]{40,}"), _HIDDEN),  # a client secret without its prefix, a key in hexadecimal digits
)
_MOST_ENCODINGS = 3  # percent-encoding on top of percent-encoding
_SHAPE = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_RANDOM_LENGTH + _CHECKSUM_LENGTH}}}")


class ClientSecret:
    """A client secret on its way to the person; neither `repr` nor `str` shows it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the secret as text, for the one place that shows or checks it."""
        return self._text

    def __repr__(self) -> str:
        return "ClientSecret(…)"


def new_client_secret() -> ClientSecret:
    """Return a new secret from the operating system's random source."""
    import secrets  # with hashlib below, a tenth of a bare window's whole start

    body = PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_LENGTH))
    return ClientSecret(body + _checksum(body))


def is_well_formed(text: str) -> bool:
    """Say whether `text` has the shape and the checksum of a client secret; a cut-off paste has not."""
    return _SHAPE.fullmatch(text) is not None and _checksum(text[:-_CHECKSUM_LENGTH]) == text[-_CHECKSUM_LENGTH:]


def first_in(text: str) -> str:
    """Return the first thing in a text that has the shape of a client secret; empty where nothing has."""
    found = _SHAPE.search(text)
    return "" if found is None else found.group()


def without_secrets(text: str) -> str:
    """Return a text without anything that could be a client secret or an access token.

    That is: what follows the prefix of a client secret, what follows `secretKey=`, `--client-secret` and their like,
    access tokens, and any run of 40 or more base-62 characters, also percent-encoded. A text with a percent-encoded
    secret comes back decoded.
    """
    hidden = _hide(text)
    if "%" not in text:
        return hidden
    from urllib.parse import unquote

    for _ in range(_MOST_ENCODINGS):
        decoded = unquote(text)
        if decoded == text:
            break
        text = decoded
        if _hide(text) != text:
            hidden = _hide(text)
    return hidden


def _hide(text: str) -> str:
    lower = text.lower()
    for beginning, telltale, shown in _TELLTALES:
        if beginning in lower:
            text = telltale.sub(shown, text)
    return text


def verifier_of(secret: ClientSecret) -> bytes:
    """Return the verifier to store: 32 bytes, the SHA-256 of the secret.

    A slow hash would add nothing: the secret holds 256 random bits, so it cannot be guessed at any speed.
    """
    import hashlib

    return hashlib.sha256(secret.reveal().encode("utf-8", "surrogatepass")).digest()  # whatever was typed or pasted


def _checksum(body: str) -> str:
    import zlib

    rest = zlib.crc32(body.encode())
    digits = ""
    for _ in range(_CHECKSUM_LENGTH):
        rest, digit = divmod(rest, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits
