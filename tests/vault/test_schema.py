"""The tables, their indexes, and the upgrade from each older schema."""

import json
import shutil
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from tests.support.stored_vault import CONTENT, PASSPHRASE, content_of
from tests.vault.conftest import a_sign_in
from zcc_keys_gui.domain.api_key import KeyColumn, KeyQuery, Role, Status
from zcc_keys_gui.domain.sign_in import Outcome, SignInQuery
from zcc_keys_gui.vault import schema
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

STORED = Path(__file__).parent.parent / "data"


@pytest.mark.parametrize("sort", KeyColumn)
@pytest.mark.parametrize("descending", [False, True])
def test_every_sort_order_of_the_list_has_an_index(store: VaultStore, sort: KeyColumn, descending: bool) -> None:
    for status, role in ((None, None), (Status.ENABLED, None), (Status.ENABLED, Role.READ)):
        query = KeyQuery(status=status, role=role, sort=sort, descending=descending)
        selection = store.keys._selection(query, store._db)
        plan = store._db.execute(
            f"EXPLAIN QUERY PLAN SELECT id FROM api_key WHERE {selection.where}"
            f" ORDER BY {store.keys._order(query)} LIMIT 256",
            selection.values,
        ).fetchall()
        assert not any("TEMP B-TREE" in row[3] for row in plan), plan


def test_the_database_has_the_id_of_the_program(store: VaultStore) -> None:
    assert store._db.execute("PRAGMA application_id").fetchone() == (schema.APPLICATION_ID,)
    assert schema.APPLICATION_ID.to_bytes(4) == b"ZCCK"


def test_the_table_vault_has_one_row(store: VaultStore) -> None:
    assert store._db.execute("SELECT count(*), min(generation) FROM vault").fetchone() == (1, 1)


def stored(schema_number: int, data_folder: Path) -> VaultFolder:
    """Return a copy of the stored vault with this schema."""
    shutil.copytree(STORED / f"schema-{schema_number}", data_folder)
    return VaultFolder(data_folder)


@pytest.mark.parametrize("number", range(1, schema.SCHEMA + 1))
def test_a_vault_of_each_schema_opens_and_is_upgraded(number: int, data_folder: Path) -> None:
    opener = VaultOpener(stored(number, data_folder))
    for _ in range(2):
        store = opener.open_with_passphrase(PASSPHRASE)
        assert content_of(store) == json.loads((data_folder / CONTENT).read_text(encoding="utf-8"))
        assert store._db.execute("PRAGMA user_version").fetchone() == (schema.SCHEMA,)
        assert store._db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        store.close()


@pytest.mark.parametrize("number", range(1, schema.SCHEMA))
def test_an_upgraded_vault_has_the_same_tables_as_a_new_one(
    number: int, data_folder: Path, store: VaultStore, tmp_path: Path
) -> None:
    upgraded = VaultOpener(stored(number, tmp_path / "stored")).open_with_passphrase(PASSPHRASE)
    tables = "SELECT type, name, sql FROM sqlite_master ORDER BY name"
    assert upgraded._db.execute(tables).fetchall() == store._db.execute(tables).fetchall()
    upgraded.close()


def test_the_sign_in_log_of_schema_4_is_kept(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opener = VaultOpener(stored(4, data_folder))
    outcomes = ("Signed in", "Refused", "Call refused", "Rehearsed")
    with monkeypatch.context() as patched:
        patched.setattr(schema, "_STEPS", schema._STEPS[:4])
        patched.setattr(schema, "SCHEMA", 4)
        store = opener.open_with_passphrase(PASSPHRASE)
        for outcome in outcomes:
            with store.change() as change:
                change.db.execute("INSERT INTO sign_in VALUES (NULL, 1, 'id', 'Name', 'curl', ?, 'Why', 7)", (outcome,))
        store.close()
    store = opener.open_with_passphrase(PASSPHRASE)
    rows = store.sign_ins.page(SignInQuery(), 0, 10)
    assert [row.outcome for row in rows] == [
        *(Outcome.SIMULATED, Outcome.CALL_REJECTED, Outcome.SIGN_IN_REJECTED, Outcome.SIGNED_IN)
    ]
    assert {(row.client, row.reason, row.times, row.method, row.path, row.status) for row in rows} == {
        ("curl", "Why", 7, "", "", 0)
    }
    store.sign_ins.record([a_sign_in(is_authenticated=False)])
    assert store.sign_ins.count(SignInQuery()) == 5
    store.close()


@pytest.mark.parametrize("number", range(1, schema.SCHEMA))
def test_a_failed_upgrade_changes_nothing(number: int, data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = stored(number, data_folder)
    steps = list(schema._STEPS)
    steps[number] += "INSERT INTO vault (id) VALUES (NULL);"  # fails at the end of the step
    with monkeypatch.context() as patched:
        patched.setattr(schema, "_STEPS", tuple(steps))
        with pytest.raises(sqlcipher.IntegrityError):
            VaultOpener(vault).open_with_passphrase(PASSPHRASE)
    store = VaultOpener(vault).open_with_passphrase(PASSPHRASE)
    assert content_of(store) == json.loads((data_folder / CONTENT).read_text(encoding="utf-8"))
    store.close()
