"""The time to save a key durably, compared with the fastest that the disk allows and with pykeepass."""

import os
import statistics
import sys
import uuid
from functools import partial
from itertools import count
from pathlib import Path

from benchmarks.measuring import medians_in_turn, milliseconds, number_from_process
from benchmarks.ratio import Ratio
from benchmarks.vaults import add_key, make_keepass, make_vault, open_keepass, open_vault
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.service.keys import Keys

_ROUNDS = 200
_KEEPASS_ROUNDS = 3
_PAGE_BYTES = 4_096
_MAX_RATIO_TO_DISK = 4
_MAX_RATIO_TO_SMALLER_VAULT = 1.3
_MAX_RATIO_TO_KEEPASS = 1 / 500


def measure(folder: Path) -> list[Ratio]:
    """Return the ratios, for vaults and files in `folder`."""
    small_ms, large_ms, disk_ms = _vaults_and_disk(folder)
    make_keepass(folder / "save.kdbx", 10_000)
    vault_ms, keepass_ms = medians_in_turn(
        _KEEPASS_ROUNDS,
        lambda: number_from_process("benchmarks.saving", "vault", folder / "save-10000"),
        lambda: number_from_process("benchmarks.saving", "keepass", folder / "save.kdbx"),
    )
    small, large, disk = "saving a key, 10,000 keys", "saving a key, 100,000 keys", "writing 4 KiB and fsync"
    return [
        Ratio(small, disk, small_ms, disk_ms, "ms", _MAX_RATIO_TO_DISK),
        Ratio(large, disk, large_ms, disk_ms, "ms", _MAX_RATIO_TO_DISK),
        Ratio(large, "the same with 10,000 keys", large_ms, small_ms, "ms", _MAX_RATIO_TO_SMALLER_VAULT),
        Ratio(small, "pykeepass, as many entries", vault_ms, keepass_ms, "ms", _MAX_RATIO_TO_KEEPASS),
    ]


def _vaults_and_disk(folder: Path) -> list[float]:
    """Return the milliseconds to save a key in a small and a large vault, and to write one page to the disk."""
    small, large = make_vault(folder / "save-10000", 10_000), make_vault(folder / "save-100000", 100_000)
    small_keys, large_keys = Keys(small, _account_name), Keys(large, _account_name)
    numbers = count()
    file = os.open(folder / "page", os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0))

    def write(page: bytes) -> None:
        os.write(file, page)
        os.fsync(file)

    medians = medians_in_turn(
        _ROUNDS,
        lambda: milliseconds(partial(add_key, small_keys, next(numbers))),
        lambda: milliseconds(partial(add_key, large_keys, next(numbers))),
        lambda: milliseconds(partial(write, os.urandom(_PAGE_BYTES))),
    )
    os.close(file)
    small.close()
    large.close()
    return medians


def _account_name() -> str:
    return "benchmark"


def _save_in_vault(path: Path) -> float:
    store = open_vault(path)
    keys = Keys(store, _account_name)
    first = store.keys.count(KeyQuery())
    times_ms = [milliseconds(partial(add_key, keys, first + number)) for number in range(_ROUNDS)]
    store.close()
    return statistics.mean(times_ms)  # the mean includes the checkpoints, which follow about every 50th save


def _save_in_keepass(path: Path) -> float:
    keepass = open_keepass(path)

    def save() -> None:
        keepass.add_entry(keepass.root_group, str(uuid.uuid4()), "client ID", "client secret")
        keepass.save()

    return milliseconds(save)


if __name__ == "__main__":
    print({"vault": _save_in_vault, "keepass": _save_in_keepass}[sys.argv[1]](Path(sys.argv[2])))
