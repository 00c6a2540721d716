"""Sign the program and the setup (Authenticode) with osslsigncode, if a certificate is configured.

These environment variables configure it: `ZCC_KEYS_CERTIFICATE` is the path of a certificate with its private key
(PKCS #12: .pfx, .p12), `ZCC_KEYS_CERTIFICATE_PASSWORD_FILE` the path of a file with its password, and
`ZCC_KEYS_TIMESTAMP_URL` an RFC 3161 time-stamp server other than the default. The password never appears on a command
line.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from release.errors import ReleaseError
from release.version_info import PRODUCT

CERTIFICATE = "ZCC_KEYS_CERTIFICATE"
PASSWORD_FILE = "ZCC_KEYS_CERTIFICATE_PASSWORD_FILE"
TIMESTAMP_URL = "ZCC_KEYS_TIMESTAMP_URL"

DEFAULT_TIMESTAMP_URL = "http://timestamp.digicert.com"


def is_configured() -> bool:
    """Return whether a certificate is configured."""
    return bool(os.environ.get(CERTIFICATE))


def sign(program: Path) -> None:
    """Sign and time-stamp a program in place. If that fails, raise `ReleaseError` and leave it unchanged."""
    osslsigncode = shutil.which("osslsigncode")
    if osslsigncode is None:
        raise ReleaseError(
            "A certificate is configured, but osslsigncode is missing. Install the Debian package osslsigncode, or get "
            "it from https://github.com/mtrojnar/osslsigncode."
        )
    command = [osslsigncode, "sign", "-pkcs12", str(_file_named_by(CERTIFICATE))]
    if os.environ.get(PASSWORD_FILE):
        command += ["-readpass", str(_file_named_by(PASSWORD_FILE))]
    command += ["-n", PRODUCT, "-h", "sha256", "-ts", os.environ.get(TIMESTAMP_URL) or DEFAULT_TIMESTAMP_URL]
    signed = program.with_name(program.name + ".signed")
    signed.unlink(missing_ok=True)  # osslsigncode does not overwrite files
    try:
        done = subprocess.run([*command, "-in", str(program), "-out", str(signed)], capture_output=True, check=False)
        if done.returncode or not is_signed(signed):
            output = " ".join((done.stderr + done.stdout).decode(errors="replace").split())
            raise ReleaseError(f"{program.name} could not be signed: {output}")
        signed.replace(program)
    finally:
        signed.unlink(missing_ok=True)


def sign_if_configured(program: Path) -> str:
    """Sign a program unless it is signed already, and return its state in one line. Raises `ReleaseError`."""
    if is_signed(program):
        return f"{program.name} is already signed."
    if not is_configured():
        return f"{program.name} is not signed: no certificate is configured ({CERTIFICATE})."
    sign(program)
    return f"{program.name} is signed."


def is_signed(program: Path) -> bool:
    """Return whether a program has a signature, valid or not.

    The fifth data directory contains its offset (PE format, "Optional Header Data Directories", Certificate Table).
    """
    content = program.read_bytes()
    header = int.from_bytes(content[0x3C:0x40], "little") + 24  # after the signature "PE\0\0" and the COFF header
    wide = content[header : header + 2] == b"\x0b\x02"  # PE32+ has wider fields than PE32
    directory = header + (112 if wide else 96) + 4 * 8
    return any(content[directory : directory + 8])


def _file_named_by(variable: str) -> Path:
    path = Path(os.environ[variable])
    if not path.is_file():
        raise ReleaseError(f"{variable} names a file that doesn't exist: {path}")
    return path.absolute()


if __name__ == "__main__":
    try:
        print(sign_if_configured(Path(sys.argv[1])))
    except ReleaseError as error:
        sys.exit(str(error))
