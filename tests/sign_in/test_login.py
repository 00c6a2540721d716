"""Signing in by the old secret, which works for a while beside the new one."""

import time
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from tests.sign_in.running import SESSION, Credentials, RunningService
from zcc_keys_gui.domain.api_key import KeyFields, Role, Status
from zcc_keys_gui.domain.client_secret import ClientSecret
from zcc_keys_gui.vault.rows import to_microseconds

HOUR = timedelta(hours=1)


def regenerate(service: RunningService, key: Credentials, overlap: timedelta = HOUR) -> Credentials:
    """Give the key another secret; return both."""
    return Credentials(key.client_id, service.keys.regenerate_secret(key.client_id, overlap).secret.reveal())


def end_at(service: RunningService, key: Credentials, when: datetime) -> None:
    """Let the old secret end at a time."""
    with service.store.change() as change:
        change.db.execute(
            "UPDATE api_key SET replaced_until = ? WHERE client_id = ?", (to_microseconds(when), key.client_id)
        )


def expiry(token: str) -> float:
    return float(jwt.decode(token, options={"verify_signature": False})["exp"])


def test_both_secrets_sign_in_until_the_old_one_ends(service: RunningService) -> None:
    old = service.add_key()
    new = regenerate(service, old)
    assert service.sign_in(*old).status == service.sign_in(*new).status == 200
    end_at(service, old, datetime.now(UTC) - timedelta(milliseconds=1))
    assert service.sign_in(*old).status == 401
    assert service.sign_in(*new).status == 200
    rows = service.wait_for_rows(4)
    assert rows[0].reason.startswith("By the old secret, which works until ")
    assert rows[1].reason == ""
    assert rows[2].reason.startswith("Wrong secret: it is the one replaced on ")


def test_a_token_of_the_old_secret_never_outlives_it(service: RunningService) -> None:
    old = service.add_key(validity=86_400)
    new = regenerate(service, old)
    end = time.time() + HOUR.total_seconds()
    assert expiry(service.token(old)) <= end
    assert expiry(service.token(new)) > end
    soon = datetime.now(UTC) + timedelta(seconds=40)
    end_at(service, old, soon)
    assert expiry(service.token(old)) <= soon.timestamp()


@pytest.mark.parametrize("overlap", [timedelta(), HOUR])
def test_regenerating_stops_the_tokens_issued_before(service: RunningService, overlap: timedelta) -> None:
    old = service.add_key()
    token = service.token(old)
    new = regenerate(service, old, overlap)
    assert service.get(SESSION, token).status == 401
    assert service.get(SESSION, service.token(new)).status == 200
    assert service.sign_in(*old).status == (200 if overlap else 401)


def test_stopping_the_old_secret_stops_it_and_its_tokens_at_once(service: RunningService) -> None:
    old = service.add_key()
    new = regenerate(service, old)
    token = service.token(old)
    assert service.get(SESSION, token).status == 200
    service.keys.stop_replaced_secret(old.client_id)
    assert service.get(SESSION, token).status == 401
    assert service.sign_in(*old).status == 401
    assert service.sign_in(*new).status == 200


@pytest.mark.parametrize("overlap", [timedelta(), HOUR])
def test_a_second_regenerate_ends_the_earlier_overlap(service: RunningService, overlap: timedelta) -> None:
    first = service.add_key()
    second = regenerate(service, first)
    third = regenerate(service, second, overlap)
    assert service.sign_in(*first).status == 401
    assert service.sign_in(*second).status == (200 if overlap else 401)
    assert service.sign_in(*third).status == 200


def test_a_disabled_key_takes_neither_secret_and_an_enabled_one_both_again(service: RunningService) -> None:
    old = service.add_key()
    new = regenerate(service, old)
    service.keys.set_status([old.client_id], Status.DISABLED)
    assert service.sign_in(*old).status == service.sign_in(*new).status == 401
    service.keys.set_status([old.client_id], Status.ENABLED)
    assert service.sign_in(*old).status == service.sign_in(*new).status == 200


def test_nothing_that_is_done_to_the_key_revives_a_stopped_secret(service: RunningService) -> None:
    old = service.add_key()
    new = regenerate(service, old)
    service.keys.stop_replaced_secret(old.client_id)
    service.keys.edit(old.client_id, KeyFields("Renamed", Status.DISABLED, Role.WRITE, 60))
    service.keys.set_status([old.client_id], Status.ENABLED)
    service.keys.mark_secret_shown(old.client_id, copied=True)
    assert service.sign_in(*old).status == 401
    newest = regenerate(service, new)
    assert service.sign_in(*old).status == 401
    assert service.sign_in(*new).status == service.sign_in(*newest).status == 200


def test_editing_a_key_leaves_its_old_secret_as_long_as_was_said(service: RunningService) -> None:
    old = service.add_key()
    regenerate(service, old)
    until = service.store.key(old.client_id).replaced_until
    service.keys.edit(old.client_id, KeyFields("Renamed", Status.ENABLED, Role.WRITE, 60))
    assert service.store.key(old.client_id).replaced_until == until
    assert service.sign_in(*old).status == 200


def test_who_checks_a_secret_is_told_what_the_service_does(service: RunningService) -> None:
    def agree(secret: Credentials) -> bool:
        found = service.keys.check_secret(ClientSecret(secret.secret))
        assert found is not None
        accepted = service.sign_in(*secret).status == 200
        assert accepted == found.signs_in
        return accepted

    first = service.add_key()
    assert agree(first)
    second = regenerate(service, first)
    assert agree(first)
    assert agree(second)
    end_at(service, first, datetime.now(UTC) - timedelta(seconds=1))
    assert not agree(first)
    third = regenerate(service, second)
    service.keys.set_status([first.client_id], Status.DISABLED)
    assert not any(agree(each) for each in (first, second, third))
    service.keys.set_status([first.client_id], Status.ENABLED)
    assert [agree(each) for each in (first, second, third)] == [False, True, True]
    assert not agree(Credentials(first.client_id, f"{third.secret} "))
    service.keys.stop_replaced_secret(first.client_id)
    assert [agree(each) for each in (first, second, third)] == [False, False, True]
    service.keys.delete([first.client_id])
    assert not any(agree(each) for each in (first, second, third))
