"""Runs a program under strace, and returns its system calls that change files."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_CALLS = (
    "open,openat,creat,lseek,write,pwrite64,writev,pwritev,ftruncate,truncate,fallocate,sendfile,copy_file_range,"
    "fsync,fdatasync,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,rmdir,mkdir,mkdirat"
)
_LINE = re.compile(r"\d+ +(\w+)\((.*)\) += (-?\d+)")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_NUMBER = re.compile(r"-?\d+")


@dataclass(frozen=True)
class Call:
    """One system call."""

    name: str
    numbers: tuple[int, ...]
    """All arguments that are numbers, with file descriptors."""
    texts: tuple[bytes, ...]
    """All arguments that are paths or data."""
    flags: str
    """The arguments without paths and data."""
    result: int


def traced_calls(command: Sequence[str], environment: dict[str, str], log: Path) -> Iterator[Call]:
    """Run a program with one thread, and yield its calls that change files, and also those that failed."""
    strace = ["strace", "-f", "-xx", "-s", "100000000", "-e", f"trace={_CALLS}", "-o", str(log)]
    subprocess.run([*strace, *command], env=environment, check=True, stdout=subprocess.DEVNULL, timeout=120)
    with log.open(encoding="ascii") as lines:
        for line in _joined(lines):
            if match := _LINE.match(line):
                name, arguments, result = match.groups()
                texts = tuple(bytes.fromhex(text.replace(r"\x", "")) for text in _TEXT.findall(arguments))
                rest = _TEXT.sub("", arguments)
                numbers = tuple(int(number) for number in _NUMBER.findall(rest))
                yield Call(name, numbers, texts, rest, int(result))


def reason_not_to_trace() -> str:
    """Return why programs cannot be traced on this computer; an empty text if they can."""
    if shutil.which("strace") is None:
        return "there is no strace"
    done = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"strace may not trace: {done.stderr.strip()}"


def _joined(lines: Iterable[str]) -> Iterator[str]:
    """Join the two lines of a call during which another thread ended, such as one that has used the keyring."""
    first_part = ""
    for line in lines:
        before, _, is_interrupted = line.partition("<unfinished ...>")
        if is_interrupted:
            assert not first_part, "two threads run at the same time"
            first_part = before
        elif " resumed>" in line:
            yield first_part + line.partition(" resumed>")[2]
            first_part = ""
        else:
            assert not first_part or " +++ exited " in line, "two threads run at the same time"
            yield line
