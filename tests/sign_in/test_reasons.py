"""The reasons for rejected sign-ins, which reveal no secret."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vault.conftest import a_key, insert
from zcc_keys_gui.domain.api_key import ApiKey, Status, new_client_id
from zcc_keys_gui.domain.client_secret import PREFIX, ClientSecret, compute_verifier, new_client_secret
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.sign_in import text
from zcc_keys_gui.sign_in.log_entry import examine_secret
from zcc_keys_gui.sign_in.reasons import Rejection, find_rejection_reason
from zcc_keys_gui.vault.sign_in.key_reader import VaultKeyReader
from zcc_keys_gui.vault.store import VaultStore

SECRET, OTHER_SECRET = new_client_secret(), new_client_secret()
TENANTS_SECRET = "b0f6c2aa-1111-4222-8333-944445555666"  # secrets of the vendor look like client IDs


@pytest.fixture
def key(store: VaultStore) -> ApiKey:
    """Return a key that has `SECRET`."""
    return stored(store, a_key("ProdSync"), SECRET)


def stored(store: VaultStore, key: ApiKey, secret: ClientSecret) -> ApiKey:
    insert(store, key, verifier=compute_verifier(secret))
    return key


def rejection(reader: VaultKeyReader, client_id: str, secret: str | ClientSecret) -> Rejection:
    sent = ClientSecret(secret) if isinstance(secret, str) else secret
    return find_rejection_reason(reader, client_id, examine_secret(sent), reader.find_key(client_id))


def test_a_disabled_key_is_the_first_reason(store: VaultStore, reader: VaultKeyReader) -> None:
    key = stored(store, a_key("ProdSync", status=Status.DISABLED), SECRET)
    assert rejection(reader, key.client_id, SECRET) == (key.client_id, "ProdSync", text.DISABLED_KEY)
    both = rejection(reader, key.client_id, new_client_secret())
    assert both.reason == f"{text.DISABLED_KEY} {text.UNKNOWN_SECRET}"


def test_a_replaced_secret_has_the_day_of_its_replacement(
    store: VaultStore, reader: VaultKeyReader, key: ApiKey
) -> None:
    Keys(store, lambda: "tester").regenerate_secret(key.client_id)
    reason = text.REPLACED_SECRET.format(day=text.format_day(datetime.now(UTC)))
    assert rejection(reader, key.client_id, SECRET).reason == reason
    assert rejection(reader, key.client_id, f"{SECRET.reveal()}\n").reason == reason


def test_an_old_secret_is_replaced_after_its_grace_period(
    store: VaultStore, reader: VaultKeyReader, key: ApiKey
) -> None:
    with store.change() as change:
        change.replace_verifier(key.client_id, compute_verifier(OTHER_SECRET), datetime(2026, 11, 1, tzinfo=UTC))
    assert "it was replaced on" in rejection(reader, key.client_id, SECRET).reason


def test_an_old_secret_of_a_disabled_key_is_checked_too(store: VaultStore, reader: VaultKeyReader) -> None:
    key = stored(store, a_key("ProdSync", status=Status.DISABLED), SECRET)
    for until, is_right in ((datetime.now(UTC) + timedelta(hours=1), True), (datetime(2026, 11, 1, tzinfo=UTC), False)):
        with store.change() as change:
            change.replace_verifier(key.client_id, compute_verifier(SECRET), None)
            change.replace_verifier(key.client_id, compute_verifier(OTHER_SECRET), until)
        reason = rejection(reader, key.client_id, SECRET).reason
        assert (reason == text.DISABLED_KEY) is is_right
        assert ("it was replaced on" in reason) is not is_right


def test_characters_around_an_old_secret_are_the_reason(store: VaultStore, reader: VaultKeyReader, key: ApiKey) -> None:
    Keys(store, lambda: "tester").regenerate_secret(key.client_id, timedelta(hours=1))
    around = rejection(reader, key.client_id, f" {SECRET.reveal()}")
    assert around.reason == text.SPACES_AROUND_SECRET


@pytest.mark.parametrize("left", [-1, -20, 20])
def test_a_truncated_secret_has_a_wrong_checksum(reader: VaultKeyReader, key: ApiKey, left: int) -> None:
    assert rejection(reader, key.client_id, SECRET.reveal()[:left]).reason == text.WRONG_CHECKSUM


@pytest.mark.parametrize("around", ["{} ", "\t{}", "{}\r\n", "“{}”", '"{}"', "\xa0{}"])
def test_characters_around_pasted_texts_are_the_reason(reader: VaultKeyReader, key: ApiKey, around: str) -> None:
    secret = rejection(reader, key.client_id, around.format(SECRET.reveal()))
    assert secret == (key.client_id, "ProdSync", text.SPACES_AROUND_SECRET)
    client_id = rejection(reader, around.format(key.client_id), SECRET)
    assert client_id == (key.client_id, "ProdSync", text.SPACES_AROUND_CLIENT_ID)


@pytest.mark.parametrize("around", ["\ufeff{}", "{}\u200b", "{}\x07", "\xa0{}\u200b"])
def test_invisible_characters_are_named_separately(reader: VaultKeyReader, key: ApiKey, around: str) -> None:
    secret = rejection(reader, key.client_id, around.format(SECRET.reveal()))
    assert secret == (key.client_id, "ProdSync", text.INVISIBLE_AROUND_SECRET)
    client_id = rejection(reader, around.format(key.client_id), SECRET)
    assert client_id == (key.client_id, "ProdSync", text.INVISIBLE_AROUND_CLIENT_ID)


def test_a_client_id_in_capitals_finds_its_key(reader: VaultKeyReader, key: ApiKey) -> None:
    assert rejection(reader, key.client_id.upper(), SECRET).client_id == key.client_id


def test_the_secret_of_another_key_has_the_name_of_that_key(
    store: VaultStore, reader: VaultKeyReader, key: ApiKey
) -> None:
    stored(store, a_key("Nightly"), OTHER_SECRET)
    assert rejection(reader, key.client_id, OTHER_SECRET).reason == text.SECRET_OF_OTHER_KEY.format(name="Nightly")


def test_foreign_empty_and_unknown_secrets_differ(reader: VaultKeyReader, key: ApiKey) -> None:
    assert rejection(reader, key.client_id, TENANTS_SECRET).reason == text.FOREIGN_SECRET.format(prefix=PREFIX)
    assert rejection(reader, key.client_id, "").reason == text.EMPTY_SECRET
    assert rejection(reader, key.client_id, OTHER_SECRET).reason == text.UNKNOWN_SECRET


def test_changes_made_after_the_sign_in_are_not_the_reason(
    store: VaultStore, reader: VaultKeyReader, key: ApiKey
) -> None:
    then, keys = reader.find_key(key.client_id), Keys(store, lambda: "tester")
    keys.set_status([key.client_id], Status.DISABLED)
    disabled = reader.find_key(key.client_id)
    keys.set_status([key.client_id], Status.ENABLED)
    assert find_rejection_reason(reader, key.client_id, examine_secret(SECRET), disabled).reason == text.DISABLED_KEY
    keys.delete([key.client_id])
    wrong = find_rejection_reason(reader, key.client_id, examine_secret(OTHER_SECRET), then)
    assert wrong == (key.client_id, "ProdSync", text.UNKNOWN_SECRET)


def test_a_deleted_key_has_its_name_and_the_day(store: VaultStore, reader: VaultKeyReader, key: ApiKey) -> None:
    Keys(store, lambda: "tester").delete([key.client_id])
    reason = text.DELETED_KEY.format(name="ProdSync", day=text.format_day(datetime.now(UTC)))
    expected = Rejection(key.client_id, "ProdSync", reason)
    assert rejection(reader, key.client_id, SECRET) == expected


def test_swapped_fields_reveal_no_secret(reader: VaultKeyReader, key: ApiKey) -> None:
    for sent in (SECRET.reveal(), f" {SECRET.reveal()}", f"Bearer {SECRET.reveal()[:30]}"):
        assert rejection(reader, sent, key.client_id) == ("", "", text.SECRET_AS_API_KEY)


def test_only_the_beginning_of_a_tenants_secret_is_kept(reader: VaultKeyReader) -> None:
    assert rejection(reader, TENANTS_SECRET, new_client_id()) == ("b0f6c2aa…", "", text.UNKNOWN_CLIENT_ID)
    assert rejection(reader, TENANTS_SECRET.upper(), "x") == ("", "", text.NOT_A_CLIENT_ID)


@given(sent=st.text(st.characters(codec=None), max_size=60), secret=st.text(st.characters(codec=None), max_size=60))
def test_random_texts_have_a_reason_and_are_not_repeated(
    store: VaultStore, reader: VaultKeyReader, sent: str, secret: str
) -> None:
    found = rejection(reader, sent, secret)
    assert found == ("", "", text.NOT_A_CLIENT_ID)


@given(digits=st.text("0123456789abcdef", min_size=32, max_size=32), around=st.sampled_from(["", " ", '"']))
def test_only_the_beginning_of_any_client_id_is_kept(reader: VaultKeyReader, digits: str, around: str) -> None:
    sent = f"{around}{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
    assert rejection(reader, sent, SECRET).client_id in (f"{digits[:8]}…", "")
