"""What the service tells of calls: soon, in order, bounded, and without a secret."""

import json
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.signin.running import COMPANY_INFO, LOGIN, RunningService
from zcc_keys_gui.domain.api_key import Role, Status, new_client_id
from zcc_keys_gui.domain.client_secret import ClientSecret, new_client_secret
from zcc_keys_gui.domain.errors import VaultDamagedError
from zcc_keys_gui.domain.rehearsal import Failure, Rehearsal
from zcc_keys_gui.domain.sign_in import LOG_LIMIT, Outcome, SignIn, SignInQuery
from zcc_keys_gui.signin.reasons import look_at
from zcc_keys_gui.signin.sign_in_log import Refused, SignInLog, Told
from zcc_keys_gui.vault.key_reader import VaultKeyReader

NOON = 1_795_600_000.0
TENANTS_SECRET = "b0f6c2aa-1111-4222-8333-944445555666"


def told_of(reader: VaultKeyReader, take_down: Callable[[SignInLog], None]) -> list[SignIn]:
    """Return all that a log tells of what is taken down."""
    rows: list[SignIn] = []
    log = SignInLog(reader, rows.extend)
    take_down(log)
    log.start()
    log.stop()
    return rows


def reasons_of(service: RunningService, number: int) -> list[str]:
    return [row.reason for row in service.wait_for_rows(number)]


def test_the_reasons_that_a_person_reads(service: RunningService) -> None:
    key = service.add_key()
    disabled = service.add_key("Nightly", status=Status.DISABLED)
    service.keys.regenerate_secret(key.client_id)
    service.sign_in(*disabled)
    service.sign_in(*key)
    service.sign_in(key.client_id, key.secret[:-3])
    service.call("POST", LOGIN, '{"apiKey": “abc”}'.encode(), content_type="application/json")
    disabled_key, replaced, cut_off, curly = reasons_of(service, 4)
    assert disabled_key == "Disabled key"
    assert replaced.startswith("Wrong secret: it is the one replaced on ")
    assert cut_off == "Checksum wrong: cut off when pasted?"
    assert curly == "Curly quotes in the JSON, column 12"


def test_each_outcome_with_the_key_and_the_program(service: RunningService) -> None:
    key = service.add_key()
    token = service.token(key)
    service.call("GET", "/papi/public/v1/getDevices", auth_token="none", user_agent="pyZscaler 1.6")
    service.call("POST", "/papi/public/v1/getDevices", auth_token=token, user_agent="Postman")
    signed_in, refused, forbidden = service.wait_for_rows(3)
    assert (signed_in.outcome, signed_in.name, signed_in.client_id) == (Outcome.SIGNED_IN, "ProdSync", key.client_id)
    assert (refused.outcome, refused.reason, refused.client) == (
        Outcome.CALL_REFUSED,
        "Malformed token",
        "pyZscaler 1.6",
    )
    assert (forbidden.reason, forbidden.name, forbidden.client) == ("Read key on POST", "ProdSync", "Postman")
    assert service.store.key(key.client_id).last_sign_in == signed_in.when


def test_an_expired_token_is_told_with_its_key(service: RunningService) -> None:
    kept, deleted = service.add_key("Kept"), service.add_key("Deleted")
    service.rehearse(Rehearsal(Failure.EXPIRED_TOKEN, 2))
    tokens = [service.token(key) for key in (kept, deleted)]
    service.keys.delete([deleted.client_id])
    for token in tokens:
        assert service.get(COMPANY_INFO, token).status == 401
    told = [(row.name, row.client_id, row.reason) for row in service.wait_for_rows(4)[2:]]
    assert told == [("Kept", kept.client_id, "Expired token"), ("", deleted.client_id, "Expired token")]


def test_no_secret_gets_into_the_log(service: RunningService) -> None:
    key = service.add_key(role=Role.WRITE)
    secret = key.secret
    token = service.token(key)
    service.sign_in(secret, key.client_id)  # swapped
    service.sign_in(secret, secret)
    service.sign_in(f"“{secret}”", "x")
    service.sign_in(key.client_id, f"{secret}x")
    service.sign_in(TENANTS_SECRET, TENANTS_SECRET)
    service.call("POST", LOGIN, f'{{"apiKey": {secret}}}'.encode(), content_type="application/json")
    service.call("POST", LOGIN, f'{{"apiKey": “{secret}”}}'.encode(), content_type="application/json")
    service.call("POST", LOGIN, b"{}", content_type=secret, user_agent=f"agent {secret}")
    service.call("GET", f"/papi/public/v1/{secret}", auth_token=secret)
    service.call("GET", "/papi/public/v1/x", auth_token=f"{token}x")
    service.call("GET", "/papi/public/v1/x", host="127.0.0.1", origin=f"http://{secret}")
    service.wait_for_rows(12)
    listed = service.store.sign_ins.page(SignInQuery(), 0, 100)
    kept = repr(listed) + repr(service.rows) + repr(service.failures)
    assert len(listed) >= 12
    for hidden in (secret, secret[9:], secret[9:29], TENANTS_SECRET, TENANTS_SECRET[9:], token.split(".")[2]):
        assert hidden not in kept
    assert "agent zcclocal_…" in kept
    assert "b0f6c2aa…" in kept


def test_half_a_character_in_the_api_key_does_not_end_the_log(service: RunningService) -> None:
    body = json.dumps({"apiKey": " \ud800A", "secretKey": "\udfff"}).encode()
    assert service.call("POST", LOGIN, body, content_type="application/json").status == 401
    assert service.sign_in(new_client_id(), "x").status == 401
    assert reasons_of(service, 2) == ["The apiKey is no client ID", "Unknown client ID"]


def test_of_equal_calls_twenty_are_rows_and_the_last_stands_for_the_rest(reader: VaultKeyReader) -> None:
    def take_down(log: SignInLog) -> None:
        for number in range(1_000):
            log.note(NOON + number, Told("curl", Outcome.SIGNED_IN, ""))
        log.note(NOON, Told("Postman", Outcome.SIGNED_IN, ""))

    rows = told_of(reader, take_down)
    assert [row.times for row in rows] == [1] * 19 + [981, 1]
    assert rows[19].when.timestamp() == NOON + 999
    assert rows[20].client == "Postman"


def test_guesses_that_are_refused_for_one_reason_are_equal_calls(reader: VaultKeyReader) -> None:
    def take_down(log: SignInLog) -> None:
        for _ in range(100):
            log.note(NOON, Refused("curl", TENANTS_SECRET, look_at(new_client_secret()), None))

    rows = told_of(reader, take_down)
    assert [row.times for row in rows] == [1] * 19 + [81]
    assert {row.reason for row in rows} == {"Unknown client ID"}


def test_no_more_waits_to_be_told_than_is_kept(reader: VaultKeyReader) -> None:
    def take_down(log: SignInLog) -> None:
        for number in range(LOG_LIMIT + 10):
            log.note(NOON, Told(str(number), Outcome.CALL_REFUSED, ""))

    rows = told_of(reader, take_down)
    assert len(rows) == LOG_LIMIT
    assert rows[-1].client == str(LOG_LIMIT + 9)


def test_a_vault_that_cannot_be_read_is_the_reason_then(
    reader: VaultKeyReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise VaultDamagedError(Path("vault.db"))

    monkeypatch.setattr(reader, "deleted", fail)
    sent = Refused("curl", new_client_id(), look_at(ClientSecret("x")), None)
    (row,) = told_of(reader, lambda log: log.note(NOON, sent))
    assert (row.outcome, row.reason, row.client_id) == (Outcome.REFUSED, "The vault could not be read", "")


def test_it_is_told_while_the_service_runs(reader: VaultKeyReader) -> None:
    told = threading.Event()
    rows: list[SignIn] = []

    def tell(new: Sequence[SignIn]) -> None:
        rows.extend(new)
        told.set()

    log = SignInLog(reader, tell)
    log.start()
    try:
        log.note(NOON, Told("curl", Outcome.SIGNED_IN, ""))
        assert told.wait(30)
    finally:
        log.stop()
    assert [row.client for row in rows] == ["curl"]
