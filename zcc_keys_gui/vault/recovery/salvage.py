"""What can still be read of a damaged vault: every row on a sound page, whatever else is damaged.

Rows are taken from the leaf pages themselves, without the tree above them, so that no damaged page costs more rows than
are on it (https://sqlite.org/fileformat2.html#b_tree_pages and #record_format). A page that is not as it was written
last yields none: no deleted key and no older secret comes back.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from zcc_keys_gui.domain.backup import Content, StoredKey
from zcc_keys_gui.domain.damage import Readable
from zcc_keys_gui.domain.history import Action, HistoryEntry
from zcc_keys_gui.platform.files import flush
from zcc_keys_gui.vault import schema
from zcc_keys_gui.vault.keys.cipher import connect
from zcc_keys_gui.vault.recovery.pages import USABLE, Pages
from zcc_keys_gui.vault.rows import key_from_row, to_time

Row = tuple[int | str | bytes | float | None, ...]

_TABLE_INNER, _TABLE_LEAF = 0x05, 0x0D
_LONGEST_ON_PAGE = USABLE - 35  # bytes of a row that has no overflow page
_KEY_COLUMNS = (type(None), str, str, str, str, int, int, int, bytes)
_HISTORY_COLUMNS = (type(None), int, str, str, str, str, str)  # and from schema 5 on the status, which may be NULL
_SCHEMA_COLUMNS = (str, str, str, int)
_VAULT_COLUMNS = (str, int, int)
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}  # bytes by serial type
_KEY_NAME, _HISTORY_ACTION, _HISTORY_CLIENT_ID, _HISTORY_NAME = 2, 3, 4, 5


@dataclass
class Salvaged:
    """The rows that could be read, each by its number."""

    pages: int = 0
    bad_pages: list[int] = field(default_factory=list)
    keys: dict[int, Row] = field(default_factory=dict)
    history: dict[int, Row] = field(default_factory=dict)
    vault: Row | None = None
    roots: dict[object, object] = field(default_factory=dict)
    """The page at which the tree of each table and index begins, by name."""
    below: dict[int, list[int]] = field(default_factory=dict)
    """The pages below each inner page of a table's tree."""

    @property
    def keys_lost(self) -> int | None:
        """How many keys the vault had that cannot be read; None where that cannot be known."""
        if self._is_whole("api_key"):
            return 0
        if self.vault is None or not isinstance(self.vault[2], int):
            return None
        return max(0, self.vault[2] - len(self.keys))

    @property
    def history_lost(self) -> int | None:
        """How many rows of the history cannot be read, at least; None where that cannot be known."""
        if self._is_whole("history"):
            return 0
        # None is ever deleted. What came after the last is not known.
        return (max(self.history) - len(self.history) or None) if self.history else None

    @property
    def names_lost(self) -> list[str]:
        """The names of keys of which the history tells, but that cannot be read."""
        there = {row[1] for row in self.keys.values()}
        return sorted(
            str(row[_HISTORY_NAME])
            for client_id, row in self._last_of_each().items()
            if client_id and client_id not in there and row[_HISTORY_ACTION] != Action.DELETED.value
        )

    def in_numbers(self) -> Readable:
        """Return how much could be read."""
        return Readable(
            self.pages,
            len(self.bad_pages),
            len(self.keys),
            self.keys_lost,
            len(self.history),
            self.history_lost,
            tuple(self.names_lost),
        )

    def content(self) -> Content:
        """Return the keys and the history, in order."""
        keys = (row for _, row in sorted(self.keys.items()))
        history = (row for _, row in sorted(self.history.items()))
        return Content(tuple(map(_stored, keys)), tuple(map(_entry, history)))

    def drop_deleted(self) -> None:
        """Leave out keys that the history says are deleted."""
        deleted = {
            client_id for client_id, row in self._last_of_each().items() if row[_HISTORY_ACTION] == Action.DELETED.value
        }
        self.keys = {number: row for number, row in self.keys.items() if row[1] not in deleted}

    def _is_whole(self, table: str) -> bool:
        """Say whether all pages of a table's tree can be read."""
        left = [self.roots.get(table)]
        while left:
            number = left.pop()
            if not isinstance(number, int) or number in self.bad_pages:
                return False
            left += self.below.get(number, [])
        return True

    def _last_of_each(self) -> dict[object, Row]:
        return {self.history[number][_HISTORY_CLIENT_ID]: self.history[number] for number in sorted(self.history)}


def salvage(database: Path, key: bytes, wanted: Callable[[], bool] = lambda: True) -> Salvaged:
    """Read what is left of a database and its write-ahead log; changes neither. Raises `OSError`, `InterruptedError`.

    `wanted` is asked now and then; once it says no, `InterruptedError` is raised.
    """
    pages = Pages(database, key)
    found = Salvaged(pages.count, [1] if pages.salt_is_damaged else [])
    for page in pages:
        if not wanted():
            raise InterruptedError
        if page.content is None:
            if page.number not in found.bad_pages[:1]:
                found.bad_pages.append(page.number)
        else:
            start = 100 if page.number == 1 else 0
            if page.content[start] == _TABLE_INNER:
                found.below[page.number] = _pages_below(page.content, start)
            for number, row in rows_on_page(page.content, start):
                _put(found, number, row)
    found.drop_deleted()
    return found


def write_salvaged(found: Salvaged, database: Path, key: bytes, vault_id: str, generation: int) -> int:
    """Make a database of what was read, and return how many keys are in it. Raises `sqlcipher.Error`, `OSError`."""
    database.touch(mode=0o600)
    with closing(connect(database, key)) as db:
        schema.create(db, vault_id, generation)
        db.execute("BEGIN")
        db.executemany(
            "INSERT OR IGNORE INTO api_key (id, client_id, name, status, role, session_validity, created,"
            " secret_pending, verifier) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(number, *row[1:]) for number, row in sorted(found.keys.items())],
        )
        db.executemany(
            "INSERT INTO history (at, who, action, client_id, name, details, status) SELECT at, who, action, client_id,"
            f" name, details, coalesce(status, {schema.STATUS_TOLD}) FROM (SELECT ? AS at, ? AS who, ? AS action,"
            " ? AS client_id, ? AS name, ? AS details, ? AS status)",
            [row[1:] for _, row in sorted(found.history.items())],
        )
        db.execute("COMMIT")
        (keys,) = db.execute("SELECT count(*) FROM api_key").fetchone()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    flush(database)
    return int(keys)


def _stored(row: Row) -> StoredKey:
    _, *columns, verifier = row
    assert isinstance(verifier, bytes)
    return StoredKey(key_from_row(columns), verifier)


def _entry(row: Row) -> HistoryEntry:
    _, at, who, action, client_id, name, details, _ = row
    assert isinstance(at, int)
    return HistoryEntry(to_time(at), str(who), Action(str(action)), str(client_id), str(name), str(details))


def _put(found: Salvaged, number: int, row: Row) -> None:
    kinds = tuple(type(value) for value in row)
    if kinds[: len(_KEY_COLUMNS)] == _KEY_COLUMNS:
        found.keys[number] = row[: len(_KEY_COLUMNS)]  # without what the sign-in service noted
    elif kinds[:7] == _HISTORY_COLUMNS and kinds[7:] in ((), (str,), (type(None),)):
        found.history[number] = (*row, None)[:8]
    elif kinds[:4] == _SCHEMA_COLUMNS and row[0] == "table":
        found.roots[row[1]] = row[3]
    elif kinds[:3] == _VAULT_COLUMNS and len(str(row[0])) == 36 and "-" in str(row[0]):
        found.vault = row


def _pages_below(page: bytes, start: int) -> list[int]:
    cells = range(start + 12, start + 12 + 2 * int.from_bytes(page[start + 3 : start + 5]), 2)
    at = [start + 8, *(int.from_bytes(page[cell : cell + 2]) for cell in cells)]
    return [int.from_bytes(page[place : place + 4]) for place in at]


def rows_on_page(page: bytes, start: int) -> Iterator[tuple[int, Row]]:
    """Yield number and columns of each row on a leaf page of a table; nothing of any other page."""
    if page[start] != _TABLE_LEAF:
        return
    for cell in range(int.from_bytes(page[start + 3 : start + 5])):
        at = int.from_bytes(page[start + 8 + 2 * cell : start + 10 + 2 * cell])
        size, at = _varint(page, at)
        number, at = _varint(page, at)
        if size <= _LONGEST_ON_PAGE:
            yield number, _columns(page[at : at + size])


def _columns(record: bytes) -> Row:
    end, at = _varint(record, 0)
    body = end
    values: list[int | str | bytes | float | None] = []
    while at < end:
        kind, at = _varint(record, at)
        if kind in _INTEGERS:
            size = _INTEGERS[kind]
            values.append(int.from_bytes(record[body : body + size], signed=True))
        elif kind in (8, 9):
            size = 0
            values.append(kind - 8)
        elif kind >= 12:
            size = (kind - 12) // 2
            raw = record[body : body + size]
            values.append(raw.decode(errors="replace") if kind % 2 else raw)
        else:
            size = 8 if kind == 7 else 0
            values.append(None if kind == 0 else 0.0)
        body += size
    return tuple(values)


def _varint(content: bytes, at: int) -> tuple[int, int]:
    """Return a number of SQLite's variable length, and the place behind it."""
    number = 0
    for place in range(8):
        byte = content[at + place]
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            return number, at + place + 1
    return number << 8 | content[at + 8], at + 9
