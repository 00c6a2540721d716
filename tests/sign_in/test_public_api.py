"""The access token of a call: why one is rejected, and what a valid one may do."""

import asyncio
from contextlib import closing
from typing import Any

import pytest
from starlette.types import Message

from tests.vault.conftest import a_key, insert
from zcc_keys_gui.domain.api_key import ApiKey, Role, Status
from zcc_keys_gui.domain.sign_in import Outcome
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.sign_in import text
from zcc_keys_gui.sign_in.http.call import Call
from zcc_keys_gui.sign_in.log_entry import CallResult
from zcc_keys_gui.sign_in.public_api import KeySession, Sessions
from zcc_keys_gui.sign_in.tokens import Tokens
from zcc_keys_gui.vault.sign_in.key_reader import VaultKeyReader
from zcc_keys_gui.vault.store import VaultStore

NOW = 1_795_600_000.0


@pytest.fixture
def key(store: VaultStore) -> ApiKey:
    key = a_key("ProdSync", role=Role.READ)
    insert(store, key)
    return key


@pytest.fixture
def tokens(reader: VaultKeyReader) -> Tokens:
    return Tokens(reader.read_signing_key(), 3_600)


def issued(tokens: Tokens, reader: VaultKeyReader, key: ApiKey) -> str:
    found = reader.find_key(key.client_id)
    assert found is not None
    return tokens.issue(key.client_id, found, NOW * 2)


def session_of(
    reader: VaultKeyReader, tokens: Tokens, token: str, method: str = "GET"
) -> tuple[KeySession | None, Call]:
    """Return the session of a call with a token, and the call."""
    sent: list[Message] = []

    async def receive() -> Any:
        raise AssertionError("the call has no body")

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"auth-token", token.encode())] if token else []
    call = Call({"method": method, "path": "/papi/public/v1/x", "headers": headers}, receive, send)
    with closing(asyncio.new_event_loop()) as loop:
        found = loop.run_until_complete(Sessions(reader, tokens).of(call))
    assert (found is None) is bool(sent)
    return found, call


def test_a_valid_token_finds_its_key(reader: VaultKeyReader, tokens: Tokens, key: ApiKey) -> None:
    found, call = session_of(reader, tokens, issued(tokens, reader, key))
    assert found is not None
    assert (found.name, found.session.client_id, call.status) == ("ProdSync", key.client_id, 0)


@pytest.mark.parametrize(
    ("token", "reason"), [("", text.NO_TOKEN), ("zcclocal_x", text.SECRET_AS_TOKEN), ("x", text.MALFORMED_TOKEN)]
)
def test_a_call_without_a_token_is_rejected(reader: VaultKeyReader, tokens: Tokens, token: str, reason: str) -> None:
    found, call = session_of(reader, tokens, token)
    assert found is None
    assert (call.status, call.result) == (401, CallResult(Outcome.CALL_REJECTED, reason))


def test_a_stopped_token_is_rejected_with_its_key(
    store: VaultStore, reader: VaultKeyReader, tokens: Tokens, key: ApiKey
) -> None:
    token, keys = issued(tokens, reader, key), Keys(store, lambda: "tester")
    keys.set_status([key.client_id], Status.DISABLED)
    found, call = session_of(reader, tokens, token)
    assert found is None
    assert call.result == CallResult(Outcome.CALL_REJECTED, text.STOPPED_TOKEN, key.client_id, "ProdSync")
    keys.delete([key.client_id])
    _, call = session_of(reader, tokens, token)
    assert call.result == CallResult(Outcome.CALL_REJECTED, text.TOKEN_OF_DELETED_KEY, key.client_id)


def test_a_read_key_can_only_get(reader: VaultKeyReader, tokens: Tokens, key: ApiKey) -> None:
    found, call = session_of(reader, tokens, issued(tokens, reader, key), "POST")
    assert found is None
    reason = text.READ_KEY.format(method="POST")
    assert call.status == 403
    assert call.result == CallResult(Outcome.CALL_REJECTED, reason, key.client_id, "ProdSync", is_authenticated=True)
