"""The process of the sign-in service: its messages, and how it ends."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sign_in.helpers.service_process import FROM_SOURCE, RunningService
from zcc_keys_gui.domain.sign_in import Failure, SimulatedFailures
from zcc_keys_gui.service import sign_in_messages as messages
from zcc_keys_gui.sign_in.process import _description
from zcc_keys_gui.vault.store import VaultStore

ROOT = Path(__file__).parents[2]


def run(sent: bytes) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [*FROM_SOURCE, "--sign-in-service"], input=sent, capture_output=True, cwd=ROOT, timeout=60, check=False
    )


def test_without_an_order_it_ends() -> None:
    done = run(b"")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_it_ends_when_its_input_ends(store: VaultStore) -> None:
    done = run(messages.encode_order(store.sign_ins.access(), 60, SimulatedFailures(), 0))
    (line,) = done.stdout.splitlines()
    assert isinstance(messages.decode(line), messages.Listening)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_wrong_key_is_reported_without_the_key(store: VaultStore) -> None:
    access = json.loads(store.sign_ins.access()) | {"key": "ab" * 32}
    done = run(messages.encode_order(json.dumps(access), 60, SimulatedFailures(), 0))
    (line,) = done.stdout.splitlines()
    assert isinstance(messages.decode(line), messages.Failed)
    assert (done.returncode, b"abab" in done.stdout + done.stderr) == (1, False)


def test_new_orders_change_the_simulated_failures(service: RunningService) -> None:
    service.simulate(SimulatedFailures(Failure.FORBIDDEN, 1))
    assert service.call("GET", "/papi/public/v1/x").status == 403
    service.wait(lambda: service.simulated_failures == SimulatedFailures())
    assert service.call("GET", "/papi/public/v1/x").status == 401


def test_an_error_is_described_without_its_text() -> None:
    with pytest.raises(ValueError, match="secret") as raised:
        raise ValueError("the caller's secret")
    description = _description(raised.value)
    assert description.startswith("ValueError test_an_error_is_described")
    assert "secret" not in description
    assert sys.version_info >= (3, 11)
