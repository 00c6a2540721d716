"""The winget manifest of a setup.exe."""

import hashlib
from pathlib import Path

import pytest

from release import winget
from release.errors import ReleaseError
from release.installer import SCRIPT
from zcc_keys_gui import __version__

URL = "https://downloads.example/ZCC-Keys-setup.exe"

# What the schema requires of each of the three files, version 1.12.0.
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
    """The manifest's files by name: what their lines say, whatever is nested."""
    folder = tmp_path / "winget"
    winget.describe(setup, URL, folder)
    return {path.name: fields(path) for path in folder.iterdir()}


def fields(path: Path) -> dict[str, str]:
    """Return the fields in a YAML file of the plain kind that these are."""
    found: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        key, colon, value = line.lstrip(" -").partition(":")
        if colon and not line.startswith("#"):
            assert not value or value.startswith(" "), line
            assert ": " not in value, line  # would have to be quoted
            found[key] = value.strip()
    return found


def test_it_has_three_files_with_all_that_is_required(manifest: dict[str, dict[str, str]]) -> None:
    assert manifest.keys() == REQUIRED.keys()
    for name, said in manifest.items():
        assert said.keys() >= REQUIRED[name], name
    assert {said["PackageVersion"] for said in manifest.values()} == {__version__}
    assert {said["PackageIdentifier"] for said in manifest.values()} == {"ZCCKeys.ZCCKeys"}
    assert {said["ManifestType"] for said in manifest.values()} == {"version", "installer", "defaultLocale"}


def test_it_says_where_the_setup_is_what_is_in_it_and_how_it_is_started(
    manifest: dict[str, dict[str, str]], setup: Path
) -> None:
    said = manifest["ZCCKeys.ZCCKeys.installer.yaml"]
    assert said["InstallerUrl"] == URL
    assert said["InstallerSha256"] == hashlib.sha256(setup.read_bytes()).hexdigest().upper()
    assert said["InstallerType"] == "nullsoft"
    assert said["Scope"] == "user"
    assert said["Silent"] == "/S"


def test_it_knows_the_installation_by_the_name_of_its_registry_key(manifest: dict[str, dict[str, str]]) -> None:
    code = manifest["ZCCKeys.ZCCKeys.installer.yaml"]["ProductCode"]
    script = SCRIPT.read_text(encoding="utf-8")
    assert f'!define PRODUCT "{code}"' in script
    assert r'Software\Microsoft\Windows\CurrentVersion\Uninstall\${PRODUCT}"' in script


@pytest.mark.parametrize("url", ["", "http://downloads.example/setup.exe", "https://downloads.example/", "setup.exe"])
def test_an_address_that_is_none_is_refused(setup: Path, tmp_path: Path, url: str) -> None:
    with pytest.raises(ReleaseError, match="not the address"):
        winget.describe(setup, url, tmp_path)


def test_without_a_setup_there_is_nothing_to_describe(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="is not there"):
        winget.describe(tmp_path / "setup.exe", URL, tmp_path)
