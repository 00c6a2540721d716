"""Copies of secrets in the program's memory: while they are needed, and once they are not (Linux alone).

All that the program's process can read is looked through from another process. A person acts on the real windows; the
worst of several runs counts, since what was freed stays until something else takes its place.
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
"""By secret and step."""


def measure(folder: Path) -> list[Ratio]:
    """Print how many copies there are at each step, in vaults in `folder`; return those left, against those needed."""
    if sys.platform != "linux":
        print("memory is measured on Linux alone: it is read from /proc", file=sys.stderr)
        return []
    worst: Counts = {}
    for number in range(_ROUNDS):
        for counts in (
            _client_secret(folder / f"client secret {number}"),
            _left_on_clipboard(folder / f"clipboard {number}"),
            _in_snippet(folder / f"snippet {number}"),
            _passphrase(folder / f"passphrase {number}"),
            _new_passphrase(folder / f"new passphrase {number}"),
            _recovery_key(folder / f"recovery key {number}"),
        ):
            for place, count in counts.items():
                worst[place] = max(count, worst.get(place, 0))
    print("\n".join(_table(worst)), end="\n\n")
    return [
        _ratio(worst, "client secret", "closed", "shown"),
        _ratio(worst, "client secret left on the clipboard", "cleared", "shown"),
        _ratio(worst, "client secret in a snippet", "closed", "shown"),
        _ratio(worst, "passphrase", "open", "typed"),
        _ratio(worst, "new passphrase", "open", "typed"),
        _ratio(worst, "database key", "locked", "open"),
        _ratio(worst, "recovery key", "closed", "copied"),
        _ratio(worst, "single groups of a recovery key", "closed", "copied"),
    ]


def _client_secret(folder: Path) -> Counts:
    return _client_secret_in(folder, "client_secret", "client secret")


def _left_on_clipboard(folder: Path) -> Counts:
    return _client_secret_in(folder, "client_secret_left_on_clipboard", "client secret left on the clipboard")


def _in_snippet(folder: Path) -> Counts:
    return _client_secret_in(folder, "connect_card", "client secret in a snippet")


def _client_secret_in(folder: Path, act: str, name: str) -> Counts:
    secret, counts = None, Counts()
    for step, memory in memory_at_steps(folder, act):
        secret = secret or first_text(memory, CLIENT_SECRET, is_well_formed)
        assert secret is not None
        counts[name, step] = len(copies(memory, secret))
    return counts


def _passphrase(folder: Path) -> Counts:
    VaultOpener(VaultFolder(folder)).create_with_passphrase(_PASSPHRASE).close()
    database_key, counts = _passphrase_key(folder), Counts()
    for step, memory in memory_at_steps(folder, "passphrase", _PASSPHRASE):
        counts["passphrase", step] = len(copies(memory, _PASSPHRASE))
        counts["database key", step] = len(copies(memory, database_key))
    return counts


def _new_passphrase(folder: Path) -> Counts:
    counts = Counts()
    with _no_keystore():
        for step, memory in memory_at_steps(folder, "new_passphrase", _PASSPHRASE):
            counts["new passphrase", step] = len(copies(memory, _PASSPHRASE))
    return counts


def _recovery_key(folder: Path) -> Counts:
    steps = list(memory_at_steps(folder, "recovery_key"))
    (key, *_) = [
        found
        for _, memory in steps
        if (found := first_text(memory, RECOVERY_KEY, lambda text: isinstance(parse_recovery_key(text), RecoveryKey)))
    ]
    parsed = parse_recovery_key(key)
    assert isinstance(parsed, RecoveryKey)
    counts = Counts()
    for step, memory in steps:
        counts["recovery key", step] = len(copies(memory, key)) + len(copies(memory, parsed.key_material()))
        counts["single groups of a recovery key", step] = sum(
            mapping.content.count(group.encode("utf-16-le")) for mapping in memory for group in parsed.groups()
        )
    return counts


def _passphrase_key(folder: Path) -> bytes:
    found = protector_file.read(VaultFolder(folder).protectors)
    assert found.passphrase is not None
    wrapping_key = key_wrapping.derive(_PASSPHRASE, found.passphrase.kdf)
    return key_wrapping.unwrap(found.passphrase.wrap, wrapping_key, found.vault_id, key_wrapping.PASSPHRASE)


@contextmanager
def _no_keystore() -> Iterator[None]:
    before = os.environ["PYTHON_KEYRING_BACKEND"]
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    try:
        yield
    finally:
        os.environ["PYTHON_KEYRING_BACKEND"] = before


def _table(counts: Counts) -> list[str]:
    lines = [f"| copies in memory, the most of {_ROUNDS} runs | at each step |", "|---|---|"]
    for secret in dict.fromkeys(secret for secret, _ in counts):
        steps = ", ".join(f"{step} {count}" for (whose, step), count in counts.items() if whose == secret)
        lines.append(f"| {secret} | {steps} |")
    return lines


def _ratio(counts: Counts, secret: str, after: str, before: str) -> Ratio:
    left, needed = counts[secret, after], counts[secret, before]
    return Ratio(f"copies in memory: {secret}, {after}", before, left, needed, "copies", 0)
