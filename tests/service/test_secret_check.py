"""Checking a client secret: the key to which it belongs, or why there is no such key."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.service.conftest import NOW, WHO
from zcc_keys_gui.domain.api_key import KeyFields, Role, Status, new_client_id
from zcc_keys_gui.domain.client_secret import PREFIX, ClientSecret, compute_verifier, new_client_secret
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.service.secret_check import ExtraText, SecretCheck, SecretMatch
from zcc_keys_gui.vault.store import VaultStore

FIELDS = KeyFields("ProdSync", Status.ENABLED, Role.READ, 3_600)
HOUR = timedelta(hours=1)


def check(keys: Keys, text: str) -> SecretCheck:
    found = keys.check_secret(ClientSecret(text))
    assert found is not None
    return found


def test_a_secret_belongs_to_its_key_enabled_or_disabled(keys: Keys) -> None:
    new = keys.add(FIELDS)
    found = check(keys, new.secret.reveal())
    assert found == SecretCheck(SecretMatch.CURRENT, new.key)
    assert (found.deleted, found.works_until, found.replaced) == ("", None, None)
    assert (found.extra_text, found.length) == (ExtraText.NONE, 0)
    assert found.signs_in
    keys.set_status([new.key.client_id], Status.DISABLED)
    found = check(keys, new.secret.reveal())
    assert found.match is SecretMatch.CURRENT
    assert not found.signs_in


def test_an_old_secret_works_until_its_grace_period_ends(keys: Keys, store: VaultStore) -> None:
    old = keys.add(FIELDS)
    new = keys.regenerate_secret(old.key.client_id, HOUR)
    found = check(keys, old.secret.reveal())
    assert (found.match, found.key, found.works_until) == (SecretMatch.OLD, new.key, NOW + HOUR)
    assert found.signs_in
    assert check(keys, new.secret.reveal()).match is SecretMatch.CURRENT
    after_an_hour = Keys(store, lambda: WHO, now=lambda: NOW + HOUR)
    found = check(after_an_hour, old.secret.reveal())
    assert found.match is SecretMatch.REPLACED
    assert not found.signs_in


@pytest.mark.parametrize("stop", ["regenerate", "regenerate with overlap", "stop"])
def test_a_stopped_old_secret_counts_as_replaced(keys: Keys, stop: str) -> None:
    old = keys.add(FIELDS)
    client_id = old.key.client_id
    keys.regenerate_secret(client_id, HOUR)
    if stop == "stop":
        keys.stop_replaced_secret(client_id)
    else:
        keys.regenerate_secret(client_id, HOUR if "overlap" in stop else timedelta())
    found = check(keys, old.secret.reveal())
    assert (found.match, found.key) == (SecretMatch.REPLACED, keys.key(client_id))
    assert found.replaced is not None
    assert abs(found.replaced - datetime.now(UTC)) < timedelta(minutes=5)
    assert not found.signs_in


def test_a_secret_of_a_deleted_key_has_its_name_and_day(keys: Keys) -> None:
    first = keys.add(FIELDS)
    second = keys.regenerate_secret(first.key.client_id, HOUR)
    keys.delete([first.key.client_id])
    for secret in (first.secret, second.secret):
        assert check(keys, secret.reveal()) == SecretCheck(SecretMatch.DELETED, deleted="ProdSync", replaced=NOW)
    again = keys.add(FIELDS)
    assert check(keys, second.secret.reveal()).match is SecretMatch.DELETED
    assert check(keys, again.secret.reveal()).key == again.key


def test_a_key_deleted_without_history_still_has_its_day(keys: Keys, store: VaultStore) -> None:
    new = keys.add(FIELDS)
    with store.change() as change:
        change.delete(new.key.client_id)
    found = check(keys, new.secret.reveal())
    assert (found.match, found.deleted) == (SecretMatch.DELETED, "")
    assert found.replaced is not None


def test_a_complete_secret_without_a_key_is_unknown(keys: Keys) -> None:
    keys.add(FIELDS)
    assert check(keys, new_client_secret().reveal()) == SecretCheck(SecretMatch.UNKNOWN)


@pytest.mark.parametrize("cut", [1, 6, 30, 48])
def test_a_truncated_secret_has_a_wrong_checksum(keys: Keys, cut: int) -> None:
    secret = keys.add(FIELDS).secret.reveal()
    assert check(keys, secret[:-cut]) == SecretCheck(SecretMatch.CHECKSUM_WRONG, length=58 - cut)
    assert check(keys, f" {secret[:-cut]}\n") == SecretCheck(SecretMatch.CHECKSUM_WRONG, length=58 - cut)


@pytest.mark.parametrize(
    ("before", "after"),
    [(" ", ""), ("", "\n"), ("\r\n", "\r\n"), ('"', '"'), ("\ufeff", ""), ("“", "”"), ("\t\xa0", "\u200b")],
)
def test_a_secret_is_found_between_blanks_and_quotes(keys: Keys, before: str, after: str) -> None:
    new = keys.add(FIELDS)
    found = check(keys, f"{before}{new.secret.reveal()}{after}")
    assert (found.match, found.key, found.extra_text) == (SecretMatch.CURRENT, new.key, ExtraText.AROUND)
    assert not found.signs_in


def test_a_secret_is_found_within_other_text(keys: Keys) -> None:
    new = keys.add(FIELDS)
    for text in (
        json.dumps({"apiKey": new.key.client_id, "secretKey": new.secret.reveal()}),
        f"ZCC_SECRET={new.secret.reveal()}\n",
        f"{new.secret.reveal()}x",
    ):
        found = check(keys, text)
        assert (found.match, found.key, found.extra_text) == (SecretMatch.CURRENT, new.key, ExtraText.OTHER)
        assert not found.signs_in


@pytest.mark.parametrize("broken", ["\n", "\r\n  ", " ", "\u200b"])
def test_a_secret_with_a_line_break_inside_is_found(keys: Keys, broken: str) -> None:
    new = keys.add(FIELDS)
    text = new.secret.reveal()
    found = check(keys, f"{text[:40]}{broken}{text[40:]}\n")
    assert (found.match, found.key, found.extra_text) == (SecretMatch.CURRENT, new.key, ExtraText.WITHIN)


def test_a_client_id_is_recognized(keys: Keys) -> None:
    key = keys.add(FIELDS).key
    assert check(keys, key.client_id) == SecretCheck(SecretMatch.CLIENT_ID, key)
    assert check(keys, f' "{key.client_id.upper()}"') == SecretCheck(SecretMatch.CLIENT_ID, key)
    assert check(keys, new_client_id()) == SecretCheck(SecretMatch.CLIENT_ID)


@pytest.mark.parametrize("text", ["b5x" * 12, "eyJhbGciOiJIUzI1NiJ9.e30.x", "ZCCLOCAL_1", "\ud800", "\0", "'x'; --"])
def test_a_text_without_our_prefix_is_not_our_secret(keys: Keys, text: str) -> None:
    assert check(keys, text).match is SecretMatch.NOT_OURS


@pytest.mark.parametrize("text", ["", " ", "\r\n", '""'])
def test_an_empty_text_has_no_result(keys: Keys, text: str) -> None:
    assert keys.check_secret(ClientSecret(text)) is None


@given(text=st.text(st.characters(codec=None)) | st.text().map(lambda text: PREFIX + text))
def test_random_texts_belong_to_no_key(store: VaultStore, text: str) -> None:
    found = Keys(store, lambda: WHO).check_secret(ClientSecret(text))
    assert found is None or found.match in (SecretMatch.NOT_OURS, SecretMatch.CHECKSUM_WRONG)
    assert found is None or found.key is None


def test_ten_megabytes_are_checked_quickly(keys: Keys) -> None:
    new = keys.add(FIELDS)
    began = time.perf_counter()
    assert check(keys, "x" * 10_000_000).match is SecretMatch.NOT_OURS
    assert check(keys, "\n" * 10_000_000 + new.secret.reveal()).key == new.key
    assert check(keys, PREFIX * 1_000_000).match is SecretMatch.CHECKSUM_WRONG
    assert time.perf_counter() - began < 20


def test_current_and_former_secrets_are_found_with_an_index(store: VaultStore) -> None:
    for table in ("api_key", "former_secret"):
        (plan,) = store._db.execute(
            f"EXPLAIN QUERY PLAN SELECT * FROM {table} WHERE verifier = ?", (compute_verifier(new_client_secret()),)
        ).fetchall()
        assert f"USING INDEX {table}_by_verifier" in plan[3]


def test_the_result_contains_no_part_of_the_secret(keys: Keys) -> None:
    new = keys.add(FIELDS)
    assert new.secret.reveal()[len(PREFIX) :] not in repr(check(keys, new.secret.reveal()))
