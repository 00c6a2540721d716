"""Replace `ssl` in the process of the built sign-in service, which anyio and uvicorn import without using it.

The real module would add OpenSSL: 6 MB of the 80 MB that the folder may have, and a second copy of a library that
admins must update whenever a scanner reports it. The service listens only on this computer, without TLS. In all other
processes of the built program, `ssl` is missing, and modules that can do without it do so.
"""

import sys
from types import ModuleType

if sys.argv[1:] == ["--sign-in-service"]:
    replacement = ModuleType("ssl")
    for name in ("SSLError", "SSLWantReadError", "SSLSyscallError"):
        setattr(replacement, name, type(name, (OSError,), {}))
    for name in ("SSLContext", "SSLSocket"):
        setattr(replacement, name, type(name, (), {}))
    for name in ("CERT_NONE", "PROTOCOL_TLS_SERVER"):
        setattr(replacement, name, 0)
    sys.modules["ssl"] = replacement
