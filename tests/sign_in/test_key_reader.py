"""The contract of the key reader, which the vault's own reader fulfills."""

from datetime import UTC, datetime

from tests.vault.conftest import a_key, insert
from zcc_keys_gui.domain.api_key import new_client_id
from zcc_keys_gui.domain.client_secret import new_client_secret, verifier_of
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.sign_in.key_reader import KeyReader
from zcc_keys_gui.vault.sign_in.key_reader import VaultKeyReader
from zcc_keys_gui.vault.store import VaultStore


def test_it_finds_keys_owners_and_deleted_keys(store: VaultStore, reader: VaultKeyReader) -> None:
    key_reader: KeyReader = reader
    secret, keys = new_client_secret(), Keys(store, lambda: "tester")
    key = a_key("ProdSync")
    insert(store, key, verifier=verifier_of(secret))
    found = key_reader.find(key.client_id)
    assert found is not None
    assert (found.name, found.verifier, len(key_reader.signing_key())) == ("ProdSync", verifier_of(secret), 32)
    assert key_reader.owner(verifier_of(secret)) == "ProdSync"
    assert key_reader.replaced(key.client_id, verifier_of(secret)) is None
    keys.regenerate_secret(key.client_id)
    replaced = key_reader.replaced(key.client_id, verifier_of(secret))
    assert replaced is not None
    assert replaced <= datetime.now(UTC)
    keys.delete([key.client_id])
    deleted = key_reader.deleted(key.client_id)
    assert deleted is not None
    assert deleted[0] == "ProdSync"


def test_an_unknown_client_id_has_no_key(reader: VaultKeyReader) -> None:
    unknown = new_client_id()
    assert (reader.find(unknown), reader.deleted(unknown)) == (None, None)
    assert reader.owner(verifier_of(new_client_secret())) is None
