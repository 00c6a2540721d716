"""A key store that does not answer, like one that waits for the user at a prompt."""

from threading import Event

from tests.support.file_keyring import FileKeyring

asked = Event()
"""Set after the key store was asked for something."""
answering = Event()
"""Set by tests to let the key store answer."""


class WaitingKeyring(FileKeyring):
    """A keyring that waits with each answer until `answering` is set."""

    priority = 0.1  # keyring does not choose it without its name

    def get_password(self, service: str, username: str) -> str | None:
        _wait()
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        _wait()
        super().set_password(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        _wait()
        super().delete_password(service, username)


def _wait() -> None:
    asked.set()
    answering.wait()
