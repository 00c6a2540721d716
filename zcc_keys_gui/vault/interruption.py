"""Interrupts statements of SQLite that are no longer wanted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.vault.files.file_errors import primary_code

_STEPS_PER_CHECK = 20_000  # instructions of SQLite's virtual machine between two checks


def interrupt_when(db: sqlcipher.Connection, is_unwanted: Callable[[], bool]) -> None:
    """Interrupt each statement that runs over `db` from now on once `is_unwanted` returns True."""
    db.set_progress_handler(lambda: int(is_unwanted()), _STEPS_PER_CHECK)


@contextmanager
def interruptible(db: sqlcipher.Connection, canceled: Callable[[], bool]) -> Iterator[None]:
    """Interrupt a statement that runs over `db` after `canceled` returns True. Raises `InterruptedError`."""
    interrupt_when(db, canceled)
    try:
        yield
    except sqlcipher.OperationalError as error:
        if was_interrupted(error):
            raise InterruptedError from None
        raise
    finally:
        db.set_progress_handler(None, 0)


def was_interrupted(error: sqlcipher.Error) -> bool:
    """Return whether a statement ended because it was interrupted."""
    return bool(primary_code(error) == sqlcipher.SQLITE_INTERRUPT)
