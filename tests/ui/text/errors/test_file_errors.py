"""What the program says about a file that could not be written."""

from pathlib import Path

import pytest

from zcc_keys_gui.domain.errors import FileNotWrittenError, WriteFault
from zcc_keys_gui.ui.text.errors.file_errors import UNCHANGED, explain_unwritten_file

PATH = Path("folder") / "keys.csv"


@pytest.mark.parametrize("fault", WriteFault)
def test_every_fault_names_the_file_and_what_to_do(fault: WriteFault) -> None:
    explanation = explain_unwritten_file(FileNotWrittenError(PATH, fault))
    assert "keys.csv" in explanation.summary
    assert "{" not in explanation.summary + explanation.next_step
    assert UNCHANGED in explanation.next_step
    assert explanation.details.endswith(f"\n\n{PATH}")


def test_an_unknown_fault_shows_the_systems_report() -> None:
    error = FileNotWrittenError(PATH, WriteFault.OTHER)
    error.__cause__ = OSError(5, "Input/output error")
    assert explain_unwritten_file(error).next_step.startswith("The system reports: Input/output error.")
