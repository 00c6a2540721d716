"""What another process has in its memory: the copies of a text or key that this process looks for (Linux only)."""

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

_PART = 16  # characters or bytes: a shorter part of a secret is not counted
_SEED = _PART // 2  # each part that is counted has in it one whole piece of this length, counted from the beginning
_BLOCK = 16 * PAGESIZE
_MAPPING = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw\S+ \S+ \S+ \d+ *(.*)")

# What `first_text` looks for.
CLIENT_SECRET = r"z\0c\0c\0l\0o\0c\0a\0l\0_\0(?:[0-9A-Za-z]\0){49}"
RECOVERY_KEY = r"(?:(?:[0-9]\0){6}-\0){7}(?:[0-9]\0){6}"


@dataclass(frozen=True)
class Mapping:
    """A stretch of a process's memory."""

    name: str
    """`[heap]`, a file, or nothing for other memory that the process asked for."""
    start: int
    content: bytes


@dataclass(frozen=True)
class Copy:
    """One copy of a secret, or of a part of it."""

    mapping: str
    address: int
    form: str
    """How it is encoded."""
    length: int
    """In characters, or in bytes where the secret is bytes."""
    is_whole: bool


def memory_at_steps(folder: Path, act: str, typed: str = "") -> Iterator[tuple[str, list[Mapping]]]:
    """Let a person act on the vault in `folder`; yield each step that they come to, and what their process holds then.

    `typed` is a text of ASCII characters that they type, where they type any.
    """
    masked = bytes(each ^ MASK for each in typed.encode("ascii")).hex()
    command = [sys.executable, "-m", "tests.support.stepwise_user", str(folder), act, masked]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as person:
        assert person.stdin is not None
        assert person.stdout is not None
        try:
            for step in person.stdout:
                yield step.strip(), _memory_of(person.pid)
                person.stdin.write("\n")
                person.stdin.flush()
        finally:
            person.kill()
    assert person.returncode == 0, act


def first_text(memory: list[Mapping], pattern: str, accepts: Callable[[str], bool]) -> str | None:
    """Return the first text in the memory, as Qt holds it, that matches and is accepted."""
    for mapping in memory:
        if mapping.name in ("", "[heap]"):
            for found in re.finditer(pattern.encode(), mapping.content):
                text = found[0].decode("utf-16-le")
                if accepts(text):
                    return text
    return None


def copies(memory: list[Mapping], secret: str | bytes) -> list[Copy]:
    """Return the copies of a secret, and of parts of it of 16 characters or more.

    A text is looked for as UTF-8 and as UTF-16, which Qt holds; bytes as they are and in hexadecimal digits.
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
    """Return all that a process can write to; it should stand still meanwhile. The rest is as it is in the files."""
    found = []
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in maps:
            match = _MAPPING.match(line)
            if match is None or match[3].startswith(("[vvar", "[vsyscall")):  # the kernel's
                continue
            start, end = int(match[1], 16), int(match[2], 16)
            found += [Mapping(match[3], place, content) for place, content in _used(start, _read(memory, start, end))]
    return found


def _used(start: int, content: bytes) -> Iterator[tuple[int, bytes]]:
    """Return the parts that are not empty, each with its address: half of a program's memory holds zeros alone."""
    part = bytearray()
    for place in range(0, len(content) + _BLOCK, _BLOCK):
        block = content[place : place + _BLOCK]
        if block.strip(b"\0"):
            part += block
        elif part:
            yield start + place - len(part), bytes(part)
            part = bytearray()


def _read(memory: RawIOBase, start: int, end: int) -> bytes:
    """Return what is between two addresses of a process, with zeros for the pages that nobody can read.

    Such pages guard the stacks of threads since glibc 2.42, inside mappings that can be written.
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
    """Return where parts of the needle are, and how long each is, in bytes; a character has `width` bytes."""
    seed, found = _SEED * width, dict[int, int]()
    for offset in range(0, len(needle) - seed + 1, seed):
        place = content.find(needle[offset : offset + seed])
        while place >= 0:
            before = _common(content[max(0, place - offset) : place][::-1], needle[:offset][::-1])
            after = _common(content[place : place + len(needle) - offset], needle[offset:])
            if before + after >= _PART * width:
                found[place - before] = before + after
            place = content.find(needle[offset : offset + seed], place + 1)
    return sorted(found.items())


def _common(one: bytes, other: bytes) -> int:
    """Return how many bytes two texts have in common at their beginning."""
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
