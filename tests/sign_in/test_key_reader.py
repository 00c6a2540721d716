"""The contract of the key reader, which the vault's own reader fulfills."""

from datetime import UTC, datetime

from tests.vault.conftest import a_key, insert
from zcc_keys_gui.domain.api_key import new_client_id
from zcc_keys_gui.domain.client_secret import compute_verifier, new_client_secret
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.sign_in.key_reader import KeyReader
from zcc_keys_gui.vault.sign_in.key_reader import VaultKeyReader
from zcc_keys_gui.vault.store import VaultStore


def test_it_finds_keys_owners_and_deleted_keys(store: VaultStore, reader: VaultKeyReader) -> None:
    key_reader: KeyReader = reader
    secret, keys = new_client_secret(), Keys(store, lambda: "tester")
    key = a_key("ProdSync")
    insert(store, key, verifier=compute_verifier(secret))
    found = key_reader.find_key(key.client_id)
    assert found is not None
    assert (found.name, found.verifier, len(key_reader.read_signing_key())) == (
        "ProdSync",
        compute_verifier(secret),
        32,
    )
    assert key_reader.find_key_name(compute_verifier(secret)) == "ProdSync"
    assert key_reader.find_replacement_time(key.client_id, compute_verifier(secret)) is None
    keys.regenerate_secret(key.client_id)
    replaced = key_reader.find_replacement_time(key.client_id, compute_verifier(secret))
    assert replaced is not None
    assert replaced <= datetime.now(UTC)
    keys.delete([key.client_id])
    deleted = key_reader.find_deleted_key(key.client_id)
    assert deleted is not None
    assert deleted[0] == "ProdSync"


def test_an_unknown_client_id_has_no_key(reader: VaultKeyReader) -> None:
    unknown = new_client_id()
    assert (reader.find_key(unknown), reader.find_deleted_key(unknown)) == (None, None)
    assert reader.find_key_name(compute_verifier(new_client_secret())) is None
