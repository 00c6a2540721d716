"""The process of the sign-in service: how it ends, and what happens to the files of the vault."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from tests.reliability import figures
from tests.reliability.rounds import rounds
from tests.sign_in.helpers.service_process import (
    LOGIN,
    SESSION,
    TIMEOUT_SECONDS,
    Caller,
    Credentials,
    RunningService,
    running_service,
)
from zcc_keys_gui.domain.api_key import KeyQuery, Status
from zcc_keys_gui.domain.recovery_key import new_recovery_key
from zcc_keys_gui.domain.sign_in import Failure, SimulatedFailures
from zcc_keys_gui.service import sign_in_messages as messages
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

ROOT = Path(__file__).parents[2]
MAX_SECONDS_TO_END = 1.0
KILLS = rounds(2, 30)
CLOSED = {"vault.db", "vault.json"}
"""The files of a closed vault."""


def seconds_to_end(service: RunningService) -> float:
    """Tell the process to end; return how long that takes."""
    began = time.monotonic()
    assert service.process.stdin is not None
    service.process.stdin.close()
    service.process.wait(TIMEOUT_SECONDS)
    return time.monotonic() - began


def files_of(folder: VaultFolder) -> set[str]:
    """Return the names of the vault's files."""
    return {path.name for path in folder.path.iterdir()}


def assert_healthy_pages(store: VaultStore) -> None:
    """Fail if a page of the vault is damaged."""
    assert store.checks.full(lambda *_: None).is_healthy


# --- how it ends ---


def test_the_process_ends_within_a_second_during_calls(store: VaultStore, tmp_path: Path) -> None:
    errors = tmp_path / "stderr"
    with errors.open("wb") as stderr, running_service(store, stderr=stderr) as service, ExitStack() as callers:
        key = service.add_key()
        service.simulate(SimulatedFailures(Failure.SLOW, 1_000))
        body = json.dumps({"apiKey": key.client_id, "secretKey": key.secret}).encode()
        head = f"POST {LOGIN} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n".encode()
        for sent in (b"", head, head + b"Content-Length: %d\r\n\r\n" % len(body) + body):
            for _ in range(20):
                caller = callers.enter_context(socket.create_connection(("127.0.0.1", service.port), TIMEOUT_SECONDS))
                caller.sendall(sent)
        service.wait_for_rows(20)
        assert seconds_to_end(service) < MAX_SECONDS_TO_END
    assert (service.process.returncode, errors.read_bytes()) == (0, b"")


def test_the_process_ends_under_load_and_reports_all_answers(store: VaultStore) -> None:
    with running_service(store) as service:
        key = service.add_key()
        answered: list[int] = []
        is_under_load = threading.Event()

        def call() -> None:
            try:
                while True:
                    answered.append(service.sign_in(*key).status)
                    if len(answered) >= 100:
                        is_under_load.set()
            except OSError:  # the connection was refused or closed
                return

        callers = [threading.Thread(target=call) for _ in range(4)]
        for each in callers:
            each.start()
        assert is_under_load.wait(TIMEOUT_SECONDS)
        lasted = seconds_to_end(service)
        for each in callers:
            each.join()
        service.wait_for_rows(len(answered))
    assert lasted < MAX_SECONDS_TO_END
    assert set(answered) == {200}


def test_the_process_ends_without_an_order() -> None:
    command = [sys.executable, "-m", "zcc_keys_gui", "--sign-in-service"]
    ended = subprocess.run(command, cwd=ROOT, input=b"", capture_output=True, timeout=TIMEOUT_SECONDS, check=True)
    assert (ended.stdout, ended.stderr) == (b"", b"")


def test_an_unreadable_order_is_reported_but_not_shown() -> None:
    command = [sys.executable, "-m", "zcc_keys_gui", "--sign-in-service"]
    ended = subprocess.run(
        command,
        cwd=ROOT,
        input=b'{"access": "zcclocal_\n',
        capture_output=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (1, b"")
    message = messages.decode(ended.stdout)
    assert isinstance(message, messages.Failed)
    assert message.description.startswith("JSONDecodeError")
    assert b"zcclocal_" not in ended.stdout


@pytest.mark.parametrize("key", [b"k" * 32, None], ids=["another key", "no vault"])
def test_a_vault_that_cannot_be_read_is_reported(store: VaultStore, key: bytes | None) -> None:
    access = json.loads(store.sign_ins.access())
    access["database" if key is None else "key"] = "/nowhere/vault.db" if key is None else key.hex()
    command = [sys.executable, "-m", "zcc_keys_gui", "--sign-in-service"]
    order = messages.encode_order(json.dumps(access), 60, SimulatedFailures(), 0)
    ended = subprocess.run(command, cwd=ROOT, input=order, capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
    assert (ended.returncode, ended.stderr) == (1, b"")
    message = messages.decode(ended.stdout)
    assert isinstance(message, messages.Failed)
    assert message.description.startswith("VaultDamagedError" if key else "VaultUnreachableError")
    assert access["key"].encode() not in ended.stdout


def test_the_process_ends_after_an_incomplete_line(store: VaultStore, tmp_path: Path) -> None:
    with (tmp_path / "stderr").open("wb") as stderr, running_service(store, stderr=stderr) as service:
        assert service.process.stdin is not None
        service.process.stdin.write(messages.encode_simulated_failures(SimulatedFailures())[:-5])
        assert seconds_to_end(service) < MAX_SECONDS_TO_END


@pytest.mark.skipif(os.name == "nt", reason="Windows kills the process immediately")
def test_the_process_does_not_crash_when_it_is_interrupted(store: VaultStore, tmp_path: Path) -> None:
    errors = tmp_path / "stderr"
    with errors.open("wb") as stderr, running_service(store, stderr=stderr) as service:
        service.process.send_signal(signal.SIGINT)
        assert service.process.wait(TIMEOUT_SECONDS) in (0, -signal.SIGINT)  # depends on how far it was
    assert b"Fatal" not in errors.read_bytes()


# --- the vault beside it ---


def test_a_re_encrypted_vault_needs_a_new_process(store: VaultStore, folder: VaultFolder) -> None:
    with running_service(store) as service:
        key = service.add_key()
        token = service.token(key)
        assert store.protectors.prepare_reencryption(None)(new_recovery_key()) is None
        assert not store.protectors.nonfatal_errors
        for answer in (service.sign_in(*key), service.get(SESSION, token), service.sign_in(*key)):
            assert answer.status == 500
            assert "could not read the vault" in answer.json["message"]
        service.wait(lambda: bool(service.failures))
        service.keys.set_status([key.client_id], Status.DISABLED)
        service.keys.set_status([key.client_id], Status.ENABLED)
        assert store.checkpoint()
        assert seconds_to_end(service) < MAX_SECONDS_TO_END
    assert len(set(service.failures)) == len(service.failures)  # each failure is reported once
    with running_service(store) as service:
        assert service.sign_in(*key).status == 200
    store.close()
    assert files_of(folder) == CLOSED


def test_the_process_reads_the_latest_changes(store: VaultStore, folder: VaultFolder) -> None:
    with running_service(store) as service:
        key = service.add_key()
        for _ in range(20):
            service.keys.set_status([key.client_id], Status.DISABLED)
            assert service.sign_in(*key).status == 401
            service.keys.set_status([key.client_id], Status.ENABLED)
            assert service.sign_in(*key).status == 200
            assert store.checkpoint()
    assert_healthy_pages(store)
    store.close()
    assert files_of(folder) == CLOSED


@pytest.mark.reliability
def test_killing_the_process_keeps_the_vault_healthy(store: VaultStore, folder: VaultFolder) -> None:
    for number in range(KILLS):
        with running_service(store) as service:
            key = service.add_key(f"Key{number}")
            assert service.sign_in(*key).status == 200
            service.process.kill()
            service.process.wait(TIMEOUT_SECONDS)
            service.keys.set_status([key.client_id], Status.DISABLED)
    assert_healthy_pages(store)
    assert store.checkpoint()
    store.close()
    assert files_of(folder) == CLOSED
    figures.count("kills", "of the sign-in service", KILLS)


@pytest.mark.reliability
def test_killing_the_program_ends_the_process(opener: VaultOpener, folder: VaultFolder) -> None:
    opener.create_for_this_account().close()
    keys = 0
    for _ in range(KILLS):
        command = [sys.executable, "-m", "tests.support.sign_in_program", str(folder.path)]
        with subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as program:
            assert program.stdout is not None
            assert program.stderr is not None
            begun = json.loads(program.stdout.readline())
            signed_in = call_until_killed(program, begun)
            began = time.monotonic()
            assert program.stderr.read() == b""  # both processes have it open, so both have ended
            assert time.monotonic() - began < MAX_SECONDS_TO_END
        assert signed_in == {200}
        with closing(opener.open_for_this_account()) as store:
            assert_healthy_pages(store)
            keys += begun["keys"]
            assert store.keys.count(KeyQuery()) == keys
        assert files_of(folder) == CLOSED
    figures.count("kills", "of the program while the sign-in service answers", KILLS)


def call_until_killed(program: "subprocess.Popen[bytes]", begun: dict[str, Any]) -> set[int]:
    """Sign in a few times, then kill the program; return the answers."""
    caller = Caller(begun["port"])
    statuses = {caller.sign_in(*Credentials(*begun["key"])).status for _ in range(10)}
    program.kill()
    return statuses
