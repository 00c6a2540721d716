"""Calls to the sign-in service, made in another thread while the event loop of the program runs."""

import json
import threading
from contextlib import closing
from http.client import HTTPConnection, HTTPException

from PySide6.QtWidgets import QWidget

from tests.sign_in.helpers.service_process import LOGIN, TIMEOUT_SECONDS, Answer, Credentials
from tests.support.gui import text, trigger, wait_until


def switch_on(main: QWidget) -> int:
    """Switch the service on in the main window, and return its port."""
    trigger(main, "signInServiceAction")
    return port(main)


def is_on(main: QWidget) -> bool:
    """Return whether the status bar shows the address of the service."""
    return "On 127.0.0.1:" in text(main, "signInServiceButton")


def port(main: QWidget) -> int:
    """Wait until the status bar shows the address of the service; return the port."""
    wait_until(lambda: is_on(main))
    return int(text(main, "signInServiceButton").partition("127.0.0.1:")[2])


def call(port: int, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
    """Call the service. Underscores in the names of headers stand for hyphens. Raises `OSError` without an answer."""
    answers: list[Answer | OSError] = []

    def ask() -> None:
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)) as connection:
                connection.request(method, path, body, {name.replace("_", "-"): said for name, said in headers.items()})
                got = connection.getresponse()
                headers_received = {name.lower(): value for name, value in got.headers.items()}
                answers.append(Answer(got.status, headers_received, got.read()))
        except OSError as error:
            answers.append(error)
        except HTTPException:
            answers.append(OSError("no HTTP"))

    asking = threading.Thread(target=ask)
    asking.start()
    wait_until(lambda: bool(answers))
    asking.join()
    (answer,) = answers
    if isinstance(answer, OSError):
        raise answer
    return answer


def sign_in(port: int, key: Credentials, **headers: str) -> Answer:
    """Sign in with a key and further headers."""
    body = json.dumps({"apiKey": key.client_id, "secretKey": key.secret}).encode()
    return call(port, "POST", LOGIN, body, content_type="application/json", **headers)
