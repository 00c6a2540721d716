"""Whether SQLite has read all of a write-ahead log that a killed program left behind.

SQLite takes the first frame whose checksum is wrong for the end of the log, and leaves out without a word what was
saved after it (https://sqlite.org/fileformat2.html#walformat).
"""

import os
import struct
from pathlib import Path

from zcc_keys_gui.vault.files.regular_file import open_regular_file

_HEADER = 32  # bytes
_PIECE = 1 << 16
_FRAME_HEADER = 24
_BIG_ENDIAN = 0x377F0683  # the checksums' order of bytes; little-endian has the last bit 0


def is_blank(log: Path) -> bool:
    """Say whether nothing was written to a log yet, of which the disk may have the size already. Raises `OSError`."""
    with open_regular_file(log) as file:
        while piece := file.read(_PIECE):
            if any(piece):
                return False
    return True


def log_is_damaged(log: Path, read: int, may_follow: int) -> bool:
    """Say whether more whole changes of the present log than `may_follow` come after the frames that SQLite has read.

    `read` is how many frames these are. Frames of a change that was cut short may follow, from a former kill even with
    checksums that do not fit; the one that ends a change does not, unless the disk wrote it before the others, or its
    page was missing yet. A change begins only once the last one is on the disk, so that can be one change alone. Raises
    `OSError`.
    """
    with open_regular_file(log) as file:
        header = file.read(_HEADER)
        if len(header) < _HEADER or _checksum(header[:24]) != header[24:32]:
            return True
        size = _FRAME_HEADER + int.from_bytes(header[8:12])
        following = 0
        for at in range(_HEADER + read * size, file.seek(0, os.SEEK_END) - size + 1, size):
            file.seek(at)
            frame = file.read(_FRAME_HEADER)
            ends_change = frame[4:8] != bytes(4)
            fitting = (frame[8:12] == header[16:20]) + (frame[12:16] == header[20:24])
            if fitting == 1:  # 0: left from before the log was begun anew
                return True
            following += fitting == 2 and ends_change
        return following > may_follow


def _checksum(header: bytes) -> bytes:
    order = ">" if int.from_bytes(header[:4]) == _BIG_ENDIAN else "<"
    first = second = 0
    for one, other in struct.iter_unpack(f"{order}2I", header):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + other + first) & 0xFFFFFFFF
    return struct.pack(">2I", first, second)
