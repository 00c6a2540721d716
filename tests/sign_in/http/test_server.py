"""The addresses and ports on which the service listens."""

import errno
import socket
from contextlib import ExitStack, closing

import pytest

from tests.sign_in.helpers.local_service import application_of, serving
from tests.sign_in.helpers.service_process import Caller, RunningService
from zcc_keys_gui.sign_in.http import server
from zcc_keys_gui.sign_in.http.server import PortTakenError, listen
from zcc_keys_gui.vault.store import VaultStore


def other_addresses() -> list[str]:
    """Return other addresses of this computer, if it has a network."""
    found = ["127.0.0.2"]
    for family, address in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((address, 9))  # sends nothing, but selects the address
                found.append(str(probe.getsockname()[0]))
            except OSError:
                continue
    return found


def close(sockets: list[socket.socket]) -> None:
    """Close all sockets."""
    for each in sockets:
        each.close()


def test_it_ignores_the_environment_of_other_servers(store: VaultStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_CONCURRENCY", "auto")
    with application_of(store) as application, serving(application) as port:
        assert Caller(port).call("GET", "/").status == 404


def test_only_the_two_loopback_addresses_answer(service: RunningService) -> None:
    for host in ("127.0.0.1", "::1"):
        assert service.call("GET", "/", host=host).status == 404
    for host in other_addresses():
        with pytest.raises(OSError, match=r".") as failed:
            socket.create_connection((host, service.port), 5).close()
        assert failed.value.errno in (errno.ECONNREFUSED, 10061), host


def test_the_wanted_port_is_used_if_it_is_free() -> None:
    first = listen(0)
    port = first[0].getsockname()[1]
    assert [each.getsockname()[:2] for each in first] == [("127.0.0.1", port), ("::1", port)]
    close(first)
    again = listen(port)
    assert again[0].getsockname()[1] == port
    close(again)


@pytest.mark.parametrize("hosts", [["127.0.0.1"], ["::1"], ["127.0.0.1", "::1"]])
def test_a_port_taken_on_one_address_is_not_used(hosts: list[str]) -> None:
    with ExitStack() as taken:
        port = 0
        for host in hosts:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            other = taken.enter_context(socket.socket(family, socket.SOCK_STREAM))
            other.bind((host, port))
            other.listen()
            port = other.getsockname()[1]
        sockets = listen(port)
        found = sockets[0].getsockname()[1]
        close(sockets)
    assert port < found <= port + 9


def test_no_other_port_is_used_if_only_one_is_wanted() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTakenError):
            listen(port, only_wanted=True)
    again = listen(port, only_wanted=True)
    assert again[0].getsockname()[1] == port
    close(again)


def test_if_ten_ports_are_taken_any_free_one_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(port: int) -> list[socket.socket]:
        if port:
            raise OSError(errno.EADDRINUSE, "taken")
        return found

    with closing(socket.socket()) as one:
        found = [one]
        monkeypatch.setattr(server, "_listen_on", taken)
        assert listen(8_765) is found


def test_other_errors_are_not_a_port_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> list[socket.socket]:
        raise OSError(errno.EMFILE, "no more files")

    monkeypatch.setattr(server, "_listen_on", fail)
    with pytest.raises(OSError, match="no more files"):
        listen(8_765)


def test_a_computer_without_ipv6_listens_on_127_0_0_1(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_ipv6(family: int = -1, *arguments: int) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
        return made(family, *arguments)

    made = socket.socket
    monkeypatch.setattr(socket, "socket", without_ipv6)
    sockets = listen(0)
    monkeypatch.undo()
    assert [each.getsockname()[0] for each in sockets] == ["127.0.0.1"]
    close(sockets)
