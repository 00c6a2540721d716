"""Tests of the winget manifest."""

import hashlib
from pathlib import Path

import pytest

from release import winget
from release.errors import ReleaseError
from release.installer import SCRIPT
from zcc_keys_gui import __version__

URL = "https://downloads.example/ZCC-Keys-setup.exe"

# The fields that schema 1.12.0 requires in each of the three files.
EVERYWHERE = {"PackageIdentifier", "PackageVersion", "ManifestType", "ManifestVersion"}
REQUIRED = {
    "ZCCKeys.ZCCKeys.yaml": EVERYWHERE | {"DefaultLocale"},
    "ZCCKeys.ZCCKeys.installer.yaml": EVERYWHERE | {"Installers"},
    "ZCCKeys.ZCCKeys.locale.en-US.yaml": EVERYWHERE
    | {"PackageLocale", "Publisher", "PackageName", "License", "ShortDescription"},
}


@pytest.fixture
def setup(tmp_path: Path) -> Path:
    path = tmp_path / "setup.exe"
    path.write_bytes(b"MZ")
    return path


@pytest.fixture
def manifest(setup: Path, tmp_path: Path) -> dict[str, dict[str, str]]:
    """The fields of the manifest's files, by file name; nesting is ignored."""
    folder = tmp_path / "winget"
    winget.describe(setup, URL, folder)
    return {path.name: fields(path) for path in folder.iterdir()}


def fields(path: Path) -> dict[str, str]:
    """Return the fields of a plain YAML file."""
    found: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        key, colon, value = line.lstrip(" -").partition(":")
        if colon and not line.startswith("#"):
            assert not value or value.startswith(" "), line
            assert ": " not in value, line  # YAML requires quotes for it
            found[key] = value.strip()
    return found


def test_it_has_three_files_with_all_required_fields(manifest: dict[str, dict[str, str]]) -> None:
    assert manifest.keys() == REQUIRED.keys()
    for name, fields in manifest.items():
        assert fields.keys() >= REQUIRED[name], name
    assert {fields["PackageVersion"] for fields in manifest.values()} == {__version__}
    assert {fields["PackageIdentifier"] for fields in manifest.values()} == {"ZCCKeys.ZCCKeys"}
    assert {fields["ManifestType"] for fields in manifest.values()} == {"version", "installer", "defaultLocale"}


def test_it_names_address_hash_and_silent_switch(manifest: dict[str, dict[str, str]], setup: Path) -> None:
    fields = manifest["ZCCKeys.ZCCKeys.installer.yaml"]
    assert fields["InstallerUrl"] == URL
    assert fields["InstallerSha256"] == hashlib.sha256(setup.read_bytes()).hexdigest().upper()
    assert fields["InstallerType"] == "nullsoft"
    assert fields["Scope"] == "user"
    assert fields["Silent"] == "/S"


def test_it_finds_the_installation_by_its_registry_key(manifest: dict[str, dict[str, str]]) -> None:
    code = manifest["ZCCKeys.ZCCKeys.installer.yaml"]["ProductCode"]
    script = SCRIPT.read_text(encoding="utf-8")
    assert f'!define PRODUCT "{code}"' in script
    assert r'Software\Microsoft\Windows\CurrentVersion\Uninstall\${PRODUCT}"' in script


@pytest.mark.parametrize("url", ["", "http://downloads.example/setup.exe", "https://downloads.example/", "setup.exe"])
def test_an_invalid_address_is_an_error(setup: Path, tmp_path: Path, url: str) -> None:
    with pytest.raises(ReleaseError, match="not the https:// address"):
        winget.describe(setup, url, tmp_path)


def test_a_missing_setup_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="is missing"):
        winget.describe(tmp_path / "setup.exe", URL, tmp_path)
