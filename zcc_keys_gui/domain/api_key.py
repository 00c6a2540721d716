"""An API key as the vendor's page defines it, the rule for its name, and queries for lists of keys.

The vendor's rule for a name: alphanumeric, no spaces, at most 50 characters. Our addition: only ASCII letters and
digits, at least one of them.
"""

import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum, auto
from typing import NamedTuple

MAX_NAME_LENGTH = 50
_CLIENT_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_WRONG_CHARACTER = re.compile(r"[^A-Za-z0-9]")


class Status(StrEnum):
    """Whether a key can be used (vendor's page)."""

    ENABLED = "Enabled"
    DISABLED = "Disabled"


class Role(StrEnum):
    """The permissions of a key: Read looks things up, Write also changes them (vendor's page)."""

    READ = "Read"
    WRITE = "Write"


@dataclass(frozen=True)
class KeyFields:
    """The fields of a key that the user chooses. Name and interval are valid."""

    name: str
    """1 to 50 ASCII letters and digits; see `name_problem`."""
    status: Status
    role: Role
    session_validity: int
    """Seconds, 30 to 999,999,999; see `domain.session_validity`."""


@dataclass(frozen=True)
class ApiKey:
    """A key in the vault. It does not contain its secret, of which only a verifier is stored."""

    client_id: str
    fields: KeyFields
    created: datetime
    """When the key was saved for the first time, in UTC."""
    secret_pending: bool
    """True from the moment a secret is made until the user has closed the dialog that shows it."""
    last_sign_in: datetime | None = field(default=None, compare=False)
    """When the sign-in service last accepted the key, in UTC; None if it never did."""
    replaced_until: datetime | None = field(default=None, compare=False)
    """The end of the grace period for the old secret, in UTC, even if it is over; None if there was none."""

    @property
    def name(self) -> str:
        """The key's name."""
        return self.fields.name

    def old_secret_until(self, now: datetime) -> datetime | None:
        """Return when the old secret stops working, or None if it has stopped. It works only if the key is enabled."""
        return self.replaced_until if self.replaced_until is not None and self.replaced_until > now else None


class NameFault(Enum):
    """What can be wrong with a name."""

    EMPTY = auto()
    SPACE = auto()
    LINE_BREAK = auto()
    CHARACTER = auto()
    TOO_LONG = auto()
    TAKEN = auto()


class NameProblem(NamedTuple):
    """What is wrong with a name, and at which character."""

    fault: NameFault
    character: str = ""
    """The first character that is not allowed."""
    before: str = ""
    """The part of the name before that character."""
    excess: int = 0
    """The number of characters over the limit."""


class KeyColumn(Enum):
    """The columns by which the list of keys can be sorted."""

    NAME = "name"
    CLIENT_ID = "client_id"
    STATUS = "status"
    ROLE = "role"
    SESSION_VALIDITY = "session_validity"
    CREATED = "created"
    LAST_SIGN_IN = "last_sign_in"


@dataclass(frozen=True)
class KeyQuery:
    """Keys whose name or client ID contains `text`, ignoring the case of A to Z, in one order."""

    text: str = ""
    status: Status | None = None
    role: Role | None = None
    sort: KeyColumn = KeyColumn.NAME
    descending: bool = False


def new_client_id() -> str:
    """Return a new client ID: a random lower-case UUID, as in the vendor's examples."""
    return str(uuid.uuid4())


def is_client_id(text: str) -> bool:
    """Return whether a text has the form of a client ID."""
    return _CLIENT_ID.fullmatch(text) is not None


def find_name_problem(name: str) -> NameProblem | None:
    """Return the first thing that is wrong with `name`, or None if it is valid."""
    if not name:
        return NameProblem(NameFault.EMPTY)
    if wrong := _WRONG_CHARACTER.search(name):
        return NameProblem(_fault_of(wrong[0]), character=wrong[0], before=name[: wrong.start()])
    if len(name) > MAX_NAME_LENGTH:
        return NameProblem(NameFault.TOO_LONG, excess=len(name) - MAX_NAME_LENGTH)
    return None


def _fault_of(character: str) -> NameFault:
    if character.splitlines() == [""]:
        return NameFault.LINE_BREAK
    return NameFault.SPACE if character.isspace() else NameFault.CHARACTER
