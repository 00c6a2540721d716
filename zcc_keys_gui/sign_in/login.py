"""Signing in: a client ID and a client secret are answered with a token."""

import asyncio
import hmac
import secrets
import time

from starlette.types import Receive, Scope, Send

from zcc_keys_gui.domain.api_key import Role
from zcc_keys_gui.domain.client_secret import verifier_of
from zcc_keys_gui.domain.sign_in import FoundKey, Outcome
from zcc_keys_gui.sign_in.call import BodyTooLargeError, Call
from zcc_keys_gui.sign_in.credentials import BadBodyError, Credentials, credentials_in
from zcc_keys_gui.sign_in.key_reader import KeyReader
from zcc_keys_gui.sign_in.pacing import Pacing
from zcc_keys_gui.sign_in.reasons import traits_of
from zcc_keys_gui.sign_in.request import kept
from zcc_keys_gui.sign_in.sign_in_log import CallResult, RejectedSignIn
from zcc_keys_gui.sign_in.simulated_failures import FailureSimulator
from zcc_keys_gui.sign_in.text import time_words
from zcc_keys_gui.sign_in.tokens import Tokens

REFUSED = "Invalid API key or secret key."
"""What unknown, wrong and disabled are answered with alike; only the owner learns which it was."""
_NOT_JSON = "Content-Type has to be application/json."
_COMPRESSED = "Send the body uncompressed, without Content-Encoding."
_LONGEST_ENCODING = 20  # characters of a Content-Encoding that the log shows
_NOBODY = FoundKey("", False, Role.READ, 0, 0, secrets.token_bytes(32), b"", 0.0)
"""Stands in for an unknown key, so that it takes as long to refuse."""
_EXPIRED_SECONDS = 60


class Login:
    """Answers calls to sign in, as an ASGI application."""

    def __init__(self, reader: KeyReader, tokens: Tokens, simulator: FailureSimulator) -> None:
        """Look keys up in `reader`."""
        self._reader = reader
        self._tokens = tokens
        self._simulator = simulator
        self._pacing = Pacing()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        call = Call.of(scope)
        encoding = call.headers.get(b"content-encoding", b"").lower()
        if call.method != "POST":
            await call.reject(405, "Use POST to sign in.", f"{call.method} instead of POST", [(b"allow", b"POST")])
        elif call.headers.get(b"content-type", b"").partition(b";")[0].strip().lower() != b"application/json":
            await call.reject(415, _NOT_JSON, "The Content-Type is not application/json")
        elif encoding not in (b"", b"identity"):
            reason = (
                f"The Content-Encoding is “{kept(encoding, _LONGEST_ENCODING)}”; only uncompressed bodies are accepted"
            )
            await call.reject(415, _COMPRESSED, reason, [(b"accept-encoding", b"identity")])  # RFC 9110 §12.5.3
        else:
            await self._read(call)

    async def _read(self, call: Call) -> None:
        try:
            credentials = credentials_in(await call.body())
        except BodyTooLargeError:
            await call.reject(413, "The body is too large.")
        except BadBodyError as error:
            await call.reject(400, f"{error}.")
        else:
            await self._sign_in(call, credentials)

    async def _sign_in(self, call: Call, credentials: Credentials) -> None:
        now = time.time()
        found = self._reader.find(credentials.client_id)
        key = found or _NOBODY
        until = _accepted_until(key, verifier_of(credentials.secret), now)
        if until is None:
            call.is_slowed = True
            await asyncio.sleep(self._pacing.wait(time.monotonic()))
            await call.reject(401, REFUSED)
            call.told = RejectedSignIn(credentials.client_id, traits_of(credentials.secret), found)
            return
        by_old_secret = until < float("inf")
        outcome, reason = Outcome.SIGNED_IN, ""
        if self._simulator.expires_next_token():
            token = self._tokens.issue(credentials.client_id, key, now - _EXPIRED_SECONDS, until=now - 1)
            outcome, reason = Outcome.SIMULATED, "An access token that has already expired"
        else:
            token = self._tokens.issue(credentials.client_id, key, now, until=until if by_old_secret else None)
        if by_old_secret and not reason:
            reason = f"By the old secret, which works until {time_words(until)}"
        call.told = CallResult(outcome, reason, credentials.client_id, key.name, is_authenticated=True)
        await call.answer(200, {"jwtToken": token, "message": None})


def _accepted_until(key: FoundKey, verifier: bytes, now: float) -> float | None:
    """Return until when a secret with this verifier signs in with the key: infinity for the present one; or None.

    Takes the same time whatever is wrong.
    """
    is_present = hmac.compare_digest(key.verifier, verifier)
    is_replaced = hmac.compare_digest(key.replaced_verifier or _NOBODY.verifier, verifier) and key.replaced_until > now
    if not key.is_enabled or not (is_present or is_replaced):
        return None
    return float("inf") if is_present else key.replaced_until
