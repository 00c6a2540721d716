"""The texts of the sign-in service."""

import pytest

from zcc_keys_gui.domain.sign_in import Failure, SimulatedFailures
from zcc_keys_gui.ui.text.sign_in import FAILURES, NEXT_CALLS, describe_simulated_failures


@pytest.mark.parametrize(
    ("simulated", "text"),
    [
        (SimulatedFailures(), ""),
        (SimulatedFailures(Failure.SLOW, 1), "The next call is answered slowly."),
        (SimulatedFailures(Failure.SLOW, 2), "The next 2 calls are answered slowly."),
        (SimulatedFailures(limits_calls=True), "The documented rate limits apply."),
        (
            SimulatedFailures(Failure.TOO_MANY, 3, limits_calls=True),
            "The next 3 calls are answered with 429. The documented rate limits apply.",
        ),
    ],
)
def test_simulated_failures_are_described_in_full_sentences(simulated: SimulatedFailures, text: str) -> None:
    assert describe_simulated_failures(simulated) == text


def test_every_failure_has_a_text() -> None:
    assert set(FAILURES) == set(NEXT_CALLS) == set(Failure)
