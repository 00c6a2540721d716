"""Calls with an access token: the paths of the vendor's public API, and our own one that describes the token."""

import time
from collections.abc import Sequence
from typing import NamedTuple

from starlette.types import Receive, Scope, Send

from zcc_keys_gui.domain.api_key import Role
from zcc_keys_gui.domain.client_secret import PREFIX
from zcc_keys_gui.domain.sign_in import Outcome
from zcc_keys_gui.sign_in import text
from zcc_keys_gui.sign_in.http.call import Call
from zcc_keys_gui.sign_in.key_reader import KeyReader
from zcc_keys_gui.sign_in.log_entry import CallResult
from zcc_keys_gui.sign_in.tokens import BadTokenError, Session, Tokens

# The vendor's help marks this call as available only through OneAPI or to a token with administrator rights. The answer
# to a key's access token is not documented, so the status is ours.
_COMPANY_INFO = "/getCompanyInfo"


class KeySession(NamedTuple):
    """The session of a call, and the name of its key."""

    session: Session
    name: str


class Sessions:
    """The sessions, found by the access token of a call."""

    def __init__(self, reader: KeyReader, tokens: Tokens) -> None:
        """Look keys up in `reader`."""
        self._reader = reader
        self._tokens = tokens

    async def of(self, call: Call) -> KeySession | None:
        """Return the session of a call, or reject the call and return None."""
        try:
            found = self._session(call)
        except BadTokenError as error:
            key = self._reader.find_key(error.client_id) if error.client_id else None
            await call.reject(401, text.INVALID_TOKEN)
            name = "" if key is None else key.name
            call.result = CallResult(Outcome.CALL_REJECTED, str(error), error.client_id, name)
            return None
        if found.session.role != Role.WRITE and call.method != "GET":
            await reject(call, found, 403, text.ONLY_GET, text.READ_KEY.format(method=call.method))
            return None
        return found

    def _session(self, call: Call) -> KeySession:
        """Return the session of a call. Raises `BadTokenError`."""
        token = call.headers.get(b"auth-token", b"").decode("latin-1").strip()
        if not token:
            raise BadTokenError(text.NO_TOKEN)
        if token.startswith(PREFIX):
            raise BadTokenError(text.SECRET_AS_TOKEN)
        session = self._tokens.read(token)
        key = self._reader.find_key(session.client_id)
        if key is None:
            raise BadTokenError(text.TOKEN_OF_DELETED_KEY, session.client_id)
        if key.session != session.session:
            raise BadTokenError(text.STOPPED_TOKEN, session.client_id)
        return KeySession(session, key.name)


async def reject(
    call: Call,
    key_session: KeySession,
    status: int,
    message: str,
    reason: str = "",
    headers: Sequence[tuple[bytes, bytes]] = (),
) -> None:
    """Reject a call that has a valid access token; see `Call.reject`."""
    await call.reject(status, message, reason, headers)
    session, name = key_session
    call.result = CallResult(Outcome.CALL_REJECTED, reason or message, session.client_id, name, is_authenticated=True)


class PublicApi:
    """The ASGI application that answers the paths below `/papi/public/v1/`."""

    def __init__(self, sessions: Sessions) -> None:
        """Find the caller's session in `sessions`."""
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        call = Call.of(scope)
        found = await self._sessions.of(call)
        if found is None:
            return
        if scope["path_params"]["path"] == _COMPANY_INFO:
            await reject(call, found, 403, text.NOT_FOR_API_KEYS, text.NOT_WITH_API_KEY)
        else:
            await reject(call, found, 404, text.NO_SUCH_PATH, text.UNKNOWN_PATH)


class SessionInfo:
    """The endpoint `/local/v1/session`, which is ours. It returns the key and the validity of an access token."""

    def __init__(self, sessions: Sessions) -> None:
        """Find the caller's session in `sessions`."""
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        call = Call.of(scope)
        if call.method != "GET":
            reason = text.METHOD_NOT_GET.format(method=call.method)
            await call.reject(405, text.USE_GET, reason, [(b"allow", b"GET")])
            return
        found = await self._sessions.of(call)
        if found is None:
            return
        session, name = found
        call.result = CallResult(Outcome.CALL_ACCEPTED, "", session.client_id, name, is_authenticated=True)
        await call.answer(
            200,
            {
                "clientId": session.client_id,
                "name": name,
                "role": session.role,
                "issuedAt": session.issued,
                "expiresAt": session.expires,
                "secondsLeft": max(0, session.expires - int(time.time())),
            },
        )
