"""What the windows say about the sign-in service."""

from zcc_keys_gui.domain.sign_in import Failure, SimulatedFailures
from zcc_keys_gui.ui.text.sign_in import simulated_failures_words


def test_one_simulated_call_is_the_next_call() -> None:
    assert simulated_failures_words(SimulatedFailures(Failure.SLOW, 1)) == "the next call is answered slowly"
    assert simulated_failures_words(SimulatedFailures(Failure.SLOW, 2)) == "the next 2 calls are answered slowly"
