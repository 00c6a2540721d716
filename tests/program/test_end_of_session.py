"""The end of the user's session, or of the program for an installer: nothing is asked or lost."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from tests.support.gui import cells, close_main_window, find, table, text, wait_until, window
from tests.support.user_process import TIMEOUT_SECONDS, start_user
from tests.ui.conftest import nothing_left_behind  # noqa: F401  a fixture
from zcc_keys_gui import app

if sys.platform == "win32":
    from tests.support.processes import session_end
    from tests.support.processes.session_end import CLOSE_APP, LOG_OFF

    @contextmanager
    def user_at(folder: Path, where: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
        """Start a user who stops at `where`; yield the process and the secret that it showed."""
        worker, said = start_user(folder, "until", where), list[str]()
        # This process must react to clipboard messages meanwhile; otherwise, both wait for five seconds.
        reader = Thread(target=lambda: said.append(worker.stdout.readline() if worker.stdout else ""))
        reader.start()
        try:
            wait_until(lambda: bool(said))
            yield worker, json.loads(said[0])
        finally:
            worker.kill()
            worker.communicate()

    def is_secret_pending(folder: Path) -> bool:
        """Start the program again; return whether it says that the secret may not have been copied."""
        app.start(["--data-folder", str(folder)])
        main = window("mainWindow")
        assert cells(table(main), 0) == ["ProdSync"]
        said = find(main, "pendingBar", QWidget).isVisible()
        assert not said or "The client secret of ProdSync may not have been copied" in text(main, "pendingBarText")
        close_main_window(main)
        return said

    @pytest.mark.parametrize(
        ("where", "why"),
        [
            ("secret", LOG_OFF),
            ("copied", LOG_OFF),
            ("question", CLOSE_APP),
            ("form", CLOSE_APP),
            ("delete", CLOSE_APP),
        ],
    )
    def test_the_session_can_end_with_any_window_open(
        qapp: QApplication, data_folder: Path, where: str, why: int
    ) -> None:
        with user_at(data_folder, where) as (worker, secret):
            if where == "copied":
                assert qapp.clipboard().text() == secret
            assert session_end.may_end(worker.pid, why)
            assert worker.poll() is None
            assert (data_folder / "vault.lock").exists()
            session_end.end(worker.pid, why)
            # Without waiting, because Windows may kill the process now.
            assert not (data_folder / "vault.lock").exists()
            assert not list(data_folder.glob("vault.db-*"))
            assert qapp.clipboard().text() != secret
            assert worker.wait(TIMEOUT_SECONDS) == 0
        assert is_secret_pending(data_folder) is (where in ("secret", "copied", "question"))

    def test_a_canceled_end_of_the_session_changes_nothing(qapp: QApplication, data_folder: Path) -> None:
        with user_at(data_folder, "question") as (worker, _):
            for _ in range(2):
                assert session_end.may_end(worker.pid, LOG_OFF)
                session_end.end(worker.pid, LOG_OFF, really=False)
            assert worker.poll() is None
            assert (data_folder / "vault.lock").exists()
            assert session_end.may_end(worker.pid, LOG_OFF)
            session_end.end(worker.pid, LOG_OFF)
            assert worker.wait(TIMEOUT_SECONDS) == 0
        assert is_secret_pending(data_folder)
