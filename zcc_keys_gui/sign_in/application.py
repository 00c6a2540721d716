"""The service as an ASGI application: it rejects calls from web pages, finds the endpoint, and handles its errors."""

import re
import time
from collections.abc import Callable

from starlette.convertors import Convertor, register_url_convertor
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from zcc_keys_gui.domain.errors import VaultError
from zcc_keys_gui.domain.sign_in import Outcome
from zcc_keys_gui.sign_in import text
from zcc_keys_gui.sign_in.http.call import Call, DisconnectedError
from zcc_keys_gui.sign_in.key_reader import KeyReader
from zcc_keys_gui.sign_in.log_entry import CallResult, RecordCall, make_loggable
from zcc_keys_gui.sign_in.login import Login
from zcc_keys_gui.sign_in.public_api import PublicApi, SessionInfo, Sessions
from zcc_keys_gui.sign_in.simulated_failures import FailureSimulator
from zcc_keys_gui.sign_in.tokens import Tokens

# The port may be empty (RFC 3986 §3.2.3), and a name may end in a dot (RFC 1034 §3.1).
_OWN_HOST = re.compile(rb"(127\.0\.0\.1|localhost\.?|\[::1\])(:\d{0,5})?", re.IGNORECASE)
_PREFIXES = ("", "/zcc")  # the second is OneAPI's
_LOGIN = "/papi/auth/v1/login"
_PUBLIC_API = "/papi/public/v1"
_SESSION = "/local/v1/session"
_SIMULATED = re.compile(rf"(/zcc)?/papi/|{_SESSION}$")
_KNOWN = re.compile(rf"(/zcc)?({_LOGIN}|{_PUBLIC_API}(/.*)?)|{_SESSION}")
_MAX_LOGGED_HEADER = 60  # characters


class _RemainingPath(Convertor[str]):
    """The remainder of a path, including line breaks, because the endpoint answers everything below its path."""

    regex = r"(?:/[\s\S]*)?"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("remaining", _RemainingPath())


class Application:
    """The ASGI application that answers every call."""

    def __init__(
        self,
        reader: KeyReader,
        max_token_seconds: int,
        simulator: FailureSimulator,
        record_call: RecordCall,
        report_error: Callable[[Exception], None],
    ) -> None:
        """Accept the keys of `reader`. No access token is valid for longer than `max_token_seconds`.

        `record_call` gets each answered call, and `report_error` the errors of the service itself.
        """
        tokens = Tokens(reader.read_signing_key(), max_token_seconds)
        sessions = Sessions(reader, tokens)
        login, public_api = Login(reader, tokens, simulator), PublicApi(sessions)
        routes = [Route(f"{prefix}{_LOGIN}", login) for prefix in _PREFIXES]
        routes += [Route(f"{prefix}{_PUBLIC_API}{{path:remaining}}", public_api) for prefix in _PREFIXES]
        routes.append(Route(_SESSION, SessionInfo(sessions)))
        self._router = Router(routes, redirect_slashes=False, default=_reject_unknown_path)
        self._simulator = simulator
        self._record_call = record_call
        self._report_error = report_error

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call, then record it."""
        call = Call(scope, receive, send)
        try:
            reason = _find_sign_of_web_page(scope, call)
            if reason:
                await call.reject(403, text.ONLY_THIS_COMPUTER, reason)
            elif not (_SIMULATED.match(call.path) and await self._simulator.handle(call)):
                await self._router(scope, receive, send)
        except DisconnectedError:
            if call.remark:  # the log shows slow answers that a script did not wait for
                call.result = CallResult(Outcome.SIMULATED, text.NOT_AWAITED)
                self._record_call(time.time(), call.request, call.result)
        except Exception as error:  # noqa: BLE001  it is reported and answered
            self._report_error(error)
            if not call.status:
                await call.reject(500, text.VAULT_NOT_READ if isinstance(error, VaultError) else text.FAILED)
        finally:
            if call.status:
                self._record_call(time.time(), call.request, call.result)
            Call.remove_from(scope)


def _find_sign_of_web_page(scope: Scope, call: Call) -> str:
    """Return why a call may come from a web page, or an empty text.

    A page in a browser can reach this computer, even under the host name of its own site (DNS rebinding). Browsers
    then send that name, or one of these headers (https://fetch.spec.whatwg.org/#origin-header).
    """
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if not hosts:
        return text.NO_HOST
    if len(hosts) > 1:
        return text.SEVERAL_HOSTS
    if not _OWN_HOST.fullmatch(hosts[0]):
        return text.FOREIGN_HOST.format(host=make_loggable(hosts[0], _MAX_LOGGED_HEADER))
    if b"origin" in call.headers:
        return text.ORIGIN.format(origin=make_loggable(call.headers[b"origin"], _MAX_LOGGED_HEADER))
    if b"sec-fetch-site" in call.headers:
        return text.SEC_FETCH_SITE
    return ""


async def _reject_unknown_path(scope: Scope, _receive: Receive, _send: Send) -> None:
    call = Call.of(scope)
    await call.reject(404, text.NO_SUCH_PATH, _find_unknown_path_reason(call.path))


def _find_unknown_path_reason(path: str) -> str:
    """Return the reason for the log, which names extra slashes if the path is known without them."""
    without_slashes = re.sub("/{2,}", "/", path).rstrip("/")
    if without_slashes == path or not _KNOWN.fullmatch(without_slashes):
        return text.UNKNOWN_PATH
    if path.endswith("/"):
        return text.PATH_ENDS_IN_SLASH
    return text.EXTRA_SLASH if re.match("(/zcc)?//", path) else text.TWO_SLASHES
