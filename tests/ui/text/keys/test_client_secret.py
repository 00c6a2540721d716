"""Sentences of the dialog that shows a client secret, and of the question before it is regenerated."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from zcc_keys_gui.domain.api_key import ApiKey, KeyFields, Role, Status
from zcc_keys_gui.ui.text.keys.client_secret import SECRET_ON_CLIPBOARD, describe_regenerate_consequence

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
KEY = ApiKey("id", KeyFields("ProdSync", Status.ENABLED, Role.READ, 60), NOON, secret_pending=False)


def test_the_countdown_is_singular_for_one_second() -> None:
    assert SECRET_ON_CLIPBOARD.of(1) == "Copied. The clipboard clears in 1 second."
    assert SECRET_ON_CLIPBOARD.of(30) == "Copied. The clipboard clears in 30 seconds."


def test_an_earlier_secret_is_mentioned_in_its_grace_period() -> None:
    end = NOON + timedelta(hours=1)
    words = describe_regenerate_consequence(replace(KEY, replaced_until=end), NOON)
    assert "An earlier secret is still in its grace period" in words
    assert end.astimezone().strftime("%H:%M") in words
    assert "earlier secret" not in describe_regenerate_consequence(replace(KEY, replaced_until=NOON), NOON)
    assert "earlier secret" not in describe_regenerate_consequence(KEY, NOON)
