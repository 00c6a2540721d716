"""Random sequences of use cases with a real vault, compared with a plain dict."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

from tests.reliability.rounds import rounds
from tests.support.sign_in_check import signs_in
from zcc_keys_gui.domain.api_key import KeyFields, KeyQuery, Role, Status
from zcc_keys_gui.domain.client_secret import ClientSecret
from zcc_keys_gui.domain.errors import NameTakenError
from zcc_keys_gui.domain.history import HistoryQuery
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

# Few letters, so that names are often equal.
fields = st.builds(
    KeyFields,
    name=st.text("aAbB1", min_size=1, max_size=3),
    status=st.sampled_from(Status),
    role=st.sampled_from(Role),
    session_validity=st.integers(30, 999_999_999),
)


class KeysModel(RuleBasedStateMachine):
    """The expected keys in a dict: by client ID, the fields, the secret, and whether that is pending.

    Other attributes are the old secrets in their grace period, by client ID, and those that no longer work.
    """

    ids = Bundle("ids")

    def __init__(self) -> None:
        super().__init__()
        self._temporary = tempfile.TemporaryDirectory()
        self._opener = VaultOpener(VaultFolder(Path(self._temporary.name) / "vault"))
        self._store: VaultStore = self._opener.create_for_this_account()
        self._keys = Keys(self._store, lambda: "zoe")
        self._expected: dict[str, tuple[KeyFields, ClientSecret, bool]] = {}
        self._old_secrets: list[tuple[str, ClientSecret]] = []
        self._in_grace_period: dict[str, ClientSecret] = {}
        self._changes = 0

    @rule(target=ids, fields=fields)
    def add(self, fields: KeyFields) -> Any:
        new = self._unless_taken(fields.name, None, lambda: self._keys.add(fields))
        if new is None:
            return None
        self._expected[new.key.client_id] = (fields, new.secret, True)
        return new.key.client_id

    @rule(client_id=ids, fields=fields)
    def edit(self, client_id: str | None, fields: KeyFields) -> None:
        if client_id is not None:
            before, secret, pending = self._expected[client_id]
            edited = self._unless_taken(fields.name, client_id, lambda: self._keys.edit(client_id, fields))
            if edited is not None:
                self._changes -= fields == before
                self._expected[client_id] = (fields, secret, pending)

    @rule(client_id=ids)
    def toggle(self, client_id: str | None) -> None:
        if client_id is not None:
            before, secret, pending = self._expected[client_id]
            status = Status.DISABLED if before.status is Status.ENABLED else Status.ENABLED
            assert self._keys.set_status([client_id], status) == 1
            self._expected[client_id] = (replace(before, status=status), secret, pending)
            self._changes += 1

    @rule(client_id=ids, grace_period=st.sampled_from([timedelta(), timedelta(hours=1), timedelta(days=7)]))
    def regenerate(self, client_id: str | None, grace_period: timedelta) -> None:
        if client_id is not None:
            before, old, _ = self._expected[client_id]
            new = self._keys.regenerate_secret(client_id, grace_period)
            self._stop(client_id)
            if grace_period:
                self._in_grace_period[client_id] = old
            else:
                self._old_secrets.append((client_id, old))
            self._expected[client_id] = (before, new.secret, True)
            self._changes += 1

    @rule(client_id=ids)
    def stop_old_secret(self, client_id: str | None) -> None:
        if client_id is not None:
            self._keys.stop_replaced_secret(client_id)
            self._changes += client_id in self._in_grace_period
            self._stop(client_id)

    @rule(client_id=ids, copied=st.booleans())
    def close_secret_dialog(self, client_id: str | None, copied: bool) -> None:
        if client_id is not None:
            before, secret, _ = self._expected[client_id]
            self._keys.mark_secret_shown(client_id, copied=copied)
            self._expected[client_id] = (before, secret, False)
            self._changes += 1

    @rule(client_id=consumes(ids))
    def delete(self, client_id: str | None) -> None:
        if client_id is not None:
            self._keys.delete([client_id])
            self._stop(client_id)
            self._old_secrets.append((client_id, self._expected.pop(client_id)[1]))
            self._changes += 1

    @rule()
    def reopen(self) -> None:
        self._store.close()
        self._store = self._opener.open_for_this_account()
        self._keys = Keys(self._store, lambda: "zoe")

    @invariant()
    def the_vault_equals_the_dict(self) -> None:
        listed = self._store.keys.page(KeyQuery(), 0, 1_000)
        assert {key.client_id: (key.fields, key.secret_pending) for key in listed} == {
            client_id: (fields, pending) for client_id, (fields, _, pending) in self._expected.items()
        }
        for client_id, (fields, secret, _) in self._expected.items():
            works = [secret] + ([self._in_grace_period[client_id]] if client_id in self._in_grace_period else [])
            for each in works:
                assert signs_in(self._keys, client_id, each) == (fields.status is Status.ENABLED)
        assert not any(signs_in(self._keys, *old) for old in self._old_secrets)
        assert self._store.history.count(HistoryQuery()) == self._changes

    def _stop(self, client_id: str) -> None:
        if client_id in self._in_grace_period:
            self._old_secrets.append((client_id, self._in_grace_period.pop(client_id)))

    def teardown(self) -> None:
        assert self._store._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        self._store.close()
        self._temporary.cleanup()

    def _unless_taken(self, name: str, of: str | None, act: Callable[[], Any]) -> Any:
        taken = any(
            fields.name.lower() == name.lower() for other, (fields, _, _) in self._expected.items() if other != of
        )
        if taken:
            with pytest.raises(NameTakenError):
                act()
            return None
        self._changes += 1
        return act()


def test_the_vault_behaves_like_a_dict() -> None:
    run_state_machine_as_test(KeysModel, settings=settings(max_examples=rounds(25, 300), stateful_step_count=30))
