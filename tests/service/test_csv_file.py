"""A CSV file in which no spreadsheet finds a formula, whatever separates the cells where it is opened."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zcc_keys_gui.service.csv_file import write_csv

SEPARATORS = (",", ";", "\t", "|")
FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")
BLANKS = ' \t\r\n\f\v\xa0\u3000\u200b\ufeff\0"'
NASTY = st.text("=+-@＝＋－＠,;|\t\r\n\v\x85\u2028\"' \xa0\u200b\ufeff\0a1", max_size=12)


def cells(path: Path, separator: str) -> list[str]:
    """Return the cells of a file as a spreadsheet reads them that expects this separator."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [cell for row in csv.reader(file, delimiter=separator) for cell in row]


def assert_no_formula(path: Path) -> None:
    for separator in SEPARATORS:
        for cell in cells(path, separator):
            for seen in (cell, cell.strip(), cell.strip(BLANKS)):
                assert not seen.startswith(FORMULA_STARTS), (separator, cell)


@pytest.mark.parametrize(
    "text",
    [
        *('x";=1+1;"', "x;=1+1", "x;;=1", 'x";"=1', "x; =1", 'x; "=1', "x\t=1", "x|＝1", "x\n=1", "x\r\n=1", "x\n;=1"),
        *("\";=cmd|' /C calc'!A0", 'x;"\t=1', "x,@SUM(A1)", "\ufeff=1", "x;\u200b-1", '""=1', '";";"=1', "x;\0=1"),
    ],
)
def test_no_text_holds_a_formula(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, ["A", "B", "C"], [["1", text, "2"], ["3", text, text], [text, "4", "5"]])
    assert_no_formula(path)


@settings(max_examples=500)
@given(st.lists(st.lists(NASTY, min_size=1, max_size=4), max_size=4))
def test_no_rows_hold_a_formula(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    path = tmp_path_factory.getbasetemp() / "nasty.csv"
    write_csv(path, ["A"], rows)
    assert_no_formula(path)


@settings(max_examples=500)
@given(NASTY)
def test_only_apostrophes_are_added(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "apostrophes.csv"
    write_csv(path, ["A"], [[text, "."]])
    with path.open(encoding="utf-8-sig", newline="") as file:
        _, (cell, _) = csv.reader(file)
    assert cell.replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize(
    "text",
    [
        *("", "Enabled, Read, 3600 seconds", "curl/8.5.0 (x; y)", "a=b", "2026-11-12T09:12:33.123Z", "1-2", "a\r\nb"),
        "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.4648",
    ],
)
def test_an_ordinary_text_is_unchanged(tmp_path: Path, text: str) -> None:
    write_csv(tmp_path / "a.csv", ["A"], [[text, "."]])
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1][0] == text
