"""Saving and restoring the position of the main window and the columns of its list."""

from PySide6.QtWidgets import QMainWindow

from zcc_keys_gui.ui.application.former_settings import Columns, former_columns, former_placement
from zcc_keys_gui.ui.application.settings_file import SettingsFile
from zcc_keys_gui.ui.keys.list.key_table import KeyTable
from zcc_keys_gui.ui.widgets.placement import center_on_screen, placement_of, resize_within_screen, restore_placement

_PLACEMENT, _ORDER, _WIDTHS, _SORT = "window/place", "columns/order", "columns/widths", "columns/sort"
_FORMER_PLACEMENT, _FORMER_COLUMNS, _FORMER_COLUMN_COUNT = "geometry", "columns", "columnCount"  # of version 0.1.0
_FIRST_COLUMN_COUNT = 6  # in the first versions, which did not save their number of columns
_FIRST_WIDTH_DIGITS, _FIRST_HEIGHT_DIGITS = 160, 80


def save_layout(settings: SettingsFile, window: QMainWindow, table: KeyTable) -> None:
    """Save the position and size of `window` and the columns of `table`."""
    columns = table.columns()
    settings.set(
        {
            _PLACEMENT: placement_of(window),
            _ORDER: columns.order,
            _WIDTHS: columns.widths,
            _SORT: (columns.sort_column, int(columns.is_descending)),
            _FORMER_PLACEMENT: None,
            _FORMER_COLUMNS: None,
            _FORMER_COLUMN_COUNT: None,
        }
    )


def restore_layout(settings: SettingsFile, window: QMainWindow, table: KeyTable) -> None:
    """Restore the position and size of `window`, or center it if none are saved, and the columns of `table`."""
    placement = settings.numbers(_PLACEMENT) or former_placement(settings.value(_FORMER_PLACEMENT) or "")
    if not restore_placement(window, placement):
        digit = window.fontMetrics().horizontalAdvance("0")
        resize_within_screen(window, _FIRST_WIDTH_DIGITS * digit, _FIRST_HEIGHT_DIGITS * digit)
        center_on_screen(window)
    columns = _saved_columns(settings)
    if columns is not None:
        table.show_columns(columns)


def _saved_columns(settings: SettingsFile) -> Columns | None:
    sort = settings.numbers(_SORT)
    if len(sort) == 2:
        return Columns(settings.numbers(_ORDER), settings.numbers(_WIDTHS), sort[0], sort[1] == 1)
    former = former_columns(settings.value(_FORMER_COLUMNS) or "")
    count = (*settings.numbers(_FORMER_COLUMN_COUNT), _FIRST_COLUMN_COUNT)[0]
    return former and former._replace(widths=former.widths[: max(count, 0)])
