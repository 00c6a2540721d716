"""Help > About: the version, whose it is, and what it is shipped with."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from zcc_keys_gui import __copyright__, __version__
from zcc_keys_gui.ui.settings.licenses import shipped
from zcc_keys_gui.ui.text.settings.about import ABOUT
from zcc_keys_gui.ui.text.values import PROGRAM
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.lists.list_table import lay_out_list
from zcc_keys_gui.ui.widgets.naming import named
from zcc_keys_gui.ui.widgets.placement import resize_within_screen

_HEADINGS = ("Shipped with", "What for", "Licence")
_WIDTHS = (24, 44, 24)  # of the columns, in digits
_ICON = 48  # pixels, at 100 %


class AboutDialog(QDialog):
    """Tells of the program; the text of the chosen licence is below the table."""

    def __init__(self, parent: QWidget) -> None:
        """Lay out what there is to tell."""
        super().__init__(parent)
        self.setObjectName("aboutDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"About {PROGRAM}")
        self._shipped = shipped()
        self._version = named(Label(f"{PROGRAM} {__version__}"), "versionLabel")
        self._about = named(Label(f"{ABOUT}\n\n{__copyright__}", wordWrap=True), "aboutLabel")
        self._table = named(QTableView(), "licenceTable", "What the program is shipped with")
        self._text = named(QPlainTextEdit(readOnly=True, tabChangesFocus=True), "licenceText", "Text of the licence")
        self._close = named(QPushButton("&Close"), "closeButton", "Close")
        self._fill_table()
        self._lay_out()
        self._table.selectionModel().currentRowChanged.connect(lambda index: self._show_text(index.row()))
        self._close.clicked.connect(self.reject)
        self._table.setVisible(bool(self._shipped))
        self._text.setVisible(bool(self._shipped))
        self._table.selectRow(0)
        self._table.setFocus()

    def _show_text(self, row: int) -> None:
        self._text.setPlainText(self._shipped[row].text())

    def _fill_table(self) -> None:
        model = QStandardItemModel(self)
        model.setHorizontalHeaderLabels(_HEADINGS)
        for each in self._shipped:
            model.appendRow([QStandardItem(text) for text in (each.name, each.purpose, each.licence)])
        self._table.setModel(model)
        self._table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        lay_out_list(self._table, _WIDTHS)

    def _lay_out(self) -> None:
        font = self._version.font()
        font.setBold(True)
        self._version.setFont(font)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        # Not another icon: the one that the program's windows have has read its pictures already.
        icon = named(Label(pixmap=QApplication.windowIcon().pixmap(_ICON)), "iconLabel")
        said = QVBoxLayout()
        said.setSpacing(8)
        said.addWidget(self._version)
        said.addWidget(self._about)
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(icon, alignment=Qt.AlignmentFlag.AlignTop)
        top.addLayout(said, stretch=1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addSpacing(8)
        layout.addWidget(self._table, stretch=1)
        layout.addWidget(self._text, stretch=1)
        layout.addSpacing(8)
        layout.addWidget(self._close, alignment=Qt.AlignmentFlag.AlignRight)
        digit = self.fontMetrics().horizontalAdvance("0")
        resize_within_screen(self, 104 * digit, 88 * digit)
