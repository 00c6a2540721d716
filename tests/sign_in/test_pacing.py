"""How long the answer to a wrong sign-in waits, on a clock that the test sets."""

import pytest

from zcc_keys_gui.sign_in.pacing import Pacing


def test_twenty_wrong_sign_ins_do_not_wait_and_250_a_second_are_answered_after_that() -> None:
    pacing = Pacing()
    waits = [pacing.wait(1_000.0) for _ in range(400)]
    assert waits[:20] == pytest.approx(20 * [0.0], abs=1e-6)
    assert waits[20:270] == pytest.approx([number / 250 for number in range(1, 251)], abs=1e-6)
    assert waits[270:] == pytest.approx(130 * [1.0], abs=1e-6)


def test_time_that_passes_shortens_the_wait_and_a_pause_ends_it() -> None:
    pacing = Pacing()
    waits = [pacing.wait(1_000.0) for _ in range(100)]
    assert waits[-1] == pytest.approx(0.32, abs=1e-6)
    assert pacing.wait(1_000.3) == pytest.approx(0.024, abs=1e-6)
    after_a_pause = [pacing.wait(2_000.0) for _ in range(21)]
    assert after_a_pause == pytest.approx([*(20 * [0.0]), 0.004], abs=1e-6)


def test_a_wait_is_never_negative() -> None:
    pacing = Pacing()
    assert min(pacing.wait(second / 10) for second in range(10_000, 10_100)) == 0
