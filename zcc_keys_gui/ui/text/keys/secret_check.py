"""What is said about a client secret that a person checks."""

from datetime import datetime
from typing import assert_never

from zcc_keys_gui.domain.api_key import ApiKey, Status
from zcc_keys_gui.domain.client_secret import LENGTH, PREFIX
from zcc_keys_gui.service.secret_check import More, SecretCheck, SecretMatch
from zcc_keys_gui.service.secret_reasons import (
    CHECKSUM_WRONG,
    NO_KEY_HAS_IT,
    NOT_OURS,
    deleted_words,
    more_words,
    replaced_words,
)
from zcc_keys_gui.ui.text.values import counted, until_words

_REFUSED = "a sign-in that sends them too is refused. Without them:"
_MORE = {
    More.AROUND: f"{{}} around the secret: {_REFUSED}",
    More.TEXT: "There is other text around the secret. The secret in it:",
    More.WITHIN: f"{{}} within the secret: {_REFUSED}",
}


def secret_check_words(check: SecretCheck, now: datetime) -> str:
    """Say which key a secret belongs to, or why it belongs to none, and what to do about it."""
    said = _verdict_words(check, now)
    if check.more is More.NOTHING:
        return said
    return f"{_MORE[check.more].format(more_words(is_invisible=check.has_invisible))}\n{said}"


def _verdict_words(check: SecretCheck, now: datetime) -> str:
    match check.verdict:
        case SecretMatch.PRESENT:
            assert check.key is not None
            return f"It is the client secret of {check.key.name}, which is {_status_words(check.key)}"
        case SecretMatch.OLD:
            assert check.key is not None
            assert check.when is not None
            until = until_words(check.when, now)
            return (
                f"It is the old client secret of {check.key.name}, which works beside the new one until {until}. "
                f"The key is {_status_words(check.key)}"
            )
        case SecretMatch.REPLACED:
            assert check.key is not None
            assert check.when is not None
            return (
                f"It is a former client secret of {check.key.name}, {replaced_words(check.when)}, and works no more. "
                "Use the new one; if that is lost, regenerate the key's secret."
            )
        case SecretMatch.DELETED:
            assert check.when is not None
            name = check.deleted or "the key"
            return f"It is a client secret of a deleted key: {deleted_words(name, check.when)}. Add another key."
        case SecretMatch.UNKNOWN:
            return f"It is whole, but {NO_KEY_HAS_IT}. It may be another vault's, or one that was replaced long ago."
        case SecretMatch.CHECKSUM_WRONG:
            more = f"It has {counted(check.length, 'character')}, a whole one has {LENGTH}."
            return f"{CHECKSUM_WRONG}. {more if check.length != LENGTH else 'Copy it again.'}"
        case SecretMatch.CLIENT_ID:
            whose = "which no key of this vault has" if check.key is None else f"that of {check.key.name}"
            return f"It is a client ID, {whose}, and no client secret: those begin with {PREFIX}."
        case SecretMatch.NOT_OURS:
            return f"{NOT_OURS}."
        case _:  # pragma: no cover
            assert_never(check.verdict)


def _status_words(key: ApiKey) -> str:
    is_enabled = key.fields.status is Status.ENABLED
    return "enabled." if is_enabled else "disabled: it signs in only once the key is enabled again."
