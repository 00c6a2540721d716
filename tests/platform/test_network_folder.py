"""Folders on other computers, and folders on this one."""

import subprocess
import sys
from pathlib import Path

import pytest

from zcc_keys_gui.platform import network_folder as module
from zcc_keys_gui.platform.network_folder import find_file_system, find_root, is_on_network

MOUNTS = r"""
21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
22 21 0:21 / /proc rw - proc proc rw
40 21 0:40 / /home rw,relatime shared:20 - nfs4 files:/home rw,vers=4.2
41 40 8:2 / /home/local rw - xfs /dev/sda2 rw
42 21 0:42 / /mnt/team\040files rw - cifs //files/team rw
43 21 0:43 / /mnt/auto rw - autofs systemd-1 rw
44 43 0:44 / /mnt/auto rw master:3 - smb3 //files/auto rw
45 21 0:45 / /mnt/ssh rw - fuse.sshfs me@there: rw
46 21 0:46 / /mnt/covered rw - nfs files:/old rw
47 21 8:3 / /mnt/covered rw - ext4 /dev/sdb1 rw
48 21 0:48 / /run/user/1000 rw - tmpfs tmpfs rw
""".strip()


@pytest.mark.parametrize(
    ("path", "file_system"),
    [
        ("/var/lib/keys", ""),
        ("/home/zoe/.local/share/ZCC Keys", "nfs4"),
        ("/home", "nfs4"),
        ("/homeless", ""),
        ("/home/local/zoe", "xfs"),
        ("/mnt/team files/keys", "cifs"),
        ("/mnt/auto/keys", "smb3"),
        ("/mnt/ssh/a/b", "fuse.sshfs"),
        ("/mnt/covered/a", "ext4"),
        ("/run/user/1000/keys", "tmpfs"),
    ],
)
def test_the_file_system_is_that_of_the_nearest_mount(path: str, file_system: str) -> None:
    assert find_file_system(path, MOUNTS) == file_system


def test_a_network_root_counts_as_this_computer() -> None:
    assert find_file_system("/home/zoe", "1 0 0:1 / / rw - nfs4 server:/root rw") == ""


@pytest.mark.parametrize(
    ("path", "root"),
    [
        (r"C:\Users\zoe", "C:\\"),
        ("z:/keys", "z:\\"),
        (r"\\?\C:\deep\folder", "C:\\"),
        (r"\\.\C:\folder", "C:\\"),
        (r"\\?\Volume{0a1b}\keys", "\\\\?\\Volume{0a1b}\\"),
        (r"\\server\share\keys", None),
        ("//server/share/keys", None),
        (r"\\localhost\c$\keys", None),
        (r"\\wsl.localhost\Debian\home", None),
        (r"\\?\UNC\server\share\keys", None),
        (r"\\?\unc\server\share\keys", None),
    ],
)
def test_a_share_has_no_root_on_this_computer(path: str, root: str | None) -> None:
    assert find_root(path) == root


def test_a_local_folder_is_not_on_a_network(tmp_path: Path) -> None:
    assert not is_on_network(tmp_path)
    assert not is_on_network(tmp_path / "not" / "there" / "yet")


@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's list of mounts")
def test_without_the_mounts_no_folder_is_on_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOUNTS", tmp_path / "none")
    assert not is_on_network(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's list of mounts")
def test_a_link_into_a_network_folder_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "share")
    (tmp_path / "mounts").write_text(f"{MOUNTS}\n50 21 0:50 / {tmp_path}/share rw - nfs files:/x rw\n")
    monkeypatch.setattr(module, "_MOUNTS", tmp_path / "mounts")
    assert is_on_network(tmp_path / "link" / "keys")
    assert not is_on_network(tmp_path)


@pytest.mark.skipif(sys.platform != "win32", reason="only Windows has drives")
def test_shares_and_mapped_drives_are_on_the_network() -> None:
    assert is_on_network(Path(r"\\localhost\c$\keys"))
    mapped = subprocess.run(["net", "use", "Q:", r"\\localhost\c$"], capture_output=True, check=False)
    if mapped.returncode:
        pytest.skip("no drive can be mapped here")
    try:
        assert is_on_network(Path("Q:\\keys"))
    finally:
        subprocess.run(["net", "use", "Q:", "/delete"], capture_output=True, check=True)
