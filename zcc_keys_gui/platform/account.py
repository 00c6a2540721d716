"""The account of the operating system under which the program runs."""

import getpass
import sys

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _SAM_COMPATIBLE = 2  # NameSamCompatible (secext.h)
    _MAX_NAME_LENGTH = 512


def account_name() -> str:
    r"""Return the account, such as `CONTOSO\zoe` on Windows and `zoe` on other systems."""
    if sys.platform == "win32":
        size = wintypes.ULONG(_MAX_NAME_LENGTH)
        name = ctypes.create_unicode_buffer(size.value)
        if ctypes.WinDLL("secur32").GetUserNameExW(_SAM_COMPATIBLE, name, ctypes.byref(size)):
            return name.value
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # the system knows the account only by its number
        return "unknown account"
