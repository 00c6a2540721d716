"""What is said of a client secret that does not sign in, by the sign-in log and to a person who checks one.

Times are in local time and in English, whatever the process's locale.
"""

from datetime import UTC, datetime

from zcc_keys_gui.domain.client_secret import PREFIX

NOT_OURS = f"Not a client secret of this program: those begin with {PREFIX}"
CHECKSUM_WRONG = "Checksum wrong: characters are missing, added or changed"
NO_KEY_HAS_IT = "no key of this vault has it"
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def more_words(*, is_invisible: bool) -> str:
    """Return what came along with a secret when it was pasted."""
    return "Invisible characters" if is_invisible else "Spaces, line breaks or quotes"


def replaced_words(when: datetime) -> str:
    """Return when a secret was replaced, such as `replaced on Tuesday, 24 Nov 2026`."""
    return f"replaced {day_words(when)}"


def deleted_words(name: str, when: datetime) -> str:
    """Return when a key was deleted, such as `ProdSync was deleted on Tuesday, 24 Nov 2026`."""
    return f"{name} was deleted {day_words(when)}"


def day_words(when: datetime) -> str:
    """Return the day of a time, such as `on Tuesday, 24 Nov 2026`."""
    local = when.astimezone()
    return f"on {_DAYS[local.weekday()]}, {local.day} {_MONTHS[local.month - 1]} {local.year}"


def time_words(when: float) -> str:
    """Return a time, in seconds since 1970, such as `14:30 on Tuesday, 24 Nov 2026`."""
    local = datetime.fromtimestamp(when, UTC).astimezone()
    return f"{local:%H:%M} {day_words(local)}"
