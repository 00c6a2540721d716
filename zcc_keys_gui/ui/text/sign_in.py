"""What the windows say about the sign-in service."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # start-up has nothing to say about it
    from zcc_keys_gui.domain.sign_in import SimulatedFailures
from zcc_keys_gui.ui.text.values import counted

_REHEARSED = {"slow": "slowly", "expired": "with a token that has expired"}  # the others are numbers


def simulated_failures_words(simulated_failures: "SimulatedFailures") -> str:
    """Return what is rehearsed, such as `the next 3 calls are answered 429`; empty where nothing is."""
    words = []
    if simulated_failures.failure is not None:
        calls = "call is" if simulated_failures.calls == 1 else f"{counted(simulated_failures.calls, 'call')} are"
        words.append(
            f"the next {calls} answered {_REHEARSED.get(simulated_failures.failure, simulated_failures.failure)}"
        )
    if simulated_failures.limits_calls:
        words.append("the documented rate limits hold")
    return ", and ".join(words)
