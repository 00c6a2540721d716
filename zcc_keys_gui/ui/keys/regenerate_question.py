"""The question before a client secret is regenerated, in which is chosen when the old one stops."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from PySide6.QtWidgets import QComboBox, QMessageBox, QWidget

from zcc_keys_gui.domain.api_key import ApiKey
from zcc_keys_gui.service.keys import NO_OVERLAP
from zcc_keys_gui.ui.text.values import until_words
from zcc_keys_gui.ui.widgets.messages import ask
from zcc_keys_gui.ui.widgets.naming import named

_OVERLAPS = {
    "now": NO_OVERLAP,
    "in 1 hour": timedelta(hours=1),
    "in 24 hours": timedelta(hours=24),
    "in 7 days": timedelta(days=7),
}


def ask_to_regenerate(parent: QWidget, key: ApiKey, on_confirm: Callable[[timedelta], None]) -> QMessageBox:
    """Ask whether to regenerate the secret of `key`; `on_confirm` is told how long the old one goes on working."""
    field = named(QComboBox(), "overlapField", "The old secret stops")
    field.addItems(list(_OVERLAPS))
    now = datetime.now(UTC)
    running = key.old_secret_until(now)
    earlier = (
        ""
        if running is None
        else f"\n\nAn earlier secret, which would work until {until_words(running, now)}, stops now in any case."
    )
    return ask(
        parent,
        f"Regenerate the client secret of {key.name}?",
        consequence="Scripts need the new secret, which is shown only once. The client ID stays the same.\n\n"
        "However long the old secret goes on working, tokens that were issued before stop at once: scripts sign in "
        f"again.{earlier}",
        confirm="Regenerate secret",
        on_confirm=lambda: on_confirm(_OVERLAPS[field.currentText()]),
        choice=("The &old secret stops", field),
    )
