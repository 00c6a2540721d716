"""Commands that open the folders of the vault and the log."""

from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from tests.support.gui import trigger


class FileManager(QObject):
    """A stand-in for the system's file manager, which opens folders."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toLocalFile())


def test_the_folders_of_the_log_and_the_vault_are_opened(main: QWidget, log_folder: Path, data_folder: Path) -> None:
    file_manager = FileManager()
    QDesktopServices.setUrlHandler("file", file_manager, "open")  # type: ignore[arg-type]  # PySide's stub says bytes
    trigger(main, "showLogFolderAction")
    trigger(main, "showVaultFolderAction")
    QDesktopServices.unsetUrlHandler("file")
    assert [Path(folder) for folder in file_manager.opened] == [log_folder, data_folder]
