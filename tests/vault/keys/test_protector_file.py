"""`vault.json`: its contents, and that any damage to it is reported as damage."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.reliability.rounds import rounds
from zcc_keys_gui.domain.errors import VaultDamagedError, VaultError, VaultTooNewError, VaultUnreachableError
from zcc_keys_gui.vault.keys import protector_file
from zcc_keys_gui.vault.keys.key_wrapping import Argon2idParameters, Wrap
from zcc_keys_gui.vault.keys.protector_file import MAX_FILE_BYTES, MAX_TIME_SECONDS, ProtectorSet
from zcc_keys_gui.vault.keys.protectors import AccountProtector, PassphraseProtector, RecoveryKeyProtector

WRAP = Wrap(b"n" * 12, b"w" * 48)
SET = (
    AccountProtector("a user", WRAP, made=1_764_000_000),
    PassphraseProtector(Argon2idParameters(b"s" * 16), WRAP, made=1_764_000_001),
    RecoveryKeyProtector(b"s" * 16, WRAP, made=1_764_000_002),
)
OBSOLETE = ("a former user", "another one")
ALL = ProtectorSet(
    "an id",
    3,
    *SET,
    next=ProtectorSet("an id", 4, *SET, obsolete_entries=OBSOLETE),
    obsolete_entries=OBSOLETE,
)
THOROUGH = settings(max_examples=rounds(1_000, 2_500))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "vault.json"
    protector_file.write(path, ALL)
    return path


@pytest.mark.parametrize(
    "protectors",
    [
        ALL,
        ProtectorSet("id", 1, ALL.account),
        ProtectorSet("id", 2, None, ALL.passphrase),
        ProtectorSet("id", 3, None, None, ALL.recovery_key),
    ],
)
def test_written_protectors_are_read_again(path: Path, protectors: ProtectorSet) -> None:
    protector_file.write(path, protectors)
    assert protector_file.read(path) == protectors


def test_the_first_format_is_read(path: Path) -> None:
    document = json.loads(path.read_bytes())
    del document["next"], document["obsolete_entries"], document["protectors"][2]
    for protector in document["protectors"]:
        del protector["made"]
    path.write_text(json.dumps(document | {"format": 1}))
    found = protector_file.read(path)
    assert (found.account, found.passphrase) == (SET[0]._replace(made=0), SET[1]._replace(made=0))


@pytest.mark.parametrize(("made", "is_damage"), [(MAX_TIME_SECONDS, False), (MAX_TIME_SECONDS + 1, True)])
def test_a_time_too_late_for_windows_is_damage(path: Path, made: int, is_damage: bool) -> None:
    protector_file.write(path, ProtectorSet("id", 1, AccountProtector("a user", WRAP, made)))
    if is_damage:
        with pytest.raises(VaultDamagedError):
            protector_file.read(path)
    else:
        account = protector_file.read(path).account
        assert account is not None
        assert datetime.fromtimestamp(account.made, UTC).astimezone().year == 2514


def test_a_newer_format_is_not_reported_as_damage(path: Path) -> None:
    path.write_text(f'{{"format": {protector_file.FORMAT + 1}, "of": "tomorrow"}}')
    with pytest.raises(VaultTooNewError):
        protector_file.read(path)


@THOROUGH
@given(position=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_one_wrong_byte_is_damage_or_harmless(path: Path, position: int, byte: int) -> None:
    original = path.read_bytes()
    changed = bytearray(original)
    changed[position % len(changed)] = byte
    path.write_bytes(changed)
    try:
        read_or_fail_as_documented(path)
    finally:
        path.write_bytes(original)


@THOROUGH
@given(content=st.binary() | st.text().map(str.encode))
@example(b"")
@example(b"null")
@example(b"[" * 100_000)
@example(b'{"format": 1e999}')
@example(b'{"format": NaN}')
@example(b'{"format": ' + b"9" * 5_000 + b"}")
@example(b"\xff\xfe" + "{}".encode("utf-16-le"))
@example(b" " * (1 << 20) + b"{}")
def test_a_foreign_file_is_damage(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    read_or_fail_as_documented(path)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@THOROUGH
@given(data=st.data())
def test_a_wrong_value_anywhere_is_damage_or_harmless(path: Path, data: st.DataObject) -> None:
    original = path.read_bytes()
    document = json.loads(original)
    place = data.draw(st.sampled_from(places(document)))
    inner = document
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = data.draw(json_values)
    path.write_text(json.dumps(document))
    try:
        read_or_fail_as_documented(path)
    finally:
        path.write_bytes(original)


@pytest.mark.parametrize("number", [-1, 3.0, True, "3", None, [3]])
@pytest.mark.parametrize(
    "place",
    [
        ("generation",),
        ("next", "generation"),
        ("protectors", 0, "made"),
        ("protectors", 1, "kdf", "iterations"),
        ("protectors", 1, "kdf", "memory_kib"),
        ("protectors", 1, "kdf", "lanes"),
    ],
)
def test_a_number_that_is_not_a_natural_number_is_damage(path: Path, place: tuple[Any, ...], number: object) -> None:
    document = inner = json.loads(path.read_bytes())
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = number
    path.write_text(json.dumps(document))
    with pytest.raises(VaultDamagedError):
        protector_file.read(path)


@pytest.mark.parametrize("more", [0, 1])
def test_a_file_of_more_than_a_mebibyte_is_damage(path: Path, more: int) -> None:
    path.write_bytes(path.read_bytes().ljust(MAX_FILE_BYTES + more))
    if more:
        with pytest.raises(VaultDamagedError):
            protector_file.read(path)
    else:
        assert protector_file.read(path) == ALL


@pytest.mark.parametrize(("number", "is_damage"), [(100, False), (101, True), (1_600, True)])
def test_too_many_obsolete_entries_are_damage(path: Path, number: int, is_damage: bool) -> None:
    document = json.loads(path.read_bytes())
    document["obsolete_entries"] = [f"user {each}" for each in range(number)]
    path.write_text(json.dumps(document))
    if is_damage:
        with pytest.raises(VaultDamagedError):
            protector_file.read(path)
    else:
        assert len(protector_file.read(path).obsolete_entries) == number


def test_the_written_file_has_the_documented_format(path: Path) -> None:
    document = json.loads(path.read_bytes())
    wrap = {
        "nonce": "bm5ubm5ubm5ubm5u",
        "wrapped_key": "d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3",
    }
    kdf = {"name": "argon2id", "salt": "c3Nzc3Nzc3Nzc3Nzc3Nzcw==", "memory_kib": 65_536, "iterations": 3, "lanes": 4}
    protectors = [
        {"kind": "this account", "keystore_user": "a user", "made": 1_764_000_000, **wrap},
        {"kind": "passphrase", "kdf": kdf, "made": 1_764_000_001, **wrap},
        {"kind": "recovery key", "salt": "c3Nzc3Nzc3Nzc3Nzc3Nzcw==", "made": 1_764_000_002, **wrap},
    ]
    assert document == {
        "format": 2,
        "vault": "an id",
        "generation": 3,
        "protectors": protectors,
        "next": {"generation": 4, "protectors": protectors},
        "obsolete_entries": ["a former user", "another one"],
    }


def test_a_folder_instead_of_the_file_is_damage(tmp_path: Path) -> None:
    (tmp_path / "vault.json").mkdir()
    with pytest.raises(VaultError):
        protector_file.read(tmp_path / "vault.json")


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(VaultUnreachableError):
        protector_file.read(tmp_path / "vault.json")


def places(value: object, so_far: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """Return the path to every value in a JSON document."""
    steps: list[tuple[object, object]] = []
    if isinstance(value, dict):
        steps = list(value.items())
    elif isinstance(value, list):
        steps = list(enumerate(value))
    found = [so_far] if so_far else []
    for step, inner in steps:
        found += places(inner, (*so_far, step))
    return found


def read_or_fail_as_documented(path: Path) -> None:
    """Read the file; the result is complete, or the error is one of the program's own."""
    try:
        found = protector_file.read(path)
    except (VaultDamagedError, VaultTooNewError):
        return
    for each in (found, found.next):
        if each is not None:
            assert each.existing
            for protector in each.existing:
                assert (len(protector.wrap.nonce), len(protector.wrap.wrapped_key)) == (12, 48)
                datetime.fromtimestamp(protector.made, UTC).astimezone()
            assert each.generation >= 0
    found.vault_id.encode()
