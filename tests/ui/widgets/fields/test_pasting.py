"""Which part of a pasted, dropped, or composed text stays in a field."""

import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from tests.ui.pasting import WAYS, paste_with_keys
from zcc_keys_gui.domain.pasted_text import join_lines
from zcc_keys_gui.ui.widgets.fields.secret_field import SecretField
from zcc_keys_gui.ui.widgets.fields.text_field import TextField


@pytest.fixture
def field(qapp: QApplication) -> Iterator[TextField]:
    field = TextField()
    yield field
    field.deleteLater()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "pasted",
    ["ProdSync\n", "\r\n ProdSync", '"ProdSync"', "“ProdSync”", "Prod\u200bSync\u2060", "\ufeffProdSync\u00a0"],
)
def test_every_way_to_paste_is_cleaned(field: TextField, way: Callable[[QLineEdit, str], None], pasted: str) -> None:
    changes: list[str] = []
    field.textChanged.connect(changes.append)
    way(field, pasted)
    assert (field.text(), changes) == ("ProdSync", ["ProdSync"])
    assert field.uncleaned_text == pasted.removeprefix("\ufeff")  # Qt removes a byte order mark
    QTest.keyClicks(field, " 2")
    assert field.text() == "ProdSync 2"
    assert field.uncleaned_text == ""


def test_text_around_the_cursor_is_not_cleaned(field: TextField) -> None:
    QTest.keyClicks(field, "a  b")
    field.setCursorPosition(2)
    paste_with_keys(field, ' "X"\n')
    assert (field.text(), field.cursorPosition()) == ("a X b", 3)


def test_text_that_the_program_sets_is_not_cleaned(field: TextField) -> None:
    field.setText(" a ")
    assert field.text() == " a "
    field.clear()
    assert field.text() == ""


@pytest.mark.parametrize(
    ("before", "pasted", "after"),
    [('"x"', '"Prod"\n', "Prod"), (" x ", " y ", "y"), ("x", "y z", "y z"), ("xy", '"x"', "x")],
)
def test_a_paste_over_a_selection_is_cleaned(field: TextField, before: str, pasted: str, after: str) -> None:
    field.setText(before)
    field.selectAll()
    paste_with_keys(field, pasted)
    assert field.text() == after


def test_a_text_is_cleaned_before_it_is_cut(qapp: QApplication) -> None:
    search = TextField(rule=join_lines, max_length=5)
    paste_with_keys(search, " " * 5_000 + "ABCDEFGH")
    assert (search.text(), search.uncleaned_text) == ("ABCDE", " " * 5_000 + "ABCDEFGH")
    QTest.keyClicks(search, "X")
    assert search.text() == "ABCDE"
    search.deleteLater()


def test_line_breaks_become_spaces_in_a_search_field(qapp: QApplication) -> None:
    search = TextField(rule=join_lines)
    paste_with_keys(search, "Prod\r\nSync\n")
    assert search.text() == "Prod Sync"
    search.deleteLater()


def test_ten_megabytes_are_cleaned_quickly(field: TextField) -> None:
    began = time.perf_counter()
    paste_with_keys(field, "\u200bx\n" * 3_400_000)
    assert time.perf_counter() - began < 2  # seconds; it takes 0.02 on an idle computer
    assert len(field.text()) <= 1_000


def test_a_secret_field_keeps_quotes_and_removes_line_breaks(qapp: QApplication) -> None:
    secret = SecretField("field", "Secret", lambda _: False)
    paste_with_keys(secret, '"four words"\r\n')
    assert (secret.text(), secret.uncleaned_text) == ('"four words"', '"four words"\r\n')
    QTest.keyClicks(secret, "!")
    assert (secret.text(), secret.uncleaned_text) == ('"four words"!', "")
    secret.deleteLater()
