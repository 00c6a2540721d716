"""The time to open the vault and read the first page of the list, compared with pykeepass and with a smaller vault."""

import sys
from pathlib import Path

from benchmarks.measuring import medians_in_turn, milliseconds, number_from_process
from benchmarks.ratio import Ratio
from benchmarks.vaults import make_keepass, make_vault, open_keepass, open_vault
from zcc_keys_gui.domain.api_key import KeyQuery

_ROUNDS = 30
_KEEPASS_ROUNDS = 3
_FIRST_PAGE_ROWS = 256
_MAX_RATIO_TO_KEEPASS = 1 / 40
_MAX_RATIO_TO_SMALLER_VAULT = 1.5


def measure(folder: Path) -> list[Ratio]:
    """Return the ratios, for vaults and files in `folder`."""
    small, large, keepass = folder / "open-10000", folder / "open-100000", folder / "open.kdbx"
    make_vault(small, 10_000).close()
    make_vault(large, 100_000).close()
    make_keepass(keepass, 100_000, lowest_kdf=True)
    _open_vault(small)  # the first call imports modules, which the benchmark `starting` measures
    small_ms, large_ms = medians_in_turn(
        _ROUNDS, lambda: milliseconds(lambda: _open_vault(small)), lambda: milliseconds(lambda: _open_vault(large))
    )
    vault_ms, keepass_ms = medians_in_turn(
        _KEEPASS_ROUNDS,
        lambda: number_from_process("benchmarks.opening", "vault", large),
        lambda: number_from_process("benchmarks.opening", "keepass", keepass),
    )
    name = "opening until the first page, 100,000 keys"
    return [
        Ratio(name, "pykeepass, lowest KDF", vault_ms, keepass_ms, "ms", _MAX_RATIO_TO_KEEPASS),
        Ratio(name, "the same with 10,000 keys", large_ms, small_ms, "ms", _MAX_RATIO_TO_SMALLER_VAULT),
    ]


def _open_vault(vault: Path) -> None:
    store = open_vault(vault)
    store.keys.count(KeyQuery())
    store.keys.page(KeyQuery(), 0, _FIRST_PAGE_ROWS)
    store.close()


def _open_keepass(path: Path) -> list[str]:
    return [entry.title for entry in open_keepass(path).groups[1].entries[:_FIRST_PAGE_ROWS]]


if __name__ == "__main__":
    open_first_page = {"vault": _open_vault, "keepass": _open_keepass}[sys.argv[1]]
    print(milliseconds(lambda: open_first_page(Path(sys.argv[2]))))
