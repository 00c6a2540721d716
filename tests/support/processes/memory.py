"""Finding copies of a text or a key in the memory of another process (Linux only)."""

import errno
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import RawIOBase
from mmap import PAGESIZE
from pathlib import Path

from tests.support.stepwise_user import MASK

_MIN_PART = 16  # characters or bytes; shorter parts of a secret are not counted
_SEED = _MIN_PART // 2  # each part of the minimum length contains a complete piece of this length
_BLOCK = 16 * PAGESIZE
_MAPPING = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw\S+ \S+ \S+ \d+ *(.*)")

# What `first_text` looks for.
CLIENT_SECRET = r"z\0c\0c\0l\0o\0c\0a\0l\0_\0(?:[0-9A-Za-z]\0){49}"
RECOVERY_KEY = r"(?:(?:[0-9]\0){6}-\0){7}(?:[0-9]\0){6}"


@dataclass(frozen=True)
class Mapping:
    """A range of a process's memory."""

    name: str
    """`[heap]`, a file, or empty for other memory that the process has allocated."""
    start: int
    content: bytes


@dataclass(frozen=True)
class Copy:
    """One copy of a secret, or of a part of it."""

    mapping: str
    address: int
    form: str
    """The encoding, for example `UTF-16`."""
    length: int
    """In characters, or in bytes if the secret is bytes."""
    is_whole: bool


def memory_at_steps(folder: Path, act: str, typed: str = "") -> Iterator[tuple[str, list[Mapping]]]:
    """Let a user work on the vault in `folder`; yield the name of each step with the memory at that time.

    `typed` is the ASCII text that the user types, if any.
    """
    masked = bytes(each ^ MASK for each in typed.encode("ascii")).hex()
    command = [sys.executable, "-m", "tests.support.stepwise_user", str(folder), act, masked]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as user:
        assert user.stdin is not None
        assert user.stdout is not None
        try:
            for step in user.stdout:
                yield step.strip(), _memory_of(user.pid)
                user.stdin.write("\n")
                user.stdin.flush()
        finally:
            user.kill()
    assert user.returncode == 0, act


def first_text(memory: list[Mapping], pattern: str, accepts: Callable[[str], bool]) -> str | None:
    """Return the first UTF-16 text in the memory that matches the pattern and that `accepts` accepts."""
    for mapping in memory:
        if mapping.name in ("", "[heap]"):
            for found in re.finditer(pattern.encode(), mapping.content):
                text = found[0].decode("utf-16-le")
                if accepts(text):
                    return text
    return None


def copies(memory: list[Mapping], secret: str | bytes) -> list[Copy]:
    """Return the copies of a secret and of its parts of at least 16 characters.

    It searches for a text in UTF-8 and in UTF-16, which Qt uses, and for bytes also in hexadecimal digits.
    """
    if isinstance(secret, str):
        forms = {"UTF-8": (secret.encode(), 1), "UTF-16": (secret.encode("utf-16-le"), 2)}
    else:
        digits = secret.hex()
        forms = {
            "bytes": (secret, 1),
            "hex": (digits.encode(), 1),
            "HEX": (digits.upper().encode(), 1),
            "hex, UTF-16": (digits.encode("utf-16-le"), 2),
        }
    return [
        Copy(mapping.name, mapping.start + place, form, length // width, length == len(needle))
        for form, (needle, width) in forms.items()
        for mapping in memory
        for place, length in _parts(mapping.content, needle, width)
    ]


def _memory_of(pid: int) -> list[Mapping]:
    """Return all writable memory of a process, which should not run meanwhile. Other memory is a copy of files."""
    found = []
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in maps:
            match = _MAPPING.match(line)
            if match is None or match[3].startswith(("[vvar", "[vsyscall")):  # they belong to the kernel
                continue
            start, end = int(match[1], 16), int(match[2], 16)
            found += [Mapping(match[3], place, content) for place, content in _used(start, _read(memory, start, end))]
    return found


def _used(start: int, content: bytes) -> Iterator[tuple[int, bytes]]:
    """Return the blocks that are not all zeros, with their addresses. Half of a program's memory is zeros."""
    part = bytearray()
    for place in range(0, len(content) + _BLOCK, _BLOCK):
        block = content[place : place + _BLOCK]
        if block.strip(b"\0"):
            part += block
        elif part:
            yield start + place - len(part), bytes(part)
            part = bytearray()


def _read(memory: RawIOBase, start: int, end: int) -> bytes:
    """Return the memory between two addresses, with zeros for pages that can't be read.

    Since glibc 2.42, such pages protect the stacks of threads inside writable mappings.
    """
    content = bytearray()
    while start + len(content) < end:
        memory.seek(start + len(content))
        try:
            part = memory.read(end - start - len(content))
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            part = None
        content += part or bytes(PAGESIZE)
    return bytes(content)


def _parts(content: bytes, needle: bytes, width: int) -> list[tuple[int, int]]:
    """Return the offset and the length of each part of the needle, in bytes; a character has `width` bytes."""
    seed, found = _SEED * width, dict[int, int]()
    for offset in range(0, len(needle) - seed + 1, seed):
        place = content.find(needle[offset : offset + seed])
        while place >= 0:
            before = _common(content[max(0, place - offset) : place][::-1], needle[:offset][::-1])
            after = _common(content[place : place + len(needle) - offset], needle[offset:])
            if before + after >= _MIN_PART * width:
                found[place - before] = before + after
            place = content.find(needle[offset : offset + seed], place + 1)
    return sorted(found.items())


def _common(one: bytes, other: bytes) -> int:
    """Return the length of the common beginning of two texts, in bytes."""
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
