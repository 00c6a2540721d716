"""The grace periods of old secrets in the list of keys."""

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QObject, Qt
from pytestqt.qtbot import QtBot

from zcc_keys_gui.domain.api_key import KeyFields, Role, Status
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.ui.keys.list.key_model import STATUS_COLUMN, KeyModel
from zcc_keys_gui.vault.rows import to_microseconds
from zcc_keys_gui.vault.store import VaultStore


def model_of(store: VaultStore, ends: dict[str, timedelta], parent: QObject) -> KeyModel:
    """Return a model of keys whose old secrets work for the given times from now."""
    keys = Keys(store, lambda: "zoe")
    for name, left in ends.items():
        key = keys.add(KeyFields(name, Status.ENABLED, Role.READ, 60)).key
        keys.regenerate_secret(key.client_id, timedelta(hours=1))
        with store.change() as change:
            end = to_microseconds(datetime.now(UTC) + left)
            change.db.execute("UPDATE api_key SET replaced_until = ? WHERE client_id = ?", (end, key.client_id))
    model = KeyModel(store.keys, parent)
    model.ask(model.query)
    return model


def statuses(model: KeyModel, role: Qt.ItemDataRole = Qt.ItemDataRole.DisplayRole) -> list[str]:
    return [str(model.index(row, STATUS_COLUMN).data(role)) for row in range(model.rowCount())]


def test_each_old_secret_is_shown_until_its_grace_period_ends(store: VaultStore, qtbot: QtBot, qapp: QObject) -> None:
    owner = QObject()
    ends = {"A": timedelta(seconds=3.2), "B": timedelta(seconds=3), "C": timedelta(days=6), "D": timedelta(seconds=-1)}
    model = model_of(store, ends, owner)
    changed: list[list[bool]] = []
    model.dataChanged.connect(lambda *_: changed.append(["old secret" in words for words in statuses(model)]))
    assert ["old secret" in words for words in statuses(model)] == [True, True, True, False]
    qtbot.waitUntil(lambda: len(changed) == 2)
    assert changed == [[True, False, True, False], [False, False, True, False]]
    assert model._grace_period_timer.isActive()
    model.stop()


def test_no_timer_runs_if_no_old_secret_works(store: VaultStore, qapp: QObject) -> None:
    owner = QObject()
    model = model_of(store, {"A": timedelta(seconds=-1)}, owner)
    assert statuses(model) == ["● Enabled"]
    assert not model._grace_period_timer.isActive()
    model.stop()


def test_a_grace_period_of_years_does_not_stop_the_timer(store: VaultStore, qapp: QObject) -> None:
    owner = QObject()
    model = model_of(store, {"A": timedelta(days=4_000)}, owner)
    assert "old secret until" in statuses(model)[0]
    assert model._grace_period_timer.isActive()
    model.stop()


def test_the_tooltip_has_the_exact_end_and_how_to_stop_it(store: VaultStore, qapp: QObject) -> None:
    owner = QObject()
    model = model_of(store, {"A": timedelta(hours=1), "B": timedelta(seconds=-1)}, owner)
    working, over = statuses(model, Qt.ItemDataRole.ToolTipRole)
    until = store.key(model.key_at(0).client_id).replaced_until  # type: ignore[union-attr]
    assert until is not None
    assert f"until {until.astimezone():%Y-%m-%d %H:%M}" in working
    assert "Stop old secret now" in working
    assert over == "● Enabled"
    model.stop()
