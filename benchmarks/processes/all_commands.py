"""Runs every command of the main window and measures it: `python -m benchmarks.processes.all_commands FOLDER`.

The output is JSON: for how many milliseconds each command blocked the GUI thread.
"""

import json
import sys
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QTableView

from benchmarks.processes.measured_window import MeasuredWindow
from tests.support.gui import click, line, question, table, text, type_into, window
from zcc_keys_gui.ui.text.keys.commands import DISABLE_KEYS, ENABLE_KEYS
from zcc_keys_gui.ui.text.widgets import EXPORTING
from zcc_keys_gui.ui.widgets.lists.paged_model import PagedModel
from zcc_keys_gui.ui.widgets.lists.record_window import RecordWindow

_SOME_ROW = 500
_SCROLL_INTERVAL_MS = 10
_SCROLL_STEP_ROWS = 7


def main(folder: Path) -> None:
    """Run the commands in an order in which each finds what it needs."""
    measured = MeasuredWindow(folder)
    browse(measured)
    select_and_copy(measured)
    add_and_edit_key(measured)
    change_one_key(measured)
    use_records(measured, "historyAction", "history", folder)
    use_records(measured, "signInLogAction", "signInLog", folder)
    open_dialogs(measured)
    change_many_keys(measured)
    measured.measure("exit", measured.window.close)
    print(json.dumps(measured.blocked_ms))


def browse(measured: MeasuredWindow) -> None:
    """Sort, filter, search and scroll."""
    keys = measured.table
    for column in range(keys.model().columnCount()):
        heading = keys.model().headerData(column, Qt.Orientation.Horizontal)
        for order in (Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder):
            measured.measure(f"sort by {heading} {order.name}", partial(keys.sortByColumn, column, order))
    keys.sortByColumn(0, Qt.SortOrder.AscendingOrder)  # in another order, a changed key would move
    for name in ("statusFilter", "roleFilter"):
        measured.measure(f"{name} on", partial(measured.choose, name, 1))
        measured.measure(f"{name} off", partial(measured.choose, name, 0))
    for searched in ("y", "Pr", "ProdSync", "4f-4", "NoSuchKey"):
        measured.measure(f"search for {searched}", partial(measured.search, searched))
    measured.measure("clear the search", lambda: measured.search(""))
    measured.measure("scroll to the end", keys.scrollToBottom)
    measured.measure("scroll to the middle", lambda: measured.scroll_to(measured.row_count // 2))


def select_and_copy(measured: MeasuredWindow) -> None:
    """Select keys and copy their client IDs."""
    keys = measured.table
    measured.measure("go to the first key", lambda: keys.selectRow(0))
    measured.measure("select all", keys.selectAll)
    measured.measure("select all but one", lambda: measured.deselect(measured.row_count * 7 // 10))
    measured.measure("select every second of 100", lambda: measured.select_every_second(100))
    measured.measure("select one", lambda: keys.selectRow(_SOME_ROW))
    copy = partial(measured.trigger, "copyClientIdAction")
    measured.measure("copy one client ID", copy)
    measured.measure("select all again", keys.selectAll)
    measured.measure("copy all client IDs", copy, lambda: measured.clipboard_lines >= measured.row_count)


def add_and_edit_key(measured: MeasuredWindow) -> None:
    """Add a key and edit it, in their dialogs."""
    measured.measure("Add API key: open", lambda: measured.trigger("addKeyAction"))
    measured.measure("Add API key: type", lambda: type_into(window("addKeyDialog"), "nameField", "AddedNow"))
    measured.measure("Add API key: save", lambda: click(window("addKeyDialog"), "saveButton"))
    measured.measure("Client secret: copy", lambda: click(window("clientSecretDialog"), "copySecretButton"))
    measured.measure("Client secret: close", lambda: click(window("clientSecretDialog"), "closeButton"))
    measured.measure("Edit: open", lambda: measured.trigger("editKeyAction"))
    measured.measure("Edit: type", lambda: type_into(window("editKeyDialog"), "nameField", "2"))
    measured.measure("Edit: save", lambda: click(window("editKeyDialog"), "saveButton"))


def change_one_key(measured: MeasuredWindow) -> None:
    """Disable, enable, regenerate and delete the selected key."""
    measured.measure("Disable one key", lambda: measured.trigger("toggleStatusAction"))
    measured.measure("Enable one key", lambda: measured.trigger("toggleStatusAction"))
    measured.measure("Regenerate: ask", lambda: measured.trigger("regenerateSecretAction"))
    measured.measure("Regenerate: confirm", lambda: click(question(), "confirmButton"))
    measured.measure("Regenerate: copy", lambda: click(window("clientSecretDialog"), "copySecretButton"))
    measured.measure("Regenerate: close", lambda: click(window("clientSecretDialog"), "closeButton"))
    measured.measure("Delete one key: ask", lambda: measured.trigger("deleteKeyAction"))
    measured.measure("Delete one key: confirm", lambda: click(question(), "confirmButton"))


def use_records(measured: MeasuredWindow, action: str, name: str, folder: Path) -> None:
    """Open the history or the sign-in log, search in it, scroll it, and export it to a file in `folder`."""
    measured.measure(f"{name}: open", lambda: measured.trigger(action))
    records = window(f"{name}Window")
    assert isinstance(records, RecordWindow)
    rows, field = table(records, f"{name}Table"), line(records, f"{name}SearchField")
    model = rows.model()
    assert isinstance(model, PagedModel)
    for searched in ("e", "Prod", "3600", "no such row"):
        measured.measure(f"{name}: search for {searched}", partial(field.setText, searched), lambda: model.is_answered)
    measured.measure(f"{name}: clear", field.clear)
    measured.measure(f"{name}: scroll to the end", rows.scrollToBottom)
    file = folder / f"{name}.csv"

    def has_exported() -> bool:
        return text(records, f"{name}Count") != EXPORTING

    def export_and_scroll() -> None:
        records.export_to(file)
        timer = QTimer(rows, interval=_SCROLL_INTERVAL_MS)
        timer.timeout.connect(lambda: timer.stop() if has_exported() else _scroll_up(rows))
        timer.start()

    measured.measure(f"{name}: export", lambda: records.export_to(file), file.exists)
    measured.measure(f"{name}: scroll while it is exported", export_and_scroll, has_exported)
    measured.measure(f"{name}: close", records.close)


def _scroll_up(rows: QTableView) -> None:
    bar = rows.verticalScrollBar()
    bar.setValue(bar.value() - _SCROLL_STEP_ROWS)


def open_dialogs(measured: MeasuredWindow) -> None:
    """Open and close each dialog that only shows something."""
    for action, dialog in (
        ("checkSecretAction", "checkSecretDialog"),
        ("preferencesAction", "preferencesDialog"),
        ("aboutAction", "aboutDialog"),
        ("checkVaultAction", "checkVaultDialog"),
    ):
        _open_and_close(measured, action, dialog)
    measured.measure("select one again", lambda: measured.table.selectRow(_SOME_ROW))
    _open_and_close(measured, "connectAction", "connectDialog")


def _open_and_close(measured: MeasuredWindow, action: str, dialog: str) -> None:
    measured.measure(f"{dialog}: open", lambda: measured.trigger(action))
    measured.measure(f"{dialog}: close", window(dialog).close)


def change_many_keys(measured: MeasuredWindow) -> None:
    """Disable, enable and delete more and more keys, until all are deleted."""
    all_keys = measured.row_count
    for count in (100, 1_000, 10_000, all_keys):
        measured.measure(f"select {count:,} keys", partial(measured.select_first, count))
        for name in (f"disable or enable {count:,} keys", f"enable or disable {count:,} keys"):
            _toggle(measured, name)
    for count in (1_000, 10_000, all_keys - 11_000):
        _delete(measured, count)


def _toggle(measured: MeasuredWindow, name: str) -> None:
    """Disable the selected keys if any of them is enabled, otherwise enable them."""
    next_text = DISABLE_KEYS if measured.toggle_text == ENABLE_KEYS else ENABLE_KEYS
    measured.measure(
        name,
        lambda: measured.trigger("toggleStatusAction"),
        lambda: measured.toggle_text == next_text and "selected" in measured.count_text,
    )


def _delete(measured: MeasuredWindow, count: int) -> None:
    """Delete the first `count` keys."""
    measured.select_first(count)
    remaining = measured.row_count - count
    name = f"delete {count:,} keys"
    measured.measure(f"{name}: ask", lambda: measured.trigger("deleteKeyAction"), measured.is_asking)
    measured.measure(
        f"{name}: confirm", lambda: click(question(), "confirmButton"), lambda: measured.row_count == remaining
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
