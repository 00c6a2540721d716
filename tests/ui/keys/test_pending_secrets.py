"""The bar that warns about client secrets that the user may not have copied."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from tests.support.gui import click, text
from zcc_keys_gui.domain.api_key import KeyFields, Role, Status
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.ui.keys.pending_secrets import PendingSecretBar
from zcc_keys_gui.vault.store import VaultStore


@pytest.fixture
def keys(store: VaultStore) -> Keys:
    return Keys(store, lambda: "zoe")


@pytest.fixture
def bar(qapp: QApplication, keys: Keys) -> Iterator[PendingSecretBar]:
    bar = PendingSecretBar(keys)
    yield bar
    bar.close()
    bar.deleteLater()


def add(keys: Keys, name: str) -> None:
    keys.add(KeyFields(name, Status.ENABLED, Role.READ, 60))


def test_the_bar_is_hidden_if_no_secret_is_pending(bar: PendingSecretBar) -> None:
    bar.refresh()
    assert not bar.isVisible()


def test_the_bar_names_the_key_of_a_pending_secret(keys: Keys, bar: PendingSecretBar) -> None:
    add(keys, "ProdSync")
    bar.refresh()
    assert bar.isVisible()
    assert text(bar, "pendingBarText").startswith("The client secret of ProdSync may not have been copied.")


@pytest.mark.parametrize(("others", "shown"), [(1, "and 1 other key may"), (2, "and 2 other keys may")])
def test_the_bar_counts_other_pending_secrets(keys: Keys, bar: PendingSecretBar, others: int, shown: str) -> None:
    for number in range(others + 1):
        add(keys, f"Key{number}")
    bar.refresh()
    assert shown in text(bar, "pendingBarText")


def test_a_confirmed_secret_is_no_longer_pending(keys: Keys, bar: PendingSecretBar) -> None:
    add(keys, "ProdSync")
    bar.refresh()
    confirmed: list[bool] = []
    bar.confirmed.connect(lambda: confirmed.append(True))
    click(bar, "pendingTakenButton")
    assert confirmed == [True]
    assert keys.pending_keys() == []


def test_the_bar_asks_to_regenerate_the_first_secret(keys: Keys, bar: PendingSecretBar) -> None:
    for name in ("ProdSync", "Nightly"):
        add(keys, name)
    bar.refresh()
    requested: list[str] = []
    bar.regenerate_requested.connect(lambda key: requested.append(key.name))
    click(bar, "regeneratePendingButton")
    assert requested == [keys.pending_keys()[0].name]
