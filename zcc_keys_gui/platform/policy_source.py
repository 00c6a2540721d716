"""Reads an organization's policies: from Windows' registry, on other systems from a file that only root can write."""

import json
import sys
from pathlib import Path

REGISTRY_KEY = r"Software\Policies\ZCC Keys"
POLICY_FILE = Path("/etc/zcc-keys/policy.json")
_MAX_FILE_BYTES = 1 << 20  # a real one has less than 1 KiB

if sys.platform == "win32":
    import winreg

    MACHINE, USER = winreg.HKEY_LOCAL_MACHINE, winreg.HKEY_CURRENT_USER


def read_policies() -> tuple[dict[str, object], str]:
    """Return the values that are set, by name, and the location that could not be read, or an empty text.

    Whole numbers are returned as `int`, other values as they were found. In the registry, a value of the machine
    replaces the user's value of the same name.
    """
    if sys.platform == "win32":
        return _read_registry()
    return _read_file()


if sys.platform == "win32":

    def _read_registry() -> tuple[dict[str, object], str]:
        found: dict[str, object] = {}
        unreadable = []
        for hive, name in ((MACHINE, "HKEY_LOCAL_MACHINE"), (USER, "HKEY_CURRENT_USER")):
            try:
                values = _read_values(hive)
            except OSError:
                unreadable.append(f"{name}\\{REGISTRY_KEY}")
            else:
                decided = {name.casefold() for name in found}
                found |= {name: value for name, value in values.items() if name.casefold() not in decided}
        return found, ", ".join(unreadable)

    def _read_values(hive: "int | winreg.HKEYType") -> dict[str, object]:
        values: dict[str, object] = {}
        try:
            # The 64-bit view, because Group Policy writes only that for a key under Software\Policies.
            with winreg.OpenKey(hive, REGISTRY_KEY, access=winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as key:
                for number in range(winreg.QueryInfoKey(key)[1]):
                    name, value, kind = winreg.EnumValue(key, number)
                    values[name] = value if kind in (winreg.REG_DWORD, winreg.REG_QWORD) else (kind, value)
        except FileNotFoundError:
            return {}
        return values


def _read_file() -> tuple[dict[str, object], str]:
    try:
        with POLICY_FILE.open("rb") as file:
            content = file.read(_MAX_FILE_BYTES)  # a larger file is truncated, so that it is not valid JSON
    except (FileNotFoundError, NotADirectoryError):
        return {}, ""
    except OSError:
        return {}, str(POLICY_FILE)
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    return (found, "") if isinstance(found, dict) else ({}, str(POLICY_FILE))
