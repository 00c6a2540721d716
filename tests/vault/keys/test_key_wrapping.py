"""Wrapping the database key, and deriving keys from passphrases and recovery keys."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.vault.conftest import argon2id
from zcc_keys_gui.vault.keys import key_wrapping
from zcc_keys_gui.vault.keys.key_wrapping import (
    PASSPHRASE,
    TARGET_SECONDS,
    THIS_ACCOUNT,
    Argon2idParameters,
    Wrap,
    WrongKeyError,
    choose_passes,
    derive,
    derive_from_recovery_key,
    new_kdf_parameters,
    unwrap,
    wrap,
)

WRAP = Wrap(b"n" * 12, b"w" * 48)


def test_only_the_same_key_unwraps() -> None:
    database_key, key = os.urandom(32), os.urandom(32)
    wrapped = wrap(database_key, key, "vault", THIS_ACCOUNT)
    assert unwrap(wrapped, key, "vault", THIS_ACCOUNT) == database_key
    with pytest.raises(WrongKeyError):
        unwrap(wrapped, os.urandom(32), "vault", THIS_ACCOUNT)


def test_a_wrap_is_bound_to_its_vault_and_kind() -> None:
    key = os.urandom(32)
    wrapped = wrap(os.urandom(32), key, "vault", THIS_ACCOUNT)
    for vault, kind in (("other", THIS_ACCOUNT), ("vault", PASSPHRASE)):
        with pytest.raises(WrongKeyError):
            unwrap(wrapped, key, vault, kind)


def test_a_changed_wrap_is_rejected() -> None:
    key = os.urandom(32)
    wrapped = wrap(os.urandom(32), key, "vault", THIS_ACCOUNT)
    for position in range(len(wrapped.wrapped_key)):
        changed = bytearray(wrapped.wrapped_key)
        changed[position] ^= 1
        with pytest.raises(WrongKeyError):
            unwrap(Wrap(wrapped.nonce, bytes(changed)), key, "vault", THIS_ACCOUNT)


def test_keys_wrapped_by_earlier_versions_are_unwrapped() -> None:
    wrapped = Wrap(
        bytes(range(12)),
        bytes.fromhex(
            "2367b07cad8ca870e12cf9e4c1980a1ef7a3f14388022507441a9bfa9de88231afa68f1396d31a7f4d15ea285291e989"
        ),
    )
    assert unwrap(wrapped, bytes(range(32)), "5c2b", PASSPHRASE) == bytes(range(100, 132))


def test_every_wrap_has_a_nonce_of_its_own() -> None:
    key = os.urandom(32)
    assert len({wrap(key, key, "vault", PASSPHRASE).nonce for _ in range(100)}) == 100


def test_new_parameters_are_those_of_rfc_9106_with_a_new_salt() -> None:
    first, second = new_kdf_parameters(), new_kdf_parameters()
    assert (first.memory_kib, first.iterations, first.lanes) == (64 * 1024, 3, 4)  # tests set the target to 0 seconds
    assert len(first.salt) == 16
    assert first.salt != second.salt
    assert not first.are_weak


@pytest.mark.parametrize(
    ("seconds", "passes"), [(20, 3), (1, 3), (0.6, 5), (0.15, 20), (0.075, 40), (0.01, 50), (0, 50)]
)
def test_a_faster_computer_gets_more_passes_within_limits(
    monkeypatch: pytest.MonkeyPatch, seconds: float, passes: int
) -> None:
    monkeypatch.setattr(key_wrapping, "TARGET_SECONDS", TARGET_SECONDS)  # a fixture has changed it
    assert choose_passes(seconds) == passes


def test_the_passes_are_measured_once() -> None:
    key_wrapping._measure_seconds.cache_clear()
    new_kdf_parameters()
    seconds = key_wrapping._measure_seconds()
    assert 0 < seconds == key_wrapping._measure_seconds()


@pytest.fixture
def derivations(monkeypatch: pytest.MonkeyPatch) -> list[tuple[bytes, Argon2idParameters]]:
    """The arguments of each derivation."""
    calls: list[tuple[bytes, Argon2idParameters]] = []

    def derive_and_record(text: bytes, kdf: Argon2idParameters) -> bytes:
        calls.append((text, kdf))
        return argon2id(text, kdf)

    monkeypatch.setattr(key_wrapping, "_derive_with_argon2id", derive_and_record)
    return calls


def test_two_tries_of_six_passes_are_measured(
    derivations: list[tuple[bytes, Argon2idParameters]],
) -> None:
    key_wrapping._measure_seconds.cache_clear()
    began = time.perf_counter()
    seconds = key_wrapping._measure_seconds()
    assert 0 < seconds <= time.perf_counter() - began
    measured = [kdf for _, kdf in derivations if kdf.memory_kib == 64 * 1024]
    assert [(kdf.iterations, kdf.lanes) for kdf in measured] == [(6, 4), (6, 4)]


def test_a_cheap_derivation_overwrites_the_passphrase_in_memory(
    derivations: list[tuple[bytes, Argon2idParameters]],
) -> None:
    kdf = Argon2idParameters(b"salt" * 4, memory_kib=64, iterations=2, lanes=2)
    derive("words", kdf)
    assert derivations == [(b"words", kdf), (bytes(5), replace(kdf, memory_kib=16, iterations=1))]


def test_a_new_passphrase_gets_as_many_passes_as_time_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_wrapping, "TARGET_SECONDS", 1_000_000.0)
    assert new_kdf_parameters().iterations == 50


SALT = b"salt" * 4


@pytest.mark.parametrize(
    ("kdf", "weak"),
    [
        (Argon2idParameters(SALT), False),
        (Argon2idParameters(SALT, iterations=4), False),
        (Argon2idParameters(SALT, memory_kib=2 << 20, iterations=1), False),  # RFC 9106's first choice
        (Argon2idParameters(SALT, memory_kib=64 * 1024 - 1), True),
        (Argon2idParameters(SALT, memory_kib=32 * 1024, iterations=12), True),
        (Argon2idParameters(SALT, iterations=2), True),
        (Argon2idParameters(SALT, lanes=3), True),
        (Argon2idParameters(SALT[:15]), True),
    ],
)
def test_parameters_that_make_attacks_cheaper_are_weak(kdf: Argon2idParameters, weak: bool) -> None:
    assert kdf.are_weak == weak


def test_the_unicode_form_of_a_passphrase_does_not_matter() -> None:
    kdf = Argon2idParameters(b"salt" * 4, memory_kib=64, iterations=1, lanes=1)
    assert derive("Zo\u00eb", kdf) == derive("Zoe\u0308", kdf)
    assert derive("Zo\u00eb", kdf) != derive("Zoe", kdf)
    assert len(derive("\ud800", kdf)) == 32  # half a character, as some keyboards send it


def test_derived_keys_are_the_same_as_in_earlier_versions() -> None:
    kdf = Argon2idParameters(bytes(range(16)), memory_kib=64, iterations=1, lanes=1)
    assert derive("Zo\u00eb's four words", kdf).hex() == (
        "f52c247d9c70604a1eb9d88d075a1c0f3075145a53693a82fdbc0607d44c761a"
    )
    assert derive_from_recovery_key(bytes(range(16)), bytes(range(16, 32)), "5c2b").hex() == (
        "7f4fb9286fc1fe58737b8e99e218109ca2a5f44f1d3143fe1a25cab4a833704e"
    )


def test_derivations_in_several_threads_all_end() -> None:
    kdf = new_kdf_parameters()
    with ThreadPoolExecutor(4) as pool:
        keys = list(pool.map(lambda _: derive("four random words fit", kdf), range(8)))
    assert len(set(keys)) == 1
