"""Fixtures for the tests of packing and signing."""

import shutil
import subprocess
from pathlib import Path

import pytest

from release.version_info import PRODUCT


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder like that of the built program, with a real exe that does nothing."""
    if shutil.which("makensis") is None:
        pytest.skip("NSIS is not installed")
    folder = tmp_path / PRODUCT
    (folder / "_internal").mkdir(parents=True)
    (folder / "_internal" / "something.txt").touch()
    script = tmp_path / "nothing.nsi"
    script.write_text(f'Target amd64-unicode\nName x\nOutFile "{folder / PRODUCT}.exe"\nSection\nSectionEnd\n')
    subprocess.run(["makensis", "-V1", str(script)], check=True)
    return folder
