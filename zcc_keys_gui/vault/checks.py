"""Looking for damage of an open vault, over connections of its own, beside what else is done with it."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from threading import Lock

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.damage import CheckedCopy, Findings, Part
from zcc_keys_gui.domain.errors import VaultError
from zcc_keys_gui.vault import protector_file
from zcc_keys_gui.vault.cipher import DatabaseKey, connect
from zcc_keys_gui.vault.copies import copies_in, verify
from zcc_keys_gui.vault.faults import faults_at
from zcc_keys_gui.vault.folder import VaultFolder
from zcc_keys_gui.vault.pages import PAGE
from zcc_keys_gui.vault.salvage import salvage

_PARTS = {"api_key": Part.KEYS, "history": Part.HISTORY}
_STEPS_OF_VAULT = 5
_CHECK_OF_SEARCH = "INSERT INTO api_key_text (api_key_text, rank) VALUES ('integrity-check', 1)"  # changes nothing
_DAMAGE = (sqlcipher.SQLITE_CORRUPT, sqlcipher.SQLITE_NOTADB)


class VaultChecks:
    """The checks of one open vault; see `service.store.Checks`."""

    def __init__(self, folder: VaultFolder, key: DatabaseKey, checkpoint: Callable[[], bool]) -> None:
        """Check the vault in `folder`; `checkpoint` moves its write-ahead log into the database."""
        self._folder = folder
        self._key = key
        self._checkpoint = checkpoint
        self._one_at_a_time = Lock()
        self._db: sqlcipher.Connection | None = None
        self._cancellations = 0

    def quick(self) -> Findings:
        """Read every page in use. Raises `VaultError`, `InterruptedError`."""
        is_wanted = self._wanted_until_cancelled()
        with self._reading() as db:
            if not is_wanted():
                raise InterruptedError
            problems = _problems(db, "BEGIN")  # all of it as it is at one moment
            problems += _problems(db, "PRAGMA quick_check(1)")
            return self._findings(db, problems, is_wanted)

    def full(self, progress: Callable[[int, int], None]) -> Findings:
        """Check all that can be checked, and the automatic copies. Raises `VaultError`, `InterruptedError`."""
        copies = copies_in(self._folder)
        steps = _STEPS_OF_VAULT + len(copies)

        is_wanted = self._wanted_until_cancelled()

        def at(step: int) -> None:
            if not is_wanted():
                raise InterruptedError
            progress(step, steps)

        with self._reading() as db:
            at(0)
            problems: list[str] = []
            if self._checkpoint():  # before, pages that are in the log alone look damaged
                problems += _bad_pages(db)
            at(1)
            problems += _problems(db, "PRAGMA integrity_check")
            at(2)
            problems += _problems(db, "PRAGMA foreign_key_check")
            at(3)
            problems += _problems(db, _CHECK_OF_SEARCH)
            at(4)
            findings = self._findings(db, problems, is_wanted)
        checked = []
        for number, copy in enumerate(copies, start=_STEPS_OF_VAULT):
            at(number)
            checked.append(CheckedCopy(copy.made, self._is_sound(copy.folder)))
        progress(steps, steps)
        return replace(findings, copies=tuple(checked))

    def cancel(self) -> None:
        """End a check under way in another thread soon."""
        self._cancellations += 1
        db = self._db
        if db is not None:
            db.interrupt()

    def _wanted_until_cancelled(self) -> Callable[[], bool]:
        cancellations = self._cancellations
        return lambda: cancellations == self._cancellations

    @contextmanager
    def _reading(self) -> Iterator[sqlcipher.Connection]:
        with self._one_at_a_time, faults_at(self._folder.database):
            try:
                with closing(connect(self._folder.database, self._key.material())) as db:
                    self._db = db
                    yield db
            except sqlcipher.OperationalError as error:
                if getattr(error, "sqlite_errorcode", 0) == sqlcipher.SQLITE_INTERRUPT:
                    raise InterruptedError from error
                raise
            finally:
                self._db = None

    def _findings(self, db: sqlcipher.Connection, problems: list[str], is_wanted: Callable[[], bool]) -> Findings:
        pages, keys, noted, history = (
            _number(db, question)
            for question in (
                "PRAGMA page_count",
                "SELECT count(*) FROM api_key NOT INDEXED",
                "SELECT keys FROM vault",
                "SELECT count(*) FROM history",
            )
        )
        parts = {_part(problem) for problem in problems}
        if None in (keys, noted) or keys != noted:
            parts.add(Part.KEYS)
        if history is None:
            parts.add(Part.HISTORY)
        readable = None
        if parts:
            left = salvage(self._folder.database, self._key.material(), is_wanted)
            readable = left.in_numbers() if left.bad_pages else None
        return Findings(pages or 0, keys or 0, history or 0, frozenset(parts), readable, self._excess(pages))

    def _excess(self, pages: int | None) -> int:
        log = self._folder.write_ahead_log
        if pages is None or (log.exists() and log.stat().st_size > 0):  # what is in the log may not be in the file yet
            return 0
        return max(0, self._folder.database.stat().st_size - pages * PAGE)

    def _is_sound(self, copy: VaultFolder) -> bool:
        try:
            with faults_at(copy.database):
                verify(copy.database, self._key.material())
            protector_file.read(copy.protectors)
        except VaultError:
            return False
        return True


def _problems(db: sqlcipher.Connection, check: str) -> list[str]:
    """Return what a check has to say; nothing where all is well."""
    try:
        return [str(row[0]) for row in db.execute(check) if row[0] != "ok"]
    except sqlcipher.DatabaseError as error:
        return [_damage_in(error)]


def _bad_pages(db: sqlcipher.Connection) -> list[str]:
    """Return what the check of each page's HMAC has to say, but for what follows the database in its file."""
    problems = _problems(db, "PRAGMA cipher_integrity_check")
    pages = _number(db, "PRAGMA page_count")
    numbers = [int(match[1]) if (match := re.search(r"page (\d+)", problem)) else 0 for problem in problems]
    return [problem for problem, number in zip(problems, numbers, strict=True) if pages is None or number <= pages]


def _number(db: sqlcipher.Connection, question: str) -> int | None:
    """Return the answer, or None where damage is in its way."""
    try:
        return int(db.execute(question).fetchone()[0])
    except sqlcipher.DatabaseError as error:
        _damage_in(error)
        return None


def _damage_in(error: sqlcipher.DatabaseError) -> str:
    """Return the error's name where it tells of damage, and raise it where it does not."""
    if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _DAMAGE:
        raise error
    return str(error.sqlite_errorname)


def _part(problem: str) -> Part:
    if "index" in problem or "api_key_text" in problem:
        return Part.INDEXES
    return next((part for table, part in _PARTS.items() if table in problem), Part.OTHER)
