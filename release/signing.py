"""Signing what is shipped (Authenticode), by osslsigncode, where a certificate is configured.

It is configured in the environment: `ZCC_KEYS_CERTIFICATE` is the path of a certificate with its private key (PKCS #12:
.pfx, .p12), `ZCC_KEYS_CERTIFICATE_PASSWORD_FILE` that of a file with its password, where it has one, and
`ZCC_KEYS_TIMESTAMP_URL` an RFC 3161 time-stamp server, where it is not to be the usual one. The password itself is never
on a command line.
"""

import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

CERTIFICATE = "ZCC_KEYS_CERTIFICATE"
PASSWORD_FILE = "ZCC_KEYS_CERTIFICATE_PASSWORD_FILE"
TIMESTAMP_URL = "ZCC_KEYS_TIMESTAMP_URL"

USUAL_TIMESTAMP_URL = "http://timestamp.digicert.com"


class CannotSignError(Exception):
    """Why something that was to be signed could not be, in one line."""


def is_configured() -> bool:
    """Say whether there is a certificate to sign with."""
    return bool(os.environ.get(CERTIFICATE))


def sign(program: Path) -> None:
    """Sign and time-stamp a program in its place; raise `CannotSignError` where that fails, and leave it as it was."""
    osslsigncode = shutil.which("osslsigncode")
    if osslsigncode is None:
        raise CannotSignError("A certificate is configured, but osslsigncode, which signs with it, is not here.")
    command = [osslsigncode, "sign", "-pkcs12", str(_file_named_by(CERTIFICATE))]
    if os.environ.get(PASSWORD_FILE):
        command += ["-readpass", str(_file_named_by(PASSWORD_FILE))]
    command += ["-h", "sha256", "-ts", os.environ.get(TIMESTAMP_URL) or USUAL_TIMESTAMP_URL]
    signed = program.with_name(program.name + ".signed")
    signed.unlink(missing_ok=True)  # osslsigncode writes over nothing
    try:
        done = subprocess.run([*command, "-in", str(program), "-out", str(signed)], capture_output=True, check=False)
        if done.returncode or not is_signed(signed):
            said = " ".join((done.stderr + done.stdout).decode(errors="replace").split())
            raise CannotSignError(f"{program.name} could not be signed: {said}")
        signed.replace(program)
    finally:
        signed.unlink(missing_ok=True)


def sign_where_configured(program: Path) -> str:
    """Sign a program that is not signed yet, and return whether it is, in one line; raise `CannotSignError`."""
    if is_signed(program):
        return f"{program.name} is signed already."
    if not is_configured():
        return f"{program.name} is not signed: no certificate is configured ({CERTIFICATE})."
    sign(program)
    return f"{program.name} is signed."


def is_signed(program: Path) -> bool:
    """Say whether a program carries a signature, good or not.

    Its place is in the fifth of the data directories (PE format, "Optional Header Data Directories", Certificate Table).
    """
    content = program.read_bytes()
    (optional_header,) = struct.unpack_from("<I", content, 0x3C)
    optional_header += 24  # behind the signature "PE\0\0" and the COFF header
    (magic,) = struct.unpack_from("<H", content, optional_header)
    directories = optional_header + (112 if magic == 0x20B else 96)  # PE32+ has wider fields than PE32
    place, size = struct.unpack_from("<II", content, directories + 4 * 8)
    return place > 0 and size > 0


def _file_named_by(variable: str) -> Path:
    path = Path(os.environ[variable])
    if not path.is_file():
        raise CannotSignError(f"{variable} names no file that is there: {path}")
    return path.absolute()


if __name__ == "__main__":
    try:
        print(sign_where_configured(Path(sys.argv[1])))
    except CannotSignError as error:
        sys.exit(str(error))
