"""Using an exe from outside: finding its windows, typing and pressing keys. Windows only."""

import ctypes
import os
import subprocess
import sys
from ctypes import wintypes
from pathlib import Path

from keyring.backends.Windows import WinVaultKeyring

from tests.support.gui import wait_until
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import protector_file
from zcc_keys_gui.vault.keys.key_store import service_name

assert sys.platform == "win32"

CONTROL, ENTER, ESCAPE = 0x11, 0x0D, 0x1B  # VK_CONTROL, VK_RETURN, VK_ESCAPE (winuser.h)

_TIMEOUT_SECONDS = 120  # reached only if something hangs
_KEYBOARD, _UP, _UNICODE = 1, 0x2, 0x4  # INPUT_KEYBOARD, KEYEVENTF_KEYUP, KEYEVENTF_UNICODE
_CLOSE, _MINIMIZE = 0x0010, 6  # WM_CLOSE, SW_MINIMIZE
_UNICODE_TEXT = 13  # CF_UNICODETEXT
_BOX, _TEXT_OF_BOX = "#32770", 0xFFFF  # the window class of a message box, and the ID of its text

_user32 = ctypes.WinDLL("user32", use_last_error=True)
_kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
_kernel32.GlobalLock.argtypes = [wintypes.HGLOBAL]
_kernel32.GlobalLock.restype = ctypes.c_void_p
_kernel32.GlobalUnlock.argtypes = [wintypes.HGLOBAL]
_user32.GetClipboardData.restype = wintypes.HANDLE
_user32.GetForegroundWindow.restype = wintypes.HWND
_user32.FindWindowW.restype = wintypes.HWND
_user32.GetDlgItemTextW.argtypes = [wintypes.HWND, ctypes.c_int, wintypes.LPWSTR, ctypes.c_int]
_user32.PostMessageW.argtypes = [wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM]
_user32.GetWindowThreadProcessId.argtypes = [wintypes.HWND, ctypes.POINTER(wintypes.DWORD)]
_user32.GetWindowTextW.argtypes = [wintypes.HWND, wintypes.LPWSTR, ctypes.c_int]
_user32.IsWindow.argtypes = [wintypes.HWND]
_user32.IsWindowVisible.argtypes = [wintypes.HWND]
_user32.IsIconic.argtypes = [wintypes.HWND]
_user32.ShowWindow.argtypes = [wintypes.HWND, ctypes.c_int]

_EnumProc = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.HWND, wintypes.LPARAM)
_user32.EnumWindows.argtypes = [_EnumProc, wintypes.LPARAM]


class _KeyboardInput(ctypes.Structure):
    # KEYBDINPUT (winuser.h)
    _fields_ = (
        ("key", wintypes.WORD),
        ("scan", wintypes.WORD),
        ("flags", wintypes.DWORD),
        ("time", wintypes.DWORD),
        ("extra", ctypes.c_size_t),
    )


class _Input(ctypes.Structure):
    # INPUT; its union has the size of MOUSEINPUT, the largest member
    _fields_ = (("type", wintypes.DWORD), ("keyboard", _KeyboardInput), ("padding", ctypes.c_byte * 8))


class FrozenProgram:
    """A running exe. As a context manager, it kills the process if a test fails."""

    def __init__(self, exe: Path, *arguments: str) -> None:
        """Start the exe. It uses the account's own key store, because it can't load the tests."""
        environment = {k: v for k, v in os.environ.items() if k != "PYTHON_KEYRING_BACKEND"}
        self.process = subprocess.Popen([str(exe), *arguments], env=environment)

    def __enter__(self) -> "FrozenProgram":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()  # does nothing if the program has ended
        self.process.wait(_TIMEOUT_SECONDS)

    def window(self, title: str) -> int:
        """Wait for the visible window with this title, and return its handle."""
        wait_until(lambda: title in self.titles().values(), _TIMEOUT_SECONDS)
        return next(handle for handle, text in self.titles().items() if text == title)

    def titles(self) -> dict[int, str]:
        """Return the titles of the program's visible windows, by their handles."""
        found: dict[int, str] = {}

        def examine_secret(handle: int, _: int) -> bool:
            process = wintypes.DWORD()
            _user32.GetWindowThreadProcessId(handle, ctypes.byref(process))
            if process.value == self.process.pid and _user32.IsWindowVisible(handle):
                found[handle] = title_of(handle)
            return True

        _user32.EnumWindows(_EnumProc(examine_secret), 0)
        return found

    def come_to_front(self, title: str) -> None:
        """Wait until the window with this title has the keyboard."""
        window = self.window(title)
        wait_until(lambda: _user32.GetForegroundWindow() == window and not _user32.IsIconic(window))

    def minimize(self, title: str) -> None:
        """Minimize the window with this title, which then loses the keyboard."""
        window = self.window(title)
        _user32.ShowWindow(window, _MINIMIZE)
        wait_until(lambda: bool(_user32.IsIconic(window)))

    def add_key(self, name: str) -> str:
        """Add a key with the keyboard, and return its secret from the clipboard."""
        self.come_to_front("ZCC Keys")
        press(CONTROL, ord("N"))
        self.come_to_front("Add API key")
        type_text(name)
        press(ENTER)
        self.come_to_front(f"Client secret for {name}")
        press(ord(" "))  # the button that copies the secret has the focus
        wait_until(lambda: clipboard_text().startswith("zcclocal_"))
        copied = clipboard_text()
        press(ESCAPE)
        self.come_to_front("ZCC Keys")
        return copied

    def close(self) -> int:
        """Close the main window; return the exit code of the program."""
        _user32.PostMessageW(self.window("ZCC Keys"), _CLOSE, 0, 0)
        return self.process.wait(_TIMEOUT_SECONDS)


def title_of(window: int) -> str:
    """Return a window's title."""
    text = ctypes.create_unicode_buffer(512)
    _user32.GetWindowTextW(window, text, len(text))
    return text.value


def close_box(title: str) -> str:
    """Wait for a message box of Windows with this title, close it, and return its text."""
    wait_until(lambda: bool(_user32.FindWindowW(_BOX, title)))
    box, text = _user32.FindWindowW(_BOX, title), ctypes.create_unicode_buffer(2_000)
    _user32.GetDlgItemTextW(box, _TEXT_OF_BOX, text, len(text))

    def is_closed() -> bool:  # a box that is still being created ignores the first message
        _user32.PostMessageW(box, _CLOSE, 0, 0)
        return not _user32.IsWindow(box)

    wait_until(is_closed)
    return text.value


def press(*keys: int) -> None:
    """Press keys together, by their virtual-key codes."""
    _send([_Input(_KEYBOARD, _KeyboardInput(key=key)) for key in keys])
    _send([_Input(_KEYBOARD, _KeyboardInput(key=key, flags=_UP)) for key in reversed(keys)])


def type_text(text: str) -> None:
    """Type a text with any keyboard layout."""
    for letter in text:
        for flags in (_UNICODE, _UNICODE | _UP):
            _send([_Input(_KEYBOARD, _KeyboardInput(scan=ord(letter), flags=flags))])


def clipboard_text() -> str:
    """Return the text on the clipboard; empty without a text, or while another program has the clipboard open."""
    if not _user32.OpenClipboard(None):
        return ""
    try:
        handle = _user32.GetClipboardData(_UNICODE_TEXT)
        if not handle:
            return ""
        text = ctypes.wstring_at(_kernel32.GlobalLock(handle))
        _kernel32.GlobalUnlock(handle)
        return text
    finally:
        _user32.CloseClipboard()


def forget_key_of(data_folder: Path) -> None:
    """Delete the entry of a vault in this account's Windows Credential Manager."""
    found = protector_file.read(VaultFolder(data_folder).protectors)
    if found.account is not None:
        WinVaultKeyring().delete_password(service_name(found.vault_id), found.account.keystore_user)


def _send(inputs: list[_Input]) -> None:
    sent = _user32.SendInput(len(inputs), (_Input * len(inputs))(*inputs), ctypes.sizeof(_Input))
    if sent != len(inputs):
        raise ctypes.WinError(ctypes.get_last_error())
