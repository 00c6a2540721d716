"""Access tokens: their content, which ones are valid, and what stops them."""

import base64
import hmac
import json
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import jwt
import pytest

from tests.sign_in.helpers.service_process import SESSION, RunningService, running_service
from zcc_keys_gui.domain.api_key import Role
from zcc_keys_gui.domain.sign_in import FoundKey
from zcc_keys_gui.sign_in import text
from zcc_keys_gui.sign_in.tokens import BadTokenError, Tokens
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.sign_in.key_reader import VaultKeyReader
from zcc_keys_gui.vault.store import VaultStore

SIGNING_KEY = b"k" * 32
KEY = FoundKey("ProdSync", True, Role.READ, 3_600, -(2**63) + 5, b"v" * 32, b"", 0.0)
NOW = time.time()


def claims_of(token: str) -> dict[str, Any]:
    """Return the content of a token, without checking its signature."""
    part = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims


def signing_key_of(store: VaultStore) -> bytes:
    """Return the vault's key for signing tokens."""
    access = json.loads(store.sign_ins.access())
    with closing(VaultKeyReader(Path(access["database"]), bytes.fromhex(access["key"]))) as reader:
        return reader.read_signing_key()


def is_accepted(service: RunningService, token: str) -> bool:
    """Return whether the API accepts a token."""
    status = service.get(SESSION, token).status
    assert status in (200, 401)
    return status == 200


# --- content ---


def test_a_token_has_the_claims_that_clients_read(service: RunningService) -> None:
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
def test_a_token_lasts_no_longer_than_the_organization_allows(validity: int, lasts: int) -> None:
    claims = claims_of(Tokens(SIGNING_KEY, 600).issue("id", KEY._replace(session_validity=validity), NOW))
    assert claims["exp"] - claims["iat"] == lasts


@pytest.mark.parametrize(
    ("until", "lasts"), [(None, 600), (599.9, 599), (600.0, 600), (601.0, 600), (0.5, 0), (-1.0, -1)]
)
def test_a_token_ends_at_the_given_time_or_sooner(until: float | None, lasts: int) -> None:
    now = 1_795_600_000.0
    key = KEY._replace(session_validity=600)
    token = Tokens(SIGNING_KEY, 3_600).issue("id", key, now + 0.05, until=None if until is None else now + until)
    claims = claims_of(token)
    assert (claims["iat"], claims["exp"]) == (now, now + lasts)


@pytest.mark.parametrize("session", [0, 5, 2**63 - 1, -1, -(2**63)])
def test_the_session_is_read_as_it_was_issued(session: int) -> None:
    tokens = Tokens(SIGNING_KEY, 3_600)
    assert tokens.read(tokens.issue("id", KEY._replace(session=session), NOW)).session == session


def test_token_ids_are_unique_even_after_a_restart() -> None:
    before, after = Tokens(SIGNING_KEY, 3_600), Tokens(SIGNING_KEY, 3_600)
    tokens = [each.issue("id", KEY, NOW) for each in (before, before, after, after)]
    assert len({claims_of(token)["jti"] for token in tokens}) == 4
    assert {claims_of(token)["iss"] for token in tokens} == {"zcc-keys"}
    assert not any(" " in base64.urlsafe_b64decode(token.split(".")[1] + "==").decode() for token in tokens)


def test_an_expired_token_of_this_vault_names_its_key() -> None:
    tokens = Tokens(SIGNING_KEY, 3_600)
    with pytest.raises(BadTokenError) as expired:
        tokens.read(forged(exp=int(NOW) - 1))
    assert (str(expired.value), expired.value.client_id) == (text.EXPIRED_TOKEN, "id")
    with pytest.raises(BadTokenError) as foreign:
        tokens.read(forged(b"another".ljust(32), exp=int(NOW) - 1))
    assert (str(foreign.value), foreign.value.client_id) == (text.FOREIGN_TOKEN, "")


def test_the_service_gets_the_organizations_limit(store: VaultStore) -> None:
    with running_service(store, max_token_seconds=90) as service:
        claims = claims_of(service.token(service.add_key(validity=3_600)))
    assert claims["exp"] - claims["iat"] == 90


def test_the_session_describes_the_token(service: RunningService) -> None:
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


# --- validity ---


def forged(key: bytes = SIGNING_KEY, algorithm: str | None = "HS256", **changes: object) -> str:
    """Return a token with changed claims; a claim that is changed to None is left out."""
    claims = {**claims_of(Tokens(SIGNING_KEY, 3_600).issue("id", KEY, NOW)), **changes}
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(kept, key if algorithm else "", algorithm)


def by_longer_hash(claims: dict[str, Any], key: bytes) -> str:
    """Return a token that is signed with HS512, for which PyJWT requires a longer key than ours."""
    text = encoded(b'{"alg":"HS512","typ":"JWT"}', json.dumps(claims).encode())
    return f"{text}.{encoded(hmac.digest(key, text.encode(), 'sha512'))}"


def encoded(*parts: bytes) -> str:
    """Return a token with these parts."""
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
def test_a_token_that_is_not_ours_is_not_valid(name: str) -> None:
    with pytest.raises(BadTokenError) as failed:
        Tokens(SIGNING_KEY, 3_600).read(BAD[name])
    assert str(failed.value)


def test_our_own_token_is_valid() -> None:
    session = Tokens(SIGNING_KEY, 3_600).read(forged())
    assert (session.client_id, session.role, session.session) == ("id", Role.READ, KEY.session)


@pytest.mark.parametrize("seconds", [60, 3_600])
def test_setting_the_clock_back_stops_no_token(seconds: int) -> None:
    tokens = Tokens(SIGNING_KEY, 3_600)
    assert tokens.read(tokens.issue("id", KEY, NOW + seconds)).issued == int(NOW + seconds)


def test_a_lower_limit_also_applies_to_older_tokens() -> None:
    before, since = Tokens(SIGNING_KEY, 999_999_999), Tokens(SIGNING_KEY, 600)
    key = KEY._replace(session_validity=999_999_999)
    now = time.time()
    assert since.read(before.issue("id", key, now)).expires == int(now) + 600
    with pytest.raises(BadTokenError, match="expired"):
        since.read(before.issue("id", key, now - 601))


def test_bad_tokens_get_the_same_answer(service: RunningService) -> None:
    bodies = {service.get(SESSION, token.encode("utf-8").decode("latin-1")).body for token in BAD.values()}
    assert len(bodies) == 1
    answer = service.call("GET", SESSION)
    assert answer.status == 401
    assert bodies == {answer.body}
    assert not service.failures


def test_the_claims_of_signed_tokens_are_checked_too(service: RunningService) -> None:
    mine, other = service.add_key("Mine", Role.READ), service.add_key("Other", Role.WRITE)
    good = claims_of(service.token(mine))
    key = signing_key_of(service.store)
    assert is_accepted(service, jwt.encode(good, key))
    for change in ({"sub": other.client_id}, {"sub": "unknown"}, {"exp": good["iat"] - 1}):
        assert not is_accepted(service, jwt.encode({**good, **change}, key))
    assert not is_accepted(service, by_longer_hash(good, key))
    assert not is_accepted(service, jwt.encode(good, "", "none"))


def test_a_token_of_another_vault_is_rejected(service: RunningService, tmp_path: Path) -> None:
    token = service.token(service.add_key())
    other_store = VaultOpener(VaultFolder(tmp_path / "other")).create_for_this_account()
    with closing(other_store), running_service(other_store) as other:
        assert other.port != service.port  # both run at the same time, each with its own vault
        assert not is_accepted(other, token)
        assert not is_accepted(service, other.token(other.add_key()))
    assert is_accepted(service, token)
