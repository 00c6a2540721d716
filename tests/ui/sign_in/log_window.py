"""The sign-in log window of a service that is off, for tests."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QWidget

from tests.support.gui import cells, find, table, wait_until
from tests.vault.conftest import a_sign_in
from zcc_keys_gui.domain.session_validity import MAX_SESSION_SECONDS
from zcc_keys_gui.domain.sign_in import SignIn
from zcc_keys_gui.ui.application.sign_in.sign_in_service import SignInService
from zcc_keys_gui.ui.sign_in.sign_in_log_window import SignInLogWindow
from zcc_keys_gui.ui.sign_in.sign_in_model import SignInModel
from zcc_keys_gui.vault.store import VaultStore

TIME, KEY, CALL, STATUS, OUTCOME, REASON, CLIENT = range(7)  # columns
CLIENT_ID = "5f0c1d9e-83b1-4f0e-9d57-a41b77c90e12"


class LogOwner(QWidget):
    """A window that opens the sign-in log of a service that is off."""

    def __init__(self, store: VaultStore) -> None:
        super().__init__()
        self._store = store
        self.service = SignInService(lambda: store.sign_ins, MAX_SESSION_SECONDS, self)
        self.switch = QAction("Sign-in service", self, checkable=True)

    def open(self) -> SignInLogWindow:
        """Show the sign-in log and wait for its rows."""
        log = SignInLogWindow(self._store.sign_ins, self.service, self.switch, self)
        log.show()
        wait_until(lambda: model_of(log).is_answered)
        return log

    def record(self, *rows: SignIn) -> None:
        """Write rows into the log, as the service does."""
        self._store.sign_ins.record(rows)
        self.service.recorded.emit()


def model_of(log: SignInLogWindow) -> SignInModel:
    """Return the model of the log's table."""
    shown = table(log, "signInLogTable").model()
    assert isinstance(shown, SignInModel)
    return shown


def rows(log: SignInLogWindow, column: int = CLIENT) -> list[str]:
    """Return the texts of a column."""
    return cells(table(log, "signInLogTable"), column)


def numbered(first: int, last: int) -> list[SignIn]:
    """Return rows whose client program is their number."""
    return [a_sign_in(CLIENT_ID, "ProdSync", seconds=number, client=str(number)) for number in range(first, last + 1)]


def choose(log: SignInLogWindow, outcome: str) -> None:
    """Choose an outcome in the filter."""
    box = find(log, "signInLogOutcomeFilter", QComboBox)
    box.setCurrentIndex(box.findText(outcome))
    assert box.currentText() == outcome
