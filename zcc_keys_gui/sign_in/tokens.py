"""Access tokens: JWTs (RFC 7519), signed with HS256 and a random key of the vault."""

import json
import secrets
import time
from itertools import count
from typing import Any, NamedTuple

import jwt
from jwt.algorithms import HMACAlgorithm

from zcc_keys_gui.domain.sign_in import FoundKey
from zcc_keys_gui.sign_in import text

ISSUER = "zcc-keys"
_ALGORITHM = "HS256"
_ENCODER = json.JSONEncoder(separators=(",", ":"))  # `json.dumps` would make one for each token
_REQUIRED_CLAIMS = ["iss", "sub", "iat", "exp", "jti", "role"]


class BadTokenError(Exception):
    """An access token that is not valid. The text is the reason, and contains no part of the token."""

    def __init__(self, reason: str, client_id: str = "") -> None:
        """`client_id` belongs to the token's key, if this vault signed the token."""
        super().__init__(reason)
        self.client_id = client_id


class Session(NamedTuple):
    """The content of a valid access token."""

    client_id: str
    role: str
    issued: int
    """Seconds since 1970, UTC."""
    expires: int
    """Seconds since 1970, UTC."""
    session: int
    """See `FoundKey.session`."""


class Tokens:
    """The issuer and reader of access tokens."""

    def __init__(self, signing_key: bytes, max_seconds: int) -> None:
        """Sign with a key of 32 bytes. No token is valid for longer than `max_seconds`, even if its key allows it."""
        self._signing_key = signing_key
        self._signing = jwt.PyJWS(algorithms=[])
        self._signing.register_algorithm(_ALGORITHM, _PreparedKey(signing_key))
        self._max_seconds = max_seconds
        self._run_id = secrets.token_hex(6)
        self._number = count(1)

    def issue(self, client_id: str, key: FoundKey, now: float, *, until: float | None = None) -> str:
        """Return a token that is valid for the key's session validity interval, but not after `until`.

        `now` and `until` are seconds since 1970, UTC.
        """
        issued = int(now)
        expires = issued + min(key.session_validity, self._max_seconds)
        if until is not None:
            expires = min(expires, int(until))
        claims = {
            "iss": ISSUER,
            "sub": client_id,
            "iat": issued,
            "exp": expires,
            # Identifies the token for the caller (RFC 7519 §4.1.7), and contains the key's session for us.
            "jti": f"{key.session & 0xFFFFFFFFFFFFFFFF:016x}-{self._run_id}-{next(self._number):x}",
            "role": key.role,
        }
        return self._signing.encode(_ENCODER.encode(claims).encode(), self._signing_key, _ALGORITHM)

    def read(self, token: str) -> Session:
        """Return the content of a token. Raises `BadTokenError` if this vault did not sign it, or it has expired."""
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._signing_key,
                [_ALGORITHM],
                issuer=ISSUER,
                # A token from the future is valid too, because the clock may have been corrected since.
                options={"require": _REQUIRED_CLAIMS, "verify_iat": False},
            )
            session = int(claims["jti"][:16], 16)
            expires = min(claims["exp"], claims["iat"] + self._max_seconds)  # the organization may allow less now
        except jwt.ExpiredSignatureError:  # its signature is valid
            claims = jwt.decode(token, options={"verify_signature": False})
            raise BadTokenError(text.EXPIRED_TOKEN, str(claims.get("sub", ""))) from None
        except jwt.InvalidSignatureError:
            raise BadTokenError(text.FOREIGN_TOKEN) from None
        except jwt.InvalidAlgorithmError:
            raise BadTokenError(text.WRONG_ALGORITHM) from None
        except (jwt.InvalidTokenError, ValueError, TypeError, RecursionError):
            raise BadTokenError(text.MALFORMED_TOKEN) from None
        if expires <= time.time():
            raise BadTokenError(text.EXPIRED_TOKEN, claims["sub"])
        session -= (session >> 63) << 64
        return Session(claims["sub"], claims["role"], claims["iat"], expires, session)


class _PreparedKey(HMACAlgorithm):
    """HS256 with one key that is prepared once. Preparing it for each token would take as long as signing."""

    def __init__(self, key: bytes) -> None:
        super().__init__(HMACAlgorithm.SHA256)
        self._key = super().prepare_key(key)

    def prepare_key(self, key: str | bytes) -> bytes:
        return self._key
