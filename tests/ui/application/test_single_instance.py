"""One program for each vault folder."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile, QObject
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QApplication

from tests.support.gui import wait_until
from zcc_keys_gui.domain.errors import VaultInUseError, VaultNotAFileError, VaultReadOnlyError, VaultUnreachableError
from zcc_keys_gui.ui.application import single_instance as module
from zcc_keys_gui.ui.application.single_instance import SingleInstance


@pytest.fixture
def owner(qapp: QApplication) -> Iterator[QObject]:
    owner = QObject()
    yield owner
    owner.deleteLater()


def test_only_one_program_has_the_lock(owner: QObject, tmp_path: Path) -> None:
    first = SingleInstance(tmp_path, owner)
    assert first.acquire()
    first.release()
    second = SingleInstance(tmp_path, owner)
    assert second.acquire()
    second.release()
    assert list(tmp_path.iterdir()) == []


def test_two_folders_have_two_locks(owner: QObject, tmp_path: Path) -> None:
    instances = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        instances.append(SingleInstance(tmp_path / name, owner))
        assert instances[-1].acquire()
    for instance in instances:
        instance.release()


def test_a_program_that_does_not_answer_is_reported(
    owner: QObject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MAX_WAIT_SECONDS", 0.1)
    holder = QLockFile(str(tmp_path / "vault.lock"))
    assert holder.tryLock(0)
    with pytest.raises(VaultInUseError):
        SingleInstance(tmp_path, owner).acquire()
    holder.unlock()


def test_the_file_of_a_starting_program_is_not_removed(
    owner: QObject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[bytes] = []

    def ask(_: SingleInstance) -> bool:  # another program has just created the file and not locked it
        tries.append((tmp_path / "vault.lock").read_bytes())
        (tmp_path / "vault.lock").unlink()
        (tmp_path / "vault.lock").write_text(f"{os.getppid()}\nanother\n{len(tries)}\n")
        return len(tries) > 20

    (tmp_path / "vault.lock").write_text(f"{os.getppid()}\nanother\n0\n")
    monkeypatch.setattr(SingleInstance, "_ask_first_program", ask)
    assert not SingleInstance(tmp_path, owner).acquire()
    assert (tmp_path / "vault.lock").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="the pipe has a file elsewhere than on Windows and Linux")
def test_the_pipe_works_with_a_long_temporary_folder(
    owner: QObject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ("long" * 30)).mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / ("long" * 30)))
    instance = SingleInstance(tmp_path, owner)
    assert instance.acquire()
    instance._listen()
    assert instance._server is not None
    assert instance._server.isListening()
    instance.release()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system lets no other user in")
def test_another_user_gets_no_answer(owner: QObject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, emitted = SingleInstance(tmp_path, owner), []
    first.front_requested.connect(lambda: emitted.append("front"))
    assert first.acquire()
    first._listen()

    name = module._pipe_name(tmp_path)

    def asks() -> list[str]:
        socket = QLocalSocket()
        socket.setSocketOptions(QLocalSocket.SocketOption.AbstractNamespaceOption)
        socket.connectToServer(name)
        ends: list[str] = []
        socket.disconnected.connect(lambda: ends.append("cut"))
        socket.readyRead.connect(lambda: ends.append("answered"))
        wait_until(lambda: bool(ends))
        return ends[:1]

    assert asks() == ["answered"]
    monkeypatch.setattr(os, "getuid", lambda: -2)  # every client now has another user ID
    assert asks() == ["cut"]
    assert emitted == ["front"]
    first.release()


def test_a_start_waits_for_a_program_that_is_ending(
    owner: QObject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = QLockFile(str(tmp_path / "vault.lock"))
    assert holder.tryLock(0)
    asked: list[str] = []

    def ask(_: SingleInstance) -> bool:
        asked.append("asked")
        holder.unlock()
        return False

    monkeypatch.setattr(SingleInstance, "_ask_first_program", ask)
    instance = SingleInstance(tmp_path, owner)
    assert instance.acquire()
    assert len(asked) == 1
    instance.release()


@pytest.mark.parametrize("line", [None, 0, 2])
def test_the_lock_of_a_killed_program_is_replaced(owner: QObject, tmp_path: Path, line: int | None) -> None:
    (tmp_path / "then").mkdir()
    killed = QLockFile(str(tmp_path / "then" / "vault.lock"))
    assert killed.tryLock(0)
    said = (tmp_path / "then" / "vault.lock").read_text().splitlines()
    killed.unlock()
    if line is not None:  # the ID of another running process, or the name of another computer
        said[line] = str(os.getppid()) if line == 0 else "another-computer"
    (tmp_path / "vault.lock").write_text("\n".join(said) + "\n")
    instance = SingleInstance(tmp_path, owner)
    assert instance.acquire()
    instance.release()


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (QLockFile.LockError.PermissionError, VaultReadOnlyError),
        (QLockFile.LockError.UnknownError, VaultUnreachableError),
    ],
)
def test_a_lock_that_cannot_be_created_is_reported(
    owner: QObject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: QLockFile.LockError, kind: type[Exception]
) -> None:
    instance = SingleInstance(tmp_path, owner)
    monkeypatch.setattr(instance, "_lock", _FailingLockFile(error))
    with pytest.raises(kind):
        instance.acquire()


class _FailingLockFile:
    """A lock file that can't be written."""

    def __init__(self, error: QLockFile.LockError) -> None:
        self._error = error

    def tryLock(self, _: int) -> bool:  # noqa: N802
        return False

    def error(self) -> QLockFile.LockError:
        return self._error


def test_the_name_of_the_pipe_hides_the_folder(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    names = {module._pipe_name(path) for path in (tmp_path, tmp_path / "a", tmp_path / "a" / "..")}
    assert len(names) == 2
    assert all(len(name) < 60 and tmp_path.name not in name for name in names)


def test_a_folder_that_cannot_be_resolved_has_its_own_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> str:
        raise OSError(234, "more data")

    (tmp_path / "a").mkdir()
    assert module.canonical_path(tmp_path / "a" / "..") == module.canonical_path(tmp_path)
    monkeypatch.setattr(os.path, "realpath", fail)
    assert module.canonical_path(tmp_path) == os.path.normcase(tmp_path)


if sys.platform != "win32":
    import subprocess

    _LOCK = (
        "import fcntl, os, sys; os.setuid(int(sys.argv[2])); file = open(sys.argv[1]);"
        " fcntl.flock(file, fcntl.LOCK_EX); print('locked', flush=True); sys.stdin.read()"
    )

    @pytest.mark.parametrize("umask", [0o000, 0o022])
    def test_no_other_user_can_read_the_lock(owner: QObject, tmp_path: Path, umask: int) -> None:
        before = os.umask(umask)
        try:
            instance = SingleInstance(tmp_path, owner)
            assert instance.acquire()
        finally:
            os.umask(before)
        assert (tmp_path / "vault.lock").stat().st_mode & 0o777 == 0o600
        instance.release()

    @pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
    def test_a_pipe_instead_of_the_lock_is_rejected(
        owner: QObject, tmp_path: Path, make: Callable[[Path], None]
    ) -> None:
        make(tmp_path / "vault.lock")
        with pytest.raises(VaultNotAFileError):
            SingleInstance(tmp_path, owner).acquire()

    @pytest.mark.parametrize("target", ["vault.lock", "nothing"])
    def test_a_broken_link_instead_of_the_lock_is_rejected(owner: QObject, tmp_path: Path, target: str) -> None:
        (tmp_path / "vault.lock").symlink_to(tmp_path / target)
        with pytest.raises(VaultNotAFileError):
            SingleInstance(tmp_path, owner).acquire()

    @pytest.fixture
    def plain_user(tmp_path: Path) -> Iterator[None]:
        """Act as an ordinary user, because root can read everything."""
        for folder in (tmp_path, *tmp_path.parents[:2]):
            folder.chmod(0o755)
        user = os.geteuid()
        os.seteuid(user or 65534)
        yield
        os.seteuid(user)

    @pytest.mark.parametrize("what", ["folder", "lock"])
    def test_an_unreadable_folder_or_lock_is_reported(
        owner: QObject, tmp_path: Path, plain_user: None, what: str
    ) -> None:
        user, folder = os.geteuid(), tmp_path / "vault"
        os.seteuid(os.getuid())
        folder.mkdir(mode=0o755)
        (folder / "vault.lock").touch()
        (folder if what == "folder" else folder / "vault.lock").chmod(0)
        os.seteuid(user)
        with pytest.raises(VaultReadOnlyError):
            SingleInstance(folder, owner).acquire()

    @pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="only root can be another user")
    @pytest.mark.parametrize("user", [0, 65534])
    def test_a_lock_of_another_user_is_ignored(
        owner: QObject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: int
    ) -> None:
        monkeypatch.setattr(module, "_MAX_WAIT_SECONDS", 1.0)
        for folder in (tmp_path, *tmp_path.parents[:2]):
            folder.chmod(0o755)
        lock = tmp_path / "vault.lock"
        lock.write_text("1\nzcc-keys\nhost\n")
        lock.chmod(0o644)
        command = [sys.executable, "-c", _LOCK, str(lock), str(user)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"locked\n"
            instance = SingleInstance(tmp_path, owner)
            if user == os.getuid():
                with pytest.raises(VaultInUseError):
                    instance.acquire()
            else:
                assert instance.acquire()
                instance.release()
            holder.communicate()
