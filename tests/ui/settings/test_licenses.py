"""The table of the components that the program ships with."""

from dev import HERE
from zcc_keys_gui.ui.settings.licenses import FOLDER, shipped_components


def test_every_component_has_a_license_text() -> None:
    texts = {path.name for path in FOLDER.glob("*.txt")}
    assert {each.file for each in shipped_components()} == texts - {"GPL-3.0.txt"}  # The LGPL refers to its text.
    assert all(each.text().strip() for each in shipped_components())


def test_reads_every_row_of_the_table() -> None:
    rows = [line for line in (FOLDER / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    assert len(shipped_components()) == len(rows) - 1  # without the headings


def test_the_first_component_is_the_program_itself() -> None:
    own = shipped_components()[0]
    assert own.name == "ZCC Keys"
    assert own.text() == (HERE / "LICENSE").read_text(encoding="utf-8")
