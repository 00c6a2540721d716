"""The service as an ASGI application: who may call at all, which endpoint answers, and what happens when one fails."""

import re
import time
from collections.abc import Callable

from starlette.convertors import Convertor, register_url_convertor
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from zcc_keys_gui.domain.client_secret import without_secrets
from zcc_keys_gui.domain.errors import VaultError
from zcc_keys_gui.domain.sign_in import Outcome
from zcc_keys_gui.signin.call import Call, DisconnectedError
from zcc_keys_gui.signin.key_reader import KeyReader
from zcc_keys_gui.signin.login import Login
from zcc_keys_gui.signin.public_api import PublicApi, SessionInfo, Sessions
from zcc_keys_gui.signin.rehearsing import Rehearsing
from zcc_keys_gui.signin.sign_in_log import Note, Told
from zcc_keys_gui.signin.tokens import Tokens

_OWN_HOST = re.compile(rb"(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?", re.IGNORECASE)
_PREFIXES = ("", "/zcc")  # the second as with OneAPI
_API = re.compile(r"(/zcc)?/papi/")


class _Rest(Convertor[str]):
    """The rest of a path, with line breaks in it or without: nothing below a path shall do without its endpoint."""

    regex = r"(?:/[\s\S]*)?"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("rest", _Rest())


class Application:
    """Answers every call."""

    def __init__(
        self,
        reader: KeyReader,
        longest: int,
        rehearsing: Rehearsing,
        note: Note,
        tell_failure: Callable[[Exception], None],
    ) -> None:
        """Honour the keys of `reader`; no token lasts longer than `longest` seconds.

        `note` takes down what happened; `tell_failure` is told of what should not have.
        """
        tokens = Tokens(reader.signing_key(), longest)
        sessions = Sessions(reader, tokens, note)
        login, public_api = Login(reader, tokens, rehearsing, note), PublicApi(sessions)
        routes = [Route(f"{prefix}/papi/auth/v1/login", login) for prefix in _PREFIXES]
        routes += [Route(f"{prefix}/papi/public/v1{{path:rest}}", public_api) for prefix in _PREFIXES]
        routes.append(Route("/local/v1/session", SessionInfo(sessions, reader)))
        self._router = Router(routes, redirect_slashes=False, default=_not_found)
        self._rehearsing = rehearsing
        self._note = note
        self._tell_failure = tell_failure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        call = Call(scope, receive, send)
        try:
            stranger = _stranger(scope, call)
            if stranger:
                await call.refuse(403, "Only programs on this computer are answered.")
                self._note(time.time(), Told(call.client, Outcome.CALL_REFUSED, stranger))
            elif not (_API.match(call.path) and await self._rehearsing.answers(call)):
                await self._router(scope, receive, send)
        except DisconnectedError:
            pass
        except Exception as error:  # noqa: BLE001  told, and answered
            self._tell_failure(error)
            if not call.is_answered:
                what = "could not read the vault" if isinstance(error, VaultError) else "failed"
                await call.refuse(500, f"The sign-in service {what}. The log of ZCC Keys says more.")
        finally:
            Call.leave(scope)


def _stranger(scope: Scope, call: Call) -> str:
    """Return why a call is not from a program on this computer; empty where it may be.

    A page in a browser can reach this computer, even under a name of its own (DNS rebinding); it then says so in one of
    these headers (https://fetch.spec.whatwg.org/#origin-header).
    """
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if not hosts:
        return "No Host header"
    if len(hosts) != 1 or not _OWN_HOST.fullmatch(hosts[0]):
        return "Another Host header than this computer's: DNS rebinding?"
    if b"origin" in call.headers or b"sec-fetch-site" in call.headers:
        origin = call.headers.get(b"origin", b"").decode("latin-1")
        shown = without_secrets("".join(each for each in origin if each.isprintable())[:60])
        return f"A page in a browser called: {shown}" if shown else "A page in a browser called"
    return ""


async def _not_found(scope: Scope, _receive: Receive, _send: Send) -> None:
    await Call.of(scope).refuse(404, "The sign-in service of this computer does not have this.")
