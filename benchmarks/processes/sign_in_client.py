"""Signs in again and again: `python -m benchmarks.processes.sign_in_client PORT SECONDS`, with JSON on standard input.

The input is a list of request bodies. Each is sent over its own connection, and again as soon as the answer arrives.
The output is JSON: the number of sign-ins a second, and the 99th percentile of their times in milliseconds. This client
uses plain sockets in a separate process, so that it takes little of the time that is measured.
"""

import json
import re
import selectors
import socket
import statistics
import sys
import time

_WARM_UP_SECONDS = 0.3
_CONTENT_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class _Connection:
    """A connection that sends one request and receives its answer, any number of times."""

    def __init__(self, port: int, body: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = (
            f"POST /papi/auth/v1/login HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: benchmark\r\n"
            f"Accept: */*\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._request = head.encode() + body
        self._start_ns = 0
        self._answer = b""

    def send(self) -> None:
        self._start_ns = time.perf_counter_ns()
        self._answer = b""
        self.socket.sendall(self._request)

    def receive(self) -> int:
        """Receive a part of the answer. Return how many nanoseconds the answer took, or 0 if it is not complete yet."""
        self._answer += self.socket.recv(65_536)
        head_end = self._answer.find(b"\r\n\r\n")
        if head_end < 0:
            return 0
        length = _CONTENT_LENGTH.search(self._answer, 0, head_end)
        assert length is not None
        if len(self._answer) < head_end + 4 + int(length[1]):
            return 0
        assert self._answer.startswith(b"HTTP/1.1 200"), self._answer
        return time.perf_counter_ns() - self._start_ns


def main(port: int, seconds: float, bodies: list[str]) -> None:
    """Sign in over one connection for each body, and print the results."""
    connections = [_Connection(port, body.encode()) for body in bodies]
    _sign_in(connections, _WARM_UP_SECONDS)
    start = time.perf_counter()
    times_ns = _sign_in(connections, seconds)
    rate = len(times_ns) / (time.perf_counter() - start)
    print(json.dumps([rate, statistics.quantiles(times_ns, n=100)[-1] / 1_000_000]))


def _sign_in(connections: list[_Connection], seconds: float) -> list[int]:
    """Send requests for this time, and wait for the last answers. Return how many nanoseconds each answer took."""
    selector = selectors.DefaultSelector()
    for connection in connections:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send()
    end = time.perf_counter() + seconds
    waiting = len(connections)
    times_ns = []
    while waiting:
        # A single connection waits in `receive`, because a call of `select` takes as long as the server's answer.
        is_single = len(connections) == 1
        for connection in connections if is_single else [ready.data for ready, _ in selector.select()]:
            time_ns = connection.receive()
            if time_ns:
                times_ns.append(time_ns)
                if time.perf_counter() < end:
                    connection.send()
                else:
                    waiting -= 1
    selector.close()
    return times_ns


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), json.loads(sys.stdin.readline()))
