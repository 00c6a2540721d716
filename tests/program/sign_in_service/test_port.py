"""The port of the service."""

import os
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from tests.program.sign_in_service.helpers import new_key, running_service
from tests.support.calls import is_on, port, sign_in, switch_on
from tests.support.gui import click, find, text, trigger, visible, wait_until, window
from zcc_keys_gui.service.sign_in_messages import DEFAULT_PORT


@contextmanager
def usual_port_in_use() -> Iterator[None]:
    """Use the usual port as another program would; wait until it is free."""
    held: list[socket.socket] = []

    def hold() -> bool:
        holder = socket.socket()
        if os.name != "nt":  # on Windows, two programs could then use the port
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # earlier connections may still be closing
        try:
            holder.bind(("127.0.0.1", DEFAULT_PORT))
            holder.listen()
        except OSError:
            holder.close()
            return False
        held.append(holder)
        return True

    wait_until(hold)
    with closing(held[0]):
        yield


def test_the_service_uses_another_port_and_says_so(main: QWidget) -> None:
    key = new_key(main)
    with usual_port_in_use():
        listening = switch_on(main)
        assert listening != DEFAULT_PORT
        assert str(listening) in text(main, "portBarText")
        assert sign_in(listening, key).status == 200


def test_the_notice_about_the_port_appears_once(main: QWidget) -> None:
    with usual_port_in_use():
        for _ in range(2):
            switch_on(main)
            wait_until(lambda: len(visible(main, "portBar")) == 1)
            trigger(main, "signInServiceAction")
            assert not visible(main, "portBar")


def test_with_only_this_port_the_service_can_stay_off(main: QWidget) -> None:
    key = new_key(main)
    trigger(main, "preferencesAction")
    click(window("preferencesDialog"), "onlyUsualPortBox")
    window("preferencesDialog").close()
    with usual_port_in_use():
        trigger(main, "signInServiceAction")
        wait_until(lambda: len(visible(main, "portTakenBar")) == 1)
        assert f"port {DEFAULT_PORT} is not free" in text(main, "portTakenBarText")
        assert not find(main, "signInServiceAction", QAction).isChecked()
        assert text(main, "signInServiceButton") == "Sign-in service: Off"
        assert not visible(main, "serviceBrokeBar")
    while not is_on(main):  # another test run on this computer may be faster
        wait_until(lambda: running_service()._ending is None)
        click(main, "portTakenSwitchOnButton")
        assert not visible(main, "portTakenBar")
        wait_until(lambda: is_on(main) or bool(visible(main, "portTakenBar")))
    assert port(main) == DEFAULT_PORT
    assert sign_in(DEFAULT_PORT, key).status == 200


def test_only_this_port_applies_to_a_running_service(main: QWidget) -> None:
    with usual_port_in_use():
        assert switch_on(main) != DEFAULT_PORT
        trigger(main, "preferencesAction")
        click(window("preferencesDialog"), "onlyUsualPortBox")
        window("preferencesDialog").close()
        wait_until(lambda: len(visible(main, "portTakenBar")) == 1)
        assert not find(main, "signInServiceAction", QAction).isChecked()
