"""The bill of materials; `tests/project/test_frozen.py` compares it with a real build."""

import hashlib
import json
import platform
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component
from PySide6.QtCore import qVersion

from release.errors import ReleaseError
from release.licenses import owner_of
from release.sbom import as_json, bill_of_materials, write_sbom
from zcc_keys_gui import __version__

FILES = {
    "ZCC Keys.exe": b"MZ",
    "_internal/PySide6/Qt6Core.dll": b"Qt",
    "_internal/python313.dll": b"Python",
    "_internal/sqlcipher3/_sqlite3.pyd": b"SQLCipher",
    "_internal/resources/licences/zcc-keys.txt": b"MIT",
}
MODULES = ["sqlcipher3.dbapi2", "cryptography.hazmat", "keyring.core", "jaraco.context", "os.path"]


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder with the files of a Windows build."""
    for name, content in FILES.items():
        path = tmp_path / "built" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "built"


def described(built: Path, modules: Iterable[str] = MODULES) -> dict[str, Any]:
    """Return a bill of materials as JSON that is valid CycloneDX."""
    found: dict[str, Any] = json.loads(as_json(bill_of_materials(built, modules)))
    return found


def by_reference(sbom: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {part["bom-ref"]: part for part in sbom["components"]}


def test_it_names_the_program_and_its_version(built: Path) -> None:
    sbom = described(built)
    assert (sbom["bomFormat"], sbom["specVersion"]) == ("CycloneDX", "1.6")
    program = sbom["metadata"]["component"]
    assert (program["name"], program["version"], program["type"]) == ("ZCC Keys", __version__, "application")


def test_it_names_each_package_with_its_version_and_license(built: Path) -> None:
    parts = by_reference(described(built))
    for name in ("sqlcipher3", "cryptography", "keyring", "jaraco-context", "pyside6-essentials"):
        version = metadata.version(name)
        assert parts[name]["version"] == version
        assert parts[name]["purl"] == f"pkg:pypi/{name}@{version}"
        assert parts[name]["licenses"]
    assert parts["CPython"]["version"] == platform.python_version()
    assert "starlette" not in parts  # installed, but not in the build


def test_it_names_libraries_compiled_into_packages(built: Path) -> None:
    parts = by_reference(described(built))
    assert parts["Qt in pyside6-essentials"]["version"] == qVersion()
    assert parts["SQLCipher in sqlcipher3"]["cpe"].startswith("cpe:2.3:a:zetetic:sqlcipher:4.")
    assert parts["SQLite in sqlcipher3"]["version"].startswith("3.")
    assert {"OpenSSL in sqlcipher3", "OpenSSL in cryptography", "zlib in CPython"} <= parts.keys()
    assert all(part["version"][0].isdigit() for name, part in parts.items() if " in " in name)


def test_each_file_is_listed_once_under_its_part(built: Path) -> None:
    sbom = described(built)
    owners = [sbom["metadata"]["component"], *sbom["components"]]
    found = {file["name"]: (owner["name"], file["hashes"]) for owner in owners for file in owner.get("components", ())}
    assert {name: hashes for name, (_, hashes) in found.items()} == {
        name: [{"alg": "SHA-256", "content": hashlib.sha256(content).hexdigest()}] for name, content in FILES.items()
    }
    assert {name: owner for name, (owner, _) in found.items()} == {
        "ZCC Keys.exe": "ZCC Keys",
        "_internal/PySide6/Qt6Core.dll": "pyside6-essentials",
        "_internal/python313.dll": "CPython",
        "_internal/sqlcipher3/_sqlite3.pyd": "sqlcipher3",
        "_internal/resources/licences/zcc-keys.txt": "ZCC Keys",
    }


def test_it_lists_dependencies(built: Path) -> None:
    needs = {each["ref"]: set(each.get("dependsOn", ())) for each in described(built)["dependencies"]}
    assert {"CPython", "keyring", "sqlcipher3", "pyside6-essentials"} <= needs["ZCC Keys"]
    assert "jaraco-context" in needs["keyring"]
    assert needs["sqlcipher3"] == {"SQLCipher in sqlcipher3", "SQLite in sqlcipher3", "OpenSSL in sqlcipher3"}


def test_a_package_without_a_known_license_is_an_error(built: Path) -> None:
    with pytest.raises(ValueError, match=r"^No license is known for: pytest$"):
        bill_of_materials(built, ["pytest"])


def test_without_a_built_program_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"is missing\. Build it first"):
        write_sbom(tmp_path, tmp_path / "sbom.json")
    assert not (tmp_path / "sbom.json").exists()


def test_an_invalid_bill_of_materials_is_an_error() -> None:
    wrong = HashType(alg=HashAlgorithm.SHA_256, content="not a hash")
    bom = Bom(components=[Component(name="thing", hashes=[wrong])])
    with pytest.raises(ReleaseError, match="not valid CycloneDX"):
        as_json(bom)


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("base_library.zip", "CPython"),
        ("_socket.pyd", "CPython"),
        ("libpython3.13.so.1.0", "CPython"),
        ("python3.13/lib-dynload/_json.cpython-313-x86_64-linux-gnu.so", "CPython"),
        ("_cffi_backend.cp313-win_amd64.pyd", "cffi"),
        ("keyring-25.7.0.dist-info/METADATA", "keyring"),
        ("shiboken6/Shiboken.pyd", "shiboken6"),
        ("VCRUNTIME140.dll", "Visual C++ runtime"),
        ("libX11.so.6", None),
        ("zcc_keys_gui/ui/theme/icon.rcc", None),
    ],
)
def test_files_are_known_by_their_paths(path: str, owner: str | None) -> None:
    assert owner_of(path) == owner
