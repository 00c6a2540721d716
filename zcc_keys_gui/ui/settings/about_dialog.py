"""Help > About: the version, the copyright, and the components with their licenses."""

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
from zcc_keys_gui.ui.settings.licenses import shipped_components
from zcc_keys_gui.ui.text.settings import about as texts
from zcc_keys_gui.ui.text.values import PROGRAM
from zcc_keys_gui.ui.text.widgets import CLOSE
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.layouts import dialog_layout
from zcc_keys_gui.ui.widgets.lists.list_table import lay_out_list
from zcc_keys_gui.ui.widgets.naming import name_widget
from zcc_keys_gui.ui.widgets.placement import resize_within_screen

_COLUMN_WIDTHS_DIGITS = (24, 44, 24)
_WIDTH_DIGITS, _HEIGHT_DIGITS = 104, 88
_ICON_SIZE_PIXELS = 48  # at a scale of 100%


class AboutDialog(QDialog):
    """A dialog with the version, a table of the components, and the license text of the selected one."""

    def __init__(self, parent: QWidget) -> None:
        """Fill the table, and select its first row."""
        super().__init__(parent)
        self.setObjectName("aboutDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(texts.TITLE)
        self._components = shipped_components()
        self._version = name_widget(Label(texts.VERSION.format(program=PROGRAM, version=__version__)), "versionLabel")
        self._about = name_widget(Label(f"{texts.ABOUT}\n\n{__copyright__}", wordWrap=True), "aboutLabel")
        self._table = name_widget(QTableView(), "licenceTable", texts.COMPONENTS)
        self._text = name_widget(QPlainTextEdit(readOnly=True, tabChangesFocus=True), "licenceText", texts.LICENSE_TEXT)
        self._close = name_widget(QPushButton(CLOSE), "closeButton")
        self._fill_table()
        self._lay_out()
        self._table.selectionModel().currentRowChanged.connect(lambda index: self._show_license(index.row()))
        self._close.clicked.connect(self.reject)
        self._table.setVisible(bool(self._components))
        self._text.setVisible(bool(self._components))
        self._table.selectRow(0)
        self._table.setFocus()

    def _show_license(self, row: int) -> None:
        self._text.setPlainText(self._components[row].text())

    def _fill_table(self) -> None:
        model = QStandardItemModel(self)
        model.setHorizontalHeaderLabels(texts.HEADINGS)
        for each in self._components:
            model.appendRow([QStandardItem(text) for text in (each.name, each.purpose, each.license)])
        self._table.setModel(model)
        self._table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        lay_out_list(self._table, _COLUMN_WIDTHS_DIGITS)

    def _lay_out(self) -> None:
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        layout = dialog_layout(self)
        layout.addLayout(self._program_row())
        layout.addSpacing(8)
        layout.addWidget(self._table, stretch=1)
        layout.addWidget(self._text, stretch=1)
        layout.addSpacing(8)
        layout.addWidget(self._close, alignment=Qt.AlignmentFlag.AlignRight)
        digit = self.fontMetrics().horizontalAdvance("0")
        resize_within_screen(self, _WIDTH_DIGITS * digit, _HEIGHT_DIGITS * digit)

    def _program_row(self) -> QHBoxLayout:
        font = self._version.font()
        font.setBold(True)
        self._version.setFont(font)
        # Use the icon of the application, because a new icon would read its pictures from the disk again.
        icon = name_widget(Label(pixmap=QApplication.windowIcon().pixmap(_ICON_SIZE_PIXELS)), "iconLabel")
        labels = QVBoxLayout()
        labels.setSpacing(8)
        labels.addWidget(self._version)
        labels.addWidget(self._about)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(icon, alignment=Qt.AlignmentFlag.AlignTop)
        row.addLayout(labels, stretch=1)
        return row
