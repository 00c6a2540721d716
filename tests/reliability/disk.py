"""What is on a disk while a program writes to it, and what may be on it after a power cut, as strace shows the program.

A file's bytes are on the disk once it was flushed. Of what was written since, each sector may be there as it was after
any of the writes, and the file may have grown already or not. What was made, renamed or deleted in a folder is there
for good once the folder itself was flushed; before that, the first so many of these steps are. (POSIX says no more
of fsync, https://pubs.opengroup.org/onlinepubs/9799919799/functions/fsync.html; most file systems do more.)
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
"""Bytes that a disk writes whole or not at all."""
_CALLS = (
    "open,openat,creat,lseek,write,pwrite64,writev,pwritev,ftruncate,truncate,fallocate,sendfile,copy_file_range,"
    "fsync,fdatasync,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,rmdir,mkdir,mkdirat"
)
_LINE = re.compile(r"\d+ +(\w+)\((.*)\) += (-?\d+)")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_NUMBER = re.compile(r"-?\d+")

Choose = Callable[[int], int]
"""Says how many of so many steps, 0 to all, are on the disk."""


@dataclass
class File:
    """A file."""

    flushed: bytes = b""
    waiting: list[tuple[int, bytes] | int] = field(default_factory=list)
    """What was written since, as a place and bytes, or the size that it was given; the oldest first."""

    def content(self, choose: Choose = lambda steps: steps) -> bytes:
        """Return what is in the file, where `choose` says for each sector how many of the writes are on the disk."""
        content = bytearray(self.flushed)
        steps: dict[int, int] = {}  # of each sector; -1 is the file's size
        for number, what in enumerate(self.waiting):
            is_size_there = number < steps.setdefault(-1, choose(len(self.waiting)))
            if isinstance(what, int):
                if is_size_there:
                    _resize(content, what)
                continue
            place, written = what
            if is_size_there and len(content) < place + len(written):
                _resize(content, place + len(written))
            for start, piece in _by_sectors(place, written):
                if number < steps.setdefault(start // SECTOR, choose(len(self.waiting))):
                    _resize(content, max(len(content), start + len(piece)))
                    content[start : start + len(piece)] = piece
        return bytes(content)

    def flush(self) -> None:
        """Bring all that was written to the disk."""
        self.flushed, self.waiting = self.content(), []


@dataclass
class Folder:
    """A folder: what is in it now, what was when it was flushed, and the steps since."""

    now: dict[str, "Node"] = field(default_factory=dict)
    flushed: dict[str, "Node"] = field(default_factory=dict)
    waiting: list[dict[str, "Node | None"]] = field(default_factory=list)
    """Each step says what is under some names from then on; None is nothing."""

    def change(self, step: dict[str, "Node | None"]) -> None:
        """Make, rename or delete."""
        self.waiting.append(step)
        _apply(self.now, step)

    def entries(self, choose: Choose) -> dict[str, "Node"]:
        """Return what is in the folder, where `choose` says how many of the steps are on the disk."""
        entries = dict(self.flushed)
        for step in self.waiting[: choose(len(self.waiting))]:
            _apply(entries, step)
        return entries

    def flush(self) -> None:
        """Bring the names to the disk, not what is in the files."""
        self.flushed, self.waiting = dict(self.now), []


Node = File | Folder


@dataclass(frozen=True)
class Call:
    """One call of the operating system."""

    name: str
    numbers: tuple[int, ...]
    """All arguments that are numbers, descriptors too."""
    texts: tuple[bytes, ...]
    """All that are paths or data."""
    flags: str
    result: int


class Disk:
    """What is below one folder, which is flushed itself."""

    def __init__(self, root: Path) -> None:
        """Begin with nothing in `root`, a path without links."""
        self._root = root
        self.top = Folder()
        self._open: dict[int, Node | None] = {}
        self._places: dict[int, int] = {}

    def put(self, image: dict[str, bytes | None]) -> None:
        """Have an image on the disk, flushed, as `write_image` makes its files."""
        for path, content in image.items():
            folder = self.node(str(Path(path).parent))
            assert isinstance(folder, Folder)
            if content is None or not path.endswith("-shm"):
                folder.change({Path(path).name: Folder() if content is None else File(content)})
                folder.flush()

    def begin_program(self) -> None:
        """Forget what the last program had open."""
        self._open.clear()

    def node(self, path: str) -> Node | None:
        """Return what is at a path below the root now."""
        node: Node | None = self.top
        for part in Path(path).parts:
            node = node.now.get(part) if isinstance(node, Folder) else None
        return node

    def opened(self, call: Call) -> Node | None:
        """Return what a call's first descriptor stands for; None where it is not on this disk."""
        return self._open.get(call.numbers[0]) if call.numbers else None

    def do(self, call: Call) -> None:
        """Do what a program did. Raises `NotImplementedError` for what no program of ours has done so far."""
        if call.result < 0:
            return
        node = self.opened(call)
        match call.name:
            case "open" | "openat" | "creat":
                self._open[call.result], self._places[call.result] = self._opened(call), 0
            case "lseek":
                self._places[call.numbers[0]] = call.result
            case "write" | "pwrite64" | "sendfile":
                if isinstance(node, File):
                    self._write(call, node)
            case "ftruncate":
                if isinstance(node, File):
                    node.waiting.append(call.numbers[1])
            case "fsync" | "fdatasync":
                if node is not None:
                    node.flush()
            case "rename" | "renameat" | "renameat2" | "mkdir" | "mkdirat" | "unlink" | "unlinkat" | "rmdir":
                self._change_names(call)
            case _:
                if node is not None or any(self._is_here(text) for text in call.texts):
                    raise NotImplementedError(call.name)

    def image(self, files: Choose, names: Choose, kept: str = "") -> dict[str, bytes | None]:
        """Return what may be on the disk, by paths; None is a folder. The folder `kept` is as it is now."""
        found: dict[str, bytes | None] = {}

        def walk(folder: Folder, path: str, files: Choose, names: Choose) -> None:
            for name, node in sorted(folder.entries(names).items()):
                if isinstance(node, File):
                    found[path + name] = node.content(files)
                elif path + name == kept:
                    found[path + name] = None
                    walk(node, path + name + "/", _all, _all)
                else:
                    found[path + name] = None
                    walk(node, path + name + "/", files, names)

        walk(self.top, "", files, names)
        return found

    def _write(self, call: Call, node: File) -> None:
        descriptor = call.numbers[0]
        if call.name == "pwrite64":
            node.waiting.append((call.numbers[2], call.texts[0][: call.result]))
            return
        place = self._places[descriptor]
        self._places[descriptor] = place + call.result
        if call.name == "write":
            node.waiting.append((place, call.texts[0][: call.result]))
        else:  # from the other descriptor, whose place is the same wherever a whole file is copied
            source = self._open[call.numbers[1]]
            assert isinstance(source, File)
            node.waiting.append((place, source.content()[place : place + call.result]))

    def _change_names(self, call: Call) -> None:
        folder, name = self._place(call, 0)
        if folder is None:
            return
        if call.name.startswith("rename"):
            other_folder, new_name = self._place(call, 1)
            assert other_folder is folder
            folder.change({name: None, new_name: folder.now[name]})
        else:
            folder.change({name: Folder() if call.name.startswith("mkdir") else None})

    def _opened(self, call: Call) -> Node | None:
        folder, name = self._place(call, 0)
        if folder is None:
            return None
        if name == "":
            return folder
        node = folder.now.get(name)
        if node is None:
            node = File()
            folder.change({name: node})
        elif isinstance(node, File) and "O_TRUNC" in call.flags:
            node.waiting.append(0)
        return node

    def _place(self, call: Call, number: int) -> tuple[Folder | None, str]:
        """Return the folder and the name that one of the paths means; no folder where it is not on this disk."""
        text = os.fsdecode(call.texts[number])
        if not text.startswith("/"):
            folder = self._open.get(call.numbers[0]) if call.name.endswith("at") and call.numbers else None
            return (folder, "" if text == "." else text) if isinstance(folder, Folder) else (None, text)
        if not self._is_here(call.texts[number]):
            return None, text
        path = Path(text).relative_to(self._root)
        if not path.parts:
            return self.top, ""
        folder = self.node(str(path.parent))
        return (folder, path.name) if isinstance(folder, Folder) else (None, text)

    def _is_here(self, text: bytes) -> bool:
        return Path(os.fsdecode(text)).is_relative_to(self._root)


def traced(command: Sequence[str], environment: dict[str, str], log: Path) -> Iterator[Call]:
    """Run a program of one thread, and return its calls that change files, also those that failed."""
    strace = ["strace", "-f", "-xx", "-s", "100000000", "-e", f"trace={_CALLS}", "-o", str(log)]
    subprocess.run([*strace, *command], env=environment, check=True, stdout=subprocess.DEVNULL, timeout=120)
    with log.open(encoding="ascii") as lines:
        for line in _whole(lines):
            if found := _LINE.match(line):
                name, arguments, result = found.groups()
                texts = tuple(bytes.fromhex(text.replace(r"\x", "")) for text in _TEXT.findall(arguments))
                rest = _TEXT.sub("", arguments)
                numbers = tuple(int(number) for number in _NUMBER.findall(rest))
                yield Call(name, numbers, texts, rest, int(result))


def _whole(lines: Iterable[str]) -> Iterator[str]:
    """Join the two parts of a call during which another thread ended, such as one that has asked the key store."""
    begun = ""
    for line in lines:
        before, _, is_interrupted = line.partition("<unfinished ...>")
        if is_interrupted:
            assert not begun, "two threads at once"
            begun = before
        elif " resumed>" in line:
            yield begun + line.partition(" resumed>")[2]
            begun = ""
        else:
            assert not begun or " +++ exited " in line, "two threads at once"
            yield line


def why_not_traced() -> str:
    """Return why programs cannot be traced here; nothing where they can."""
    if shutil.which("strace") is None:
        return "there is no strace"
    tried = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, text=True, check=False)
    return "" if tried.returncode == 0 else f"strace may not trace: {tried.stderr.strip()}"


def write_image(image: dict[str, bytes | None], into: Path) -> None:
    """Make the files of an image; SQLite's shared memory, which it makes anew, is left out."""
    into.mkdir()
    for path, content in image.items():  # a folder comes before what is in it
        if content is None:
            (into / path).mkdir()
        elif not path.endswith("-shm"):
            (into / path).write_bytes(content)


def _all(steps: int) -> int:
    return steps


def _apply(entries: dict[str, Node], step: dict[str, Node | None]) -> None:
    for name, node in step.items():
        if node is None:
            entries.pop(name, None)
        else:
            entries[name] = node


def _resize(content: bytearray, size: int) -> None:
    if size < len(content):
        del content[size:]
    else:
        content.extend(bytes(size - len(content)))


def _by_sectors(place: int, written: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(written):
        size = min(SECTOR - (place + at) % SECTOR, len(written) - at)
        yield place + at, written[at : at + size]
        at += size
