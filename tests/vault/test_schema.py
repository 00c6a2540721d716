"""The tables: every sort order has an index, so that no list sorts many rows."""

import pytest

from zcc_keys_gui.domain.api_key import Role, Status
from zcc_keys_gui.domain.queries import KeyColumn, KeyQuery
from zcc_keys_gui.vault import schema
from zcc_keys_gui.vault.store import VaultStore


@pytest.mark.parametrize("sort", KeyColumn)
@pytest.mark.parametrize("descending", [False, True])
def test_no_order_of_the_whole_list_needs_a_sort(store: VaultStore, sort: KeyColumn, descending: bool) -> None:
    for status, role in ((None, None), (Status.ENABLED, None), (Status.ENABLED, Role.READ)):
        query = KeyQuery(status=status, role=role, sort=sort, descending=descending)
        selection = store.keys._selection(query, store._db)
        plan = store._db.execute(
            f"EXPLAIN QUERY PLAN SELECT id FROM api_key WHERE {selection.where}"
            f" ORDER BY {store.keys._order(query)} LIMIT 256",
            selection.values,
        ).fetchall()
        assert not any("TEMP B-TREE" in row[3] for row in plan), plan


def test_the_file_says_whose_it_is(store: VaultStore) -> None:
    assert store._db.execute("PRAGMA application_id").fetchone() == (schema.APPLICATION_ID,)
    assert schema.APPLICATION_ID.to_bytes(4) == b"ZCCK"


def test_the_vault_s_own_row_is_there_once(store: VaultStore) -> None:
    assert store._db.execute("SELECT count(*), min(generation) FROM vault").fetchone() == (1, 1)
