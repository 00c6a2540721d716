"""Opening the vault until the first page of the list is there, against pykeepass and against itself."""

import sys
from pathlib import Path

from benchmarks.ratio import Ratio, in_a_process, milliseconds, side_by_side
from benchmarks.vaults import make_keepass, make_vault, open_keepass, open_vault
from zcc_keys_gui.domain.api_key import KeyQuery

_ROUNDS = 30
_KEEPASS_ROUNDS = 3
_FIRST_PAGE = 256


def measure(folder: Path) -> list[Ratio]:
    """Return the ratios, for vaults and files in `folder`."""
    small, large, keepass = folder / "open-10000", folder / "open-100000", folder / "open.kdbx"
    make_vault(small, 10_000).close()
    make_vault(large, 100_000).close()
    make_keepass(keepass, 100_000, lowest_kdf=True)

    def opened(vault: Path) -> float:
        return milliseconds(lambda: _open_and_close(vault))

    _open_and_close(small)  # what the first opening imports is measured by the start
    in_small, in_large = side_by_side(_ROUNDS, lambda: opened(small), lambda: opened(large))
    again, in_keepass = side_by_side(
        _KEEPASS_ROUNDS,
        lambda: in_a_process("benchmarks.opening", "vault", large),
        lambda: in_a_process("benchmarks.opening", "keepass", keepass),
    )
    return [
        Ratio("opening until the first page, 100,000 keys", "pykeepass, lowest KDF", again, in_keepass, "ms", 1 / 40),
        Ratio("opening until the first page, 100,000 keys", "the same at 10,000", in_large, in_small, "ms", 1.5),
    ]


def _open_and_close(vault: Path) -> None:
    store = open_vault(vault)
    store.keys.count(KeyQuery())
    store.keys.page(KeyQuery(), 0, _FIRST_PAGE)
    store.close()


def _first_page_of_keepass(path: Path) -> list[str]:
    return [entry.title for entry in open_keepass(path).groups[1].entries[:_FIRST_PAGE]]


if __name__ == "__main__":
    first_page = {"vault": _open_and_close, "keepass": _first_page_of_keepass}[sys.argv[1]]
    print(milliseconds(lambda: first_page(Path(sys.argv[2]))))
