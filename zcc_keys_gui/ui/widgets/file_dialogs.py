"""The system's dialogs that ask for a file; each calls back with the path, and is deleted when it is closed."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_where_to_save(
    parent: QWidget, name: str, title: str, kind: str, file_name: str, chosen: Callable[[Path], None]
) -> None:
    """Ask where to save a file, which the system offers to call `file_name`; it asks before another is replaced.

    `name` is the dialog's object name, `kind` what files are shown, such as `CSV files (*.csv)`.
    """
    dialog = _dialog(parent, name, title, kind, chosen)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(Path(file_name).suffix.removeprefix("."))
    dialog.selectFile(file_name)
    dialog.open()


def ask_which_to_open(parent: QWidget, name: str, title: str, kind: str, chosen: Callable[[Path], None]) -> None:
    """Ask for a file that exists."""
    dialog = _dialog(parent, name, title, kind, chosen)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.open()


def _dialog(parent: QWidget, name: str, title: str, kind: str, chosen: Callable[[Path], None]) -> QFileDialog:
    dialog = QFileDialog(parent, title, filter=kind)
    dialog.setObjectName(name)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setDirectory(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    dialog.fileSelected.connect(lambda path: chosen(Path(path)))
    return dialog
