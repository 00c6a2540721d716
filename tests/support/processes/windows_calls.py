"""Windows calls for tests: programs with fewer rights, windows, and the properties of files. Windows only."""

import ctypes
import msvcrt
import os
import sys
from ctypes import wintypes
from pathlib import Path
from typing import BinaryIO

assert sys.platform == "win32"

_ADMINISTRATORS = 26  # WinBuiltinAdministratorsSid (WELL_KNOWN_SID_TYPE, winnt.h)
_ALL_ACCESS = 0xF01FF  # TOKEN_ALL_ACCESS
_USE_HANDLES = 0x100  # STARTF_USESTDHANDLES
_FOREVER = 0xFFFFFFFF
_CLOSE = 0x0010  # WM_CLOSE
_SESSION_CHANGE = 0x02B1  # WM_WTSSESSION_CHANGE
_PROPERTIES = (
    "CompanyName",
    "FileDescription",
    "FileVersion",
    "InternalName",
    "LegalCopyright",
    "OriginalFilename",
    "ProductName",
    "ProductVersion",
)

_advapi32 = ctypes.WinDLL("advapi32", use_last_error=True)
_kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
_version = ctypes.WinDLL("version", use_last_error=True)
_user32 = ctypes.WinDLL("user32", use_last_error=True)
_kernel32.GetCurrentProcess.restype = wintypes.HANDLE
_user32.GetForegroundWindow.restype = wintypes.HWND
_user32.PostMessageW.argtypes = [wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM]
_user32.GetWindowTextW.argtypes = [wintypes.HWND, wintypes.LPWSTR, ctypes.c_int]

_EnumProc = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.HWND, wintypes.LPARAM)
_user32.EnumChildWindows.argtypes = [wintypes.HWND, _EnumProc, wintypes.LPARAM]


class _SidAndAttributes(ctypes.Structure):
    # SID_AND_ATTRIBUTES (winnt.h)
    _fields_ = (("sid", ctypes.c_void_p), ("attributes", wintypes.DWORD))


class _StartupInfo(ctypes.Structure):
    # STARTUPINFOW (processthreadsapi.h); the fields between are not used
    _fields_ = (
        ("size", wintypes.DWORD),
        ("texts", wintypes.LPWSTR * 3),
        ("numbers", wintypes.DWORD * 7),
        ("flags", wintypes.DWORD),
        ("show", wintypes.WORD),
        ("reserved_size", wintypes.WORD),
        ("reserved", ctypes.c_void_p),
        ("input", wintypes.HANDLE),
        ("output", wintypes.HANDLE),
        ("error", wintypes.HANDLE),
    )


class _ProcessInformation(ctypes.Structure):
    # PROCESS_INFORMATION (processthreadsapi.h)
    _fields_ = (
        ("process", wintypes.HANDLE),
        ("thread", wintypes.HANDLE),
        ("process_id", wintypes.DWORD),
        ("thread_id", wintypes.DWORD),
    )


def run_without_admin_rights(command: str, errors: BinaryIO) -> int:
    """Run a command line as UAC starts programs for an administrator; return the exit code.

    The token of the process contains the group of administrators only so that access can be denied to it. `errors`
    gets its standard error.
    """
    handle = msvcrt.get_osfhandle(errors.fileno())
    os.set_handle_inheritable(handle, True)
    startup, process = (
        _StartupInfo(size=ctypes.sizeof(_StartupInfo), flags=_USE_HANDLES, error=handle),
        _ProcessInformation(),
    )
    token, line = _token_without_admin_rights(), ctypes.create_unicode_buffer(command)
    nothing = ctypes.c_void_p()
    _must(
        _advapi32.CreateProcessAsUserW(
            token, None, line, nothing, nothing, True, 0, nothing, None, ctypes.byref(startup), ctypes.byref(process)
        )
    )
    code = wintypes.DWORD()
    _kernel32.WaitForSingleObject(wintypes.HANDLE(process.process), _FOREVER)
    _must(_kernel32.GetExitCodeProcess(wintypes.HANDLE(process.process), ctypes.byref(code)))
    for each in (process.process, process.thread, token.value):
        _kernel32.CloseHandle(wintypes.HANDLE(each))
    return code.value


def _token_without_admin_rights() -> wintypes.HANDLE:
    own, restricted = wintypes.HANDLE(), wintypes.HANDLE()
    current = wintypes.HANDLE(_kernel32.GetCurrentProcess())
    _must(_advapi32.OpenProcessToken(current, _ALL_ACCESS, ctypes.byref(own)))
    sid, size = ctypes.create_string_buffer(68), wintypes.DWORD(68)  # SECURITY_MAX_SID_SIZE
    _must(_advapi32.CreateWellKnownSid(_ADMINISTRATORS, None, sid, ctypes.byref(size)))
    denied = _SidAndAttributes(ctypes.addressof(sid), 0)
    _must(_advapi32.CreateRestrictedToken(own, 0, 1, ctypes.byref(denied), 0, None, 0, None, ctypes.byref(restricted)))
    _kernel32.CloseHandle(own)
    return restricted


def foreground_window() -> int:
    """Return the window that has the keyboard, of any program; 0 if there is none."""
    return int(_user32.GetForegroundWindow() or 0)


def close(window: int) -> None:
    """Close a window like its close button."""
    _user32.PostMessageW(window, _CLOSE, 0, 0)


def post_session_change(window: int, what: int) -> None:
    """Send a window the message about a change of the session; 0x7 is WTS_SESSION_LOCK."""
    if not _user32.PostMessageW(window, _SESSION_CHANGE, what, 1):
        raise ctypes.WinError(ctypes.get_last_error())


def texts_in(window: int) -> set[str]:
    """Return the texts of the Windows controls in a window."""
    found: set[str] = set()

    def examine_secret(handle: int, _: int) -> bool:
        text = ctypes.create_unicode_buffer(512)
        _user32.GetWindowTextW(handle, text, len(text))
        found.add(text.value.replace("&", ""))
        return True

    _user32.EnumChildWindows(window, _EnumProc(examine_secret), 0)
    return found


def properties(program: Path) -> dict[str, str]:
    """Return a property of a file's version information, in English and Unicode; empty if it is missing."""
    size = _version.GetFileVersionInfoSizeW(str(program), None)
    _must(size)
    resource = ctypes.create_string_buffer(size)
    _must(_version.GetFileVersionInfoW(str(program), 0, size, resource))
    found: dict[str, str] = {}
    for name in _PROPERTIES:
        text, length = wintypes.LPWSTR(), wintypes.UINT()
        place = rf"\StringFileInfo\040904b0\{name}"
        if _version.VerQueryValueW(resource, place, ctypes.byref(text), ctypes.byref(length)):
            found[name] = text.value or ""
    return found


def _must(succeeded: int) -> None:
    if not succeeded:
        raise ctypes.WinError(ctypes.get_last_error())
