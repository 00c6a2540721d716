"""Which parameters of Argon2id `vault.json` may have."""

import json
from pathlib import Path

import pytest

from zcc_keys_gui.domain.errors import VaultDamagedError
from zcc_keys_gui.vault.keys import protector_file
from zcc_keys_gui.vault.keys.key_wrapping import Argon2idParameters, Wrap
from zcc_keys_gui.vault.keys.protector_file import ProtectorSet
from zcc_keys_gui.vault.keys.protectors import AccountProtector, PassphraseProtector


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path, wrap = tmp_path / "vault.json", Wrap(b"n" * 12, b"w" * 48)
    passphrase = PassphraseProtector(Argon2idParameters(b"s" * 16), wrap)
    protector_file.write(path, ProtectorSet("an id", 1, AccountProtector("a user", wrap), passphrase))
    return path


@pytest.mark.parametrize(
    ("field", "value"),
    [("memory_kib", 8 << 20), ("memory_kib", 1), ("iterations", 0), ("iterations", 10**9), ("lanes", 0), ("salt", "")],
)
def test_parameters_that_would_freeze_the_computer_are_damage(path: Path, field: str, value: object) -> None:
    document = json.loads(path.read_bytes())
    document["protectors"][1]["kdf"][field] = value
    path.write_text(json.dumps(document))
    with pytest.raises(VaultDamagedError):
        protector_file.read(path)


@pytest.mark.parametrize(
    ("field", "value", "is_damage"),
    [
        ("lanes", 1, False),
        ("lanes", 16, False),
        ("lanes", 17, True),
        ("iterations", 1, False),
        ("memory_kib", 8 * 4, False),
        ("memory_kib", 8 * 4 - 1, True),
        ("salt", "AAAAAAAAAAA=", False),  # 8 bytes
        ("salt", "AAAAAAAAAA==", True),
        ("name", "argon2i", True),
    ],
)
def test_the_limits_of_argon2id_are_allowed(path: Path, field: str, value: object, is_damage: bool) -> None:
    document = json.loads(path.read_bytes())
    document["protectors"][1]["kdf"][field] = value
    path.write_text(json.dumps(document))
    if is_damage:
        with pytest.raises(VaultDamagedError):
            protector_file.read(path)
    else:
        assert protector_file.read(path).passphrase is not None


@pytest.mark.parametrize(
    ("memory_kib", "iterations", "lanes", "is_damage"),
    [
        (4 << 20, 1_000, 4, True),
        (2 << 20, 7, 4, True),
        (64 * 1024, 201, 4, True),
        (2 << 20, 1, 4, False),
        (64 * 1024, 200, 4, False),
        (2_040, 1_000, 255, True),  # each lane is a thread, four times in each pass
        (128, 1_000, 16, True),
        (128, 800, 16, False),
        ((2 << 20) + 1, 1, 4, True),
        (32, 1_000, 4, False),
        (32, 1_001, 4, True),
        (64 * 1024 + 1, 200, 4, True),
    ],
)
def test_parameters_that_would_take_minutes_are_damage(
    path: Path, memory_kib: int, iterations: int, lanes: int, is_damage: bool
) -> None:
    document = json.loads(path.read_bytes())
    document["protectors"][1]["kdf"] |= {"memory_kib": memory_kib, "iterations": iterations, "lanes": lanes}
    path.write_text(json.dumps(document))
    if is_damage:
        with pytest.raises(VaultDamagedError):
            protector_file.read(path)
    else:
        assert protector_file.read(path).passphrase is not None
