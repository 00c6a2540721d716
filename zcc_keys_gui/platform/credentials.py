"""Reads Windows Credential Manager with Windows' own function, which is faster than keyring."""

import sys

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _GENERIC = 1  # CRED_TYPE_GENERIC

    class _Credential(ctypes.Structure):
        """An entry of Windows Credential Manager: CREDENTIALW (wincred.h)."""

        _fields_ = (
            ("flags", wintypes.DWORD),
            ("type", wintypes.DWORD),
            ("target_name", wintypes.LPWSTR),
            ("comment", wintypes.LPWSTR),
            ("last_written", wintypes.FILETIME),
            ("blob_size", wintypes.DWORD),
            ("blob", ctypes.POINTER(ctypes.c_char)),
            ("persist", wintypes.DWORD),
            ("attribute_count", wintypes.DWORD),
            ("attributes", ctypes.c_void_p),
            ("target_alias", wintypes.LPWSTR),
            ("user_name", wintypes.LPWSTR),
        )

    def _read_entry(target: str) -> tuple[str, str] | None:
        """Return user name and password of an entry, or None if there is no such entry."""
        advapi32 = ctypes.WinDLL("advapi32")
        advapi32.CredReadW.argtypes = [wintypes.LPCWSTR, wintypes.DWORD, wintypes.DWORD, ctypes.c_void_p]
        advapi32.CredReadW.restype = wintypes.BOOL
        advapi32.CredFree.argtypes = [ctypes.c_void_p]
        advapi32.CredFree.restype = None
        found = ctypes.POINTER(_Credential)()
        if not advapi32.CredReadW(target, _GENERIC, 0, ctypes.byref(found)):
            return None
        try:
            credential = found.contents
            password = ctypes.string_at(credential.blob, credential.blob_size).decode("utf-16-le", "replace")
            return credential.user_name or "", password
        finally:
            advapi32.CredFree(found)


def read(target: str, user: str) -> str | None:
    """Return the password of `user` for `target`, or None if there is none, or the system is not Windows.

    keyring stores an entry under the target itself, or, if the target has entries of other users, under `user@target`.
    The password is UTF-16, as keyring writes it.
    """
    if sys.platform == "win32":
        for name in (target, f"{user}@{target}"):
            entry = _read_entry(name)
            if entry is not None and entry[0] == user:
                return entry[1]
    return None
