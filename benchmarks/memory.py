"""How many copies of secrets are in the program's memory while they are needed, and after that (Linux only).

A second process uses the real windows and stops at each step; this process then searches its whole memory. The highest
number of several runs counts, because freed memory keeps its contents until it is used again.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.ratio import Ratio
from tests.support.processes.memory import CLIENT_SECRET, RECOVERY_KEY, copies, first_text, memory_at_steps
from zcc_keys_gui.domain.client_secret import is_well_formed
from zcc_keys_gui.domain.recovery_key import RecoveryKey, parse_recovery_key
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import key_wrapping, protector_file
from zcc_keys_gui.vault.opening import VaultOpener

_ROUNDS = 3
_PASSPHRASE = "kupfer-Elster-4711-wanderweg-Oase"

Counts = dict[tuple[str, str], int]
"""The number of copies, by the name of the secret and the step."""


def measure(folder: Path) -> list[Ratio]:
    """Print how many copies there are at each step, in vaults in `folder`; return the ratios of copies that remain."""
    if sys.platform != "linux":
        print("The benchmark memory runs on Linux only, because it reads /proc.", file=sys.stderr)
        return []
    highest: Counts = {}
    for number in range(_ROUNDS):
        for counts in (
            _client_secret(folder / f"client secret {number}"),
            _secret_left_on_clipboard(folder / f"clipboard {number}"),
            _secret_in_snippet(folder / f"snippet {number}"),
            _passphrase(folder / f"passphrase {number}"),
            _new_passphrase(folder / f"new passphrase {number}"),
            _recovery_key(folder / f"recovery key {number}"),
        ):
            for secret_and_step, count in counts.items():
                highest[secret_and_step] = max(count, highest.get(secret_and_step, 0))
    print("\n".join(_table(highest)), end="\n\n")
    return [
        _ratio(highest, "client secret", needed="shown", no_longer_needed="closed"),
        _ratio(highest, "client secret left on the clipboard", needed="shown", no_longer_needed="cleared"),
        _ratio(highest, "client secret in a snippet", needed="shown", no_longer_needed="closed"),
        _ratio(highest, "passphrase", needed="typed", no_longer_needed="open"),
        _ratio(highest, "new passphrase", needed="typed", no_longer_needed="open"),
        _ratio(highest, "database key", needed="open", no_longer_needed="locked"),
        _ratio(highest, "recovery key", needed="copied", no_longer_needed="closed"),
        _ratio(highest, "single groups of a recovery key", needed="copied", no_longer_needed="closed"),
    ]


def _client_secret(folder: Path) -> Counts:
    return _client_secret_in(folder, "client_secret", "client secret")


def _secret_left_on_clipboard(folder: Path) -> Counts:
    return _client_secret_in(folder, "client_secret_left_on_clipboard", "client secret left on the clipboard")


def _secret_in_snippet(folder: Path) -> Counts:
    return _client_secret_in(folder, "connect_card", "client secret in a snippet")


def _client_secret_in(folder: Path, action: str, name: str) -> Counts:
    secret, counts = None, Counts()
    for step, memory in memory_at_steps(folder, action):
        secret = secret or first_text(memory, CLIENT_SECRET, is_well_formed)
        assert secret is not None
        counts[name, step] = len(copies(memory, secret))
    return counts


def _passphrase(folder: Path) -> Counts:
    VaultOpener(VaultFolder(folder)).create_with_passphrase(_PASSPHRASE).close()
    database_key, counts = _database_key(folder), Counts()
    for step, memory in memory_at_steps(folder, "passphrase", _PASSPHRASE):
        counts["passphrase", step] = len(copies(memory, _PASSPHRASE))
        counts["database key", step] = len(copies(memory, database_key))
    return counts


def _new_passphrase(folder: Path) -> Counts:
    counts = Counts()
    with _without_key_store():
        for step, memory in memory_at_steps(folder, "new_passphrase", _PASSPHRASE):
            counts["new passphrase", step] = len(copies(memory, _PASSPHRASE))
    return counts


def _recovery_key(folder: Path) -> Counts:
    steps = list(memory_at_steps(folder, "recovery_key"))
    (key, *_) = [found for _, memory in steps if (found := first_text(memory, RECOVERY_KEY, _is_recovery_key))]
    parsed = parse_recovery_key(key)
    assert isinstance(parsed, RecoveryKey)
    counts = Counts()
    for step, memory in steps:
        counts["recovery key", step] = len(copies(memory, key)) + len(copies(memory, parsed.key_material()))
        counts["single groups of a recovery key", step] = sum(
            mapping.content.count(group.encode("utf-16-le")) for mapping in memory for group in parsed.groups()
        )
    return counts


def _is_recovery_key(text: str) -> bool:
    return isinstance(parse_recovery_key(text), RecoveryKey)


def _database_key(folder: Path) -> bytes:
    """Return the key of the database, which the passphrase unwraps."""
    protectors = protector_file.read(VaultFolder(folder).protectors)
    assert protectors.passphrase is not None
    wrapping_key = key_wrapping.derive(_PASSPHRASE, protectors.passphrase.kdf)
    return key_wrapping.unwrap(protectors.passphrase.wrap, wrapping_key, protectors.vault_id, key_wrapping.PASSPHRASE)


@contextmanager
def _without_key_store() -> Iterator[None]:
    backend = os.environ["PYTHON_KEYRING_BACKEND"]
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    try:
        yield
    finally:
        os.environ["PYTHON_KEYRING_BACKEND"] = backend


def _table(counts: Counts) -> list[str]:
    lines = [f"| copies in memory, highest number of {_ROUNDS} runs | at each step |", "|---|---|"]
    for name in dict.fromkeys(secret for secret, _ in counts):
        steps = ", ".join(f"{step} {count}" for (secret, step), count in counts.items() if secret == name)
        lines.append(f"| {name} | {steps} |")
    return lines


def _ratio(counts: Counts, secret: str, *, needed: str, no_longer_needed: str) -> Ratio:
    """Return how many copies remain at the step at which the secret is no longer needed; the limit is none."""
    remaining, before = counts[secret, no_longer_needed], counts[secret, needed]
    return Ratio(f"copies in memory: {secret}, {no_longer_needed}", needed, remaining, before, "copies", 0)
