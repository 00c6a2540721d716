"""The use cases of an open vault."""

from pathlib import Path

import pytest

from tests.service.conftest import WHO
from zcc_keys_gui.domain.api_key import KeyFields, KeyQuery, Role, Status
from zcc_keys_gui.domain.errors import SessionValidityTooLongError
from zcc_keys_gui.domain.history import HistoryQuery
from zcc_keys_gui.domain.sign_in import SignInQuery
from zcc_keys_gui.service.open_vault import make_use_cases
from zcc_keys_gui.vault.store import VaultStore


def test_all_use_cases_work_on_the_same_vault(store: VaultStore, tmp_path: Path) -> None:
    vault = make_use_cases(tmp_path, store, lambda: WHO, 7_200)
    key = vault.keys.add(KeyFields("ProdSync", Status.ENABLED, Role.READ, 3_600)).key
    assert vault.listing.page(KeyQuery(), 0, 10) == [key]
    assert vault.backups().back_up(tmp_path / "a.zccbackup", "four random words fit") == 1
    assert [entry.account for entry in vault.history.rows(HistoryQuery())] == [WHO, WHO]
    assert vault.checks().quick().is_healthy
    assert vault.sign_ins().count(SignInQuery()) == 0
    assert vault.protection.ways_to_unlock() == store.protectors.ways_to_unlock()


def test_the_organization_s_limit_applies_to_keys(store: VaultStore, tmp_path: Path) -> None:
    vault = make_use_cases(tmp_path, store, lambda: WHO, 7_200)
    with pytest.raises(SessionValidityTooLongError):
        vault.keys.add(KeyFields("ProdSync", Status.ENABLED, Role.READ, 7_201))
