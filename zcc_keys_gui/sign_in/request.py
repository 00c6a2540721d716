"""What the sign-in log keeps of a request: who called, what for, and how it was answered."""

from typing import NamedTuple

from zcc_keys_gui.domain.client_secret import without_secrets

_LONGEST_CLIENT = 120  # characters; PowerShell 7 calls itself by about 85
_LONGEST_PATH = 120  # characters; those of the vendor's API have less than 60


class Request(NamedTuple):
    """A request and its answer, without anything that could be a secret."""

    client: str
    """The calling program, as it names itself; one line."""
    method: str
    path: str
    """As it was sent, without the query; one line."""
    status: int
    """The HTTP status of the answer; 0 if the caller did not wait for it."""
    remark: str = ""
    """What else was done with the call, in words, such as a simulated delay."""


def request(user_agent: bytes, method: str, target: bytes, status: int, remark: str = "") -> Request:
    """Return what may be kept of a request; `target` is its path, which may be followed by a query."""
    path, _, _ = target.partition(b"?")
    return Request(kept(user_agent, _LONGEST_CLIENT), method, kept(path, _LONGEST_PATH), status, remark)


def kept(sent: bytes, longest: int) -> str:
    """Return what may be kept of a text that a caller sent: one line, at most `longest` characters, no secret."""
    try:
        text = sent.decode()
    except UnicodeDecodeError:
        text = sent.decode("latin-1")
    # In this order, because a secret with a line break in it, or a part of one, does not look like a secret.
    shown = _in_one_line(without_secrets(_in_one_line(text)))
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def _in_one_line(text: str) -> str:
    return text if text.isprintable() else "".join(each for each in text if each.isprintable())
