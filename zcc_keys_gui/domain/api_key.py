"""An API key as the vendor's page defines it, and what the program adds to it."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

_CLIENT_ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # start-up needs it not, compiled


class Status(StrEnum):
    """Whether a key can be used; a disabled key is unavailable to use (vendor's page)."""

    ENABLED = "Enabled"
    DISABLED = "Disabled"


class Role(StrEnum):
    """What a key may do: Read looks things up, Write also changes them (vendor's page)."""

    READ = "Read"
    WRITE = "Write"


@dataclass(frozen=True)
class KeyFields:
    """What a person chooses for a key. The name and the interval are within their rules."""

    name: str
    """ASCII letters and digits, 1 to 50; see `domain.key_name`."""
    status: Status
    role: Role
    session_validity: int
    """Seconds, 30 to 999,999,999; see `domain.session_validity`."""


@dataclass(frozen=True)
class ApiKey:
    """A key in the vault. Its secret is not part of it: only a verifier is ever stored."""

    client_id: str
    fields: KeyFields
    created: datetime
    """When Save made the key, with time zone UTC."""
    secret_pending: bool
    """True from the moment a secret is made until the person has closed the dialog that shows it."""
    last_sign_in: datetime | None = field(default=None, compare=False)
    """When the sign-in service last accepted it, in UTC; None: never."""
    replaced_until: datetime | None = field(default=None, compare=False)
    """Until when the secret that was replaced last works beside the new one, in UTC; None: it does not."""

    @property
    def name(self) -> str:
        """The key's name."""
        return self.fields.name

    def old_secret_until(self, now: datetime) -> datetime | None:
        """Return until when the old secret works, where it still does at `now`; while the key is enabled, that is."""
        return self.replaced_until if self.replaced_until is not None and self.replaced_until > now else None


def new_client_id() -> str:
    """Return a new client ID: a random lower-case UUID, as in the vendor's examples."""
    import uuid

    return str(uuid.uuid4())


def is_client_id(text: str) -> bool:
    """Say whether a text has the form of a client ID."""
    return re.fullmatch(_CLIENT_ID, text) is not None
