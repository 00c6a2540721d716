"""Models what may be on a disk after a power cut, from the system calls that a program made.

The content of a file is on the disk after the file was flushed. Each sector may also have the content after any later
write, and the file may have its new size or not. Names that were created, renamed or deleted in a folder are on the
disk after the folder was flushed; before that, some of the first steps are. (POSIX does not promise more for fsync,
https://pubs.opengroup.org/onlinepubs/9799919799/functions/fsync.html; most file systems do.)
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.reliability.strace import Call

SECTOR_BYTES = 512
"""A disk writes a sector completely or not at all."""

Choose = Callable[[int], int]
"""Takes a number of steps, and returns how many of them are on the disk: from 0 to all."""
Image = dict[str, bytes | None]
"""The contents of files by path, where None is a folder. A folder comes before its content."""


@dataclass
class File:
    """A file."""

    flushed: bytes = b""
    unflushed: list[tuple[int, bytes] | int] = field(default_factory=list)
    """What was written since, the oldest first: an offset and bytes, or a new size."""

    def content(self, choose: Choose = lambda steps: steps) -> bytes:
        """Return the content of the file; `choose` says for each sector how many of the writes are on the disk."""
        content = bytearray(self.flushed)
        steps: dict[int, int] = {}  # by sector; -1 is the size of the file
        for number, step in enumerate(self.unflushed):
            has_size = number < steps.setdefault(-1, choose(len(self.unflushed)))
            if isinstance(step, int):
                if has_size:
                    _resize(content, step)
                continue
            offset, written = step
            if has_size and len(content) < offset + len(written):
                _resize(content, offset + len(written))
            for start, piece in _by_sectors(offset, written):
                if number < steps.setdefault(start // SECTOR_BYTES, choose(len(self.unflushed))):
                    _resize(content, max(len(content), start + len(piece)))
                    content[start : start + len(piece)] = piece
        return bytes(content)

    def flush(self) -> None:
        """Move everything that was written to the disk."""
        self.flushed, self.unflushed = self.content(), []


@dataclass
class Folder:
    """A folder: its present entries, those at the last flush, and the steps since then."""

    entries: dict[str, "Node"] = field(default_factory=dict)
    flushed: dict[str, "Node"] = field(default_factory=dict)
    unflushed: list[dict[str, "Node | None"]] = field(default_factory=list)
    """Each step has the new entries of some names; None deletes a name."""

    def change(self, step: dict[str, "Node | None"]) -> None:
        """Create, rename or delete names."""
        self.unflushed.append(step)
        _apply(self.entries, step)

    def entries_on_disk(self, choose: Choose) -> dict[str, "Node"]:
        """Return the entries; `choose` says how many of the steps are on the disk."""
        entries = dict(self.flushed)
        for step in self.unflushed[: choose(len(self.unflushed))]:
            _apply(entries, step)
        return entries

    def flush(self) -> None:
        """Move the names to the disk, but not the contents of files."""
        self.flushed, self.unflushed = dict(self.entries), []


Node = File | Folder


class Disk:
    """Everything below one folder, which is flushed itself."""

    def __init__(self, root: Path) -> None:
        """Begin with nothing in `root`, a path without links."""
        self._root = root
        self.top = Folder()
        self._open: dict[int, Node | None] = {}
        self._offsets: dict[int, int] = {}

    def put(self, image: Image) -> None:
        """Put an image on the disk, flushed, with the files that `write_image` writes."""
        for path, content in image.items():
            folder = self.node(str(Path(path).parent))
            assert isinstance(folder, Folder)
            if content is None or not path.endswith("-shm"):
                folder.change({Path(path).name: Folder() if content is None else File(content)})
                folder.flush()

    def begin_program(self) -> None:
        """Close everything that the last program had open."""
        self._open.clear()

    def node(self, path: str) -> Node | None:
        """Return the present node at a path below the root."""
        node: Node | None = self.top
        for part in Path(path).parts:
            node = node.entries.get(part) if isinstance(node, Folder) else None
        return node

    def opened(self, call: Call) -> Node | None:
        """Return the node that the first file descriptor of a call refers to; None if it is not on this disk."""
        return self._open.get(call.numbers[0]) if call.numbers else None

    def do(self, call: Call) -> None:
        """Apply a system call. Raises `NotImplementedError` for a call that none of our programs has used so far."""
        if call.result < 0:
            return
        node = self.opened(call)
        match call.name:
            case "open" | "openat" | "creat":
                self._open[call.result], self._offsets[call.result] = self._open_node(call), 0
            case "lseek":
                self._offsets[call.numbers[0]] = call.result
            case "write" | "pwrite64" | "sendfile":
                if isinstance(node, File):
                    self._write(call, node)
            case "ftruncate":
                if isinstance(node, File):
                    node.unflushed.append(call.numbers[1])
            case "fsync" | "fdatasync":
                if node is not None:
                    node.flush()
            case "rename" | "renameat" | "renameat2" | "mkdir" | "mkdirat" | "unlink" | "unlinkat" | "rmdir":
                self._change_names(call)
            case _:
                if node is not None or any(self._is_here(text) for text in call.texts):
                    raise NotImplementedError(call.name)

    def image(self, files: Choose, names: Choose, unchanged: str = "") -> Image:
        """Return what may be on the disk; `files` chooses writes, and `names` chooses steps in folders.

        The folder `unchanged` has its present content.
        """
        found: Image = {}

        def walk(folder: Folder, path: str, files: Choose, names: Choose) -> None:
            for name, node in sorted(folder.entries_on_disk(names).items()):
                if isinstance(node, File):
                    found[path + name] = node.content(files)
                elif path + name == unchanged:
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
            node.unflushed.append((call.numbers[2], call.texts[0][: call.result]))
            return
        offset = self._offsets[descriptor]
        self._offsets[descriptor] = offset + call.result
        if call.name == "write":
            node.unflushed.append((offset, call.texts[0][: call.result]))
        else:  # sendfile copies whole files, so the source has the same offset
            source = self._open[call.numbers[1]]
            assert isinstance(source, File)
            node.unflushed.append((offset, source.content()[offset : offset + call.result]))

    def _change_names(self, call: Call) -> None:
        folder, name = self._locate(call, 0)
        if folder is None:
            return
        if call.name.startswith("rename"):
            other_folder, new_name = self._locate(call, 1)
            assert other_folder is folder
            folder.change({name: None, new_name: folder.entries[name]})
        else:
            folder.change({name: Folder() if call.name.startswith("mkdir") else None})

    def _open_node(self, call: Call) -> Node | None:
        folder, name = self._locate(call, 0)
        if folder is None:
            return None
        if name == "":
            return folder
        node = folder.entries.get(name)
        if node is None:
            node = File()
            folder.change({name: node})
        elif isinstance(node, File) and "O_TRUNC" in call.flags:
            node.unflushed.append(0)
        return node

    def _locate(self, call: Call, number: int) -> tuple[Folder | None, str]:
        """Return folder and name of the path with this number in a call; no folder if it is not on this disk."""
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


def write_image(image: Image, into: Path) -> None:
    """Write the files of an image to a new folder, except SQLite's shared memory, which SQLite creates again."""
    into.mkdir()
    for path, content in image.items():
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


def _by_sectors(offset: int, written: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield offset and bytes of the part of a write in each sector."""
    at = 0
    while at < len(written):
        size = min(SECTOR_BYTES - (offset + at) % SECTOR_BYTES, len(written) - at)
        yield offset + at, written[at : at + size]
        at += size
