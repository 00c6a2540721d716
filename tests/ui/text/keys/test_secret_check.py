"""Sentences about a checked client secret."""

from datetime import UTC, datetime, timedelta

import pytest

from zcc_keys_gui.domain.api_key import ApiKey, KeyFields, Role, Status
from zcc_keys_gui.service.secret_check import ExtraText, SecretCheck, SecretMatch
from zcc_keys_gui.ui.text.keys.secret_check import describe_secret_check

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def key(status: Status = Status.ENABLED) -> ApiKey:
    return ApiKey("id", KeyFields("ProdSync", status, Role.READ, 60), NOON, secret_pending=False)


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (SecretCheck(SecretMatch.CURRENT, key()), "This is the client secret of ProdSync, which is enabled."),
        (
            SecretCheck(SecretMatch.CURRENT, key(Status.DISABLED)),
            "This is the client secret of ProdSync, which is disabled. Enable the key before you sign in.",
        ),
        (
            SecretCheck(SecretMatch.REPLACED, key(), replaced=NOON),
            (
                "This is a former client secret of ProdSync. It was replaced on Tuesday, 24 Nov 2026 and no longer "
                "works. Use the new one. If you lost it, regenerate the key's secret."
            ),
        ),
        (
            SecretCheck(SecretMatch.DELETED, deleted="OldSync", replaced=NOON),
            "This is a client secret of OldSync, which was deleted on Tuesday, 24 Nov 2026. Add another key.",
        ),
        (
            SecretCheck(SecretMatch.DELETED, replaced=NOON),
            "This is a client secret of a key that was deleted on Tuesday, 24 Nov 2026. Add another key.",
        ),
        (
            SecretCheck(SecretMatch.CHECKSUM_WRONG, length=49),
            (
                "The checksum is wrong because characters are missing, added, or changed. The text has 49 characters, "
                "but a complete client secret has 58."
            ),
        ),
        (
            SecretCheck(SecretMatch.CHECKSUM_WRONG, length=58),
            "The checksum is wrong because characters were changed. Copy the client secret again.",
        ),
        (
            SecretCheck(SecretMatch.CLIENT_ID, key()),
            "This is the client ID of ProdSync, not a client secret. Client secrets begin with zcclocal_.",
        ),
        (
            SecretCheck(SecretMatch.CLIENT_ID),
            (
                "This is a client ID that no key in this vault has. It is not a client secret. Client secrets begin "
                "with zcclocal_."
            ),
        ),
        (
            SecretCheck(SecretMatch.NOT_OURS),
            "This is not a client secret of this program. Those begin with zcclocal_.",
        ),
    ],
)
def test_the_result_names_the_key_of_the_secret(check: SecretCheck, words: str) -> None:
    assert describe_secret_check(check, NOON) == words


@pytest.mark.parametrize("status", Status)
def test_an_old_secret_is_shown_with_its_end(status: Status) -> None:
    end = NOON + timedelta(hours=1)
    words = describe_secret_check(SecretCheck(SecretMatch.OLD, key(status), works_until=end), NOON)
    assert words.startswith(f"This is the old client secret of ProdSync, which is {status.value.lower()}.")
    assert end.astimezone().strftime("%H:%M") in words


@pytest.mark.parametrize(
    ("extra_text", "is_invisible", "beginning"),
    [
        (ExtraText.AROUND, False, "There are spaces, line breaks, or quotes around the secret."),
        (ExtraText.AROUND, True, "There are invisible characters around the secret."),
        (ExtraText.WITHIN, False, "There are spaces, line breaks, or quotes inside the secret."),
        (ExtraText.WITHIN, True, "There are invisible characters inside the secret."),
        (ExtraText.OTHER, False, "There is other text around the secret."),
    ],
)
def test_other_characters_come_before_the_result(extra_text: ExtraText, is_invisible: bool, beginning: str) -> None:
    check = SecretCheck(SecretMatch.CURRENT, key(), extra_text=extra_text, has_invisible=is_invisible)
    words = describe_secret_check(check, NOON)
    assert words.startswith(beginning)
    assert words.endswith("\nThis is the client secret of ProdSync, which is enabled.")
