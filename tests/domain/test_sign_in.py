"""The rows that the sign-in log keeps, and simulated failures."""

from itertools import groupby

from zcc_keys_gui.domain.sign_in import (
    MAX_LOG_ROWS,
    MAX_UNAUTHENTICATED_ROWS,
    Failure,
    NewestRows,
    Outcome,
    SimulatedFailures,
)


def test_rows_stay_in_order_and_each_kind_has_its_limit() -> None:
    rows: NewestRows[tuple[bool, int]] = NewestRows()
    for number in range(MAX_LOG_ROWS + 5):
        rows.add((True, number), is_authenticated=True)
        rows.add((False, number), is_authenticated=False)
    kept = list(rows)
    assert len(rows) == len(kept) == MAX_LOG_ROWS + MAX_UNAUTHENTICATED_ROWS
    assert [number for is_authenticated, number in kept if is_authenticated] == list(range(5, MAX_LOG_ROWS + 5))
    others = [number for is_authenticated, number in kept if not is_authenticated]
    assert others == list(range(MAX_LOG_ROWS + 5 - MAX_UNAUTHENTICATED_ROWS, MAX_LOG_ROWS + 5))
    assert all(len(list(pair)) == 2 for _, pair in groupby(kept[-100:], key=lambda row: row[1]))


def test_unauthenticated_rows_displace_no_authenticated_row() -> None:
    rows: NewestRows[str] = NewestRows()
    rows.add("authenticated", is_authenticated=True)
    for _ in range(2 * MAX_LOG_ROWS):
        rows.add("other", is_authenticated=False)
    assert next(iter(rows)) == "authenticated"
    assert len(rows) == 1 + MAX_UNAUTHENTICATED_ROWS


def test_the_stored_values_of_outcomes_never_change() -> None:
    assert [outcome.value for outcome in Outcome] == [
        *("Signed in", "Sign-in rejected", "Call accepted", "Call rejected", "Simulated")
    ]


def test_a_failure_or_rate_limits_are_simulated() -> None:
    assert not SimulatedFailures().is_on
    assert SimulatedFailures(Failure.SLOW, 1).is_on
    assert SimulatedFailures(limits_calls=True).is_on
