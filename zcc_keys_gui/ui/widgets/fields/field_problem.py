"""The message under a field that says what is wrong with its content."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.naming import name_widget
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts
from zcc_keys_gui.ui.widgets.warning_sign import WarningSign


class FieldProblem(QWidget):
    """A warning sign and a text under a field; hidden while the text is empty.

    The text is also the field's accessible description, so that a screen reader speaks it at the field.
    """

    def __init__(self, field: QLineEdit, label_name: str) -> None:
        """Describe problems of `field`; `label_name` is the label's object name."""
        super().__init__()
        self._field = field
        self._label = name_widget(Label(wordWrap=True), label_name)
        font = self._label.font()
        font.setBold(True)
        self._label.setFont(font)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(WarningSign(), alignment=Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._label, stretch=1)
        self.set_text("")

    def set_text(self, text: str) -> None:
        """Show a text, or nothing if it is empty."""
        self._label.setText(text)
        self._field.setAccessibleDescription(text)
        self.setVisible(bool(text))
        if text:
            grow_to_fit_texts(self.window())
