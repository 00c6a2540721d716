"""Opens damaged vaults, and simulates a power cut during their repair."""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from zcc_keys_gui.domain.errors import VaultDamagedError, VaultNeedsRepairError
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.recovery.damaged_vault import DamagedVault
from zcc_keys_gui.vault.store import VaultStore

ResultT = TypeVar("ResultT")


def damaged_vault_in(folder: VaultFolder) -> DamagedVault[VaultStore]:
    """Open a vault as damaged, even if opening it finds no damage."""
    opener = VaultOpener(folder)
    try:
        opener.vault_exists()
        opener.open_for_this_account().close()
    except VaultNeedsRepairError as error:
        return opener.prepare_repair(error, lambda: "me")
    opener.mark_damaged()
    with pytest.raises(VaultDamagedError) as caught:
        opener.open_for_this_account()
    return opener.prepare_repair(caught.value, lambda: "me")


def close_repaired(repaired: tuple[VaultStore, ResultT]) -> ResultT:
    """Close the vault that was opened after a repair, and return the result of the repair."""
    store, result = repaired
    store.close()
    return result


class PowerCutError(BaseException):
    """The end of a repair, as in a power cut: no code handles it."""


def cut_power_at_call(number: int, moment: str, real: Callable[..., object]) -> Callable[..., object]:
    """Return a function that raises `PowerCutError` `before` or `after` its call with this number, counted from 0."""
    calls = 0

    def cut(*arguments: Any, **keyword_arguments: Any) -> object:
        nonlocal calls
        calls += 1
        if calls != number + 1:
            return real(*arguments, **keyword_arguments)
        if moment == "after":
            real(*arguments, **keyword_arguments)
        raise PowerCutError

    return cut


def fail_with_full_disk(*_: object) -> None:
    raise OSError(28, "No space left on device")
