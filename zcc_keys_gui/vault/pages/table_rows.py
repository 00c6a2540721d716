"""Decodes the rows on one page of a table.

The format is described at https://sqlite.org/fileformat2.html#b_tree_pages and #record_format.
"""

from collections.abc import Iterator

from zcc_keys_gui.vault.pages.encrypted_page import USABLE_BYTES

Row = tuple[int | str | bytes | float | None, ...]

_INNER_PAGE, _LEAF_PAGE = 0x05, 0x0D
_MAX_ROW_BYTES = USABLE_BYTES - 35  # a longer row continues on overflow pages
_INTEGER_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}  # by serial type
_HEADER_OFFSET = 100
"""The offset of the page header on page 1, which begins with the header of the database."""


def decode_rows(number: int, page: bytes) -> Iterator[tuple[int, Row]]:
    """Yield row ID and columns of each row on page `number`; nothing unless it is a leaf page of a table.

    Rows that continue on overflow pages are left out.
    """
    start = _header_offset(number)
    if page[start] != _LEAF_PAGE:
        return
    for cell in range(int.from_bytes(page[start + 3 : start + 5])):
        at = int.from_bytes(page[start + 8 + 2 * cell : start + 10 + 2 * cell])
        size, at = _decode_varint(page, at)
        row_id, at = _decode_varint(page, at)
        if size <= _MAX_ROW_BYTES:
            yield row_id, _decode_columns(page[at : at + size])


def child_pages(number: int, page: bytes) -> list[int]:
    """Return the numbers of the pages below page `number`; none unless it is an inner page of a table."""
    start = _header_offset(number)
    if page[start] != _INNER_PAGE:
        return []
    cells = range(start + 12, start + 12 + 2 * int.from_bytes(page[start + 3 : start + 5]), 2)
    offsets = [start + 8, *(int.from_bytes(page[cell : cell + 2]) for cell in cells)]
    return [int.from_bytes(page[offset : offset + 4]) for offset in offsets]


def _header_offset(number: int) -> int:
    return _HEADER_OFFSET if number == 1 else 0


def _decode_columns(record: bytes) -> Row:
    end, at = _decode_varint(record, 0)
    body = end
    values: list[int | str | bytes | float | None] = []
    while at < end:
        kind, at = _decode_varint(record, at)
        if kind in _INTEGER_BYTES:
            size = _INTEGER_BYTES[kind]
            values.append(int.from_bytes(record[body : body + size], signed=True))
        elif kind in (8, 9):  # the integers 0 and 1, which take no space
            size = 0
            values.append(kind - 8)
        elif kind >= 12:
            size = (kind - 12) // 2
            raw = record[body : body + size]
            values.append(raw.decode(errors="replace") if kind % 2 else raw)
        else:  # NULL, or a real number, of which no table has any
            size = 8 if kind == 7 else 0
            values.append(None if kind == 0 else 0.0)
        body += size
    return tuple(values)


def _decode_varint(content: bytes, at: int) -> tuple[int, int]:
    """Return a number of SQLite's variable length, and the offset behind it."""
    number = 0
    for offset in range(8):
        byte = content[at + offset]
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            return number, at + offset + 1
    return number << 8 | content[at + 8], at + 9
