"""Where an organization's policies are: Windows' registry, elsewhere a file that only root can write."""

import sys
from pathlib import Path

REGISTRY_KEY = r"Software\Policies\ZCC Keys"
POLICY_FILE = Path("/etc/zcc-keys/policy.json")


class PoliciesUnreadableError(Exception):
    """There may be policies, but they cannot be read; the text names their place."""


if sys.platform == "win32":
    import winreg

    def _values_under(hive: int) -> dict[str, object]:
        values: dict[str, object] = {}
        try:
            # The 64-bit view, which is the only one that Group Policy writes for a key under Software\Policies.
            with winreg.OpenKey(hive, REGISTRY_KEY, access=winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as key:
                for number in range(winreg.QueryInfoKey(key)[1]):
                    name, value, kind = winreg.EnumValue(key, number)
                    values[name] = value if kind in (winreg.REG_DWORD, winreg.REG_QWORD) else (kind, value)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise PoliciesUnreadableError(REGISTRY_KEY) from error
        return values


def read_policies() -> dict[str, object]:
    """Return what is set, by name: whole numbers as such, all else as it was found; nothing where nothing is set.

    In the registry, the machine's values come before the user's, each for itself. Raises `PoliciesUnreadableError`.
    """
    if sys.platform == "win32":
        found = _values_under(winreg.HKEY_CURRENT_USER)
        machine = _values_under(winreg.HKEY_LOCAL_MACHINE)
        overruled = {name.casefold() for name in machine}
        return {name: value for name, value in found.items() if name.casefold() not in overruled} | machine
    return _read_file()


def _read_file() -> dict[str, object]:
    try:
        content = POLICY_FILE.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise PoliciesUnreadableError(str(POLICY_FILE)) from error
    import json

    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise PoliciesUnreadableError(str(POLICY_FILE)) from error
    if not isinstance(found, dict):
        raise PoliciesUnreadableError(str(POLICY_FILE))
    return found
