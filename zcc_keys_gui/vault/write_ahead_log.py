"""Whether SQLite has read all of a write-ahead log that a killed program left behind.

SQLite takes the first frame whose checksum is wrong for the end of the log, and leaves out without a word what was
saved after it (https://sqlite.org/fileformat2.html#walformat).
"""

import struct
from pathlib import Path

_HEADER = 32  # bytes
_FRAME_HEADER = 24
_BIG_ENDIAN = 0x377F0683  # the checksums' order of bytes; little-endian has the last bit 0


def log_is_damaged(log: Path, read: int) -> bool:
    """Say whether whole changes of the present log follow the `read` frames that SQLite has read. Raises `OSError`.

    Frames of a change that was cut short may follow, from a former kill even with checksums that do not fit; the one
    that ends a change does not. After a power cut, the last change, which was not yet reported as saved, may look like
    damage.
    """
    content = log.read_bytes()
    header = content[:_HEADER]
    if len(header) < _HEADER or _checksum(header[:24]) != header[24:32]:
        return True
    size = _FRAME_HEADER + int.from_bytes(header[8:12])
    for at in range(_HEADER + read * size, len(content) - size + 1, size):
        frame = content[at : at + _FRAME_HEADER]
        ends_change = frame[4:8] != bytes(4)
        fitting = (frame[8:12] == header[16:20]) + (frame[12:16] == header[20:24])
        if fitting == 1 or (fitting == 2 and ends_change):  # 0: left from before the log was begun anew
            return True
    return False


def _checksum(header: bytes) -> bytes:
    order = ">" if int.from_bytes(header[:4]) == _BIG_ENDIAN else "<"
    first = second = 0
    for one, other in struct.iter_unpack(f"{order}2I", header):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + other + first) & 0xFFFFFFFF
    return struct.pack(">2I", first, second)
