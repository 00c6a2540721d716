"""The process of the sign-in service: how it ends, what it leaves, and what becomes of the vault's files beside it."""

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
WITHIN = 1.0  # seconds
KILLS = rounds(2, 30)
CLOSED = {"vault.db", "vault.json"}
"""The files of a vault that was closed."""


def seconds_to_end(service: RunningService) -> float:
    """Tell a service to end, and return how long that takes."""
    began = time.monotonic()
    assert service.process.stdin is not None
    service.process.stdin.close()
    service.process.wait(TIMEOUT_SECONDS)
    return time.monotonic() - began


def files_of(folder: VaultFolder) -> set[str]:
    """Return the names of the vault's files."""
    return {path.name for path in folder.path.iterdir()}


def check(store: VaultStore) -> None:
    """Fail unless every page of a vault is sound."""
    assert store.checks.full(lambda *_: None).is_healthy


# --- how it ends ---


def test_it_stops_within_a_second_whatever_is_under_way(store: VaultStore, tmp_path: Path) -> None:
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
        assert seconds_to_end(service) < WITHIN
    assert (service.process.returncode, errors.read_bytes()) == (0, b"")


def test_it_stops_within_a_second_under_load_and_tells_what_it_answered(store: VaultStore) -> None:
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
            except OSError:  # refused, or cut short
                return

        callers = [threading.Thread(target=call) for _ in range(4)]
        for each in callers:
            each.start()
        assert is_under_load.wait(TIMEOUT_SECONDS)
        lasted = seconds_to_end(service)
        for each in callers:
            each.join()
        service.wait_for_rows(len(answered))
    assert lasted < WITHIN
    assert set(answered) == {200}


def test_it_ends_where_there_is_no_order() -> None:
    command = [sys.executable, "-m", "zcc_keys_gui", "--sign-in-service"]
    ended = subprocess.run(command, cwd=ROOT, input=b"", capture_output=True, timeout=TIMEOUT_SECONDS, check=True)
    assert (ended.stdout, ended.stderr) == (b"", b"")


def test_it_tells_of_an_order_that_it_cannot_read_and_shows_nothing_of_it() -> None:
    command = [sys.executable, "-m", "zcc_keys_gui", "--sign-in-service"]
    ended = subprocess.run(
        command, cwd=ROOT, input=b'{"access": "zcclocal_\n', capture_output=True, timeout=TIMEOUT_SECONDS, check=False
    )
    assert (ended.returncode, ended.stderr) == (1, b"")
    told = messages.decode(ended.stdout)
    assert isinstance(told, messages.Failed)
    assert told.description.startswith("JSONDecodeError")
    assert b"zcclocal_" not in ended.stdout


@pytest.mark.parametrize("key", [b"k" * 32, None], ids=["another key", "no vault"])
def test_it_says_why_it_cannot_begin(store: VaultStore, key: bytes | None) -> None:
    access = json.loads(store.sign_ins.access())
    access["database" if key is None else "key"] = "/nowhere/vault.db" if key is None else key.hex()
    command = [sys.executable, "-m", "zcc_keys_gui", "--sign-in-service"]
    order = messages.encode_order(json.dumps(access), 60, SimulatedFailures(), 0)
    ended = subprocess.run(command, cwd=ROOT, input=order, capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
    assert (ended.returncode, ended.stderr) == (1, b"")
    told = messages.decode(ended.stdout)
    assert isinstance(told, messages.Failed)
    assert told.description.startswith("VaultDamagedError" if key else "VaultUnreachableError")
    assert access["key"].encode() not in ended.stdout


def test_it_ends_where_the_program_was_killed_within_a_line(store: VaultStore, tmp_path: Path) -> None:
    with (tmp_path / "stderr").open("wb") as stderr, running_service(store, stderr=stderr) as service:
        assert service.process.stdin is not None
        service.process.stdin.write(messages.encode_simulated_failures(SimulatedFailures())[:-5])
        assert seconds_to_end(service) < WITHIN


@pytest.mark.skipif(os.name == "nt", reason="there it is killed at once")
def test_it_does_not_crash_where_it_ends_before_the_program(store: VaultStore, tmp_path: Path) -> None:
    errors = tmp_path / "stderr"
    with errors.open("wb") as stderr, running_service(store, stderr=stderr) as service:
        service.process.send_signal(signal.SIGINT)
        assert service.process.wait(TIMEOUT_SECONDS) in (0, -signal.SIGINT)  # by how far it was
    assert b"Fatal" not in errors.read_bytes()


# --- the vault beside it ---


def test_a_reencrypted_vault_is_unreadable_for_it_until_it_begins_anew(store: VaultStore, folder: VaultFolder) -> None:
    with running_service(store) as service:
        key = service.add_key()
        token = service.token(key)
        assert store.protectors.reencryption(None)(new_recovery_key()) is None
        assert not store.protectors.nonfatal_errors
        for answer in (service.sign_in(*key), service.get(SESSION, token), service.sign_in(*key)):
            assert answer.status == 500
            assert "could not read the vault" in answer.json["message"]
        service.wait(lambda: bool(service.failures))
        service.keys.set_status([key.client_id], Status.DISABLED)
        service.keys.set_status([key.client_id], Status.ENABLED)
        assert store.checkpoint()
        assert seconds_to_end(service) < WITHIN
    assert len(set(service.failures)) == len(service.failures)  # each way to fail is told once
    with running_service(store) as service:
        assert service.sign_in(*key).status == 200
    store.close()
    assert files_of(folder) == CLOSED


def test_it_reads_what_was_saved_just_now_and_leaves_the_log_to_the_program(
    store: VaultStore, folder: VaultFolder
) -> None:
    with running_service(store) as service:
        key = service.add_key()
        for _ in range(20):
            service.keys.set_status([key.client_id], Status.DISABLED)
            assert service.sign_in(*key).status == 401
            service.keys.set_status([key.client_id], Status.ENABLED)
            assert service.sign_in(*key).status == 200
            assert store.checkpoint()
    check(store)
    store.close()
    assert files_of(folder) == CLOSED


@pytest.mark.reliability
def test_a_killed_service_leaves_a_whole_vault(store: VaultStore, folder: VaultFolder) -> None:
    for number in range(KILLS):
        with running_service(store) as service:
            key = service.add_key(f"Key{number}")
            assert service.sign_in(*key).status == 200
            service.process.kill()
            service.process.wait(TIMEOUT_SECONDS)
            service.keys.set_status([key.client_id], Status.DISABLED)
    check(store)
    assert store.checkpoint()
    store.close()
    assert files_of(folder) == CLOSED
    figures.count("kills", "of the sign-in service", KILLS)


@pytest.mark.reliability
def test_a_killed_program_takes_its_service_along_and_leaves_a_whole_vault(
    opener: VaultOpener, folder: VaultFolder
) -> None:
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
            assert program.stderr.read() == b""  # which the service has open as well: both have ended
            assert time.monotonic() - began < WITHIN
        assert signed_in == {200}
        with closing(opener.open_for_this_account()) as store:
            check(store)
            keys += begun["keys"]
            assert store.keys.count(KeyQuery()) == keys
        assert files_of(folder) == CLOSED
    figures.count("kills", "of the program while the sign-in service answers", KILLS)


def call_until_killed(program: "subprocess.Popen[bytes]", begun: dict[str, Any]) -> set[int]:
    """Sign in a few times with the service of a program, and kill that while the service answers others."""
    caller = Caller(begun["port"])
    statuses = {caller.sign_in(*Credentials(*begun["key"])).status for _ in range(10)}
    program.kill()
    return statuses
