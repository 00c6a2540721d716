"""Answers calls to sign in: exchanges a client ID and a client secret for an access token."""

import asyncio
import hmac
import secrets
import time

from starlette.types import Receive, Scope, Send

from zcc_keys_gui.domain.api_key import Role
from zcc_keys_gui.domain.client_secret import compute_verifier
from zcc_keys_gui.domain.sign_in import FoundKey, Outcome
from zcc_keys_gui.sign_in import text
from zcc_keys_gui.sign_in.credentials import BadBodyError, Credentials, parse_credentials
from zcc_keys_gui.sign_in.http.call import BodyTooLargeError, Call
from zcc_keys_gui.sign_in.key_reader import KeyReader
from zcc_keys_gui.sign_in.log_entry import CallResult, RejectedSignIn, examine_secret, make_loggable
from zcc_keys_gui.sign_in.simulated_failures import FailureSimulator
from zcc_keys_gui.sign_in.tokens import Tokens

_MAX_LOGGED_ENCODING = 20  # characters
_NO_KEY = FoundKey("", False, Role.READ, 0, 0, secrets.token_bytes(32), b"", 0.0)
"""Used for an unknown client ID, so that rejecting it takes as long as rejecting a key."""
_EXPIRED_FOR_SECONDS = 60
_ANSWERED_IMMEDIATELY = 20  # wrong sign-ins
_ANSWERS_PER_SECOND = 250  # to wrong sign-ins after that
_MAX_DELAY_SECONDS = 1.0  # so that at most as many answers per second are delayed as there are connections


class Login:
    """The ASGI application that answers calls to sign in."""

    def __init__(self, reader: KeyReader, tokens: Tokens, simulator: FailureSimulator) -> None:
        """Look keys up in `reader`."""
        self._reader = reader
        self._tokens = tokens
        self._simulator = simulator
        self._delay = WrongSignInDelay()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        call = Call.of(scope)
        encoding = call.headers.get(b"content-encoding", b"").lower()
        if call.method != "POST":
            reason = text.METHOD_NOT_POST.format(method=call.method)
            await call.reject(405, text.USE_POST, reason, [(b"allow", b"POST")])
        elif call.headers.get(b"content-type", b"").partition(b";")[0].strip().lower() != b"application/json":
            await call.reject(415, text.SEND_JSON, text.WRONG_CONTENT_TYPE)
        elif encoding not in (b"", b"identity"):
            reason = text.WRONG_ENCODING.format(encoding=make_loggable(encoding, _MAX_LOGGED_ENCODING))
            headers = [(b"accept-encoding", b"identity")]  # RFC 9110 §12.5.3
            await call.reject(415, text.SEND_UNCOMPRESSED, reason, headers)
        else:
            await self._read(call)

    async def _read(self, call: Call) -> None:
        try:
            credentials = parse_credentials(await call.body())
        except BodyTooLargeError:
            await call.reject(413, text.BODY_TOO_LARGE)
        except BadBodyError as error:
            await call.reject(400, str(error))
        else:
            await self._sign_in(call, credentials)

    async def _sign_in(self, call: Call, credentials: Credentials) -> None:
        now = time.time()
        found = self._reader.find_key(credentials.client_id)
        key = found or _NO_KEY
        until = _find_expiry(key, compute_verifier(credentials.secret), now)
        if until is None:
            call.is_delayed = True
            await asyncio.sleep(self._delay.next_delay(time.monotonic()))
            await call.reject(401, text.REJECTED)
            call.result = RejectedSignIn(credentials.client_id, examine_secret(credentials.secret), found)
            return
        has_old_secret = until < float("inf")
        outcome, reason = Outcome.SIGNED_IN, ""
        if self._simulator.expires_next_token():
            token = self._tokens.issue(credentials.client_id, key, now - _EXPIRED_FOR_SECONDS, until=now - 1)
            outcome, reason = Outcome.SIMULATED, text.ISSUED_EXPIRED_TOKEN
        else:
            token = self._tokens.issue(credentials.client_id, key, now, until=until if has_old_secret else None)
            if has_old_secret:
                reason = text.OLD_SECRET.format(time=text.format_time(until))
        call.result = CallResult(outcome, reason, credentials.client_id, key.name, is_authenticated=True)
        await call.answer(200, {"jwtToken": token, "message": None})


def _find_expiry(key: FoundKey, verifier: bytes, now: float) -> float | None:
    """Return until when the secret with this verifier signs in with the key, or None if it does not.

    For the current secret, that is infinity. Takes the same time for every wrong secret.
    """
    is_current = hmac.compare_digest(key.verifier, verifier)
    is_replaced = hmac.compare_digest(key.replaced_verifier or _NO_KEY.verifier, verifier) and key.replaced_until > now
    if not key.is_enabled or not (is_current or is_replaced):
        return None
    return float("inf") if is_current else key.replaced_until


class WrongSignInDelay:
    """The delay of answers to wrong sign-ins, counted over all connections. Correct sign-ins never wait."""

    def __init__(self) -> None:
        self._next_answer = 0.0

    def next_delay(self, now: float) -> float:
        """Return how many seconds to delay the answer to one more wrong sign-in; `now` is in seconds of any clock."""
        earliest = now - _ANSWERED_IMMEDIATELY / _ANSWERS_PER_SECOND
        answer = max(self._next_answer, earliest) + 1 / _ANSWERS_PER_SECOND
        self._next_answer = min(answer, now + _MAX_DELAY_SECONDS)
        return max(0.0, self._next_answer - now)
