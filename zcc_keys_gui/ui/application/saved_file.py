"""Saves a text file that the user chose."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from zcc_keys_gui.domain.file_errors import reject_vault_file, write_errors_for
from zcc_keys_gui.platform.files import saved_file


@contextmanager
def saved_text_file(path: Path, *, newline: str | None = None, is_secret: bool = False) -> Iterator[TextIO]:
    """Yield a text file in UTF-8 with a byte order mark, which replaces `path` when the block ends.

    If anything fails, `path` is unchanged. Each line end is written as `newline`; by default, as the system ends lines.
    If it `is_secret`, only its owner may read it. Raises `FileNotWrittenError`, also for one of a vault's own files.
    """
    with write_errors_for(path):
        reject_vault_file(path)
        with (
            saved_file(path, is_secret=is_secret) as new_file,
            new_file.open("w", encoding="utf-8-sig", newline=newline) as file,
        ):
            yield file
