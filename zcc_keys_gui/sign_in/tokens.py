"""The tokens that a sign-in is answered with: JWTs (RFC 7519), signed with HS256 by a random key of the vault."""

import json
import secrets
import time
from itertools import count
from typing import Any, NamedTuple

import jwt
from jwt.algorithms import HMACAlgorithm

from zcc_keys_gui.domain.sign_in import FoundKey

ISSUER = "zcc-keys"
_ALGORITHM = "HS256"
_ENCODER = json.JSONEncoder(separators=(",", ":"))  # `json.dumps` makes one for each token
_REQUIRED = ["iss", "sub", "iat", "exp", "jti", "role"]


class BadTokenError(Exception):
    """An access token that is not valid; the text says why, and contains nothing of the token."""

    def __init__(self, reason: str, client_id: str = "") -> None:
        """Say why; `client_id` is that of the key whose token it was, where it is known to be one of ours."""
        super().__init__(reason)
        self.client_id = client_id


class Session(NamedTuple):
    """What a token says, once it was found to hold."""

    client_id: str
    role: str
    issued: int
    """Seconds since 1970, UTC, as the next one."""
    expires: int
    session: int
    """See `FoundKey.session`."""


class Tokens:
    """Issues tokens, and reads them."""

    def __init__(self, signing_key: bytes, longest: int) -> None:
        """Sign with a key of 32 bytes; no token lasts longer than `longest` seconds, whatever its key says."""
        self._signing_key = signing_key
        self._signing = jwt.PyJWS(algorithms=[])
        self._signing.register_algorithm(_ALGORITHM, _KnownKey(signing_key))
        self._longest = longest
        self._run = secrets.token_hex(6)
        self._number = count(1)

    def issue(self, client_id: str, key: FoundKey, now: float, *, until: float | None = None) -> str:
        """Return a token that lasts as long as the key's session validity interval, but ends at `until`.

        `now` and `until` are seconds since 1970, UTC.
        """
        issued = int(now)
        expires = issued + min(key.session_validity, self._longest)
        if until is not None:
            expires = min(expires, int(until))
        claims = {
            "iss": ISSUER,
            "sub": client_id,
            "iat": issued,
            "exp": expires,
            # Names this token for who calls (RFC 7519 §4.1.7), and for us also the key's session.
            "jti": f"{key.session & 0xFFFFFFFFFFFFFFFF:016x}-{self._run}-{next(self._number):x}",
            "role": key.role,
        }
        return self._signing.encode(_ENCODER.encode(claims).encode(), self._signing_key, _ALGORITHM)

    def read(self, token: str) -> Session:
        """Return what a token says. Raises `BadTokenError` where it is not one of ours, or has expired."""
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._signing_key,
                [_ALGORITHM],
                issuer=ISSUER,
                # One that seems to be issued later than now holds too: the clock may have been put right since.
                options={"require": _REQUIRED, "verify_iat": False},
            )
            session = int(claims["jti"][:16], 16)
            expires = min(claims["exp"], claims["iat"] + self._longest)  # the organization may allow less by now
        except jwt.ExpiredSignatureError:  # its signature is right
            claims = jwt.decode(token, options={"verify_signature": False})
            raise BadTokenError("Expired access token", str(claims.get("sub", ""))) from None
        except jwt.InvalidSignatureError:
            raise BadTokenError("The access token is not signed by this vault") from None
        except jwt.InvalidAlgorithmError:
            raise BadTokenError("The access token is not signed with HS256") from None
        except (jwt.InvalidTokenError, ValueError, TypeError, RecursionError):
            raise BadTokenError("Malformed access token") from None
        if expires <= time.time():
            raise BadTokenError("Expired access token", claims["sub"])
        session -= (session >> 63) << 64
        return Session(claims["sub"], claims["role"], claims["iat"], expires, session)


class _KnownKey(HMACAlgorithm):
    """HS256 with one key, which is looked at once, and not again for each token: that takes as long as signing does."""

    def __init__(self, key: bytes) -> None:
        super().__init__(HMACAlgorithm.SHA256)
        self._key = super().prepare_key(key)

    def prepare_key(self, key: str | bytes) -> bytes:
        return self._key
