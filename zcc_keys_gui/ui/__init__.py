"""Windows, dialogs, models, the clipboard. Never imports the vault."""

import sys

import PySide6.QtCore  # noqa: F401  puts the module in place that is changed below


def _spare_reading_sources() -> None:
    """Keep PySide6 from reading the source of every module that is imported after it.

    It looks there for its own name, to know whether its snake_case and properties (`from __feature__ import …`) are
    wanted, which nothing here uses. That took a tenth of the whole start, and the memory for all sources.
    """
    feature = sys.modules.get("shibokensupport.feature")
    if hasattr(feature, "_mod_uses_pyside"):
        feature._mod_uses_pyside = lambda _: False  # type: ignore[union-attr]


_spare_reading_sources()
