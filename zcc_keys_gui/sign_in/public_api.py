"""Calls with a token: the paths of the vendor's public API, and one of our own that tells about the token."""

import time
from collections.abc import Sequence
from typing import NamedTuple

from starlette.types import Receive, Scope, Send

from zcc_keys_gui.domain.api_key import Role
from zcc_keys_gui.domain.client_secret import PREFIX
from zcc_keys_gui.domain.sign_in import Outcome
from zcc_keys_gui.sign_in.call import Call
from zcc_keys_gui.sign_in.key_reader import KeyReader
from zcc_keys_gui.sign_in.sign_in_log import CallResult
from zcc_keys_gui.sign_in.tokens import BadTokenError, Session, Tokens

# The vendor's help marks this call as available only through OneAPI or to a token with administrator rights. What a
# key's access token is answered with is not documented, so the status is ours.
_COMPANY_INFO = "/getCompanyInfo"
_NOT_FOR_KEYS = (
    "getCompanyInfo is not available with an API key. The vendor allows it only through OneAPI or for administrators."
)
NO_SUCH_PATH = "The sign-in service does not have this path."
_UNAUTHORIZED = "The auth-token is missing or not valid. Sign in again."
_READ_ONLY = "This API key's role is Read: it may only GET."


class KeySession(NamedTuple):
    """The session of a call, and the name of its key."""

    session: Session
    name: str


class Sessions:
    """Finds the session to which the access token of a call belongs."""

    def __init__(self, reader: KeyReader, tokens: Tokens) -> None:
        """Look keys up in `reader`."""
        self._reader = reader
        self._tokens = tokens

    async def of(self, call: Call) -> KeySession | None:
        """Return the session of a call, or reject the call and return None."""
        client_id = name = ""
        try:
            token = call.headers.get(b"auth-token", b"").decode("latin-1").strip()
            if not token:
                raise BadTokenError("No auth-token header")
            if token.startswith(PREFIX):
                raise BadTokenError("A client secret was sent as auth-token; sign in with it first")
            session = self._tokens.read(token)
            client_id = session.client_id
            key = self._reader.find(client_id)
            name = "" if key is None else key.name
            if key is None:
                raise BadTokenError("The key of this access token no longer exists")
            if key.session != session.session:
                raise BadTokenError(
                    "The access token was stopped: since it was issued, its key was disabled, or got another role or "
                    "secret"
                )
        except BadTokenError as error:
            if error.client_id:
                client_id = error.client_id
                key = self._reader.find(client_id)
                name = "" if key is None else key.name
            await call.reject(401, _UNAUTHORIZED)
            call.told = CallResult(Outcome.CALL_REJECTED, str(error), client_id, name)
            return None
        found = KeySession(session, name)
        if session.role != Role.WRITE and call.method != "GET":
            await reject(call, found, 403, _READ_ONLY, f"Read key on {call.method}")
            return None
        return found


async def reject(
    call: Call,
    of: KeySession,
    status: int,
    message: str,
    reason: str = "",
    headers: Sequence[tuple[bytes, bytes]] = (),
) -> None:
    """Reject a call that has a valid access token; see `Call.reject`."""
    await call.reject(status, message, reason, headers)
    told = CallResult(Outcome.CALL_REJECTED, reason or message.removesuffix("."), of.session.client_id, of.name, True)
    call.told = told


class PublicApi:
    """Answers the paths below `/papi/public/v1/`, as an ASGI application."""

    def __init__(self, sessions: Sessions) -> None:
        """Ask `sessions` who calls."""
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        call = Call.of(scope)
        found = await self._sessions.of(call)
        if found is None:
            return
        if scope["path_params"]["path"] == _COMPANY_INFO:
            await reject(call, found, 403, _NOT_FOR_KEYS, "getCompanyInfo needs OneAPI or an administrator")
        else:
            await reject(call, found, 404, NO_SUCH_PATH, "No such path")


class SessionInfo:
    """Answers `/local/v1/session`, which is ours: whose access token it is, and how long it lasts."""

    def __init__(self, sessions: Sessions) -> None:
        """Ask `sessions` who calls."""
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        call = Call.of(scope)
        if call.method != "GET":
            await call.reject(405, "Use GET.", f"{call.method} instead of GET", [(b"allow", b"GET")])
            return
        found = await self._sessions.of(call)
        if found is None:
            return
        session, name = found
        call.told = CallResult(Outcome.CALL_ACCEPTED, "", session.client_id, name, is_authenticated=True)
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
