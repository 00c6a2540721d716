"""What the sign-in log records about a call: the request, its result, and traits of a rejected secret."""

from collections.abc import Callable
from typing import NamedTuple

from zcc_keys_gui.domain.client_secret import PREFIX, ClientSecret, compute_verifier, hide_secrets, is_well_formed
from zcc_keys_gui.domain.pasted_text import has_invisible, trim
from zcc_keys_gui.domain.sign_in import FoundKey, Outcome

_MAX_CLIENT_LENGTH = 120  # characters; the name of PowerShell 7 has about 85
_MAX_PATH_LENGTH = 120  # characters; paths of the vendor's API have less than 60


class LoggedRequest(NamedTuple):
    """A request and its answer, without anything that could be a secret."""

    client: str
    """The calling program, as it names itself; one line."""
    method: str
    path: str
    """The path that the caller sent, without the query; one line."""
    status: int
    """The HTTP status of the answer; 0 if the caller did not wait for it."""
    remark: str = ""
    """A sentence about another effect on the call, such as a simulated delay."""


class CallResult(NamedTuple):
    """How a call ended."""

    outcome: Outcome
    reason: str = ""
    client_id: str = ""
    name: str = ""
    is_authenticated: bool = False
    """Whether the call had a valid client ID and client secret, or a valid access token."""


class SecretTraits(NamedTuple):
    """The verifier and the form of a secret: enough to find out what is wrong with it, without the secret itself."""

    verifier: bytes
    is_ours: bool
    """Whether it begins like our secrets."""
    is_well_formed: bool
    has_extra: bool
    """Whether there are spaces, line breaks, quotes or invisible characters around it."""
    has_invisible: bool
    trimmed_verifier: bytes
    """The verifier of the secret without those."""


class RejectedSignIn(NamedTuple):
    """A rejected sign-in whose reason is not yet known."""

    client_id: str
    """The client ID that the caller sent."""
    traits: SecretTraits
    key: FoundKey | None
    """The key at that time; None if no key had this client ID."""


RecordCall = Callable[[float, LoggedRequest, CallResult | RejectedSignIn], None]
"""Records a call that was answered at a time, in seconds since 1970, UTC."""


def make_logged_request(user_agent: bytes, method: str, target: bytes, status: int, remark: str = "") -> LoggedRequest:
    """Return what the log may contain about a request; `target` is its path, and possibly a query."""
    path, _, _ = target.partition(b"?")
    client = make_loggable(user_agent, _MAX_CLIENT_LENGTH)
    return LoggedRequest(client, method, make_loggable(path, _MAX_PATH_LENGTH), status, remark)


def make_loggable(sent: bytes, max_length: int) -> str:
    """Return a text that a caller sent as the log may contain it: one line of limited length without a secret."""
    try:
        text = sent.decode()
    except UnicodeDecodeError:
        text = sent.decode("latin-1")
    # Removing the line breaks first matters, because a secret with a line break in it does not look like a secret.
    shown = _in_one_line(hide_secrets(_in_one_line(text)))
    return shown if len(shown) <= max_length else shown[: max_length - 1] + "…"


def examine_secret(secret: ClientSecret) -> SecretTraits:
    """Return the traits of a secret."""
    text = secret.reveal()
    core = trim(text)
    return SecretTraits(
        compute_verifier(secret),
        core.startswith(PREFIX),
        is_well_formed(core),
        core != text,
        has_invisible(text),
        compute_verifier(ClientSecret(core)),
    )


def _in_one_line(text: str) -> str:
    return text if text.isprintable() else "".join(each for each in text if each.isprintable())
