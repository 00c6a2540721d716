"""The system's dialogs that ask for a file. Each one calls a function with the path and is deleted when it closes."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_where_to_save(
    parent: QWidget, name: str, title: str, file_filter: str, file_name: str, on_chosen: Callable[[Path], None]
) -> None:
    """Ask where to save a file. The dialog suggests `file_name` and asks before it replaces another file.

    `name` is the dialog's object name. `file_filter` says which files are listed, such as `CSV files (*.csv)`.
    """
    dialog = _file_dialog(parent, name, title, file_filter, on_chosen)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(Path(file_name).suffix.removeprefix("."))
    dialog.selectFile(file_name)
    dialog.open()


def ask_which_to_open(
    parent: QWidget, name: str, title: str, file_filter: str, on_chosen: Callable[[Path], None]
) -> None:
    """Ask for an existing file."""
    dialog = _file_dialog(parent, name, title, file_filter, on_chosen)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.open()


def _file_dialog(
    parent: QWidget, name: str, title: str, file_filter: str, on_chosen: Callable[[Path], None]
) -> QFileDialog:
    dialog = QFileDialog(parent, title, filter=file_filter)
    dialog.setObjectName(name)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setDirectory(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    dialog.fileSelected.connect(lambda path: on_chosen(Path(path)))
    return dialog
