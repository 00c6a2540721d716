"""Signs in again and again: `python -m benchmarks.sign_in_load PORT SECONDS`, with JSON on standard input.

That is a list of bodies, each sent by a connection of its own, which sends it anew as soon as it has the answer. What
is printed is how many sign-ins there were a second, and the 99th percentile of their times in milliseconds. A small
loop over plain sockets, in a process of its own, so that the servers are measured and not this.
"""

import json
import re
import selectors
import socket
import statistics
import sys
import time

_WARM_UP = 0.3  # seconds
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class _Caller:
    """One connection."""

    def __init__(self, port: int, body: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = (
            f"POST /papi/auth/v1/login HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: benchmark\r\n"
            f"Accept: */*\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._request = head.encode() + body
        self._began = 0
        self._answer = b""

    def call(self) -> None:
        self._began = time.perf_counter_ns()
        self._answer = b""
        self.socket.sendall(self._request)

    def take(self) -> int:
        """Take what has come; return how long the answer took in nanoseconds, or 0 before it is whole."""
        self._answer += self.socket.recv(65_536)
        head = self._answer.find(b"\r\n\r\n")
        if head < 0:
            return 0
        length = _LENGTH.search(self._answer, 0, head)
        assert length is not None
        if len(self._answer) < head + 4 + int(length[1]):
            return 0
        assert self._answer.startswith(b"HTTP/1.1 200"), self._answer
        return time.perf_counter_ns() - self._began


def main(port: int, seconds: float, bodies: list[str]) -> None:
    """Sign in by as many connections as there are bodies, and print what was found."""
    callers = [_Caller(port, body.encode()) for body in bodies]
    _run(callers, _WARM_UP)
    began = time.perf_counter()
    times = _run(callers, seconds)
    rate = len(times) / (time.perf_counter() - began)
    print(json.dumps([rate, statistics.quantiles(times, n=100)[-1] / 1_000_000]))


def _run(callers: list[_Caller], seconds: float) -> list[int]:
    """Call for so many seconds, and until all are answered; return how long each call took, in nanoseconds."""
    selector = selectors.DefaultSelector()
    for caller in callers:
        selector.register(caller.socket, selectors.EVENT_READ, caller)
        caller.call()
    until = time.perf_counter() + seconds
    waiting = len(callers)
    times = []
    while waiting:
        # A single one waits in `take`: asking the system who is ready takes as long as being answered.
        for caller in callers if len(callers) == 1 else [ready.data for ready, _ in selector.select()]:
            took = caller.take()
            if took:
                times.append(took)
                if time.perf_counter() < until:
                    caller.call()
                else:
                    waiting -= 1
    selector.close()
    return times


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), json.loads(sys.stdin.readline()))
