"""Write the CycloneDX bill of materials of the built program: its packages, libraries and files."""

import hashlib
import platform
import sys
import zlib
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

import sqlcipher3
from cryptography.hazmat.backends.openssl import backend as openssl
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.lifecycle import LifecyclePhase, PredefinedLifecycle
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from packaging.requirements import Requirement
from PyInstaller.archive.readers import CArchiveReader
from PySide6.QtCore import qVersion

from release.errors import ReleaseError
from release.installer import BUILT, HERE
from release.licenses import names_in, owner_of
from release.version_info import COMPANY, PRODUCT
from zcc_keys_gui import __copyright__, __version__
from zcc_keys_gui.ui.settings.licenses import ShippedComponent, shipped_components

SBOM = HERE / "dist" / f"{PRODUCT.replace(' ', '-')}-{__version__}.cdx.json"

# Vendor and product in the CPE dictionary. Scanners use them to find vulnerabilities of parts outside PyPI.
_CPE_NAMES = {
    "CPython": ("python", "python"),
    "OpenSSL": ("openssl", "openssl"),
    "Qt": ("qt", "qt"),
    "SQLCipher": ("zetetic", "sqlcipher"),
    "SQLite": ("sqlite", "sqlite"),
    "zlib": ("zlib", "zlib"),
}


def write_sbom(built: Path, sbom: Path) -> None:
    """Write the bill of materials of the program in the folder `built`, as CycloneDX 1.6 JSON.

    Run it in the environment that built the program, because that tells the versions. Raises `ReleaseError` if the
    folder has no program for this system, and `ValueError` if it contains something without a known license.
    """
    exe = built / (f"{PRODUCT}.exe" if sys.platform == "win32" else PRODUCT)
    if not exe.is_file():
        raise ReleaseError(f"{exe} is missing. Build it first: python dev.py build")
    modules = CArchiveReader(str(exe)).open_embedded_archive("PYZ.pyz").toc
    text = as_json(bill_of_materials(built, modules))
    sbom.write_text(text, encoding="utf-8", newline="\n")
    print(f"{sbom}: the bill of materials of {built}")


def as_json(bom: Bom) -> str:
    """Return a bill of materials as CycloneDX 1.6 JSON. Raises `ReleaseError` if it violates the schema."""
    text = JsonV1Dot6(bom).output_as_string(indent=2)
    if fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise ReleaseError(f"The bill of materials is not valid CycloneDX: {fault}")
    return text + "\n"


def bill_of_materials(built: Path, modules: Iterable[str]) -> Bom:
    """Return the parts in the folder `built`, and which part needs which.

    `modules` are the names of the Python modules in the program's archive. Raises `ValueError` if something has no
    known license.
    """
    files = {path.removeprefix("_internal/"): path for path in _files(built)}
    rows = {row.name: row for row in shipped_components()}
    names = names_in(modules, files)
    if missing := names - rows.keys():
        raise ValueError(f"No license is known for: {', '.join(sorted(missing))}")
    compiled_into = _compiled_into(rows)
    inside = {part.name for parts in compiled_into.values() for part in parts}
    program = _program(rows[PRODUCT])
    parts = {name: _component(rows[name]) for name in names - inside - {PRODUCT}}
    for name, path in files.items():
        parts.get(owner_of(name) or PRODUCT, program).components.add(_file(built, path))
    bom = Bom(components=[*parts.values(), *(part for name in parts for part in compiled_into.get(name, []))])
    bom.metadata.component = program
    bom.metadata.lifecycles.add(PredefinedLifecycle(LifecyclePhase.BUILD))
    bom.register_dependency(program, parts.values())
    for name, part in parts.items():
        bom.register_dependency(
            part, [*(parts[each] for each in _needed_by(name) & parts.keys()), *compiled_into.get(name, [])]
        )
    return bom


def _files(built: Path) -> list[str]:
    return sorted(
        path.relative_to(built).as_posix() for path in built.rglob("*") if path.is_file() and not path.is_symlink()
    )


def _program(row: ShippedComponent) -> Component:
    return Component(
        name=PRODUCT,
        version=__version__,
        type=ComponentType.APPLICATION,
        bom_ref=PRODUCT,
        publisher=COMPANY,
        copyright=__copyright__,
        licenses=[LicenseFactory().make_from_string(row.license)],
    )


def _component(row: ShippedComponent) -> Component:
    package = _package_version(row.name)
    return Component(
        name=row.name,
        version=platform.python_version() if row.name == "CPython" else package,
        type=ComponentType.LIBRARY,
        bom_ref=row.name,
        description=row.purpose,
        purl=PackageURL("pypi", name=row.name.lower(), version=package) if package else None,
        cpe=_cpe(row.name, platform.python_version()),
        licenses=[LicenseFactory().make_from_string(row.license)],
    )


def _compiled_into(rows: dict[str, ShippedComponent]) -> dict[str, list[Component]]:
    """Return the libraries that are compiled into others, by the name of the containing library."""

    def part(name: str, container: str, version: str, license_name: str) -> Component:
        return Component(
            name=name,
            version=version,
            type=ComponentType.LIBRARY,
            bom_ref=f"{name} in {container}",
            description=f"Compiled into {container}",
            cpe=_cpe(name, version),
            licenses=[LicenseFactory().make_from_string(license_name)],
        )

    sqlcipher, provider = _sqlcipher_versions()
    of_openssl, of_sqlcipher = rows["OpenSSL"].license, rows["SQLCipher"].license
    return {
        "cryptography": [part("OpenSSL", "cryptography", _number_in(openssl.openssl_version_text()), of_openssl)],
        "sqlcipher3": [
            part("SQLCipher", "sqlcipher3", sqlcipher, of_sqlcipher),
            part("SQLite", "sqlcipher3", sqlcipher3.sqlite_version, "blessing"),
            part("OpenSSL", "sqlcipher3", provider, of_openssl),
        ],
        "pyside6-essentials": [part("Qt", "pyside6-essentials", qVersion(), rows["pyside6-essentials"].license)],
        "CPython": [part("zlib", "CPython", zlib.ZLIB_RUNTIME_VERSION, rows["zlib"].license)],
    }


def _sqlcipher_versions() -> tuple[str, str]:
    """Return the versions of SQLCipher and of the OpenSSL in it."""
    connection = sqlcipher3.connect(":memory:")
    try:
        connection.execute("PRAGMA key = 'any'")  # SQLCipher names its provider only after it has a key
        texts = [
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("cipher_version", "cipher_provider_version")
        ]
    finally:
        connection.close()
    return _number_in(texts[0]), _number_in(texts[1])


def _number_in(text: str) -> str:
    """Return the version in a text such as `OpenSSL 3.6.0 1 Oct 2025`."""
    return next(word for word in text.split() if word[0].isdigit())


def _package_version(name: str) -> str | None:
    """Return the version of an installed Python package, or None if there is no such package."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _needed_by(name: str) -> set[str]:
    """Return the names of the packages that an installed package requires on this system."""
    if _package_version(name) is None:
        return set()
    required = [Requirement(line) for line in metadata.requires(name) or []]
    return {
        each.name.lower().replace("_", "-").replace(".", "-")
        for each in required
        if each.marker is None or each.marker.evaluate()
    }


def _cpe(name: str, version: str) -> str | None:
    if name not in _CPE_NAMES:
        return None
    vendor, product = _CPE_NAMES[name]
    return f"cpe:2.3:a:{vendor}:{product}:{version}:*:*:*:*:*:*:*"


def _file(built: Path, path: str) -> Component:
    digest = hashlib.sha256((built / path).read_bytes()).hexdigest()
    return Component(
        name=path,
        type=ComponentType.FILE,
        bom_ref=f"file {path}",
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)],
    )


if __name__ == "__main__":
    try:
        write_sbom(BUILT, SBOM)
    except (ReleaseError, ValueError) as error:
        sys.exit(str(error))
