"""Tests of signing with osslsigncode, with test certificates and a local time-stamp server."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from release import signing
from release.errors import ReleaseError
from release.installer import pack
from release.version_info import PRODUCT

MISSING = [name for name in ("makensis", "openssl", "osslsigncode") if shutil.which(name) is None]
pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="the tools are put together as a shell does"),
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]

PASSWORD = "Rumpelstiltskin!"
TIMESTAMP_CONFIGURATION = """
[tsa]
dir = {folder}
serial = $dir/serial
signer_cert = $dir/time.pem
signer_key = $dir/time.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate authority (ca.pem) and certificates for code (code.p12) and time stamps."""
    folder = tmp_path_factory.mktemp("authority")
    (folder / "password").write_text(PASSWORD + "\n")
    (folder / "wrong-password").write_text("something else\n")
    ca_key, ca = certify("Test authority", None, None)
    (folder / "ca.pem").write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    key, code = certify("Test of signing", (ca_key, ca), ExtendedKeyUsageOID.CODE_SIGNING)
    encryption = serialization.BestAvailableEncryption(PASSWORD.encode())
    (folder / "code.p12").write_bytes(pkcs12.serialize_key_and_certificates(None, key, code, [ca], encryption))
    key, time = certify("Test of time stamps", (ca_key, ca), ExtendedKeyUsageOID.TIME_STAMPING)
    (folder / "time.pem").write_bytes(time.public_bytes(serialization.Encoding.PEM))
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "time.key").write_bytes(key.private_bytes(*plain))
    (folder / "time.cnf").write_text(TIMESTAMP_CONFIGURATION.format(folder=folder))
    return folder


def certify(
    name: str, issuer: tuple[rsa.RSAPrivateKey, x509.Certificate] | None, usage: ObjectIdentifier | None
) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    """Return a key and its certificate, which is an authority or was issued by one for a purpose."""
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuing_key, issuing_name = (issuer[0], issuer[1].subject) if issuer else (key, subject)
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(issuing_name, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    builder = builder.add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    if usage:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
    return key, builder.sign(issuing_key, hashes.SHA256())


@pytest.fixture
def timestamp_url(authority: Path) -> Iterator[str]:
    """An RFC 3161 time-stamp server on this computer."""

    class Stamps(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (authority / "query").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            command = ["openssl", "ts", "-reply", "-config", "time.cnf", "-section", "tsa", "-queryfile", "query"]
            reply = subprocess.run(command, cwd=authority, check=True, capture_output=True).stdout
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Stamps) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def not_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove any configured certificate from the environment."""
    for variable in (signing.CERTIFICATE, signing.PASSWORD_FILE, signing.TIMESTAMP_URL):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def configured(authority: Path, timestamp_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Configure a certificate."""
    monkeypatch.setenv(signing.CERTIFICATE, str(authority / "code.p12"))
    monkeypatch.setenv(signing.PASSWORD_FILE, str(authority / "password"))
    monkeypatch.setenv(signing.TIMESTAMP_URL, timestamp_url)
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def exe(built: Path) -> Path:
    """The exe in the built folder."""
    return built / f"{PRODUCT}.exe"


def verify(program: Path, authority: Path) -> str:
    """Return osslsigncode's report on a valid signature with its time stamp."""
    trust = ["-CAfile", str(authority / "ca.pem"), "-TSA-CAfile", str(authority / "ca.pem")]
    command = ["osslsigncode", "verify", *trust, "-in", str(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.usefixtures("configured")
def test_exe_setup_and_uninstaller_are_signed(
    built: Path,
    exe: Path,
    authority: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    kept = keep_what_is_signed(tmp_path, monkeypatch)
    setup = tmp_path / "test-setup.exe"
    pack(built, setup)
    assert "test-setup.exe and its uninstaller are signed." in capfd.readouterr().out
    programs = [exe, setup, *kept.glob("*.exe")]
    assert len(programs) == 2 + 3  # the uninstaller is among the kept copies
    for program in programs:
        report = verify(program, authority)
        assert "Message digest algorithm  : SHA256" in report
        assert "Test of signing" in report
        assert "Timestamp Server Signature verification: ok" in report


@pytest.mark.usefixtures("configured")
def test_a_signed_program_is_unchanged(exe: Path) -> None:
    assert signing.sign_if_configured(exe) == f"{exe.name} is signed."
    before = exe.read_bytes()
    assert signing.sign_if_configured(exe) == f"{exe.name} is already signed."
    assert exe.read_bytes() == before


def test_without_a_certificate_nothing_is_signed(
    built: Path, exe: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    setup = tmp_path / "test-setup.exe"
    pack(built, setup)
    report = capfd.readouterr().out
    assert f"{exe.name} is not signed: no certificate is configured ({signing.CERTIFICATE})." in report
    assert "test-setup.exe and its uninstaller are not signed." in report
    assert not signing.is_signed(exe)
    assert not signing.is_signed(setup)


@pytest.mark.usefixtures("configured")
def test_a_wrong_password_is_an_error(
    built: Path, exe: Path, authority: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(signing.PASSWORD_FILE, str(authority / "wrong-password"))
    before = exe.read_bytes()
    with pytest.raises(ReleaseError, match="could not be signed") as caught:
        pack(built, tmp_path / "test-setup.exe")
    assert "something else" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert exe.read_bytes() == before
    assert list(tmp_path.rglob("*.exe")) == [exe]


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("failing", [1, 2, 3])  # the exe, the uninstaller, the setup itself
def test_no_partly_signed_setup_remains(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    keep_what_is_signed(tmp_path, monkeypatch, failing=failing)
    with pytest.raises(ReleaseError):
        pack(built, tmp_path / "test-setup.exe")
    assert (tmp_path / "commands").read_text().count("\n") == failing
    assert not list(tmp_path.glob("*.exe"))


@pytest.mark.usefixtures("configured")
def test_the_password_stays_out_of_output_and_commands(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    keep_what_is_signed(tmp_path, monkeypatch)
    pack(built, tmp_path / "test-setup.exe")
    commands = (tmp_path / "commands").read_text()
    assert commands.count("-readpass") == 3
    assert PASSWORD not in commands
    assert PASSWORD not in "".join(capfd.readouterr())


@pytest.mark.usefixtures("configured")
def test_a_missing_time_stamp_server_is_an_error(exe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(signing.TIMESTAMP_URL, "http://127.0.0.1:9")  # nothing listens on port 9
    with pytest.raises(ReleaseError, match="could not be signed"):
        signing.sign_if_configured(exe)
    assert not signing.is_signed(exe)


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("variable", [signing.CERTIFICATE, signing.PASSWORD_FILE])
def test_a_missing_file_is_an_error(exe: Path, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, str(exe.with_name("nowhere")))
    with pytest.raises(ReleaseError, match=f"^{variable} names a file that doesn't exist: .*nowhere$"):
        signing.sign_if_configured(exe)


@pytest.mark.usefixtures("configured")
def test_a_certificate_without_osslsigncode_is_an_error(exe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(exe.parent))
    with pytest.raises(ReleaseError, match="osslsigncode"):
        signing.sign_if_configured(exe)


def keep_what_is_signed(folder: Path, monkeypatch: pytest.MonkeyPatch, failing: int = 0) -> Path:
    """Wrap osslsigncode in a script that records its arguments and copies the signed files; return their folder.

    The call of the number `failing`, from 1, fails.
    """
    kept, tools = folder / "kept", folder / "tools"
    kept.mkdir()
    tools.mkdir()
    script = tools / "osslsigncode"
    script.write_text(
        f'#!/bin/sh\necho "$@" >> "{folder}/commands"\n'
        f'[ $(wc -l < "{folder}/commands") -ne {failing} ] || exit 1\n'
        f'"{shutil.which("osslsigncode")}" "$@" || exit\n'
        f'for last; do :; done\ncp "$last" "{kept}/$$.exe"\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    return kept
