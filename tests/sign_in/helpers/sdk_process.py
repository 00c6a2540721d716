"""A Python process in which SDKs run as in a script. It can call only this computer, and never sleeps."""

import io
import json
import os
import subprocess
import sys
import traceback
import warnings
from contextlib import redirect_stdout
from typing import Any, NamedTuple

PROXIES = ("http_proxy", "https_proxy", "all_proxy")


class ScriptResult(NamedTuple):
    """The result of a piece of a script."""

    printed: str
    error: str
    """The type of the error that was raised, or an empty text."""
    text: str
    """The error's text."""
    slept: list[float]
    """The seconds that the SDK wanted to sleep, each time."""


class SdkProcess:
    """A process that runs pieces of scripts one after the other, with the variables of earlier pieces."""

    def __init__(self) -> None:
        """Start the process."""
        environment = {name: value for name, value in os.environ.items() if name.lower() not in PROXIES}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.sign_in.helpers.sdk_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # the SDKs log there
            env=environment,
            text=True,
            encoding="utf-8",
        )

    def run(self, script: str, **environment: str) -> ScriptResult:
        """Run a piece of a script with additional environment variables."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([script, environment]) + "\n")
        self._process.stdin.flush()
        return ScriptResult(*json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """End the process."""
        with self._process:
            assert self._process.stdin is not None
            self._process.stdin.close()


def _reject_other_computers() -> None:
    """Make every call to another computer, and every look-up of its name, fail."""

    def reject(event: str, details: tuple[Any, ...]) -> None:
        host = {"socket.connect": lambda: details[1][0], "socket.getaddrinfo": lambda: details[0]}.get(event)
        if host is not None and host() not in ("127.0.0.1", "::1"):
            raise PermissionError(f"a client called {host()}")

    sys.addaudithook(reject)


def _main() -> None:
    import time

    slept: list[float] = []
    setattr(time, "sleep", slept.append)  # noqa: B010  its type differs from the original's
    warnings.simplefilter("ignore")
    _reject_other_computers()
    names: dict[str, Any] = {"__name__": "__main__"}
    for line in sys.stdin:
        script, environment = json.loads(line)
        os.environ.update(environment)
        slept.clear()
        printed, error, text = io.StringIO(), "", ""
        try:
            with redirect_stdout(printed):
                exec(script, names)
        except BaseException as raised:
            error, text = type(raised).__name__, "".join(traceback.format_exception_only(raised))
        print(json.dumps([printed.getvalue(), error, text, slept]), flush=True)
        for name in environment:
            del os.environ[name]


if __name__ == "__main__":
    _main()
