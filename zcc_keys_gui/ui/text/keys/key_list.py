"""What the API keys page says."""

from datetime import datetime

from zcc_keys_gui.domain.api_key import ApiKey, Role, Status
from zcc_keys_gui.domain.key_name import MAX_LENGTH
from zcc_keys_gui.ui.text.values import until_words

NAME_RULE = f"Letters and digits only, no spaces, up to {MAX_LENGTH} characters."


LOCAL_KEYS = "Local keys: honoured by this computer's sign-in service, by no Zscaler cloud."


LOCAL_KEYS_EXPLAINED = (
    "The keys in this list are made and kept on this computer alone, for rehearsing your automation. No Zscaler cloud "
    "knows them, and the program sends nothing anywhere. A key for your tenant is made in the Zscaler Client Connector "
    "Portal.\n\nThe sign-in service of this computer honours them, once you switch it on. What the vendor does not "
    "document is ours, and a tenant may do otherwise: that a token lasts as long as the session validity interval, "
    "that a Read key may only GET, when a call is refused, and what refusals say."
)


ROLE_HINT = "Read looks things up; Write also changes them."


ONLY_TIME = (
    "This is the only time this secret is shown. Copy it now and keep it safe; if it is lost, regenerate the key's "
    "secret."
)


_STATUS_MARKS = {Status.ENABLED: "●", Status.DISABLED: "○"}


def status_words(status: Status) -> str:
    """Return a status with its mark, so that neither colour nor shape alone tells."""
    return f"{_STATUS_MARKS[status]} {status.value}"


def key_status_words(key: ApiKey, now: datetime) -> str:
    """Return a key's status, and until when its old secret works, where it still does."""
    until, status = key.old_secret_until(now), status_words(key.fields.status)
    return status if until is None else f"{status}, old secret until {until_words(until, now)}"


def role_words(role: Role) -> str:
    """Return a role as the vendor's page says it."""
    return role.value
