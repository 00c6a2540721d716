"""The texts of the dialog that shows a client secret, and of the question before the secret is regenerated."""

from datetime import datetime, timedelta

from zcc_keys_gui.domain.api_key import ApiKey
from zcc_keys_gui.ui.text.values import Plural, format_end_time

TITLE = "Client secret for {name}"
SHOWN_ONCE = (
    "This is the only time that this client secret is shown. Copy it now and keep it in a safe place. If you lose it, "
    "regenerate the key's secret."
)
CLIENT_ID = "Client ID"
CLIENT_ID_LABEL = "Client ID  (sent as apiKey)"
CLIENT_SECRET = "Client secret"
CLIENT_SECRET_LABEL = "Client secret  (sent as secretKey)"
COPY_CLIENT_ID = "Copy client &ID"
COPY_CLIENT_SECRET = "&Copy client secret"
CONNECT = "Co&nnect…"
DONE = "&Done"

CLIENT_ID_COPIED = "Client ID copied."
SECRET_NOT_COPIED = "Client secret not copied. Another program is using the clipboard. Try again."
SECRET_OFF_CLIPBOARD = "The client secret is no longer on the clipboard."
SECRET_ON_CLIPBOARD = Plural(
    "Copied. The clipboard clears in {number} second.", "Copied. The clipboard clears in {number} seconds."
)

CLOSE_QUESTION = "Close without copying the client secret?"
CLOSE_CONSEQUENCE = (
    "The client secret of {name} can't be shown again. If you close this window without copying it, you must "
    "regenerate the secret before you can use the key."
)
CLOSE_WITHOUT_COPYING = "Close without copying"
GO_BACK = "Go back"

REGENERATE_QUESTION = "Regenerate the client secret of {name}?"
REGENERATE_SECRET = "Regenerate secret"
GRACE_PERIOD = "Grace period for the old secret"
GRACE_PERIOD_LABEL = "&Grace period for the old secret"
GRACE_PERIODS = {
    timedelta(): "None",
    timedelta(hours=1): "1 hour",
    timedelta(hours=24): "24 hours",
    timedelta(days=7): "7 days",
}
_REGENERATE_CONSEQUENCE = (
    "Scripts need the new secret, which is shown only once. The client ID stays the same.\n\n"
    "Existing access tokens stop working immediately, even if the old secret has a grace period. "
    "Scripts have to sign in again."
)
_REGENERATE_CONSEQUENCE_WITH_EARLIER_SECRET = (
    f"{_REGENERATE_CONSEQUENCE}\n\n"
    "An earlier secret is still in its grace period, until {time}. It stops working immediately."
)


def describe_regenerate_consequence(key: ApiKey, now: datetime) -> str:
    """Say what happens when the secret of `key` is regenerated."""
    until = key.old_secret_until(now)
    if until is None:
        return _REGENERATE_CONSEQUENCE
    return _REGENERATE_CONSEQUENCE_WITH_EARLIER_SECRET.format(time=format_end_time(until, now))
