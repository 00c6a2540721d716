"""The texts of the list of API keys: its columns, its filters, and its count."""

from datetime import datetime

from zcc_keys_gui.domain.api_key import ApiKey, KeyColumn, Role, Status
from zcc_keys_gui.ui.text.values import Plural, format_end_time, format_full_time, format_number

API_KEYS = "API keys"
LOCAL_KEYS = "These are local keys. They work only with the sign-in service on this computer, not with a Zscaler cloud."

HEADINGS = {
    KeyColumn.NAME: "Name",
    KeyColumn.CLIENT_ID: "Client ID",
    KeyColumn.STATUS: "Status",
    KeyColumn.ROLE: "Role",
    KeyColumn.SESSION_VALIDITY: "Session validity",
    KeyColumn.CREATED: "Created",
    KeyColumn.LAST_SIGN_IN: "Last sign-in",
}

NEVER = "Never"
SECONDS = Plural("{number} second", "{number} seconds")

SEARCH_FIELD = "Search name or client ID"
STATUS_FILTER = "Status filter"
ALL_STATUSES = "All statuses"
ROLE_FILTER = "Role filter"
ALL_ROLES = "All roles"

NO_KEYS = "There are no API keys yet.\nAdd one, and copy its client secret when it is shown."
NO_MATCH = "No key matches the search and filters."
CLEAR_FILTERS = "&Clear search and filters"

_COUNT = Plural("{number} key", "{number} keys")
_COUNT_SELECTED = "{number} keys, {selected} selected"
_FOUND = Plural("{found} of {number} key", "{found} of {number} keys")
_FOUND_SELECTED = "{found} of {number} keys, {selected} selected"

_STATUSES = {Status.ENABLED: "● Enabled", Status.DISABLED: "○ Disabled"}
_STATUSES_WITH_OLD_SECRET = {
    Status.ENABLED: "● Enabled, old secret until {time}",
    Status.DISABLED: "○ Disabled, old secret until {time}",
}
_OLD_SECRET_TOOLTIPS = {
    Status.ENABLED: "Enabled. The old secret still works until {time}. To stop it, choose Key > Stop old secret now.",
    Status.DISABLED: "Disabled. The old secret still works until {time}. To stop it, choose Key > Stop old secret now.",
}


def describe_status(status: Status) -> str:
    """Return a status with a symbol, because not every user can tell colors apart."""
    return _STATUSES[status]


def describe_key_status(key: ApiKey, now: datetime) -> str:
    """Return a key's status and, if its old secret still works, until when."""
    until = key.old_secret_until(now)
    if until is None:
        return describe_status(key.fields.status)
    return _STATUSES_WITH_OLD_SECRET[key.fields.status].format(time=format_end_time(until, now))


def key_status_tooltip(key: ApiKey, now: datetime) -> str:
    """Return a key's status and, if its old secret still works, until which second and how to stop it."""
    until = key.old_secret_until(now)
    if until is None:
        return describe_status(key.fields.status)
    return _OLD_SECRET_TOOLTIPS[key.fields.status].format(time=format_full_time(until))


def describe_role(role: Role) -> str:
    """Return a role as the vendor's portal shows it."""
    return role.value


def describe_count(*, found: int, total: int, selected: int) -> str:
    """Return how many of all keys match the search and filters, and how many are selected if that is more than one."""
    if selected > 1 and found == total:
        return _COUNT_SELECTED.format(number=format_number(total), selected=format_number(selected))
    if selected > 1:
        return _FOUND_SELECTED.format(
            found=format_number(found), number=format_number(total), selected=format_number(selected)
        )
    return _COUNT.of(total) if found == total else _FOUND.of(total, found=format_number(found))
