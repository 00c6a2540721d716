"""What the tests of the vault share."""

from datetime import UTC, datetime, timedelta

from zcc_keys_gui.domain.api_key import ApiKey, KeyFields, Role, Status, new_client_id
from zcc_keys_gui.vault.store import VaultStore

_CREATED = datetime(2026, 11, 12, 9, 12, 33, 123456, UTC)
PASSPHRASE = "four random words fit"


def a_key(
    name: str = "ProdSync",
    *,
    status: Status = Status.ENABLED,
    role: Role = Role.READ,
    session_validity: int = 3_600,
    minutes: int = 0,
    pending: bool = False,
) -> ApiKey:
    """Return a key that was made so many minutes after a day in November."""
    fields = KeyFields(name, status, role, session_validity)
    return ApiKey(new_client_id(), fields, _CREATED + timedelta(minutes=minutes), secret_pending=pending)


def insert(store: VaultStore, *keys: ApiKey, verifier: bytes = b"v" * 32) -> None:
    """Put keys into a vault."""
    with store.change() as change:
        for key in keys:
            change.insert(key, verifier)
