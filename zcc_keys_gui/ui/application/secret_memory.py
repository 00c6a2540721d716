"""Removing a secret from memory that Python has freed."""

from PySide6.QtCore import QTimer

from zcc_keys_gui.platform.memory import overwrite_freed_memory


def overwrite_freed_memory_soon() -> None:
    """Overwrite freed memory when the event loop runs again, because the callers may still hold the secret."""
    QTimer.singleShot(0, overwrite_freed_memory)
