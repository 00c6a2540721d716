"""Who can open a vault: the protectors that there are."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class WaysToUnlock:
    """The protectors of a vault: when each was made, in UTC, or None where there is none."""

    this_account: datetime | None
    passphrase: datetime | None
    recovery_key: datetime | None

    @property
    def asks_for_passphrase(self) -> bool:
        """Whether the passphrase is asked for at every start; only then is locking of any use."""
        return self.this_account is None and self.passphrase is not None
