"""Signing in: the old secret in its grace period, and the delay of wrong sign-ins."""

import time
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from tests.sign_in.helpers.service_process import SESSION, Credentials, RunningService
from zcc_keys_gui.domain.api_key import KeyFields, Role, Status
from zcc_keys_gui.domain.client_secret import ClientSecret
from zcc_keys_gui.sign_in.login import WrongSignInDelay
from zcc_keys_gui.vault.rows import to_microseconds

HOUR = timedelta(hours=1)


def regenerate(service: RunningService, key: Credentials, grace_period: timedelta = HOUR) -> Credentials:
    """Regenerate the key's secret, and return the new credentials."""
    return Credentials(key.client_id, service.keys.regenerate_secret(key.client_id, grace_period).secret.reveal())


def end_at(service: RunningService, key: Credentials, when: datetime) -> None:
    """Set the end of the old secret's grace period."""
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
    assert rows[0].reason.startswith("Signed in with the old secret, which works until ")
    assert rows[1].reason == ""
    assert rows[2].reason.startswith("The secret is wrong: it was replaced on ")


def test_a_token_of_the_old_secret_expires_with_it(service: RunningService) -> None:
    old = service.add_key(validity=86_400)
    new = regenerate(service, old)
    end = time.time() + HOUR.total_seconds()
    assert expiry(service.token(old)) <= end
    assert expiry(service.token(new)) > end
    soon = datetime.now(UTC) + timedelta(seconds=40)
    end_at(service, old, soon)
    assert expiry(service.token(old)) <= soon.timestamp()


@pytest.mark.parametrize("grace_period", [timedelta(), HOUR])
def test_regenerating_stops_the_tokens_issued_before(service: RunningService, grace_period: timedelta) -> None:
    old = service.add_key()
    token = service.token(old)
    new = regenerate(service, old, grace_period)
    assert service.get(SESSION, token).status == 401
    assert service.get(SESSION, service.token(new)).status == 200
    assert service.sign_in(*old).status == (200 if grace_period else 401)


def test_stopping_the_old_secret_also_stops_its_tokens(service: RunningService) -> None:
    old = service.add_key()
    new = regenerate(service, old)
    token = service.token(old)
    assert service.get(SESSION, token).status == 200
    service.keys.stop_replaced_secret(old.client_id)
    assert service.get(SESSION, token).status == 401
    assert service.sign_in(*old).status == 401
    assert service.sign_in(*new).status == 200


@pytest.mark.parametrize("grace_period", [timedelta(), HOUR])
def test_regenerating_again_ends_the_first_grace_period(service: RunningService, grace_period: timedelta) -> None:
    first = service.add_key()
    second = regenerate(service, first)
    third = regenerate(service, second, grace_period)
    assert service.sign_in(*first).status == 401
    assert service.sign_in(*second).status == (200 if grace_period else 401)
    assert service.sign_in(*third).status == 200


def test_a_disabled_key_accepts_neither_secret(service: RunningService) -> None:
    old = service.add_key()
    new = regenerate(service, old)
    service.keys.set_status([old.client_id], Status.DISABLED)
    assert service.sign_in(*old).status == service.sign_in(*new).status == 401
    service.keys.set_status([old.client_id], Status.ENABLED)
    assert service.sign_in(*old).status == service.sign_in(*new).status == 200


def test_a_stopped_secret_never_works_again(service: RunningService) -> None:
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


def test_editing_a_key_keeps_the_grace_period(service: RunningService) -> None:
    old = service.add_key()
    regenerate(service, old)
    until = service.store.key(old.client_id).replaced_until
    service.keys.edit(old.client_id, KeyFields("Renamed", Status.ENABLED, Role.WRITE, 60))
    assert service.store.key(old.client_id).replaced_until == until
    assert service.sign_in(*old).status == 200


def test_checking_a_secret_agrees_with_the_service(service: RunningService) -> None:
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


# --- the delay of wrong sign-ins, with a clock that the test sets ---


def test_after_20_wrong_sign_ins_250_per_second_are_answered() -> None:
    delay = WrongSignInDelay()
    waits = [delay.next_delay(1_000.0) for _ in range(400)]
    assert waits[:20] == pytest.approx(20 * [0.0], abs=1e-6)
    assert waits[20:270] == pytest.approx([number / 250 for number in range(1, 251)], abs=1e-6)
    assert waits[270:] == pytest.approx(130 * [1.0], abs=1e-6)


def test_a_pause_ends_the_delay() -> None:
    delay = WrongSignInDelay()
    waits = [delay.next_delay(1_000.0) for _ in range(100)]
    assert waits[-1] == pytest.approx(0.32, abs=1e-6)
    assert delay.next_delay(1_000.3) == pytest.approx(0.024, abs=1e-6)
    after_a_pause = [delay.next_delay(2_000.0) for _ in range(21)]
    assert after_a_pause == pytest.approx([*(20 * [0.0]), 0.004], abs=1e-6)


def test_a_delay_is_never_negative() -> None:
    delay = WrongSignInDelay()
    assert min(delay.next_delay(second / 10) for second in range(10_000, 10_100)) == 0
