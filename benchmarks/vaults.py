"""Vaults and KeePass databases with many entries."""

import base64
import copy
import random
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pykeepass import PyKeePass, create_database

from zcc_keys_gui.domain.api_key import ApiKey, KeyFields, Role, Status, new_client_id
from zcc_keys_gui.domain.history import Action, HistoryEntry
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

_WORDS = ("Prod", "Test", "Nightly", "Sync", "Report", "Inventory", "Audit", "Policy", "Device", "Berlin")
_PASSWORD = "benchmark"
_FIRST_CREATED = datetime(2026, 1, 1, tzinfo=UTC)
_ADD_HISTORY_ROWS = """
    INSERT INTO history (at, who, action, client_id, name, details)
    WITH RECURSIVE row (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM row WHERE number < ?)
    SELECT (SELECT max(at) FROM history) + number * 1000000, 'benchmark',
        CASE number % 2 WHEN 0 THEN 'Edited' ELSE 'Disabled' END, client_id, name,
        CASE number % 2 WHEN 0 THEN 'Session validity interval: 3600 → 7200' ELSE '' END
    FROM row JOIN api_key ON id = 1 + number % (SELECT keys FROM vault)
"""


def make_vault(folder: Path, count: int) -> VaultStore:
    """Make a vault that this account can unlock, with `count` keys and a history row for each. Return it open.

    The same number always gives the same keys, except for their secrets' verifiers.
    """
    chance = random.Random(count)
    store = VaultOpener(VaultFolder(folder)).create_for_this_account()
    with store.change() as change:
        for number in range(count):
            key = _random_key(chance, number)
            change.insert(key, chance.randbytes(32))
            change.record(HistoryEntry(key.created, "benchmark", Action.ADDED, key.client_id, key.name))
    return store


def add_history_rows(store: VaultStore, count: int) -> None:
    """Add `count` history rows about the keys of a vault."""
    with store.change() as change:
        change.db.execute(_ADD_HISTORY_ROWS, (count,))


def open_vault(folder: Path) -> VaultStore:
    """Open a vault that this account can unlock."""
    return VaultOpener(VaultFolder(folder)).open_for_this_account()


def add_key(keys: Keys, number: int) -> None:
    """Add a key named after `number`, as the dialog does when the user saves it."""
    keys.add(KeyFields(f"Added{number}", Status.ENABLED, Role.READ, 3_600))


def make_keepass(path: Path, count: int, *, lowest_kdf: bool = False) -> PyKeePass:
    """Make a KeePass database with `count` entries, optionally with the fastest key derivation. Return it open."""
    database = create_database(str(path), password=_PASSWORD)
    if lowest_kdf:
        _lower_kdf(database)
    group = database.add_group(database.root_group, "API keys")
    entry = database.add_entry(group, "entry", "client ID", "client secret")._element
    for number in range(count - 1):
        copied = copy.deepcopy(entry)  # adding each entry through pykeepass would take minutes
        _set_texts(copied, f"Key{number}", new_client_id())
        group._element.append(copied)
    database.save()
    return database


def open_keepass(path: Path) -> PyKeePass:
    """Open a KeePass database that `make_keepass` made."""
    return PyKeePass(str(path), password=_PASSWORD)


def _random_key(chance: random.Random, number: int) -> ApiKey:
    fields = KeyFields(
        f"{chance.choice(_WORDS)}{chance.choice(_WORDS)}{number}",
        chance.choice((Status.ENABLED, Status.ENABLED, Status.DISABLED)),
        chance.choice((Role.READ, Role.READ, Role.READ, Role.WRITE)),
        chance.choice((30, 3_600, 86_400, chance.randint(30, 999_999_999))),
    )
    client_id = str(uuid.UUID(int=chance.getrandbits(128), version=4))
    return ApiKey(client_id, fields, _FIRST_CREATED + timedelta(minutes=number), secret_pending=False)


def _lower_kdf(database: PyKeePass) -> None:
    parameters = database.kdbx.header.value.dynamic_header.kdf_parameters.data.dict
    for name, lowest in (("I", 1), ("M", 8 * 1024), ("P", 1)):  # passes, bytes, lanes
        parameters[name].value = lowest


def _set_texts(entry: object, title: str, user_name: str) -> None:
    """Give an XML entry a new UUID, a title and a user name."""
    entry.find("UUID").text = base64.b64encode(uuid.uuid4().bytes).decode()  # type: ignore[attr-defined]
    for string in entry.findall("String"):  # type: ignore[attr-defined]
        value = {"Title": title, "UserName": user_name}.get(string.find("Key").text)
        if value:
            string.find("Value").text = value
