"""The window in which a person chooses what they may; each choice applies at once."""

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
from zcc_keys_gui.ui.text.fields import validity_hint
from zcc_keys_gui.ui.text.settings.policies import MANAGED, policy_faults_words
from zcc_keys_gui.ui.widgets.fields.number_field import NumberField
from zcc_keys_gui.ui.widgets.fields.session_validity_field import SessionValidityField
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.naming import named
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts
from zcc_keys_gui.ui.widgets.warning_sign import WarningSign


class PreferencesDialog(QDialog):
    """Shows the preferences, and what the organization manages."""

    def __init__(self, preferences: Preferences, protection: QWidget, parent: QWidget) -> None:
        """Show and change `preferences`; the page `protection` shows who can open the vault."""
        super().__init__(parent)
        self.setObjectName("preferencesDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Preferences")
        self._preferences = preferences
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        if preferences.policies.faults:
            layout.addLayout(_warning(policy_faults_words(preferences.policies.faults)))
        general = QWidget()
        groups = QVBoxLayout(general)
        groups.setContentsMargins(16, 16, 16, 16)
        groups.setSpacing(16)
        groups.addLayout(self._clipboard())
        groups.addLayout(self._new_keys())
        groups.addLayout(self._sign_in_service())
        groups.addLayout(self._appearance())
        groups.addStretch()
        pages = named(QTabWidget(), "preferencesPages", "Pages")
        pages.addTab(general, "&General")
        pages.addTab(protection, "&Protection")
        layout.addWidget(pages)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        named(close, "closeButton", close.text().replace("&", ""))
        close.setAutoDefault(False)  # Enter ends the typing in a field, and says what is wrong there
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("0") * 64)

    def event(self, event: QEvent) -> bool:
        """Grow where a page has come to need more room."""
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            grow_to_fit_texts(self)
        return handled

    def _clipboard(self) -> QVBoxLayout:
        seconds = named(NumberField(), "clipboardSecondsField", "Seconds until the clipboard clears")
        seconds.setRange(CLIPBOARD_SECONDS.minimum, CLIPBOARD_SECONDS.maximum)
        seconds.setKeyboardTracking(False)  # of "60", the 6 is no choice yet
        seconds.setValue(self._preferences.clipboard_seconds)
        seconds.setEnabled(not self._is_managed(CLIPBOARD_SECONDS))
        seconds.valueChanged.connect(self._choose_clipboard_seconds)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(seconds)
        row.addWidget(Label("seconds"))
        row.addStretch()
        group = _group(_label("&Clear a copied client secret from the clipboard after", seconds), row)
        self._say_managed(group, CLIPBOARD_SECONDS)
        return group

    def _new_keys(self) -> QVBoxLayout:
        longest = self._preferences.max_session_validity
        field = SessionValidityField(
            "newKeyValidity",
            "Session validity interval of new keys (in seconds)",
            self._preferences.new_key_validity,
            longest,
        )
        field.edited.connect(lambda: self._choose_validity(field.typed()))
        group = _group(_label("Session &validity interval of new keys", field), field)
        decided = f"No key can be saved with more than {validity_hint(longest)}. "
        self._say_managed(group, MAX_SESSION_VALIDITY, decided)
        return group

    def _sign_in_service(self) -> QVBoxLayout:
        only = named(QCheckBox("This port &or none"), "onlyUsualPortBox", "This port or none")
        only.setChecked(self._preferences.only_usual_port)
        only.setEnabled(not self._preferences.forbids_sign_in_service)
        only.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        only.toggled.connect(self._choose_port)
        hint = named(
            Label(
                "If another program uses this port, the sign-in service stays off instead of using the next free port.",
                wordWrap=True,
            ),
            "onlyUsualPortHint",
        )
        only.setAccessibleDescription(hint.text())
        group = _group(_label(f"Sign-&in service on port {DEFAULT_PORT}", only), only)
        group.addWidget(hint)
        if self._preferences.forbids_sign_in_service:
            self._say_managed(group, FORBID_SIGN_IN_SERVICE)
        return group

    def _appearance(self) -> QVBoxLayout:
        themes = named(QComboBox(), "themeField", "Theme")
        themes.addItems([theme.value for theme in Theme])
        themes.setMinimumContentsLength(max(len(theme.value) for theme in Theme) + 2)
        themes.setCurrentText(self._preferences.theme.value)
        themes.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        themes.currentTextChanged.connect(self._choose_theme)
        note = named(QCheckBox("&Say above the list that the keys are local"), "localNoteBox")
        note.setAccessibleName(note.text().replace("&", ""))
        note.setChecked(self._preferences.shows_local_note)
        note.toggled.connect(self._choose_local_note)
        group = _group(_label("&Theme", themes), themes)
        group.addSpacing(12)
        group.addWidget(note)
        return group

    def _is_managed(self, policy: WholeNumberPolicy) -> bool:
        return self._preferences.policies.value(policy) is not None

    def _say_managed(self, group: QVBoxLayout, policy: WholeNumberPolicy, decided: str = "") -> None:
        if self._is_managed(policy):
            group.addWidget(named(Label(f"{decided}{MANAGED}", wordWrap=True), f"managed{policy.name}Label"))

    def _choose_clipboard_seconds(self, seconds: int) -> None:
        self._preferences.clipboard_seconds = seconds

    def _choose_validity(self, typed: int | ValidityProblem) -> None:
        if isinstance(typed, int):
            self._preferences.new_key_validity = typed

    def _choose_port(self, only: bool) -> None:
        self._preferences.only_usual_port = only

    def _choose_theme(self, theme: str) -> None:
        self._preferences.theme = Theme(theme)

    def _choose_local_note(self, shows: bool) -> None:
        self._preferences.shows_local_note = shows


def _group(label: Label, content: QWidget | QHBoxLayout) -> QVBoxLayout:
    group = QVBoxLayout()
    group.setSpacing(4)
    group.addWidget(label)
    if isinstance(content, QWidget):
        group.addWidget(content)
    else:
        group.addLayout(content)
    return group


def _label(text: str, buddy: QWidget) -> Label:
    label = Label(text)
    label.setBuddy(buddy)
    return label


def _warning(text: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(WarningSign(), alignment=Qt.AlignmentFlag.AlignTop)
    label = Label(text, wordWrap=True)
    row.addWidget(named(label, "policyFaultLabel"), stretch=1)
    return row
