"""Fixtures for the tests of the sign-in page."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from tests.ui.sign_in.log_window import CLIENT_ID, LogOwner
from tests.vault.conftest import a_sign_in
from zcc_keys_gui.domain.sign_in import Outcome
from zcc_keys_gui.ui.sign_in.sign_in_log_window import SignInLogWindow
from zcc_keys_gui.vault.store import VaultStore


@pytest.fixture
def log_owner(qapp: QApplication, store: VaultStore) -> Iterator[LogOwner]:
    log_owner = LogOwner(store)
    yield log_owner
    for log in log_owner.findChildren(SignInLogWindow):
        log.close()
    log_owner.deleteLater()


@pytest.fixture
def three(log_owner: LogOwner) -> SignInLogWindow:
    """A log with three rows, whose programs are called a, b and c."""
    log_owner.record(
        a_sign_in(CLIENT_ID, "ProdSync", client="a"),
        a_sign_in(client="b", outcome=Outcome.SIGN_IN_REJECTED, reason="Unknown client ID", seconds=60),
        a_sign_in(client="c", outcome=Outcome.CALL_REJECTED, reason="Expired access token"),
    )
    return log_owner.open()
