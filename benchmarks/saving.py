"""Save until durable, against the floor of the disk and against pykeepass."""

import os
import statistics
import sys
import uuid
from functools import partial
from itertools import count
from pathlib import Path

from benchmarks.ratio import Ratio, in_a_process, milliseconds, side_by_side
from benchmarks.vaults import add_key, make_keepass, make_vault, open_keepass, open_vault
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.service.keys import Keys

_ROUNDS = 200
_KEEPASS_ROUNDS = 3


def measure(folder: Path) -> list[Ratio]:
    """Return the ratios, for vaults and files in `folder`."""
    small = make_vault(folder / "save-10000", 10_000)
    large = make_vault(folder / "save-100000", 100_000)
    numbers = count()
    floor_file = os.open(folder / "floor", os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0))

    def save_in(keys: Keys) -> float:
        return milliseconds(lambda: add_key(keys, next(numbers)))

    def floor() -> float:
        page = os.urandom(4_096)

        def write() -> None:
            os.write(floor_file, page)
            os.fsync(floor_file)

        return milliseconds(write)

    in_small, in_large, at_least = side_by_side(
        _ROUNDS,
        lambda: save_in(Keys(small, _who)),
        lambda: save_in(Keys(large, _who)),
        floor,
    )
    for vault in (small, large):
        vault.close()
    os.close(floor_file)
    make_keepass(folder / "save.kdbx", 10_000)
    again, in_keepass = side_by_side(
        _KEEPASS_ROUNDS,
        lambda: in_a_process("benchmarks.saving", "vault", folder / "save-10000"),
        lambda: in_a_process("benchmarks.saving", "keepass", folder / "save.kdbx"),
    )
    return [
        Ratio("Save until durable, 10,000 keys", "4 KiB and fsync", in_small, at_least, "ms", 4),
        Ratio("Save until durable, 100,000 keys", "4 KiB and fsync", in_large, at_least, "ms", 4),
        Ratio("Save until durable, 100,000 keys", "the same at 10,000", in_large, in_small, "ms", 1.3),
        Ratio("Save until durable, 10,000 keys", "pykeepass, as many entries", again, in_keepass, "ms", 1 / 500),
    ]


def _who() -> str:
    return "benchmark"


def _save_in_vault(path: Path) -> float:
    store = open_vault(path)
    keys = Keys(store, _who)
    first = store.keys.count(KeyQuery())
    each = [milliseconds(partial(add_key, keys, first + number)) for number in range(_ROUNDS)]
    store.close()
    return statistics.mean(each)  # with the checkpoints that come after every fifty or so


def _save_in_keepass(path: Path) -> float:
    keepass = open_keepass(path)

    def save() -> None:
        keepass.add_entry(keepass.root_group, str(uuid.uuid4()), "client ID", "client secret")
        keepass.save()

    return milliseconds(save)


if __name__ == "__main__":
    print({"vault": _save_in_vault, "keepass": _save_in_keepass}[sys.argv[1]](Path(sys.argv[2])))
