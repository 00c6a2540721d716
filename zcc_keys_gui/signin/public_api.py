"""Calls with a token: the paths of the vendor's public API, and one of our own that tells about the token."""

import time

from starlette.types import Receive, Scope, Send

from zcc_keys_gui.domain.api_key import Role
from zcc_keys_gui.domain.client_secret import PREFIX
from zcc_keys_gui.domain.sign_in import Outcome
from zcc_keys_gui.signin.call import Call
from zcc_keys_gui.signin.key_reader import KeyReader
from zcc_keys_gui.signin.sign_in_log import Note, Told
from zcc_keys_gui.signin.tokens import BadTokenError, Session, Tokens

_COMPANY_INFO = "/getCompanyInfo"
# Fields and their types as in the answer that the vendor's SDK for Python has on record for its own tests, where there
# are some 100 more (zscaler-sdk-python, tests/integration/zcc/cassettes/TestCompanyInfo.yaml); the last one is ours.
COMPANY = {
    "orgId": "0",
    "masterCustomerId": "0",
    "name": "Rehearsal on this computer",
    "businessName": "",
    "enablePublicAPI": "1",
    "isLocal": True,
}
_UNAUTHORIZED = "The auth-token is missing or does not hold. Sign in again."
_READ_ONLY = "This API key's role is Read: it may only GET."


class Sessions:
    """Tells whose token a call has, as an endpoint needs it."""

    def __init__(self, reader: KeyReader, tokens: Tokens, note: Note) -> None:
        """Look keys up by `reader`, and `note` what is refused."""
        self._reader = reader
        self._tokens = tokens
        self._note = note

    async def of(self, call: Call) -> Session | None:
        """Return the session of a call; or refuse the call, and return None."""
        client_id = name = ""
        try:
            token = call.headers.get(b"auth-token", b"").decode("latin-1").strip()
            if not token:
                raise BadTokenError("No auth-token")
            if token.startswith(PREFIX):
                raise BadTokenError("The client secret was sent as auth-token: sign in with it first")
            session = self._tokens.read(token)
            client_id = session.client_id
            key = self._reader.find(client_id)
            name = "" if key is None else key.name
            if key is None or key.session != session.session:
                raise BadTokenError(
                    "Stopped token: its key was deleted"
                    if key is None
                    else "Stopped token: its key was disabled, or got another role or secret, since it was issued"
                )
        except BadTokenError as error:
            if error.client_id:
                client_id = error.client_id
                key = self._reader.find(client_id)
                name = "" if key is None else key.name
            await self._refuse(call, 401, _UNAUTHORIZED, str(error), client_id, name)
            return None
        if session.role != Role.WRITE and call.method != "GET":
            await self._refuse(call, 403, _READ_ONLY, f"Read key on {_method(call)}", client_id, name)
            return None
        return session

    async def _refuse(self, call: Call, status: int, message: str, reason: str, client_id: str, name: str) -> None:
        await call.refuse(status, message)
        self._note(time.time(), Told(call.client, Outcome.CALL_REFUSED, reason, client_id, name))


class PublicApi:
    """Answers the paths below `/papi/public/v1/`, as an ASGI application."""

    def __init__(self, sessions: Sessions) -> None:
        """Ask `sessions` who calls."""
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        call = Call.of(scope)
        if await self._sessions.of(call) is None:
            return
        if scope["path_params"]["path"] != _COMPANY_INFO:
            await call.refuse(404, "The sign-in service of this computer does not have this.")
        elif call.method != "GET":
            await call.refuse(405, "Ask by GET.", [(b"allow", b"GET")])
        else:
            await call.answer(200, COMPANY)


class SessionInfo:
    """Answers `/local/v1/session`, which is ours: whose token it is, and how long it lasts."""

    def __init__(self, sessions: Sessions, reader: KeyReader) -> None:
        """Ask `sessions` who calls."""
        self._sessions = sessions
        self._reader = reader

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        call = Call.of(scope)
        if call.method != "GET":
            await call.refuse(405, "Ask by GET.", [(b"allow", b"GET")])
            return
        session = await self._sessions.of(call)
        if session is None:
            return
        key = self._reader.find(session.client_id)
        await call.answer(
            200,
            {
                "clientId": session.client_id,
                "name": "" if key is None else key.name,
                "role": session.role,
                "issuedAt": session.issued,
                "expiresAt": session.expires,
                "secondsLeft": max(0, session.expires - int(time.time())),
            },
        )


def _method(call: Call) -> str:
    return call.method if call.method.isalpha() and len(call.method) <= 20 else "another method"
