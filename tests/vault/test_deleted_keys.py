"""Secrets that were replaced and keys that were deleted can still be found."""

from datetime import UTC, datetime, timedelta

from zcc_keys_gui.domain.api_key import KeyFields, Role, Status
from zcc_keys_gui.domain.client_secret import compute_verifier
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.store import VaultStore

FIELDS = KeyFields("ProdSync", Status.ENABLED, Role.READ, 3_600)


def test_the_last_five_secrets_of_a_key_are_known(store: VaultStore) -> None:
    keys = Keys(store, lambda: "zoe")
    first = keys.add(FIELDS)
    client_id = first.key.client_id
    secrets = [first.secret, *(keys.regenerate_secret(client_id).secret for _ in range(6))]
    former = [store.former_secret(compute_verifier(secret)) for secret in secrets]
    assert [known is not None for known in former] == [False, True, True, True, True, True, False]
    assert store.key_with_secret(compute_verifier(secrets[-1])) == store.key(client_id)
    assert store.key_with_secret(compute_verifier(secrets[0])) is None


def test_only_the_last_old_secret_can_have_a_grace_period(store: VaultStore) -> None:
    keys = Keys(store, lambda: "zoe")
    first = keys.add(FIELDS)
    second = keys.regenerate_secret(first.key.client_id, timedelta(hours=1))
    third = keys.regenerate_secret(first.key.client_id, timedelta(hours=2))
    former = [store.former_secret(compute_verifier(new.secret)) for new in (first, second, third)]
    assert [known and known.works_until for known in former] == [None, third.key.replaced_until, None]


def test_a_deleted_key_is_known_by_its_last_name(store: VaultStore) -> None:
    keys = Keys(store, lambda: "zoe")
    client_id = keys.add(FIELDS).key.client_id
    assert store.deleted_key(client_id) is None
    keys.edit(client_id, KeyFields("Renamed", Status.ENABLED, Role.READ, 60))
    keys.delete([client_id])
    found = store.deleted_key(client_id)
    assert found is not None
    name, when = found
    assert name == "Renamed"
    assert abs(when - datetime.now(UTC)) < timedelta(minutes=5)
