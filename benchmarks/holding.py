"""How long each command holds the window, with 100,000 keys and 1,000,000 history rows, against a frame.

The real main window runs in a process of its own, on a copy of the vault. A timer that is due every millisecond shows
for how long the GUI thread did nothing else; of several runs, the shortest hold of each command counts, because the
computer's own pauses differ from run to run. The CPU time beside it is for busy computers.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.ratio import Ratio
from benchmarks.vaults import make_vault, record_more

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex
    from PySide6.QtWidgets import QTableView, QWidget

_KEYS = 100_000
_HISTORY_ROWS = 1_000_000
_ROUNDS = 3
_FRAME = 16.0  # milliseconds
_CALM = 2.0  # milliseconds of CPU time between two beats of the timer, at most, while nothing happens
_SETTLED = 20  # such beats, after which a command and its paints are over
_PATIENCE = 120.0  # seconds


def measure(folder: Path) -> list[Ratio]:
    """Return a ratio for each command, for a vault in `folder`."""
    vault = folder / "holding"
    store = make_vault(vault, _KEYS)
    record_more(store, _HISTORY_ROWS - _KEYS)
    store.close()
    rounds = [_in_a_process(vault, folder / f"holding-{number}") for number in range(_ROUNDS)]
    return [
        Ratio(f"the GUI thread held by: {what}", "a frame", min(each[what] for each in rounds), _FRAME, "ms", 1)
        for what in rounds[0]
    ]


def _in_a_process(vault: Path, copy: Path) -> dict[str, float]:
    shutil.copytree(vault, copy)
    if sys.platform != "win32":
        os.sync()  # else the first save writes the whole copy to the disk
    command = [sys.executable, "-m", "benchmarks.holding", str(copy)]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    shutil.rmtree(copy)
    return found


class Admin:
    """Gives the running program every command, and measures how long each one holds the window."""

    def __init__(self, folder: Path) -> None:
        """Start the program on the vault in `folder`."""
        from PySide6.QtCore import QCoreApplication, Qt
        from PySide6.QtWidgets import QApplication

        from tests.support.gui import table, window
        from zcc_keys_gui import app

        QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
        self._application = QApplication([])
        self._folder = folder
        app.start(["--data-folder", str(folder)])
        self._main = window("mainWindow")
        self._table = table(self._main)
        self._wanted_action = ""
        self.held: dict[str, float] = {}
        self._during("start", lambda: None)

    def give_every_command(self) -> None:
        """Give them in an order in which each finds what it needs."""
        self._look_around()
        self._change_one_key()
        self._look_at_records()
        self._open_dialogs()
        self._change_many_keys()

    def _look_around(self) -> None:
        from PySide6.QtCore import Qt

        model = self._table.model()
        for column in range(model.columnCount()):
            for order in (Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder):
                name = f"sort by {model.headerData(column, Qt.Orientation.Horizontal)} {order.name}"
                self._during(name, partial(self._table.sortByColumn, column, order))
        # Changed keys are selected again where no sign-in moves them.
        self._table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        for field in ("statusFilter", "roleFilter"):
            self._during(f"{field} on", partial(self._choose, field, 1))
            self._during(f"{field} off", partial(self._choose, field, 0))
        for text in ("y", "Pr", "ProdSync", "4f-4", "NoSuchKey"):
            self._during(f"search for {text}", partial(self._search, text))
        self._during("clear the search", lambda: self._search(""))
        self._during("scroll to the end", self._table.scrollToBottom)
        self._during("scroll to the middle", lambda: self._table.verticalScrollBar().setValue(50_000))
        self._during("go to the first key", lambda: self._table.selectRow(0))
        self._during("select all", self._table.selectAll)
        self._during("select all but one", lambda: self._deselect(70_000))
        self._during("select every second of 100", lambda: self._select_every_second(100))
        self._during("select one", lambda: self._table.selectRow(500))
        self._during("copy one client ID", lambda: self._trigger("copyClientIdAction"))
        self._during("select all again", self._table.selectAll)
        self._during("copy all client IDs", lambda: self._trigger("copyClientIdAction"), self._is_copied)

    def _change_one_key(self) -> None:
        from tests.support.gui import click, type_into

        self._during("Add API key: open", lambda: self._trigger("addKeyAction"))
        self._during("Add API key: type", lambda: type_into(self._window("addKeyDialog"), "nameField", "AddedNow"))
        self._during("Add API key: save", lambda: click(self._window("addKeyDialog"), "saveButton"))
        self._during("Client secret: copy", lambda: click(self._window("clientSecretDialog"), "copySecretButton"))
        self._during("Client secret: close", lambda: click(self._window("clientSecretDialog"), "closeButton"))
        self._during("Edit: open", lambda: self._trigger("editKeyAction"))
        self._during("Edit: type", lambda: type_into(self._window("editKeyDialog"), "nameField", "2"))
        self._during("Edit: save", lambda: click(self._window("editKeyDialog"), "saveButton"))
        self._during("Disable one key", lambda: self._trigger("toggleStatusAction"))
        self._during("Enable one key", lambda: self._trigger("toggleStatusAction"))
        self._during("Regenerate: ask", lambda: self._trigger("regenerateSecretAction"))
        self._during("Regenerate: confirm", lambda: click(self._question(), "confirmButton"))
        self._during("Regenerate: copy", lambda: click(self._window("clientSecretDialog"), "copySecretButton"))
        self._during("Regenerate: close", lambda: click(self._window("clientSecretDialog"), "closeButton"))
        self._during("Delete one key: ask", lambda: self._trigger("deleteKeyAction"))
        self._during("Delete one key: confirm", lambda: click(self._question(), "confirmButton"))

    def _look_at_records(self) -> None:
        from tests.support.gui import line

        for action, name, closing in (
            ("historyAction", "history", "historyWindow"),
            ("signInLogAction", "signInLog", "signInLogWindow"),
        ):
            self._during(f"{name}: open", partial(self._trigger, action))
            shown = self._window(closing)
            view, field = self._records(shown, f"{name}Table"), line(shown, f"{name}SearchField")
            for text in ("e", "Prod", "3600", "no such row"):
                self._during(
                    f"{name}: search for {text}",
                    partial(field.setText, text),
                    partial(self._is_answered, view),
                )
            self._during(f"{name}: clear", field.clear)
            self._during(f"{name}: scroll to the end", view.scrollToBottom)
            target = self._folder / f"{name}.csv"
            self._during(f"{name}: export", partial(shown.export_to, target), target.exists)
            self._during(
                f"{name}: scroll while it is exported",
                partial(self._export_and_scroll, shown, target, view),
                partial(self._has_exported, shown),
            )
            self._during(f"{name}: close", shown.close)

    def _open_dialogs(self) -> None:
        for action, dialog in (
            ("checkSecretAction", "checkSecretDialog"),
            ("preferencesAction", "preferencesDialog"),
            ("aboutAction", "aboutDialog"),
            ("checkVaultAction", "checkVaultDialog"),
        ):
            self._during(f"{dialog}: open", partial(self._trigger, action))
            self._during(f"{dialog}: close", self._window(dialog).close)
        self._during("select one for the card", lambda: self._table.selectRow(500))
        self._during("connectDialog: open", lambda: self._trigger("connectAction"))
        self._during("connectDialog: close", self._window("connectDialog").close)

    def _change_many_keys(self) -> None:
        from tests.support.gui import click

        toggle = partial(self._trigger, "toggleStatusAction")
        for count in (100, 1_000, 10_000, _KEYS):
            self._during(f"select {count:,} keys", partial(self._select_first, count))
            for what in ("disable or enable", "enable or disable"):  # as the first keys are
                self._wanted_action = "&Disable" if self._toggle_words() == "E&nable" else "E&nable"
                self._during(f"{what} {count:,} keys", toggle, self._is_changed)
        for count in (1_000, 10_000, _KEYS - 11_000):
            self._select_first(count)
            self._during(f"delete {count:,} keys: ask", lambda: self._trigger("deleteKeyAction"), self._has_asked)
            left = self._table.model().rowCount() - count
            self._during(
                f"delete {count:,} keys: confirm",
                lambda: click(self._question(), "confirmButton"),
                partial(self._has_left, left),
            )
        self._during("exit", self._main.close)

    # --- how ---

    def _during(self, what: str, act: Callable[[], object], until: Callable[[], bool] = lambda: True) -> None:
        from PySide6.QtCore import QEventLoop, Qt, QTimer

        loop, heart = QEventLoop(), QTimer(interval=1, timerType=Qt.TimerType.PreciseTimer)
        began = last = time.perf_counter()
        last_cpu = time.thread_time()
        late: list[float] = []
        cpu: list[float] = []
        calm = 0

        def beat() -> None:
            nonlocal last, last_cpu, calm
            now = time.perf_counter()
            late.append((now - last) * 1_000 - 1)
            cpu.append((time.thread_time() - last_cpu) * 1_000)
            calm = calm + 1 if until() and cpu[-1] < _CALM else 0
            if calm == _SETTLED:
                loop.quit()
            if now - began > _PATIENCE:
                late.append(float("inf"))
                loop.quit()
            last, last_cpu = time.perf_counter(), time.thread_time()

        heart.timeout.connect(beat)
        QTimer.singleShot(0, act)
        heart.start()
        loop.exec()
        self.held[what] = max(late)
        print(f"{self.held[what]:9.1f} ms {max(cpu):9.1f} ms CPU  {what}", file=sys.stderr, flush=True)

    def _trigger(self, action: str) -> None:
        from tests.support.gui import trigger

        trigger(self._main, action)

    def _window(self, name: str) -> Any:
        from tests.support.gui import window

        return window(name)

    def _question(self) -> "QWidget":
        from tests.support.gui import question

        return question()

    def _has_asked(self) -> bool:
        modal = self._application.activeModalWidget()
        return modal is not None and modal.inherits("QMessageBox")

    def _records(self, place: "QWidget", name: str) -> "QTableView":
        from tests.support.gui import table

        return table(place, name)

    def _choose(self, name: str, entry: int) -> None:
        from PySide6.QtWidgets import QComboBox

        from tests.support.gui import find

        find(self._main, name, QComboBox).setCurrentIndex(entry)

    def _search(self, text: str) -> None:
        from tests.support.gui import line

        line(self._main, "searchField").setText(text)

    def _select_first(self, count: int) -> None:
        from PySide6.QtCore import QItemSelection, QItemSelectionModel

        flags = QItemSelectionModel.SelectionFlag
        first, last = self._index(0), self._index(min(count, self._table.model().rowCount()) - 1)
        self._table.selectionModel().select(QItemSelection(first, last), flags.ClearAndSelect | flags.Rows)

    def _select_every_second(self, of: int) -> None:
        from PySide6.QtCore import QItemSelection, QItemSelectionModel

        flags, selection = QItemSelectionModel.SelectionFlag, QItemSelection()
        for row in range(0, of, 2):
            selection.select(self._index(row), self._index(row))
        self._table.selectionModel().select(selection, flags.ClearAndSelect | flags.Rows)

    def _deselect(self, row: int) -> None:
        from PySide6.QtCore import QItemSelectionModel

        flags = QItemSelectionModel.SelectionFlag
        self._table.selectionModel().select(self._index(row), flags.Deselect | flags.Rows)

    def _index(self, row: int) -> "QModelIndex":
        return self._table.model().index(row, 0)

    def _is_copied(self) -> bool:
        return self._application.clipboard().text().count("\n") > _KEYS - 10

    def _is_changed(self) -> bool:
        return self._toggle_words() == self._wanted_action and "selected" in self._count_words()

    def _toggle_words(self) -> str:
        from PySide6.QtGui import QAction

        from tests.support.gui import find

        return find(self._main, "toggleStatusAction", QAction).text()

    def _has_left(self, keys: int) -> bool:
        return self._table.model().rowCount() == keys

    @staticmethod
    def _is_answered(view: "QTableView") -> bool:
        return bool(view.model().is_answered)  # type: ignore[attr-defined]

    @staticmethod
    def _has_exported(shown: Any) -> bool:
        return shown._exported_to is None

    def _count_words(self) -> str:
        from tests.support.gui import text

        return text(self._main, "countLabel")

    def _export_and_scroll(self, shown: Any, target: Path, view: "QTableView") -> None:
        from PySide6.QtCore import QTimer

        shown.export_to(target)
        scroll = QTimer(view, interval=10)
        scroll.timeout.connect(lambda: view.verticalScrollBar().setValue(view.verticalScrollBar().value() - 7))
        scroll.timeout.connect(lambda: scroll.stop() if shown._exported_to is None else None)
        scroll.start()


def main(folder: str) -> None:
    """Measure in one vault, and print what was found as JSON."""
    admin = Admin(Path(folder))
    admin.give_every_command()
    print(json.dumps(admin.held))


if __name__ == "__main__":
    main(sys.argv[1])
