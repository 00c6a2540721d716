"""The process of the sign-in service with a real vault and without a window, and calls to it."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import IO, Any, NamedTuple

from zcc_keys_gui.domain.api_key import KeyFields, KeyQuery, Role, Status
from zcc_keys_gui.domain.session_validity import MAX_SESSION_SECONDS
from zcc_keys_gui.domain.sign_in import SignIn, SimulatedFailures
from zcc_keys_gui.service import sign_in_messages as messages
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.store import VaultStore

LOGIN = "/papi/auth/v1/login"
SESSION = "/local/v1/session"
COMPANY_INFO = "/papi/public/v1/getCompanyInfo"
FROM_SOURCE = (sys.executable, "-m", "zcc_keys_gui")
TIMEOUT_SECONDS = 30.0  # seconds; reached only if something hangs
_NUMBERS = count(1)


class Answer(NamedTuple):
    """The answer to a call."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


class Credentials(NamedTuple):
    """The client ID and the secret that a script uses."""

    client_id: str
    secret: str


class Caller:
    """A caller of the service at a port."""

    def __init__(self, port: int) -> None:
        """Call the service that listens on `port`."""
        self.port = port

    def call(
        self, method: str, path: str, body: bytes | None = None, host: str = "127.0.0.1", **headers: str
    ) -> Answer:
        """Call the service; an underscore in a header's name stands for a hyphen."""
        with closing(HTTPConnection(host, self.port, timeout=TIMEOUT_SECONDS)) as connection:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read())

    def raw(self, sent: bytes, host: str = "127.0.0.1") -> bytes:
        """Send bytes, and return everything that is received until the service closes the connection."""
        with socket.create_connection((host, self.port), TIMEOUT_SECONDS) as connection:
            connection.sendall(sent)
            return b"".join(iter(lambda: connection.recv(65_536), b""))

    def sign_in(self, client_id: str, secret: str, path: str = LOGIN) -> Answer:
        """Sign in as a script does."""
        body = json.dumps({"apiKey": client_id, "secretKey": secret}).encode()
        return self.call("POST", path, body, content_type="application/json")

    def token(self, key: Credentials) -> str:
        """Sign in, and return the access token."""
        return str(self.sign_in(*key).json["jwtToken"])

    def get(self, path: str, token: str) -> Answer:
        """Send a GET request with an access token."""
        return self.call("GET", path, auth_token=token)


class RunningService(Caller):
    """A running service and its messages so far. Rows of its log are stored in the vault."""

    def __init__(self, store: VaultStore, process: "subprocess.Popen[bytes]") -> None:
        """Read from and write to the `process` of the service of `store`."""
        super().__init__(0)
        self.store = store
        self.keys = Keys(store, lambda: "tester")
        self.process = process
        self.rows: list[SignIn] = []
        self.failures: list[str] = []
        self.simulated_failures = SimulatedFailures()
        self._messages = threading.Condition()
        self.reading = threading.Thread(target=self._read, daemon=True)
        self.reading.start()
        self.wait(lambda: self.port > 0 or bool(self.failures))

    def wait(self, reached: "Any") -> None:
        """Wait until the service has sent messages after which `reached()` is true."""
        with self._messages:
            assert self._messages.wait_for(reached, TIMEOUT_SECONDS), "the service did not send the expected message"

    def wait_for_rows(self, number: int) -> Sequence[SignIn]:
        """Wait until the service has sent rows for this number of calls, and return the rows."""
        self.wait(lambda: sum(row.times for row in self.rows) >= number)
        return self.rows

    def simulate(self, simulated_failures: SimulatedFailures) -> None:
        """Order simulated failures, and wait until the service has confirmed them."""
        assert self.process.stdin is not None
        self.process.stdin.write(messages.encode_simulated_failures(simulated_failures))
        self.process.stdin.flush()
        self.wait(lambda: self.simulated_failures == simulated_failures)

    def add_key(
        self, name: str = "ProdSync", role: Role = Role.READ, status: Status = Status.ENABLED, validity: int = 3_600
    ) -> Credentials:
        """Add a key."""
        new = self.keys.add(KeyFields(name, status, role, validity))
        return Credentials(new.key.client_id, new.secret.reveal())

    def start_over(self) -> None:
        """Forget the messages and delete the keys, for another test."""
        self.simulate(SimulatedFailures())
        last = f"last call of test {next(_NUMBERS)}"
        self.call("POST", LOGIN, b"", user_agent=last)  # its row comes after those of all earlier calls
        self.wait(lambda: any(row.client == last for row in self.rows))
        self.rows.clear()
        self.failures.clear()
        self.keys.delete([key.client_id for key in self.store.keys.page(KeyQuery(), 0, 1_000)])

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            message = messages.decode(line)
            if isinstance(message, list):
                self.store.sign_ins.record(message)
            with self._messages:
                if isinstance(message, list):
                    self.rows += message
                elif isinstance(message, messages.Listening):
                    self.port = message.port
                elif isinstance(message, messages.Failed):
                    self.failures.append(message.description)
                elif isinstance(message, SimulatedFailures):
                    self.simulated_failures = message
                self._messages.notify_all()


@contextmanager
def running_service(
    store: VaultStore,
    *,
    max_token_seconds: int = MAX_SESSION_SECONDS,
    port: int = 0,
    program: Sequence[str] = FROM_SOURCE,
    stderr: IO[bytes] | None = None,
) -> Iterator[RunningService]:
    """Run the service of a vault on a port, by default on any free one."""
    command = [*program, "--sign-in-service"]
    root = Path(__file__).parents[3]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, cwd=root) as process:
        assert process.stdin is not None
        process.stdin.write(
            messages.encode_order(store.sign_ins.access(), max_token_seconds, SimulatedFailures(), port)
        )
        process.stdin.flush()
        running = RunningService(store, process)
        try:
            yield running
        finally:
            process.stdin.close()
            process.wait(TIMEOUT_SECONDS)
            running.reading.join(TIMEOUT_SECONDS)
