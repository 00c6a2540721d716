"""A key store that does not answer, as one does that waits for the user at a prompt of its own."""

from threading import Event

from tests.support.file_keyring import FileKeyring

asked, answering = Event(), Event()  # set: it was asked; it answers


class WaitingKeyring(FileKeyring):
    """Answers nothing until `answering` is set."""

    priority = 0.1  # chosen by name alone

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
