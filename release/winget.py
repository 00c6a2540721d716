"""Write the winget manifest of the setup.exe: three YAML files, schema 1.12."""

import hashlib
import re
import sys
from pathlib import Path
from string import Template

from release.errors import ReleaseError
from release.installer import HERE, SETUP
from release.version_info import COMPANY
from zcc_keys_gui import __copyright__, __version__

TEMPLATES = HERE / "resources" / "winget"
MANIFEST = HERE / "dist" / "winget"


def describe(setup: Path, url: str, folder: Path) -> None:
    """Write the manifest of `setup`, which can be downloaded at `url`, to `folder`. Raises `ReleaseError`."""
    if not re.fullmatch(r"https://[^\s#]+\.exe", url):
        raise ReleaseError(f"This is not the https:// address of a setup.exe: {url}")
    if not setup.is_file():
        raise ReleaseError(f"{setup} is missing. Run `python dev.py installer` first.")
    values = {
        "version": __version__,
        "url": url,
        "sha256": hashlib.sha256(setup.read_bytes()).hexdigest().upper(),
        "publisher": COMPANY,
        "copyright": __copyright__,
    }
    folder.mkdir(parents=True, exist_ok=True)
    for template in TEMPLATES.glob("*.yaml"):
        content = Template(template.read_text(encoding="utf-8")).substitute(values)
        (folder / template.name).write_text(content, encoding="utf-8", newline="\n")
    print(f"{folder}: the manifest for `winget validate` and `winget install --manifest`")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Add the download address of the setup.exe: python dev.py winget URL")
    try:
        describe(SETUP, sys.argv[1], MANIFEST)
    except ReleaseError as error:
        sys.exit(str(error))
