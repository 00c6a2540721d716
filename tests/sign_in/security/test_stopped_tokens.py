"""Changes of a key that stop its access tokens, and changes that do not."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from tests.sign_in.helpers.service_process import Credentials, RunningService, running_service
from tests.sign_in.test_tokens import claims_of, is_accepted
from zcc_keys_gui.domain.api_key import Role, Status
from zcc_keys_gui.domain.recovery_key import new_recovery_key
from zcc_keys_gui.domain.restore_plan import RestoreOptions
from zcc_keys_gui.service.backups import Backups
from zcc_keys_gui.vault.store import VaultStore


def edited(service: RunningService, key: Credentials, **changes: object) -> None:
    """Change fields of a key."""
    fields = service.keys.key(key.client_id).fields
    service.keys.edit(key.client_id, replace(fields, **changes))  # type: ignore[arg-type]


def disable_and_enable(service: RunningService, key: Credentials) -> None:
    """Disable a key, and enable it again."""
    for status in (Status.DISABLED, Status.ENABLED):
        service.keys.set_status([key.client_id], status)


def change_role_and_back(service: RunningService, key: Credentials) -> None:
    """Change the role of a key, and change it back."""
    for role in (Role.WRITE, Role.READ):
        edited(service, key, role=role)


def delete_and_restore(tmp_path: Path, service: RunningService, key: Credentials) -> None:
    """Delete a key, and restore it from a backup."""
    backups, path = Backups(service.store.backups, lambda: "tester"), tmp_path / "a.zccbackup"
    backups.back_up(path, "four random words fit")
    service.keys.delete([key.client_id])
    backups.restore(backups.read(path, "four random words fit"), RestoreOptions(deleted=True))
    assert service.keys.key(key.client_id)


Stop = Callable[[RunningService, Credentials], object]
STOPS: dict[str, Stop] = {
    "disabled": lambda service, key: service.keys.set_status([key.client_id], Status.DISABLED),
    "disabled and enabled again": disable_and_enable,
    "deleted": lambda service, key: service.keys.delete([key.client_id]),
    "another secret": lambda service, key: service.keys.regenerate_secret(key.client_id),
    "another role": lambda service, key: edited(service, key, role=Role.WRITE),
    "another role and back": change_role_and_back,
}


def test_changing_a_key_stops_only_its_own_tokens(service: RunningService, tmp_path: Path) -> None:
    other = service.token(service.add_key("Other"))
    stops: dict[str, Stop] = {**STOPS, "deleted and restored": partial(delete_and_restore, tmp_path)}
    for number, (name, stop) in enumerate(stops.items()):
        key = service.add_key(f"Key{number}")
        token = service.token(key)
        assert is_accepted(service, token)
        stop(service, key)
        assert not is_accepted(service, token), name
        assert service.get("/local/v1/session", token).status == 401
    assert is_accepted(service, other)


def test_a_new_name_or_interval_stops_no_tokens(service: RunningService) -> None:
    key = service.add_key()
    token = service.token(key)
    edited(service, key, name="Renamed", session_validity=60)
    service.keys.mark_secret_shown(key.client_id, copied=True)
    assert is_accepted(service, token)
    assert service.get("/local/v1/session", token).json["name"] == "Renamed"
    claims = claims_of(service.token(key))
    assert claims["exp"] - claims["iat"] == 60


def test_a_restart_keeps_tokens_and_reencryption_stops_them(store: VaultStore) -> None:
    with running_service(store) as service:
        key = service.add_key()
        token = service.token(key)
    with running_service(store) as service:
        assert is_accepted(service, token)
    assert store.protectors.prepare_reencryption(None)(new_recovery_key()) is None
    with running_service(store) as service:
        assert not is_accepted(service, token)
        assert is_accepted(service, service.token(key))
