"""The program as it is shipped, started and used from outside. Skipped where `python dev.py build` was not run."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from release import contents
from tests.hands import wait_until
from tests.test_papers import HERE
from zcc_keys_gui import __version__

FOLDER = HERE / "dist" / "ZCC Keys"
EXE = FOLDER / ("ZCC Keys.exe" if sys.platform == "win32" else "ZCC Keys")
LIBRARIES = FOLDER / "_internal"
ALIVE = 120  # seconds in which any process of these tests has ended

pytestmark = pytest.mark.skipif(not EXE.exists(), reason="python dev.py build was not run here")


def output(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(EXE), *arguments], capture_output=True, text=True, timeout=ALIVE, check=False)


# --- what is in the folder --------------------------------------------------------------------------------


def test_the_folder_is_fit_to_be_shipped() -> None:
    assert contents.faults(FOLDER) == []


def test_it_says_its_version_and_help_where_somebody_reads_them() -> None:
    version, help_ = output("--version"), output("--help")
    assert (version.returncode, version.stdout.strip()) == (0, f"ZCC Keys {__version__}")
    assert help_.returncode == 0
    assert help_.stdout.startswith(f"usage: {EXE.name} ")
    wrong = output("--wrong")
    assert wrong.returncode == 2
    assert "unrecognized arguments: --wrong" in wrong.stderr


if sys.platform == "win32":
    from tests.frozen_program import FrozenProgram, clipboard_text, forget_key_of

    @pytest.fixture
    def vault(qapp: QApplication, data_folder: Path) -> Iterator[Path]:
        yield data_folder
        forget_key_of(data_folder)

    def test_a_person_adds_a_key_and_a_second_double_click_brings_the_window_to_the_front(vault: Path) -> None:
        arguments = ["--data-folder", str(vault)]
        program = FrozenProgram(EXE, *arguments)
        secret = program.add_key("ProdSync")
        assert len(secret) == 58
        second = FrozenProgram(EXE, *arguments)
        assert second.process.wait(ALIVE) == 0
        program.come_to_front("ZCC Keys")
        assert program.close() == 0
        wait_until(lambda: clipboard_text() == "")
