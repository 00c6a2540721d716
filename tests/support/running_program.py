"""The program that runs in this process, and its parts that no window shows."""

from PySide6.QtWidgets import QApplication

from zcc_keys_gui.program import Program
from zcc_keys_gui.ui.application.sign_in.sign_in_service import SignInService
from zcc_keys_gui.ui.main.vault_session import VaultSession
from zcc_keys_gui.vault.store import VaultStore


def running_program() -> Program:
    """Return the only program that runs in this process."""
    application = QApplication.instance()
    assert application is not None
    (running,) = [each for each in application.findChildren(Program) if not each._has_ended]
    return running


def has_open_vault() -> bool:
    """Return whether the vault is open, and not locked."""
    return running_program()._session is not None


def session() -> VaultSession:
    """Return the session of the open vault."""
    found = running_program()._session
    assert found is not None
    return found


def open_store() -> VaultStore:
    """Return the open vault."""
    found = session().store
    assert isinstance(found, VaultStore)
    return found


def sign_in_service() -> SignInService:
    """Return the sign-in service of the open vault."""
    return session()._service
