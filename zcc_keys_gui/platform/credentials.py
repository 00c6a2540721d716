"""Reading Credential Manager by Windows' own call, which takes no time; None elsewhere."""

import sys

_GENERIC = 1  # CRED_TYPE_GENERIC


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    class _Credential(ctypes.Structure):
        # CREDENTIALW (wincred.h)
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

    def _read_one(name: str) -> tuple[str, str] | None:
        advapi32 = ctypes.WinDLL("advapi32")
        advapi32.CredReadW.argtypes = [wintypes.LPCWSTR, wintypes.DWORD, wintypes.DWORD, ctypes.c_void_p]
        advapi32.CredReadW.restype = wintypes.BOOL
        advapi32.CredFree.argtypes = [ctypes.c_void_p]
        advapi32.CredFree.restype = None
        found = ctypes.POINTER(_Credential)()
        if not advapi32.CredReadW(name, _GENERIC, 0, ctypes.byref(found)):
            return None
        try:
            credential = found.contents
            password = ctypes.string_at(credential.blob, credential.blob_size).decode("utf-16-le", "replace")
            return credential.user_name or "", password
        finally:
            advapi32.CredFree(found)


def read(target: str, user: str) -> str | None:
    """Return the password kept for `user` under `target`, or None where there is none.

    It looks where keyring puts an entry: under the target itself, or, once a second user of the same target was kept,
    under `user@target`. The password is UTF-16, as keyring writes it.
    """
    if sys.platform == "win32":
        for name in (target, f"{user}@{target}"):
            found = _read_one(name)
            if found is not None and found[0] == user:
                return found[1]
    return None
