"""What a token says, which tokens hold, and what stops them."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import jwt
import pytest

from tests.sign_in.running import SESSION, Credentials, RunningService, running_service
from zcc_keys_gui.domain.api_key import Role, Status
from zcc_keys_gui.domain.recovery_key import new_recovery_key
from zcc_keys_gui.domain.restore_plan import RestoreOptions
from zcc_keys_gui.domain.sign_in import FoundKey
from zcc_keys_gui.service.backups import Backups
from zcc_keys_gui.sign_in.tokens import BadTokenError, Tokens
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.sign_in.key_reader import VaultKeyReader
from zcc_keys_gui.vault.store import VaultStore

SIGNING_KEY = b"k" * 32
KEY = FoundKey("ProdSync", True, Role.READ, 3_600, -(2**63) + 5, b"v" * 32, b"", 0.0)
NOW = time.time()


def claims_of(token: str) -> dict[str, Any]:
    """Return what a token says, whoever signed it."""
    part = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims


def signing_key_of(store: VaultStore) -> bytes:
    """Return the key of the vault that signs tokens."""
    access = json.loads(store.sign_ins.access())
    with closing(VaultKeyReader(Path(access["database"]), bytes.fromhex(access["key"]))) as reader:
        return reader.signing_key()


def is_honoured(service: RunningService, token: str) -> bool:
    """Say whether a token opens the API."""
    status = service.get(SESSION, token).status
    assert status in (200, 401)
    return status == 200


# --- what a token says ---


def test_a_token_says_what_clients_read(service: RunningService) -> None:
    key = service.add_key(role=Role.WRITE, validity=7_200)
    token, other = service.token(key), service.token(key)
    assert "=" not in token
    assert token.count(".") == 2
    header = jwt.get_unverified_header(token)
    assert header == {"alg": "HS256", "typ": "JWT"}
    claims = claims_of(token)
    assert set(claims) == {"iss", "sub", "iat", "exp", "jti", "role"}
    assert claims["sub"] == key.client_id
    assert claims["role"] == "Write"
    assert type(claims["exp"]) is int
    assert claims["exp"] - claims["iat"] == 7_200
    assert abs(claims["iat"] - time.time()) < 60
    assert claims["jti"] != claims_of(other)["jti"]


@pytest.mark.parametrize(("validity", "lasts"), [(30, 30), (600, 600), (601, 600), (999_999_999, 600)])
def test_a_token_lasts_as_its_key_says_but_never_longer_than_the_organization_allows(validity: int, lasts: int) -> None:
    claims = claims_of(Tokens(SIGNING_KEY, 600).issue("id", KEY._replace(session_validity=validity), NOW))
    assert claims["exp"] - claims["iat"] == lasts


@pytest.mark.parametrize(
    ("until", "lasts"), [(None, 600), (599.9, 599), (600.0, 600), (601.0, 600), (0.5, 0), (-1.0, -1)]
)
def test_a_token_ends_at_the_time_that_is_given_or_sooner(until: float | None, lasts: int) -> None:
    now = 1_795_600_000.0
    key = KEY._replace(session_validity=600)
    token = Tokens(SIGNING_KEY, 3_600).issue("id", key, now + 0.05, until=None if until is None else now + until)
    claims = claims_of(token)
    assert (claims["iat"], claims["exp"]) == (now, now + lasts)


@pytest.mark.parametrize("session", [0, 5, 2**63 - 1, -1, -(2**63)])
def test_the_session_that_is_read_is_the_one_that_was_issued(session: int) -> None:
    tokens = Tokens(SIGNING_KEY, 3_600)
    assert tokens.read(tokens.issue("id", KEY._replace(session=session), NOW)).session == session


def test_no_two_tokens_have_the_same_id_even_after_a_restart() -> None:
    before, after = Tokens(SIGNING_KEY, 3_600), Tokens(SIGNING_KEY, 3_600)
    tokens = [each.issue("id", KEY, NOW) for each in (before, before, after, after)]
    assert len({claims_of(token)["jti"] for token in tokens}) == 4
    assert {claims_of(token)["iss"] for token in tokens} == {"zcc-keys"}
    assert not any(" " in base64.urlsafe_b64decode(token.split(".")[1] + "==").decode() for token in tokens)


def test_an_expired_token_tells_its_key_only_if_this_vault_signed_it() -> None:
    tokens = Tokens(SIGNING_KEY, 3_600)
    with pytest.raises(BadTokenError) as expired:
        tokens.read(forged(exp=int(NOW) - 1))
    assert (str(expired.value), expired.value.client_id) == ("Expired access token", "id")
    with pytest.raises(BadTokenError) as foreign:
        tokens.read(forged(b"another".ljust(32), exp=int(NOW) - 1))
    assert (str(foreign.value), foreign.value.client_id) == ("The access token is not signed by this vault", "")


def test_the_organizations_longest_is_handed_to_the_service(store: VaultStore) -> None:
    with running_service(store, longest=90) as service:
        claims = claims_of(service.token(service.add_key(validity=3_600)))
    assert claims["exp"] - claims["iat"] == 90


def test_the_session_tells_whose_token_it_is_and_how_long_it_lasts(service: RunningService) -> None:
    key = service.add_key("NightlyReport", Role.WRITE, validity=600)
    token = service.token(key)
    answer = service.get("/local/v1/session", token)
    assert answer.status == 200
    said, claims = answer.json, claims_of(token)
    left = said.pop("secondsLeft")
    assert 500 < left <= 600
    assert said == {
        "clientId": key.client_id,
        "name": "NightlyReport",
        "role": "Write",
        "issuedAt": claims["iat"],
        "expiresAt": claims["exp"],
    }
    assert service.get("/local/v1/session", "").status == 401
    assert service.call("POST", "/local/v1/session", auth_token=token).status == 405


# --- which tokens hold ---


def forged(key: bytes = SIGNING_KEY, algorithm: str | None = "HS256", **changes: object) -> str:
    """Return a token that says something else than ours; a change to None leaves a claim out."""
    claims = {**claims_of(Tokens(SIGNING_KEY, 3_600).issue("id", KEY, NOW)), **changes}
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(kept, key if algorithm else "", algorithm)


def by_longer_hash(claims: dict[str, Any], key: bytes) -> str:
    """Return a token that is signed with HS512, for which PyJWT wants a longer key than ours."""
    text = encoded(b'{"alg":"HS512","typ":"JWT"}', json.dumps(claims).encode())
    return f"{text}.{encoded(hmac.digest(key, text.encode(), 'sha512'))}"


def encoded(*parts: bytes) -> str:
    """Return a token of these parts."""
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


BAD = {
    "no token": "",
    "one word": "token",
    "two parts": encoded(b"{}", b"{}"),
    "no JSON": encoded(b"x", b"y", b"z"),
    "no object": encoded(b"[]", b"[]", b""),
    "deep": encoded(b"[" * 11_000, b"{}", b""),
    "large number": encoded(b'{"alg":' + b"1" * 5_000 + b"}", b"{}", b""),
    "no Latin": "\xe4.\xf6.\xfc",
    "alg none": forged(algorithm=None),
    "alg None": encoded(b'{"alg":"None","typ":"JWT"}', json.dumps(claims_of(forged())).encode(), b""),
    "HS512": by_longer_hash(claims_of(forged()), SIGNING_KEY),
    "another vault's": forged(b"another".ljust(32)),
    "no signature": forged().rpartition(".")[0] + ".",
    "more after it": forged() + "x",
    "another text": ".".join((*forged(sub="other").split(".")[:2], forged().split(".")[2])),
    "expired": forged(exp=int(NOW) - 1),
    "expires now": forged(exp=int(NOW)),
    "no exp": forged(exp=None),
    "no sub": forged(sub=None),
    "sub a number": forged(sub=1),
    "no jti": forged(jti=None),
    "jti a list": forged(jti=["0"]),
    "jti no number": forged(jti="none of ours at all"),
    "no role": forged(role=None),
    "another issuer": forged(iss="https://config.zscaler.com"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_token_that_is_not_ours_does_not_hold(name: str) -> None:
    with pytest.raises(BadTokenError) as failed:
        Tokens(SIGNING_KEY, 3_600).read(BAD[name])
    assert str(failed.value)


def test_our_own_token_holds() -> None:
    session = Tokens(SIGNING_KEY, 3_600).read(forged())
    assert (session.client_id, session.role, session.session) == ("id", Role.READ, KEY.session)


@pytest.mark.parametrize("seconds", [60, 3_600])
def test_a_clock_that_is_put_back_stops_no_token(seconds: int) -> None:
    tokens = Tokens(SIGNING_KEY, 3_600)
    assert tokens.read(tokens.issue("id", KEY, NOW + seconds)).issued == int(NOW + seconds)


def test_a_token_of_before_the_organization_allowed_less_holds_no_longer_than_that() -> None:
    before, since = Tokens(SIGNING_KEY, 999_999_999), Tokens(SIGNING_KEY, 600)
    key = KEY._replace(session_validity=999_999_999)
    now = time.time()
    assert since.read(before.issue("id", key, now)).expires == int(now) + 600
    with pytest.raises(BadTokenError, match="Expired"):
        since.read(before.issue("id", key, now - 601))


def test_bad_tokens_are_answered_alike(service: RunningService) -> None:
    alike = {service.get(SESSION, token.encode("utf-8").decode("latin-1")).body for token in BAD.values()}
    assert len(alike) == 1
    answer = service.call("GET", SESSION)
    assert answer.status == 401
    assert alike == {answer.body}
    assert not service.failures


def test_what_only_the_vault_can_sign_is_looked_at_too(service: RunningService) -> None:
    mine, other = service.add_key("Mine", Role.READ), service.add_key("Other", Role.WRITE)
    good = claims_of(service.token(mine))
    key = signing_key_of(service.store)
    assert is_honoured(service, jwt.encode(good, key))
    for change in ({"sub": other.client_id}, {"sub": "unknown"}, {"exp": good["iat"] - 1}):
        assert not is_honoured(service, jwt.encode({**good, **change}, key))
    assert not is_honoured(service, by_longer_hash(good, key))
    assert not is_honoured(service, jwt.encode(good, "", "none"))


def test_a_token_of_another_vault_is_refused(service: RunningService, tmp_path: Path) -> None:
    token = service.token(service.add_key())
    other_store = VaultOpener(VaultFolder(tmp_path / "other")).create_for_this_account()
    with closing(other_store), running_service(other_store) as other:
        assert other.port != service.port  # both at once, each of its own vault
        assert not is_honoured(other, token)
        assert not is_honoured(service, other.token(other.add_key()))
    assert is_honoured(service, token)


# --- what stops tokens ---


def edited(service: RunningService, key: Credentials, **changes: object) -> None:
    """Change fields of a key."""
    fields = service.keys.key(key.client_id).fields
    service.keys.edit(key.client_id, replace(fields, **changes))  # type: ignore[arg-type]


def disable_and_enable(service: RunningService, key: Credentials) -> None:
    """Disable a key, and enable it again."""
    for status in (Status.DISABLED, Status.ENABLED):
        service.keys.set_status([key.client_id], status)


def change_role_and_back(service: RunningService, key: Credentials) -> None:
    """Give a key another role for a moment."""
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


def test_what_changes_a_key_stops_its_tokens_at_once_and_no_others(service: RunningService, tmp_path: Path) -> None:
    other = service.token(service.add_key("Other"))
    stops: dict[str, Stop] = {**STOPS, "deleted and restored": partial(delete_and_restore, tmp_path)}
    for number, (name, stop) in enumerate(stops.items()):
        key = service.add_key(f"Key{number}")
        token = service.token(key)
        assert is_honoured(service, token)
        stop(service, key)
        assert not is_honoured(service, token), name
        assert service.get("/local/v1/session", token).status == 401
    assert is_honoured(service, other)


def test_renaming_a_key_and_changing_its_interval_stop_nothing(service: RunningService) -> None:
    key = service.add_key()
    token = service.token(key)
    edited(service, key, name="Renamed", session_validity=60)
    service.keys.mark_secret_shown(key.client_id, copied=True)
    assert is_honoured(service, token)
    assert service.get("/local/v1/session", token).json["name"] == "Renamed"
    claims = claims_of(service.token(key))
    assert claims["exp"] - claims["iat"] == 60


def test_a_restart_of_the_service_keeps_tokens_and_a_reencryption_stops_them(store: VaultStore) -> None:
    with running_service(store) as service:
        key = service.add_key()
        token = service.token(key)
    with running_service(store) as service:
        assert is_honoured(service, token)
    assert store.protectors.reencryption(None)(new_recovery_key()) is None
    with running_service(store) as service:
        assert not is_honoured(service, token)
        assert is_honoured(service, service.token(key))
