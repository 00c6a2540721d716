"""The texts of the dialog that finds out which key a client secret belongs to."""

from datetime import datetime
from typing import assert_never

from PySide6.QtCore import QLocale

from zcc_keys_gui.domain.api_key import ApiKey, Status
from zcc_keys_gui.domain.client_secret import LENGTH, PREFIX
from zcc_keys_gui.service.secret_check import ExtraText, SecretCheck, SecretMatch
from zcc_keys_gui.ui.text.values import format_end_time, format_number, local_time

TITLE = "Check a secret"
INTRODUCTION = (
    "Paste a client secret to find out which key it belongs to. The secret is checked on this computer, and is "
    "forgotten when you close this window."
)
CLIENT_SECRET = "Client secret"
CLIENT_SECRET_LABEL = "Client secre&t  (sent as secretKey)"
SHOW_SECRET = "&Show secret"
ONLY_BEGINNING_CHECKED = "{result} Only the first {number} characters were checked."

_SPACES_AROUND = (
    "There are spaces, line breaks, or quotes around the secret. A sign-in that includes them is rejected. This is the "
    "result without them:\n{result}"
)
_INVISIBLE_CHARACTERS_AROUND = (
    "There are invisible characters around the secret. A sign-in that includes them is rejected. This is the result "
    "without them:\n{result}"
)
_SPACES_INSIDE = (
    "There are spaces, line breaks, or quotes inside the secret. A sign-in that includes them is rejected. This is the "
    "result without them:\n{result}"
)
_INVISIBLE_CHARACTERS_INSIDE = (
    "There are invisible characters inside the secret. A sign-in that includes them is rejected. This is the result "
    "without them:\n{result}"
)
_OTHER_TEXT_AROUND = "There is other text around the secret. This is the result without that text:\n{result}"

_CURRENT = {
    Status.ENABLED: "This is the client secret of {name}, which is enabled.",
    Status.DISABLED: "This is the client secret of {name}, which is disabled. Enable the key before you sign in.",
}
_OLD = {
    Status.ENABLED: (
        "This is the old client secret of {name}, which is enabled. The old secret still works until {time}."
    ),
    Status.DISABLED: (
        "This is the old client secret of {name}, which is disabled. If you enable the key, the old secret works until "
        "{time}."
    ),
}
_REPLACED = (
    "This is a former client secret of {name}. It was replaced on {day} and no longer works. Use the new one. If you "
    "lost it, regenerate the key's secret."
)
_KEY_DELETED = "This is a client secret of {name}, which was deleted on {day}. Add another key."
_UNNAMED_KEY_DELETED = "This is a client secret of a key that was deleted on {day}. Add another key."
_UNKNOWN = (
    "This is a complete client secret, but no key in this vault has it. It may belong to another vault, or it was "
    "replaced long ago."
)
_WRONG_LENGTH = (
    "The checksum is wrong because characters are missing, added, or changed. The text has {length} characters, but a "
    "complete client secret has {expected}."
)
_CHECKSUM_WRONG = "The checksum is wrong because characters were changed. Copy the client secret again."
_CLIENT_ID = "This is the client ID of {name}, not a client secret. Client secrets begin with {prefix}."
_UNKNOWN_CLIENT_ID = (
    "This is a client ID that no key in this vault has. It is not a client secret. Client secrets begin with {prefix}."
)
_NOT_OURS = "This is not a client secret of this program. Those begin with {prefix}."


def describe_secret_check(check: SecretCheck, now: datetime) -> str:
    """Say which key a secret belongs to, or why it belongs to none, and what to do about it."""
    return _template_for(check).format(result=_describe_match(check, now))


def _template_for(check: SecretCheck) -> str:
    """Return a template that says what else was pasted, with `{result}` for the result of the check."""
    match check.extra_text:
        case ExtraText.NONE:
            return "{result}"
        case ExtraText.AROUND:
            return _INVISIBLE_CHARACTERS_AROUND if check.has_invisible else _SPACES_AROUND
        case ExtraText.WITHIN:
            return _INVISIBLE_CHARACTERS_INSIDE if check.has_invisible else _SPACES_INSIDE
        case ExtraText.OTHER:
            return _OTHER_TEXT_AROUND
        case _:  # pragma: no cover
            assert_never(check.extra_text)


def _describe_match(check: SecretCheck, now: datetime) -> str:
    match check.match:
        case SecretMatch.CURRENT | SecretMatch.OLD | SecretMatch.REPLACED:
            assert check.key is not None
            return _describe_key_match(check, check.key, now)
        case SecretMatch.DELETED:
            assert check.replaced is not None
            deleted = _KEY_DELETED if check.deleted else _UNNAMED_KEY_DELETED
            return deleted.format(name=check.deleted, day=_format_day(check.replaced))
        case SecretMatch.UNKNOWN:
            return _UNKNOWN
        case SecretMatch.CHECKSUM_WRONG:
            wrong = _CHECKSUM_WRONG if check.length == LENGTH else _WRONG_LENGTH
            return wrong.format(length=format_number(check.length), expected=LENGTH)
        case SecretMatch.CLIENT_ID if check.key is not None:
            return _CLIENT_ID.format(name=check.key.name, prefix=PREFIX)
        case SecretMatch.CLIENT_ID:
            return _UNKNOWN_CLIENT_ID.format(prefix=PREFIX)
        case SecretMatch.NOT_OURS:
            return _NOT_OURS.format(prefix=PREFIX)
        case _:  # pragma: no cover
            assert_never(check.match)


def _describe_key_match(check: SecretCheck, key: ApiKey, now: datetime) -> str:
    """Say which secret of a key it is."""
    if check.match is SecretMatch.CURRENT:
        return _CURRENT[key.fields.status].format(name=key.name)
    if check.match is SecretMatch.OLD:
        assert check.works_until is not None
        return _OLD[key.fields.status].format(name=key.name, time=format_end_time(check.works_until, now))
    assert check.replaced is not None
    return _REPLACED.format(name=key.name, day=_format_day(check.replaced))


def _format_day(when: datetime) -> str:
    """Return the day of a time in local time and in English, such as `Tuesday, 24 Nov 2026`."""
    return QLocale(QLocale.Language.English).toString(local_time(when).date(), "dddd, d MMM yyyy")
