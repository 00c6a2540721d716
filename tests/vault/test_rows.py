"""Rows of the database become the objects that were saved, and the other way round."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.vault.conftest import a_key, insert
from zcc_keys_gui.domain.api_key import Role, Status
from zcc_keys_gui.domain.history import Action, HistoryEntry
from zcc_keys_gui.vault.rows import (
    history_entry_from_row,
    history_values,
    key_from_row,
    key_values,
    to_microseconds,
    to_time,
)
from zcc_keys_gui.vault.store import VaultStore

NOON = datetime(2026, 11, 12, 12, 0, 0, 123_456, UTC)


def test_times_keep_their_microseconds(store: VaultStore) -> None:
    key = a_key()
    insert(store, key)
    assert store.key(key.client_id).created == key.created
    assert key.created.microsecond == 123456


@pytest.mark.parametrize("pending", [True, False])
def test_a_key_is_converted_both_ways(pending: bool) -> None:
    key = a_key("ProdSync", status=Status.DISABLED, role=Role.WRITE, session_validity=30, pending=pending)
    assert key_from_row((key.client_id, *key_values(key))) == key


def test_times_of_sign_ins_are_optional() -> None:
    key = a_key()
    row = (key.client_id, *key_values(key))
    for without_times in (key_from_row(row), key_from_row((*row, 0, None))):
        assert (without_times.last_sign_in, without_times.replaced_until) == (None, None)
    with_times = key_from_row((*row, to_microseconds(NOON), to_microseconds(NOON) + 1))
    assert (with_times.last_sign_in, with_times.replaced_until) == (NOON, NOON + timedelta(microseconds=1))


@pytest.mark.parametrize("status", [None, Status.ENABLED])
def test_a_history_entry_is_converted_both_ways(status: Status | None) -> None:
    entry = HistoryEntry(NOON, "CONTOSO\\zoe", Action.ADDED, "an id", "ProdSync", "Role: Read", status)
    assert history_entry_from_row(history_values(entry)) == entry


def test_times_of_any_time_zone_are_converted() -> None:
    assert to_microseconds(datetime(1970, 1, 1, tzinfo=UTC)) == 0
    assert to_time(to_microseconds(NOON)) == NOON
    assert to_microseconds(NOON.astimezone()) == to_microseconds(NOON)
    assert to_time(-1) == datetime(1970, 1, 1, tzinfo=UTC) - timedelta(microseconds=1)
