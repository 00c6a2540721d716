"""The list of API keys, compared with what plain Python finds."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vault.conftest import a_key, insert
from zcc_keys_gui.domain.api_key import ApiKey, KeyColumn, KeyQuery, Role, Status
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys.key_wrapping import Argon2idParameters
from zcc_keys_gui.vault.lists import key_listing as module
from zcc_keys_gui.vault.lists import listing
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

SORT_VALUES: dict[KeyColumn, Callable[[ApiKey], object]] = {
    KeyColumn.NAME: lambda key: key.name.lower(),
    KeyColumn.CLIENT_ID: lambda key: key.client_id,
    KeyColumn.STATUS: lambda key: key.fields.status.value,
    KeyColumn.ROLE: lambda key: key.fields.role.value,
    KeyColumn.SESSION_VALIDITY: lambda key: key.fields.session_validity,
    KeyColumn.CREATED: lambda key: key.created,
    KeyColumn.LAST_SIGN_IN: lambda key: key.last_sign_in or datetime.min.replace(tzinfo=UTC),
}
PREFIXES = ["Prod", "prodEU", "Nightly", "Inventory", "X1"]


@pytest.fixture(scope="module")
def keys() -> list[ApiKey]:
    return [
        a_key(
            f"{PREFIXES[number % 5]}{number:04}",
            status=[*Status][number % 3 == 0],
            role=[*Role][number % 4 == 0],
            session_validity=30 + number % 17,
            minutes=number // 3,
        )
        for number in range(400)
    ]


@pytest.fixture(scope="module")
def full(keys: list[ApiKey], tmp_path_factory: pytest.TempPathFactory) -> Iterator[VaultStore]:
    """A vault with many keys, for reading."""
    opener = VaultOpener(VaultFolder(tmp_path_factory.mktemp("vault")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("zcc_keys_gui.vault.keys.key_wrapping.new_kdf_parameters", _quick_parameters)
        store = opener.create_with_passphrase("any")
    insert(store, *keys)
    yield store
    store.close()


def _quick_parameters() -> Argon2idParameters:
    return Argon2idParameters(b"salt" * 4, memory_kib=64, iterations=1, lanes=1)


queries = st.builds(
    KeyQuery,
    text=st.sampled_from(
        ["", "p", "pr", "Prod", "EU00", "nightly0002", "x10", "-4", "zz", "zzz", "%", "_", '"', "a b"]
    ),
    status=st.none() | st.sampled_from(Status),
    role=st.none() | st.sampled_from(Role),
    sort=st.sampled_from(KeyColumn),
    descending=st.booleans(),
)


@settings(max_examples=400)
@given(query=queries, sorted_matches=st.sampled_from([0, 1_000]), offset=st.integers(0, 450), limit=st.integers(1, 300))
def test_every_result_is_what_plain_python_finds(
    full: VaultStore, keys: list[ApiKey], query: KeyQuery, sorted_matches: int, offset: int, limit: int
) -> None:
    text = query.text.lower()
    expected = [
        key
        for key in keys
        if (text in key.name.lower() or text in key.client_id)
        and query.status in (None, key.fields.status)
        and query.role in (None, key.fields.role)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_MAX_SORTED_MATCHES", sorted_matches)  # both ways to find them
        assert full.keys.count(query) == len(expected)
        found = full.keys.page(query, 0, 1_000)
        assert {key.client_id for key in found} == {key.client_id for key in expected}
        values = [SORT_VALUES[query.sort](key) for key in found]
        assert values == sorted(values, reverse=query.descending)  # type: ignore[type-var]
        assert full.keys.page(query, offset, limit) == found[offset : offset + limit]
        assert full.keys.page_of(full.keys.ids(query)[offset : offset + limit]) == found[offset : offset + limit]
        for row in {0, len(found) // 2, len(found) - 1} if found else ():
            assert full.keys.position(query, found[row].client_id) == row


@pytest.mark.parametrize("step", [1, 60])
def test_positions_of_many_keys_are_those_of_each_key(full: VaultStore, keys: list[ApiKey], step: int) -> None:
    client_ids = [key.client_id for key in keys[::step]]
    for query in (
        KeyQuery(),
        KeyQuery("prod", sort=KeyColumn.CREATED, descending=True),
        KeyQuery("00", Status.ENABLED),
    ):
        each = [full.keys.position(query, client_id) for client_id in client_ids]
        assert full.keys.positions(query, client_ids) == sorted(row for row in each if row is not None)
    assert full.keys.positions(KeyQuery(), [*client_ids[:1], "none"]) == full.keys.positions(KeyQuery(), client_ids[:1])


def test_a_key_that_does_not_match_has_no_position(full: VaultStore, keys: list[ApiKey]) -> None:
    assert full.keys.position(KeyQuery("Nightly"), keys[0].client_id) is None


def test_special_characters_are_searched_for_literally(store: VaultStore) -> None:
    insert(store, a_key("Prod"))
    for text in ("p%", "_ro", "p_o", "*", "Pro*", "(", "' OR 1=1", "name:Prod", 'Prod" OR "x', "\0", "Pro\0d", "\\"):
        assert store.keys.count(KeyQuery(text)) == (1 if text.replace("\0", "") in ("Prod", "") else 0), text


def test_one_or_two_letters_are_slow_with_many_keys(full: VaultStore, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not full.keys.is_slow(KeyQuery("pr"))
    monkeypatch.setattr(listing, "_MAX_QUICK_ROWS", 100)
    assert full.keys.is_slow(KeyQuery("pr"))
    assert full.keys.is_slow(KeyQuery(" pr "))
    assert not full.keys.is_slow(KeyQuery("pro"))
    assert not full.keys.is_slow(KeyQuery(""))


def test_a_renamed_key_is_found_only_by_its_new_name(store: VaultStore) -> None:
    key = a_key("Before")
    insert(store, key)
    with store.change() as change:
        change.update(replace(key, fields=replace(key.fields, name="After")))
    assert store.keys.count(KeyQuery("Before")) == 0
    assert store.keys.count(KeyQuery("After")) == 1
    assert store.keys.count(KeyQuery(key.client_id[:8])) == 1
