"""Finds damage in a write-ahead log that a killed program left behind.

SQLite treats the first frame with a wrong checksum as the end of the log, and silently ignores the changes after it
(https://sqlite.org/fileformat2.html#walformat).
"""

import os
import struct
from pathlib import Path

from zcc_keys_gui.vault.files.regular_file import open_regular_file

_HEADER_BYTES = 32
_FRAME_HEADER_BYTES = 24
_READ_BYTES = 1 << 16
_BIG_ENDIAN_MAGIC = 0x377F0683  # checksums are big-endian; with the last bit 0, they are little-endian


def is_blank(log: Path) -> bool:
    """Return whether a log contains only zeros, because the disk has its size but not its content. Raises `OSError`."""
    with open_regular_file(log) as file:
        while content := file.read(_READ_BYTES):
            if any(content):
                return False
    return True


def is_log_damaged(log: Path, frames_read: int, max_changes_after: int) -> bool:
    """Return whether more than `max_changes_after` complete changes of the present log follow what SQLite has read.

    `frames_read` is how many frames SQLite has read. The frames of an interrupted change may follow them, and also
    frames of an earlier kill, whose checksums do not match. But the frame that completes a change only follows if the
    disk wrote it before the others, or if one of their pages was still missing. A change begins only after the previous
    one is on the disk, so that can be true for only one change. Raises `OSError`.
    """
    with open_regular_file(log) as file:
        header = file.read(_HEADER_BYTES)
        if len(header) < _HEADER_BYTES or _compute_checksum(header[:24]) != header[24:32]:
            return True
        page_bytes, salt_1, salt_2 = int.from_bytes(header[8:12]), header[16:20], header[20:24]
        frame_bytes = _FRAME_HEADER_BYTES + page_bytes
        changes_after = 0
        last_start = file.seek(0, os.SEEK_END) - frame_bytes
        for start in range(_HEADER_BYTES + frames_read * frame_bytes, last_start + 1, frame_bytes):
            file.seek(start)
            frame = file.read(_FRAME_HEADER_BYTES)
            completes_change = frame[4:8] != bytes(4)
            matching_salts = (frame[8:12] == salt_1) + (frame[12:16] == salt_2)
            if matching_salts == 1:  # with none, the frame is from before SQLite restarted the log
                return True
            changes_after += matching_salts == 2 and completes_change
        return changes_after > max_changes_after


def _compute_checksum(header: bytes) -> bytes:
    order = ">" if int.from_bytes(header[:4]) == _BIG_ENDIAN_MAGIC else "<"
    first = second = 0
    for one, other in struct.iter_unpack(f"{order}2I", header):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + other + first) & 0xFFFFFFFF
    return struct.pack(">2I", first, second)
