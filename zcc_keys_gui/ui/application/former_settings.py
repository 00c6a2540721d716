"""Reading the window geometry and the columns that version 0.1.0 saved in Qt's own formats.

Qt must not read them, because it trusts every number in them, for example how much memory to allocate.
"""

import re
import struct
from typing import NamedTuple

_GEOMETRY_MAGIC = 0x1D9D0CB  # QWidget::saveGeometry
_HEADER_VERSION = 0xFF  # QHeaderView::saveState
_MAX_COLUMNS = 100
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


class Columns(NamedTuple):
    """How a list shows its columns."""

    order: tuple[int, ...]
    """The numbers of the columns, from left to right."""
    widths: tuple[int, ...]
    """The width of each column in pixels, by its number."""
    sort_column: int
    """The column that the list is sorted by."""
    is_descending: bool


def former_placement(text: str) -> tuple[int, ...]:
    """Return left, top, width, height, and 1 if maximized, of a saved geometry; empty for any other text."""
    try:
        found = struct.unpack_from(">IHH4i4iiBB", _bytes_in(text))
    except (ValueError, struct.error):
        return ()
    magic, left, top, right, bottom, is_maximized = found[0], *found[7:11], found[12]
    if magic != _GEOMETRY_MAGIC or right <= left or bottom <= top:
        return ()
    return left, top, right - left + 1, bottom - top + 1, int(bool(is_maximized))


def former_columns(text: str) -> Columns | None:
    """Return the saved columns; None for any other text."""
    try:
        return _columns_in(_Reader(_bytes_in(text)))
    except (ValueError, struct.error):
        return None


class _Reader:
    """A reader of QDataStream's format. Raises `struct.error` at the end, and `ValueError` for an impossible length."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._offset = 0

    def number(self) -> int:
        (found,) = struct.unpack_from(">i", self._data, self._offset)
        self.skip(4)
        return int(found)

    def numbers(self) -> tuple[int, ...]:
        return tuple(self.number() for _ in range(self.length()))

    def length(self) -> int:
        length = self.number()
        if not 0 <= length <= _MAX_COLUMNS:
            raise ValueError(length)
        return length

    def skip(self, length: int) -> None:
        self._offset += length


def _columns_in(reader: _Reader) -> Columns:
    """Read the fields that QHeaderViewPrivate::read of Qt 6 reads."""
    if reader.number() != _HEADER_VERSION:
        raise ValueError
    reader.skip(8)  # version, orientation
    is_descending, sort_column = reader.number() == 1, reader.number()
    reader.skip(1)
    reader.numbers()  # the position of each column, the inverse of the order
    order = reader.numbers()
    reader.skip((reader.length() + 7) // 8)  # the hidden columns; there were none
    reader.skip(8 * reader.length())  # the widths of hidden columns
    reader.skip(4)
    count = reader.length()
    reader.skip(5 + 6 * 4)
    shown: list[int] = []
    for _ in range(reader.length()):
        shown.append(reader.number())
        reader.skip(8)
    if shown and not len(shown) == count == len(set(order or range(count))):  # Qt saves no widths if all are the same
        raise ValueError
    widths = [width for _, width in sorted(zip(order or range(count), shown, strict=False))]
    return Columns(order, tuple(widths), sort_column, is_descending)


def _bytes_in(text: str) -> bytes:
    """Return the bytes that QSettings wrote as `@ByteArray(...)`."""
    found = re.fullmatch(r"@ByteArray\((.*)\)", text)
    if found is None:
        raise ValueError
    return re.sub(r"\\(x[0-9a-fA-F]+|[0-7]+|.)", _unescape, found[1]).encode("latin-1")


def _unescape(escape: re.Match[str]) -> str:
    code = escape[1]
    if code[0] == "x" and len(code) > 1:
        return chr(int(code[1:], 16) & 0xFF)
    if code.isdigit():
        return chr(int(code, 8) & 0xFF)
    return _ESCAPES.get(code, code)
