"""The service as an ASGI application: who may call at all, which endpoint answers, and what happens when one fails."""

import re
import time
from collections.abc import Callable

from starlette.convertors import Convertor, register_url_convertor
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from zcc_keys_gui.domain.errors import VaultError
from zcc_keys_gui.domain.sign_in import Outcome
from zcc_keys_gui.sign_in.call import Call, DisconnectedError
from zcc_keys_gui.sign_in.key_reader import KeyReader
from zcc_keys_gui.sign_in.login import Login
from zcc_keys_gui.sign_in.public_api import NO_SUCH_PATH, PublicApi, SessionInfo, Sessions
from zcc_keys_gui.sign_in.request import kept
from zcc_keys_gui.sign_in.sign_in_log import CallResult, Note
from zcc_keys_gui.sign_in.simulated_failures import FailureSimulator
from zcc_keys_gui.sign_in.tokens import Tokens

# The port may be empty (RFC 3986 §3.2.3), and a name may end in a dot (RFC 1034 §3.1).
_OWN_HOST = re.compile(rb"(127\.0\.0\.1|localhost\.?|\[::1\])(:\d{0,5})?", re.IGNORECASE)
_PREFIXES = ("", "/zcc")  # the second as with OneAPI
_LOGIN = "/papi/auth/v1/login"
_PUBLIC_API = "/papi/public/v1"
_SESSION = "/local/v1/session"
_SIMULATED = re.compile(rf"(/zcc)?/papi/|{_SESSION}$")
_KNOWN = re.compile(rf"(/zcc)?({_LOGIN}|{_PUBLIC_API}(/.*)?)|{_SESSION}")
_LONGEST_SHOWN = 60  # characters of a header that the log shows


class _Rest(Convertor[str]):
    """The rest of a path, which may contain line breaks: the endpoint answers everything below its path."""

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
        simulator: FailureSimulator,
        note: Note,
        tell_failure: Callable[[Exception], None],
    ) -> None:
        """Accept the keys of `reader`; no access token lasts longer than `longest` seconds.

        `note` takes down each answered call; `tell_failure` is told about errors of the service itself.
        """
        tokens = Tokens(reader.signing_key(), longest)
        sessions = Sessions(reader, tokens)
        login, public_api = Login(reader, tokens, simulator), PublicApi(sessions)
        routes = [Route(f"{prefix}{_LOGIN}", login) for prefix in _PREFIXES]
        routes += [Route(f"{prefix}{_PUBLIC_API}{{path:rest}}", public_api) for prefix in _PREFIXES]
        routes.append(Route(_SESSION, SessionInfo(sessions)))
        self._router = Router(routes, redirect_slashes=False, default=_not_found)
        self._simulator = simulator
        self._note = note
        self._tell_failure = tell_failure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call, then note it."""
        call = Call(scope, receive, send)
        try:
            stranger = _stranger(scope, call)
            if stranger:
                await call.reject(403, "Only programs on this computer are answered.", stranger)
            elif not (_SIMULATED.match(call.path) and await self._simulator.answers(call)):
                await self._router(scope, receive, send)
        except DisconnectedError:
            if call.remark:  # a script that gives a slow answer up should find its call in the log
                call.told = CallResult(Outcome.SIMULATED, "The caller did not wait for the answer")
                self._note(time.time(), call.request, call.told)
        except Exception as error:  # noqa: BLE001  told, and answered
            self._tell_failure(error)
            if not call.status:
                what = "could not read the vault" if isinstance(error, VaultError) else "failed"
                await call.reject(
                    500,
                    f"The sign-in service {what}. The log of ZCC Keys says more.",
                    f"The sign-in service {what}; the log of ZCC Keys says more",
                )
        finally:
            if call.status:
                self._note(time.time(), call.request, call.told)
            Call.leave(scope)


def _stranger(scope: Scope, call: Call) -> str:
    """Return what shows that a call may come from a web page; empty if nothing does.

    A page in a browser can reach this computer, even under a host name of its own (DNS rebinding). Browsers then send
    that name, or one of these headers (https://fetch.spec.whatwg.org/#origin-header).
    """
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if not hosts:
        return "No Host header"
    if len(hosts) > 1:
        return "More than one Host header"
    if not _OWN_HOST.fullmatch(hosts[0]):
        shown = kept(hosts[0], _LONGEST_SHOWN)
        return f"The Host header is “{shown}”, which is not a name that the sign-in service answers to"
    if b"origin" in call.headers:
        return f"The call has an Origin header, as from a web page: “{kept(call.headers[b'origin'], _LONGEST_SHOWN)}”"
    if b"sec-fetch-site" in call.headers:
        return "The call has a Sec-Fetch-Site header, as from a web page"
    return ""


async def _not_found(scope: Scope, _receive: Receive, _send: Send) -> None:
    call = Call.of(scope)
    await call.reject(404, NO_SUCH_PATH, f"No such path{_slashes_too_many(call.path)}")


def _slashes_too_many(path: str) -> str:
    """Say where a path has slashes too many, if it would be known without them."""
    meant = re.sub("/{2,}", "/", path).rstrip("/")
    if meant == path or not _KNOWN.fullmatch(meant):
        return ""
    if path.endswith("/"):
        return ": it ends in a slash"
    if re.match("(/zcc)?//", path):
        return ": one slash too many, as if the base URL ended in a slash"
    return ": two slashes in a row"
