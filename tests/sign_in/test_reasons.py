"""Why a sign-in was refused: what the owner is told, and that it gives no secret away."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vault.conftest import a_key, insert
from zcc_keys_gui.domain.api_key import ApiKey, Status, new_client_id
from zcc_keys_gui.domain.client_secret import ClientSecret, new_client_secret, verifier_of
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.sign_in.reasons import Rejection, rejection_reason, traits_of
from zcc_keys_gui.sign_in.text import day_words
from zcc_keys_gui.vault.sign_in.key_reader import VaultKeyReader
from zcc_keys_gui.vault.store import VaultStore

SECRET, OTHER_SECRET = new_client_secret(), new_client_secret()
TENANTS_SECRET = "b0f6c2aa-1111-4222-8333-944445555666"  # the vendor's look like client IDs


@pytest.fixture
def key(store: VaultStore) -> ApiKey:
    """A key that has `SECRET`."""
    return stored(store, a_key("ProdSync"), SECRET)


def stored(store: VaultStore, key: ApiKey, secret: ClientSecret) -> ApiKey:
    insert(store, key, verifier=verifier_of(secret))
    return key


def refusal(reader: VaultKeyReader, client_id: str, secret: str | ClientSecret) -> Rejection:
    sent = ClientSecret(secret) if isinstance(secret, str) else secret
    return rejection_reason(reader, client_id, traits_of(sent), reader.find(client_id))


def test_a_disabled_key(store: VaultStore, reader: VaultKeyReader) -> None:
    key = stored(store, a_key("ProdSync", status=Status.DISABLED), SECRET)
    assert refusal(reader, key.client_id, SECRET) == (key.client_id, "ProdSync", "Disabled key")
    both = refusal(reader, key.client_id, new_client_secret())
    assert both.reason == "Disabled key. Wrong secret: no key of this vault has it"


def test_a_secret_that_was_replaced(store: VaultStore, reader: VaultKeyReader, key: ApiKey) -> None:
    Keys(store, lambda: "tester").regenerate_secret(key.client_id)
    today = day_words(datetime.now(UTC))
    assert refusal(reader, key.client_id, SECRET).reason == f"Wrong secret: it is the one replaced {today}"
    assert refusal(reader, key.client_id, f"{SECRET.reveal()}\n").reason.endswith(f"the one replaced {today}")


def test_an_old_secret_whose_time_is_over(store: VaultStore, reader: VaultKeyReader, key: ApiKey) -> None:
    with store.change() as change:
        change.replace_verifier(key.client_id, verifier_of(OTHER_SECRET), datetime(2026, 11, 1, tzinfo=UTC))
    assert "it is the one replaced on" in refusal(reader, key.client_id, SECRET).reason


def test_an_old_secret_of_a_disabled_key(store: VaultStore, reader: VaultKeyReader) -> None:
    key = stored(store, a_key("ProdSync", status=Status.DISABLED), SECRET)
    for until, is_right in ((datetime.now(UTC) + timedelta(hours=1), True), (datetime(2026, 11, 1, tzinfo=UTC), False)):
        with store.change() as change:
            change.replace_verifier(key.client_id, verifier_of(SECRET), None)
            change.replace_verifier(key.client_id, verifier_of(OTHER_SECRET), until)
        reason = refusal(reader, key.client_id, SECRET).reason
        assert (reason == "Disabled key") is is_right
        assert ("it is the one replaced on" in reason) is not is_right


def test_something_around_an_old_secret(store: VaultStore, reader: VaultKeyReader, key: ApiKey) -> None:
    Keys(store, lambda: "tester").regenerate_secret(key.client_id, timedelta(hours=1))
    around = refusal(reader, key.client_id, f" {SECRET.reveal()}")
    assert around.reason == "Spaces, line breaks or quotes around the secret"


@pytest.mark.parametrize("left", [-1, -20, 20])
def test_a_secret_that_was_cut_off(reader: VaultKeyReader, key: ApiKey, left: int) -> None:
    assert (
        refusal(reader, key.client_id, SECRET.reveal()[:left]).reason
        == "Checksum wrong: characters are missing, added or changed"
    )


@pytest.mark.parametrize("around", ["{} ", "\t{}", "{}\r\n", "“{}”", '"{}"', "\xa0{}"])
def test_something_around_what_was_pasted(reader: VaultKeyReader, key: ApiKey, around: str) -> None:
    secret = refusal(reader, key.client_id, around.format(SECRET.reveal()))
    assert secret == (key.client_id, "ProdSync", "Spaces, line breaks or quotes around the secret")
    client_id = refusal(reader, around.format(key.client_id), SECRET)
    assert client_id == (key.client_id, "ProdSync", "Client ID in capitals, or with spaces or quotes around it")


@pytest.mark.parametrize("around", ["\ufeff{}", "{}\u200b", "{}\x07", "\xa0{}\u200b"])
def test_invisible_characters_around_what_was_pasted_are_named(
    reader: VaultKeyReader, key: ApiKey, around: str
) -> None:
    secret = refusal(reader, key.client_id, around.format(SECRET.reveal()))
    assert secret == (key.client_id, "ProdSync", "Invisible characters around the secret")
    client_id = refusal(reader, around.format(key.client_id), SECRET)
    assert client_id == (key.client_id, "ProdSync", "Client ID with invisible characters around it")


def test_capitals(reader: VaultKeyReader, key: ApiKey) -> None:
    assert refusal(reader, key.client_id.upper(), SECRET).client_id == key.client_id


def test_the_secret_of_another_key(store: VaultStore, reader: VaultKeyReader, key: ApiKey) -> None:
    stored(store, a_key("Nightly"), OTHER_SECRET)
    assert refusal(reader, key.client_id, OTHER_SECRET).reason == "Wrong secret: it is the one of Nightly"


def test_a_secret_that_is_none_of_ours(reader: VaultKeyReader, key: ApiKey) -> None:
    assert "Not a client secret of this program" in refusal(reader, key.client_id, TENANTS_SECRET).reason
    assert refusal(reader, key.client_id, "").reason == "The secretKey is empty"
    assert refusal(reader, key.client_id, OTHER_SECRET).reason == "Wrong secret: no key of this vault has it"


def test_what_became_of_the_key_after_the_answer_is_no_reason(
    store: VaultStore, reader: VaultKeyReader, key: ApiKey
) -> None:
    then, keys = reader.find(key.client_id), Keys(store, lambda: "tester")
    keys.set_status([key.client_id], Status.DISABLED)
    disabled = reader.find(key.client_id)
    keys.set_status([key.client_id], Status.ENABLED)
    assert rejection_reason(reader, key.client_id, traits_of(SECRET), disabled).reason == "Disabled key"
    keys.delete([key.client_id])
    wrong = rejection_reason(reader, key.client_id, traits_of(OTHER_SECRET), then)
    assert wrong == (key.client_id, "ProdSync", "Wrong secret: no key of this vault has it")


def test_a_deleted_key(store: VaultStore, reader: VaultKeyReader, key: ApiKey) -> None:
    Keys(store, lambda: "tester").delete([key.client_id])
    today = day_words(datetime.now(UTC))
    expected = Rejection(key.client_id, "ProdSync", f"Deleted key: ProdSync was deleted {today}")
    assert refusal(reader, key.client_id, SECRET) == expected


def test_fields_that_were_swapped_give_no_secret_away(reader: VaultKeyReader, key: ApiKey) -> None:
    for sent in (SECRET.reveal(), f" {SECRET.reveal()}", f"Bearer {SECRET.reveal()[:30]}"):
        assert refusal(reader, sent, key.client_id) == ("", "", "A client secret was sent as apiKey")


def test_of_what_could_be_a_tenants_secret_the_beginning_alone_is_kept(reader: VaultKeyReader) -> None:
    assert refusal(reader, TENANTS_SECRET, new_client_id()) == ("b0f6c2aa…", "", "Unknown client ID")
    assert refusal(reader, TENANTS_SECRET.upper(), "x") == ("", "", "The apiKey is not a client ID")


@given(sent=st.text(st.characters(codec=None), max_size=60), secret=st.text(st.characters(codec=None), max_size=60))
def test_whatever_is_sent_has_a_reason_and_is_not_repeated(
    store: VaultStore, reader: VaultKeyReader, sent: str, secret: str
) -> None:
    found = refusal(reader, sent, secret)
    assert found == ("", "", "The apiKey is not a client ID")


@given(digits=st.text("0123456789abcdef", min_size=32, max_size=32), around=st.sampled_from(["", " ", '"']))
def test_of_any_client_id_no_more_than_its_beginning_is_kept(reader: VaultKeyReader, digits: str, around: str) -> None:
    sent = f"{around}{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
    assert refusal(reader, sent, SECRET).client_id in (f"{digits[:8]}…", "")
