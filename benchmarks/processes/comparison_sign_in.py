"""The sign-in that the Flask and the Starlette server share, as an admin might write it for a mock server.

The servers look up the key in the same vault with the same statement, compare the same verifier, sign the same claims
with PyJWT, and answer with the same JSON, written as the documentation of each framework shows. They use the default
settings: waitress has four threads, and uvicorn uses asyncio and httptools. They log no access, keep no sign-in log,
don't check Host or Origin, don't slow down wrong sign-ins, have no limits, and simulate no failures.
"""

import hmac
import json
import sys
import threading
import time
import uuid
from pathlib import Path

import jwt

from zcc_keys_gui.domain.client_secret import ClientSecret, compute_verifier
from zcc_keys_gui.vault.sign_in.key_reader import VaultKeyReader

LOGIN = "/papi/auth/v1/login"
REJECTED = "Invalid API key or secret key."


class SignIn:
    """A check of credentials that makes access tokens; every thread has its own connection to the vault."""

    def __init__(self, access: str) -> None:
        """Read the vault that `access`, the text of `SignIns.access`, opens."""
        opened = json.loads(access)
        self._database, self._key = Path(opened["database"]), bytes.fromhex(opened["key"])
        self._thread = threading.local()
        self._signing_key = self._reader().read_signing_key()

    def token(self, client_id: str, secret: str) -> str | None:
        """Return an access token, or None if the credentials are not valid."""
        key = self._reader().find_key(client_id)
        verifier = compute_verifier(ClientSecret(secret))
        if key is None or not key.is_enabled or not hmac.compare_digest(key.verifier, verifier):
            return None
        now = int(time.time())
        claims = {
            "iss": "zcc-keys",
            "sub": client_id,
            "iat": now,
            "exp": now + key.session_validity,
            "jti": str(uuid.uuid4()),
            "role": key.role,
        }
        return jwt.encode(claims, self._signing_key, algorithm="HS256")

    def _reader(self) -> VaultKeyReader:
        if not hasattr(self._thread, "reader"):
            self._thread.reader = VaultKeyReader(self._database, self._key)
        reader = self._thread.reader
        assert isinstance(reader, VaultKeyReader)
        return reader


def sign_in_from_input() -> SignIn:
    """Return the sign-in for the vault that the first line of standard input opens."""
    return SignIn(sys.stdin.readline())
