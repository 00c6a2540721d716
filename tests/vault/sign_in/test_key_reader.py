"""The process of the sign-in service reads the keys of a vault that the program has open."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from tests.vault.conftest import a_key, insert, reader_of
from zcc_keys_gui.domain.api_key import ApiKey, KeyFields, Role, Status, new_client_id
from zcc_keys_gui.domain.errors import VaultDamagedError, VaultError
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.sign_in.key_reader import VaultKeyReader
from zcc_keys_gui.vault.store import VaultStore

FIRST, SECOND = b"1" * 32, b"2" * 32
UNTIL = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def reader(store: VaultStore) -> Iterator[VaultKeyReader]:
    with closing(reader_of(store)) as reader:
        yield reader


@pytest.fixture
def key(store: VaultStore) -> ApiKey:
    key = a_key("ProdSync", role=Role.WRITE, session_validity=90)
    insert(store, key, verifier=FIRST)
    return key


def replace_verifier(store: VaultStore, key: ApiKey, verifier: bytes, old_until: datetime | None = None) -> None:
    with store.change() as change:
        change.replace_verifier(key.client_id, verifier, old_until)


def test_a_key_is_found_in_its_present_state(store: VaultStore, reader: VaultKeyReader, key: ApiKey) -> None:
    found = reader.find_key(key.client_id)
    assert found is not None
    assert (found.name, found.is_enabled, found.role, found.session_validity) == ("ProdSync", True, Role.WRITE, 90)
    assert (found.verifier, found.replaced_verifier, found.replaced_until) == (FIRST, b"", 0)
    assert reader.find_key(new_client_id()) is None
    keys = Keys(store, lambda: "zoe")
    keys.set_status([key.client_id], Status.DISABLED)
    disabled = reader.find_key(key.client_id)
    assert disabled is not None
    assert not disabled.is_enabled
    assert disabled.session != found.session
    keys.delete([key.client_id])
    assert reader.find_key(key.client_id) is None


def test_only_some_changes_end_the_session_of_a_key(store: VaultStore, reader: VaultKeyReader, key: ApiKey) -> None:
    keys = Keys(store, lambda: "zoe")

    def session() -> int:
        found = reader.find_key(key.client_id)
        assert found is not None
        return found.session

    sessions = [session()]
    keys.edit(key.client_id, KeyFields("Renamed", Status.ENABLED, Role.WRITE, 120))
    assert session() == sessions[0]
    for change in (
        lambda: keys.edit(key.client_id, KeyFields("Renamed", Status.ENABLED, Role.READ, 120)),
        lambda: keys.set_status([key.client_id], Status.DISABLED),
        lambda: keys.set_status([key.client_id], Status.ENABLED),
        lambda: keys.regenerate_secret(key.client_id),
    ):
        change()
        sessions.append(session())
    assert len(set(sessions)) == 5


def test_the_last_five_replaced_secrets_are_known(store: VaultStore, reader: VaultKeyReader, key: ApiKey) -> None:
    secrets = [bytes([number]) * 32 for number in range(7)]
    for verifier in secrets:
        replace_verifier(store, key, verifier)
    now = datetime.now(UTC)
    for verifier in secrets[1:6]:
        replaced = reader.find_replacement_time(key.client_id, verifier)
        assert replaced is not None
        assert now - timedelta(minutes=1) < replaced <= datetime.now(UTC)
    for none in (FIRST, secrets[0], secrets[6]):
        assert reader.find_replacement_time(key.client_id, none) is None
    assert reader.find_replacement_time(new_client_id(), secrets[3]) is None


def test_an_old_secret_has_a_grace_period(store: VaultStore, reader: VaultKeyReader, key: ApiKey) -> None:
    replace_verifier(store, key, SECOND, UNTIL)
    found = reader.find_key(key.client_id)
    assert found is not None
    assert (found.verifier, found.replaced_verifier) == (SECOND, FIRST)
    assert found.replaced_until == UNTIL.timestamp()


def test_the_key_of_a_secret_is_found(store: VaultStore, reader: VaultKeyReader, key: ApiKey) -> None:
    assert reader.find_key_name(FIRST) == "ProdSync"
    replace_verifier(store, key, SECOND)
    assert reader.find_key_name(FIRST) is None
    assert reader.find_key_name(SECOND) == "ProdSync"


def test_a_deleted_key_is_found_with_its_last_name(store: VaultStore, reader: VaultKeyReader) -> None:
    deleted = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    keys = Keys(store, lambda: "zoe", lambda: deleted)
    key = keys.add(KeyFields("ProdSync", Status.ENABLED, Role.READ, 90)).key
    assert reader.find_deleted_key(key.client_id) is None
    keys.edit(key.client_id, KeyFields("Renamed", Status.ENABLED, Role.READ, 90))
    keys.delete([key.client_id])
    assert reader.find_deleted_key(key.client_id) == ("Renamed", deleted)


def test_the_signing_key_is_created_once(store: VaultStore, reader: VaultKeyReader) -> None:
    key = reader.read_signing_key()
    assert len(key) == 32
    with closing(reader_of(store)) as again:
        assert again.read_signing_key() == key


def test_the_reader_cannot_write(store: VaultStore, reader: VaultKeyReader, key: ApiKey) -> None:
    with pytest.raises(sqlcipher.OperationalError, match="readonly"):
        reader._db.execute("DELETE FROM api_key")
    assert store.key(key.client_id) == key


def test_another_key_does_not_open_the_database(store: VaultStore, folder: VaultFolder) -> None:
    store.sign_ins.access()
    with pytest.raises(VaultError):
        VaultKeyReader(folder.database, b"x" * 32).read_signing_key()


def test_a_damaged_database_is_reported(store: VaultStore, folder: VaultFolder, key: ApiKey) -> None:
    access = json.loads(store.sign_ins.access())
    store.checkpoint()
    copy = folder.path / "copy.db"
    content = bytearray(folder.database.read_bytes())
    content[4_096:] = bytes(len(content) - 4_096)
    copy.write_bytes(content)
    with pytest.raises(VaultDamagedError), closing(VaultKeyReader(copy, bytes.fromhex(access["key"]))) as reader:
        reader.find_key(key.client_id)
