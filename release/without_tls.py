"""Runs in the built program before all else: stands in for `ssl`, which parts of the sign-in service import.

They use nothing of it. Python's own would bring a second OpenSSL of 6 MB, which would have to be kept up to date; the
service listens on this computer alone, without TLS. Only its process has this module; elsewhere `ssl` is missing, as
who asks for it expects.
"""

import sys
from types import ModuleType

if sys.argv[1:] == ["--sign-in-service"]:
    stand_in = ModuleType("ssl")
    for name in ("SSLError", "SSLWantReadError", "SSLSyscallError"):
        setattr(stand_in, name, type(name, (OSError,), {}))
    for name in ("SSLContext", "SSLSocket"):
        setattr(stand_in, name, type(name, (), {}))
    for name in ("CERT_NONE", "PROTOCOL_TLS_SERVER"):
        setattr(stand_in, name, 0)
    sys.modules["ssl"] = stand_in
