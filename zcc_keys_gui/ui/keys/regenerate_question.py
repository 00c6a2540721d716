"""The question before a client secret is regenerated, with a choice of the old secret's grace period."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from PySide6.QtWidgets import QComboBox, QMessageBox, QWidget

from zcc_keys_gui.domain.api_key import ApiKey
from zcc_keys_gui.ui.text.keys import client_secret as texts
from zcc_keys_gui.ui.widgets.messages import ask
from zcc_keys_gui.ui.widgets.naming import name_widget


def ask_to_regenerate(parent: QWidget, key: ApiKey, on_confirm: Callable[[timedelta], None]) -> QMessageBox:
    """Ask whether to regenerate the secret of `key`. `on_confirm` receives the grace period of the old secret."""
    field = name_widget(QComboBox(), "overlapField", texts.GRACE_PERIOD)
    field.addItems(list(texts.GRACE_PERIODS.values()))
    return ask(
        parent,
        texts.REGENERATE_QUESTION.format(name=key.name),
        consequence=texts.describe_regenerate_consequence(key, datetime.now(UTC)),
        confirm=texts.REGENERATE_SECRET,
        on_confirm=lambda: on_confirm(list(texts.GRACE_PERIODS)[field.currentIndex()]),
        choice=(texts.GRACE_PERIOD_LABEL, field),
    )
