"""The table of what is shipped."""

from tests.project.test_documentation import HERE
from zcc_keys_gui.ui.settings.licenses import FOLDER, shipped_components


def test_every_row_has_a_text_and_every_text_a_row() -> None:
    texts = {path.name for path in FOLDER.glob("*.txt")}
    assert {each.file for each in shipped_components()} == texts - {"GPL-3.0.txt"}  # which the LGPL builds on
    assert all(each.text().strip() for each in shipped_components())


def test_every_row_of_the_table_is_read() -> None:
    rows = [line for line in (FOLDER / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    assert len(shipped_components()) == len(rows) - 1  # the headings


def test_the_program_s_own_licence_is_that_of_the_repository() -> None:
    own = shipped_components()[0]
    assert own.name == "ZCC Keys"
    assert own.text() == (HERE / "LICENSE").read_text(encoding="utf-8")
