"""The preferences of the user, and the policies that limit them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from tests.ui.conftest import preferences_in
from zcc_keys_gui.domain.policies import validate_policies
from zcc_keys_gui.ui.application.preferences import Preferences, Theme


@pytest.fixture
def owner(qapp: QApplication) -> Iterator[QObject]:
    owner = QObject()
    yield owner
    owner.deleteLater()


def all_of(preferences: Preferences) -> tuple[object, ...]:
    return (
        preferences.clipboard_seconds,
        preferences.new_key_validity_seconds,
        preferences.max_session_validity_seconds,
        preferences.theme,
        preferences.shows_local_note,
        preferences.uses_only_usual_port,
    )


DEFAULTS = (30, 3_600, 999_999_999, Theme.SYSTEM, True, False)


def test_choices_are_reported_and_stored(tmp_path: Path, owner: QObject) -> None:
    first, emitted = QObject(), list[str]()
    preferences = preferences_in(tmp_path, first)
    assert all_of(preferences) == DEFAULTS
    preferences.changed.connect(lambda: emitted.append("changed"))
    preferences.clipboard_seconds = 45
    preferences.new_key_validity_seconds = 28_800
    preferences.theme = Theme.DARK
    preferences.shows_local_note = False
    preferences.uses_only_usual_port = True
    chosen = (45, 28_800, 999_999_999, Theme.DARK, False, True)
    assert all_of(preferences) == chosen
    assert len(emitted) == 5
    first.deleteLater()
    QApplication.sendPostedEvents(first)
    assert all_of(preferences_in(tmp_path, owner)) == chosen


@pytest.mark.parametrize("damage", ["x", "-1", "4", "601", "0", "1e9", "9999999999999999", "@Variant(\\0)", "²"])
def test_an_invalid_value_is_replaced_by_the_default(tmp_path: Path, owner: QObject, damage: str) -> None:
    names = ("clipboard_seconds", "theme", "show_local_note", "only_usual_sign_in_port")
    lines = [f"{name}={damage}" for name in names] + [f"new_key_session_validity={damage.replace('601', '29')}"]
    (tmp_path / "settings.ini").write_text("\n".join(["[preferences]", *lines]), encoding="utf-8")
    assert all_of(preferences_in(tmp_path, owner)) == DEFAULTS


def test_policies_override_choices(tmp_path: Path, owner: QObject) -> None:
    preferences_in(tmp_path, owner).clipboard_seconds = 45
    policies = validate_policies({"ClipboardSeconds": 10, "LongestSessionValiditySeconds": 600})
    managed = preferences_in(tmp_path, owner, policies)
    assert managed.clipboard_seconds == 10
    assert managed.max_session_validity_seconds == 600
    assert managed.new_key_validity_seconds == 600
