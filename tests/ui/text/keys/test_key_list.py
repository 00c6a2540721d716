"""Sentences about the list of keys."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from zcc_keys_gui.domain.api_key import ApiKey, KeyFields, Role, Status
from zcc_keys_gui.ui.text.keys.key_list import describe_key_status, describe_role, describe_status

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_a_status_has_a_mark_and_a_word() -> None:
    assert [describe_status(status) for status in Status] == ["● Enabled", "○ Disabled"]


def test_a_role_is_named_as_on_the_vendors_page() -> None:
    assert [describe_role(role) for role in Role] == ["Read", "Write"]


@pytest.mark.parametrize("status", Status)
def test_the_status_shows_the_end_of_a_grace_period(status: Status) -> None:
    key = ApiKey("id", KeyFields("ProdSync", status, Role.READ, 60), NOON, secret_pending=False)
    assert describe_key_status(key, NOON) == describe_status(status)
    end = NOON + timedelta(hours=1)
    words = describe_key_status(replace(key, replaced_until=end), NOON)
    assert words.startswith(f"{describe_status(status)}, old secret ")
    assert end.astimezone().strftime("%H:%M") in words
