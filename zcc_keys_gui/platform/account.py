"""Who is at work: the account of the operating system."""

import sys

_SAM_COMPATIBLE = 2  # NameSamCompatible (secext.h)


def account_name() -> str:
    r"""Return the account, such as `CONTOSO\zoe` on Windows and `zoe` elsewhere."""
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        size = wintypes.ULONG(512)
        name = ctypes.create_unicode_buffer(size.value)
        if ctypes.WinDLL("secur32").GetUserNameExW(_SAM_COMPATIBLE, name, ctypes.byref(size)):
            return name.value
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account that the system knows only by its number
        return "unknown account"
