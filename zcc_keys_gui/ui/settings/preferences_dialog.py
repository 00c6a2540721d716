"""The window with the preferences. Each choice applies immediately."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QSizePolicy,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from zcc_keys_gui.domain.policies import (
    CLIPBOARD_SECONDS,
    FORBID_SIGN_IN_SERVICE,
    MAX_SESSION_VALIDITY,
    WholeNumberPolicy,
)
from zcc_keys_gui.domain.session_validity import ValidityProblem
from zcc_keys_gui.service.sign_in_messages import DEFAULT_PORT
from zcc_keys_gui.ui.application.preferences import Preferences, Theme
from zcc_keys_gui.ui.text.fields import SECONDS, validity_hint
from zcc_keys_gui.ui.text.settings import preferences as texts
from zcc_keys_gui.ui.text.settings.policies import MANAGED, describe_policy_faults
from zcc_keys_gui.ui.widgets.fields.number_field import NumberField
from zcc_keys_gui.ui.widgets.fields.session_validity_field import SessionValidityField
from zcc_keys_gui.ui.widgets.label import Label, label_for
from zcc_keys_gui.ui.widgets.layouts import dialog_layout, field_group
from zcc_keys_gui.ui.widgets.naming import name_widget
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts
from zcc_keys_gui.ui.widgets.warning_sign import WarningSign

_WIDTH_DIGITS = 64


class PreferencesDialog(QDialog):
    """A window with the preferences, which says which of them the organization manages."""

    def __init__(self, preferences: Preferences, protection: QWidget, parent: QWidget) -> None:
        """Show and change `preferences`; `protection` is the page with the ways to unlock the vault."""
        super().__init__(parent)
        self.setObjectName("preferencesDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(texts.TITLE)
        self._preferences = preferences
        layout = dialog_layout(self, width_digits=_WIDTH_DIGITS)
        layout.setSpacing(16)
        if preferences.policies.faults:
            layout.addLayout(_warning(describe_policy_faults(preferences.policies.faults)))
        pages = name_widget(QTabWidget(), "preferencesPages", texts.PAGES)
        pages.addTab(self._general_page(), texts.GENERAL)
        pages.addTab(protection, texts.PROTECTION)
        layout.addWidget(pages)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = name_widget(buttons.button(QDialogButtonBox.StandardButton.Close), "closeButton")
        close.setAutoDefault(False)  # Enter only checks the field that has the focus.
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)

    def event(self, event: QEvent) -> bool:
        """Grow if a page needs more space."""
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            grow_to_fit_texts(self)
        return handled

    def _general_page(self) -> QWidget:
        page = QWidget()
        groups = QVBoxLayout(page)
        groups.setContentsMargins(16, 16, 16, 16)
        groups.setSpacing(16)
        groups.addLayout(self._clipboard_group())
        groups.addLayout(self._new_keys_group())
        groups.addLayout(self._sign_in_service_group())
        groups.addLayout(self._appearance_group())
        groups.addStretch()
        return page

    def _clipboard_group(self) -> QVBoxLayout:
        field = name_widget(NumberField(), "clipboardSecondsField", texts.CLIPBOARD_SECONDS_FIELD)
        field.setRange(CLIPBOARD_SECONDS.minimum, CLIPBOARD_SECONDS.maximum)
        field.setKeyboardTracking(False)  # The 6 is not saved while the user types 60.
        field.setValue(self._preferences.clipboard_seconds)
        field.setEnabled(not self._is_managed(CLIPBOARD_SECONDS))
        field.valueChanged.connect(self._save_clipboard_seconds)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(field)
        row.addWidget(Label(SECONDS))
        row.addStretch()
        group = field_group(label_for(field, texts.CLIPBOARD_SECONDS), row)
        self._add_managed_note(group, CLIPBOARD_SECONDS, MANAGED)
        return group

    def _new_keys_group(self) -> QVBoxLayout:
        max_seconds = self._preferences.max_session_validity_seconds
        field = SessionValidityField(
            "newKeyValidity", texts.NEW_KEY_VALIDITY_FIELD, self._preferences.new_key_validity_seconds, max_seconds
        )
        field.edited.connect(lambda: self._save_new_key_validity(field.typed()))
        group = field_group(label_for(field, texts.NEW_KEY_VALIDITY), field)
        note = texts.MAX_VALIDITY_MANAGED.format(interval=validity_hint(max_seconds))
        self._add_managed_note(group, MAX_SESSION_VALIDITY, note)
        return group

    def _sign_in_service_group(self) -> QVBoxLayout:
        is_forbidden = self._preferences.forbids_sign_in_service
        box = name_widget(QCheckBox(texts.ONLY_THIS_PORT), "onlyUsualPortBox")
        box.setChecked(self._preferences.uses_only_usual_port)
        box.setEnabled(not is_forbidden)
        box.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        box.toggled.connect(self._save_only_usual_port)
        box.setAccessibleDescription(texts.ONLY_THIS_PORT_HINT)
        group = field_group(label_for(box, texts.SERVICE_PORT.format(port=DEFAULT_PORT)), box)
        group.addWidget(name_widget(Label(texts.ONLY_THIS_PORT_HINT, wordWrap=True), "onlyUsualPortHint"))
        if is_forbidden:
            self._add_managed_note(group, FORBID_SIGN_IN_SERVICE, MANAGED)
        return group

    def _appearance_group(self) -> QVBoxLayout:
        themes = name_widget(QComboBox(), "themeField", texts.THEME_FIELD)
        themes.addItems(texts.THEME_NAMES)
        themes.setMinimumContentsLength(max(map(len, texts.THEME_NAMES)) + 2)
        themes.setCurrentIndex(list(Theme).index(self._preferences.theme))
        themes.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        themes.currentIndexChanged.connect(self._save_theme)
        note = name_widget(QCheckBox(texts.SHOW_LOCAL_NOTE), "localNoteBox")
        note.setChecked(self._preferences.shows_local_note)
        note.toggled.connect(self._save_shows_local_note)
        group = field_group(label_for(themes, texts.THEME), themes)
        group.addSpacing(12)
        group.addWidget(note)
        return group

    def _is_managed(self, policy: WholeNumberPolicy) -> bool:
        return self._preferences.policies.value(policy) is not None

    def _add_managed_note(self, group: QVBoxLayout, policy: WholeNumberPolicy, text: str) -> None:
        """Say that the organization manages a preference, if it does."""
        if self._is_managed(policy):
            group.addWidget(name_widget(Label(text, wordWrap=True), f"managed{policy.name}Label"))

    def _save_clipboard_seconds(self, seconds: int) -> None:
        self._preferences.clipboard_seconds = seconds

    def _save_new_key_validity(self, typed: int | ValidityProblem) -> None:
        if isinstance(typed, int):
            self._preferences.new_key_validity_seconds = typed

    def _save_only_usual_port(self, only: bool) -> None:
        self._preferences.uses_only_usual_port = only

    def _save_theme(self, index: int) -> None:
        self._preferences.theme = list(Theme)[index]

    def _save_shows_local_note(self, shows: bool) -> None:
        self._preferences.shows_local_note = shows


def _warning(text: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(WarningSign(), alignment=Qt.AlignmentFlag.AlignTop)
    row.addWidget(name_widget(Label(text, wordWrap=True), "policyFaultLabel"), stretch=1)
    return row
