"""The messages between the program and the process of its sign-in service."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from zcc_keys_gui.domain.sign_in import Failure, Outcome, SignIn, SimulatedFailures
from zcc_keys_gui.service import sign_in_messages as messages

ACCESS = json.dumps({"database": "vault.db", "key": "ab" * 32})
NOON = datetime(2026, 11, 12, 12, tzinfo=UTC)
FULL_ROW = SignIn(NOON, "id", "ProdSync", "curl", Outcome.SIGNED_IN, "", 3, "POST", "/papi/x", 200, False)


def test_an_order_is_decoded_as_it_was_encoded() -> None:
    failures = SimulatedFailures(Failure.SLOW, 3, limits_calls=True)
    line = messages.encode_order(ACCESS, 600, failures, 1234, only_this_port=True)
    expected = messages.Order(Path("vault.db"), b"\xab" * 32, 600, failures, 1234, only_this_port=True)
    assert messages.decode_order(line) == expected
    assert line.count(b"\n") == 1


def test_the_text_of_an_order_does_not_contain_the_key() -> None:
    order = messages.decode_order(messages.encode_order(ACCESS, 600, SimulatedFailures()))
    assert "vault.db" in repr(order)
    assert "ab" * 4 not in repr(order)
    assert repr(order.key) not in repr(order)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (messages.encode_listening(8_765), messages.Listening(8_765)),
        (messages.encode_port_taken(8_765), messages.PortTaken(8_765)),
        (messages.encode_failed("OSError main:1"), messages.Failed("OSError main:1")),
        (messages.encode_simulated_failures(SimulatedFailures()), SimulatedFailures()),
        (
            messages.encode_simulated_failures(SimulatedFailures(Failure.EXPIRED_TOKEN, 2)),
            SimulatedFailures(Failure.EXPIRED_TOKEN, 2),
        ),
        (messages.encode_sign_ins([FULL_ROW]), [FULL_ROW]),
    ],
)
def test_each_message_is_decoded_as_it_was_encoded(line: bytes, message: messages.ServiceMessage) -> None:
    assert messages.decode(line) == message
    assert line.endswith(b"\n")


def test_the_blank_line_is_longer_than_an_order() -> None:
    order = messages.encode_order(ACCESS, 999_999_999, SimulatedFailures(Failure.UNAUTHORIZED, 1_000), 65_535)
    assert len(messages.BLANK) > len(order)
    assert messages.BLANK.strip() == b""
