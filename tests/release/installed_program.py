"""The paths of an installed program on Windows, and functions that run its setup and its uninstaller."""

import os
import subprocess
import sys
from pathlib import Path

from platformdirs import user_data_path

from release.installer import SETUP
from release.version_info import PRODUCT

if sys.platform == "win32":
    import winreg

    PROCESS_TIMEOUT_SECONDS = 120
    KEY = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\ZCC Keys"
    DATA = user_data_path(PRODUCT, appauthor=False)
    THIS_USER, ALL_USERS = winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE
    MENU = {
        THIS_USER: Path(os.environ["APPDATA"], r"Microsoft\Windows\Start Menu\Programs", f"{PRODUCT}.lnk"),
        ALL_USERS: Path(os.environ["PROGRAMDATA"], r"Microsoft\Windows\Start Menu\Programs", f"{PRODUCT}.lnk"),
    }
    FOLDER = {
        THIS_USER: Path(os.environ["LOCALAPPDATA"], "Programs", PRODUCT),
        ALL_USERS: Path(os.environ["PROGRAMFILES"], PRODUCT),
    }

    def registered(hive: int) -> dict[str, str | int]:
        """Return the values of the program's uninstall key, or nothing if it is not installed."""
        try:
            with winreg.OpenKey(hive, KEY) as key:
                count = winreg.QueryInfoKey(key)[1]
                return {name: value for name, value, _ in (winreg.EnumValue(key, index) for index in range(count))}
        except FileNotFoundError:
            return {}

    def run(command: str) -> subprocess.CompletedProcess[str]:
        """Run a command line without quoting it: NSIS takes the folder after /D= and _?= unquoted."""
        return subprocess.run(command, capture_output=True, text=True, timeout=PROCESS_TIMEOUT_SECONDS, check=False)

    def set_up(arguments: str = "") -> subprocess.CompletedProcess[str]:
        return run(f'"{SETUP}" /S {arguments}')

    def uninstall(hive: int = THIS_USER) -> subprocess.CompletedProcess[str]:
        return run(str(registered(hive)["QuietUninstallString"]))

    def end_installed_program() -> None:
        """End a program that a failed test has left running; it would keep the uninstaller from its work."""
        run(f'taskkill /F /IM "{PRODUCT}.exe"')

    def files(folder: Path) -> dict[str, int]:
        """Return the files in a folder with their modification times in nanoseconds."""
        return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}

    def can_be_written(exe: Path) -> bool:
        """Return whether this exe is not running."""
        try:
            exe.open("r+b").close()
        except PermissionError:
            return False
        return True
