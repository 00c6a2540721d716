"""What is pasted, dropped or composed into fields, in every window, and what is left of it."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QAccessible, QDropEvent, QInputMethodEvent, QValidator
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QSpinBox, QToolTip, QWidget

from tests.support import gui
from tests.support.gui import click, line, text, trigger, type_into, wait_until, window
from tests.ui.backups.test_backup_dialog import PASSPHRASE, choose
from tests.ui.every_window import AT_START, FROM_MAIN, opened
from zcc_keys_gui import app
from zcc_keys_gui.domain.pasted_text import in_one_line
from zcc_keys_gui.domain.recovery_key import RecoveryKey, new_recovery_key
from zcc_keys_gui.service.recovery_sheet import recovery_sheet
from zcc_keys_gui.ui.main.window import MainWindow
from zcc_keys_gui.ui.unlock.passphrase_dialogs import passphrase_hint
from zcc_keys_gui.ui.widgets.fields.number_field import NumberField
from zcc_keys_gui.ui.widgets.fields.text_field import TextField
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener

CONTROL = Qt.KeyboardModifier.ControlModifier


def by_keys(field: QLineEdit, pasted: str) -> None:
    QApplication.clipboard().setText(pasted)
    QTest.keyClick(field, Qt.Key.Key_V, CONTROL)


def by_menu(field: QLineEdit, pasted: str) -> None:
    QApplication.clipboard().setText(pasted)
    menu = field.createStandardContextMenu()
    assert isinstance(menu, QMenu)
    (paste,) = [action for action in menu.actions() if action.objectName() == "edit-paste"]
    paste.trigger()
    menu.deleteLater()


def by_dropping(field: QLineEdit, pasted: str) -> None:
    data = QMimeData()
    data.setText(pasted)
    none, copy = Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    field.dropEvent(QDropEvent(QPointF(1, 1), copy, data, Qt.MouseButton.LeftButton, none))


def by_input_method(field: QLineEdit, pasted: str) -> None:
    composed = QInputMethodEvent()
    composed.setCommitString(pasted)
    QApplication.sendEvent(field, composed)


def by_screen_reader(field: QLineEdit, pasted: str) -> None:
    QAccessible.queryAccessibleInterface(field).setText(QAccessible.Text.Value, pasted)


WAYS: list[Callable[[QLineEdit, str], None]] = [by_keys, by_menu, by_dropping, by_input_method, by_screen_reader]


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
def test_whichever_way_it_comes_only_the_text_is_left(
    field: TextField, way: Callable[[QLineEdit, str], None], pasted: str
) -> None:
    told: list[str] = []
    field.textChanged.connect(told.append)
    way(field, pasted)
    assert (field.text(), told) == ("ProdSync", ["ProdSync"])
    assert field.cleaned_from == pasted.removeprefix("\ufeff")  # which Qt drops at the beginning of a text
    QTest.keyClicks(field, " 2")
    assert field.text() == "ProdSync 2"
    assert field.cleaned_from == ""


def test_what_stands_around_the_cursor_stays(field: TextField) -> None:
    QTest.keyClicks(field, "a  b")
    field.setCursorPosition(2)
    by_keys(field, ' "X"\n')
    assert (field.text(), field.cursorPosition()) == ("a X b", 3)


def test_what_the_program_puts_there_stays_as_it_is(field: TextField) -> None:
    field.setText(" a ")
    assert field.text() == " a "
    field.clear()
    assert field.text() == ""


@pytest.mark.parametrize(
    ("before", "pasted", "after"),
    [('"x"', '"Prod"\n', "Prod"), (" x ", " y ", "y"), ("x", "y z", "y z"), ("xy", '"x"', "x")],
)
def test_what_takes_the_place_of_a_selection_is_cleaned_whole(
    field: TextField, before: str, pasted: str, after: str
) -> None:
    field.setText(before)
    field.selectAll()
    by_keys(field, pasted)
    assert field.text() == after


def test_a_text_is_cleaned_before_it_is_cut(qapp: QApplication) -> None:
    search = TextField(rule=in_one_line, max_length=5)
    by_keys(search, " " * 5_000 + "ABCDEFGH")
    assert (search.text(), search.cleaned_from) == ("ABCDE", " " * 5_000 + "ABCDEFGH")
    QTest.keyClicks(search, "X")
    assert search.text() == "ABCDE"
    search.deleteLater()


def test_line_breaks_within_become_spaces_where_one_searches(qapp: QApplication) -> None:
    search = TextField(rule=in_one_line)
    by_keys(search, "Prod\r\nSync\n")
    assert search.text() == "Prod Sync"
    search.deleteLater()


def test_ten_megabytes_are_cleaned_quickly(field: TextField) -> None:
    began = time.perf_counter()
    by_keys(field, "\u200bx\n" * 3_400_000)
    assert time.perf_counter() - began < 2  # seconds, on a busy computer; it takes 0.02 on an idle one
    assert len(field.text()) <= 1_000


@pytest.mark.parametrize("pasted", [" 60\n", '"60"', "60\u200b", "\ufeff60", "\u00a060 ", "６０", "٦٠"])
def test_a_pasted_number_is_understood(qapp: QApplication, pasted: str) -> None:
    number = NumberField()
    number.setRange(5, 600)
    number.lineEdit().selectAll()
    by_keys(number.lineEdit(), pasted)
    number.interpretText()
    assert number.value() == 60
    number.deleteLater()


@pytest.mark.parametrize("pasted", ["60 seconds", "60.", "1,00", "(60)", "sixty"])
def test_what_is_no_number_is_refused_in_words(qapp: QApplication, pasted: str) -> None:
    number = NumberField()
    number.setRange(5, 600)
    number.show()
    number.setFocus()
    wait_until(number.hasFocus)
    number.lineEdit().selectAll()
    by_keys(number.lineEdit(), pasted)
    assert number.value() == 5
    assert QToolTip.text() == "Enter a whole number from 5 to 600."
    QToolTip.hideText()
    number.close()
    number.deleteLater()


@pytest.mark.parametrize("name", [*FROM_MAIN, *AT_START])
def test_every_field_of_every_window_has_a_rule(
    request: pytest.FixtureRequest, qapp: QApplication, name: str, tmp_path: Path
) -> None:
    if name in AT_START:
        request.getfixturevalue("no_keystore")
    with opened(name, tmp_path) as shown:
        fields = [field for field in shown.findChildren(QLineEdit) if not field.isReadOnly()]
        numbers = [number.lineEdit() for number in shown.findChildren(QSpinBox) if isinstance(number, NumberField)]
        bare = [field.objectName() for field in fields if not isinstance(field.validator(), QValidator)]
        assert bare == []
        assert [n for n in shown.findChildren(QSpinBox) if n.lineEdit() not in numbers] == []


# --- passphrases and recovery keys ------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_a_pasted_line_break_is_no_part_of_a_passphrase(
    no_keystore: None, folder: VaultFolder, qapp: QApplication, way: Callable[[QLineEdit, str], None]
) -> None:
    app.start(["--data-folder", str(folder.path)])
    dialog = window("createVaultDialog")
    way(line(dialog, "passphraseField"), "abcdefgh\n")
    assert text(dialog, "passphraseField") == "abcdefgh"
    assert text(dialog, "passphraseHint") == "Line breaks were removed from the pasted passphrase."
    type_into(dialog, "repeatPassphraseField", "abcdefgh")
    click(dialog, "createVaultButton")
    window("mainWindow").close()
    VaultOpener(folder).open_with_passphrase("abcdefgh").close()


@pytest.mark.parametrize(
    ("passphrase", "as_pasted", "said"),
    [
        ("four random words", "", ""),
        ("four random words ", "", "The passphrase begins or ends with a space. The space is part of it."),
        ("four", "four\r\n", "Line breaks were removed from the pasted passphrase."),
        ("fo\tur", "", "The passphrase contains tabs. They are part of it."),
        ("\tfour", "", "The passphrase contains tabs. They are part of it."),
        (
            "fo\u00a0ur",
            "",
            "The passphrase contains non-breaking or other special spaces. They are part of it.",
        ),
        ("four", "fo\0ur\x07", "Control characters were removed from the pasted passphrase."),
        ("four", "fourfour", "The passphrase was cut to its first 4 characters."),
        ("fo\u200bur", "", "The passphrase contains invisible characters. They are part of it."),
    ],
)
def test_what_cannot_be_seen_of_a_passphrase_is_said(passphrase: str, as_pasted: str, said: str) -> None:
    assert passphrase_hint(passphrase, as_pasted) == said


def test_what_was_pasted_into_a_new_passphrase_is_said(
    no_keystore: None, folder: VaultFolder, qapp: QApplication
) -> None:
    app.start(["--data-folder", str(folder.path)])
    dialog = window("createVaultDialog")
    field = line(dialog, "passphraseField")
    by_keys(field, "abcd\tefgh\u00a0ijkl\0")
    assert field.text() == "abcd\tefgh\u00a0ijkl"
    assert text(dialog, "passphraseHint") == (
        "Control characters were removed from the pasted passphrase. "
        "The passphrase contains tabs. They are part of it. "
        "The passphrase contains non-breaking or other special spaces. They are part of it."
    )
    field.selectAll()
    by_keys(field, "x" * 1_001)
    assert field.text() == "x" * 1_000
    assert text(dialog, "passphraseHint") == "The passphrase was cut to its first 1,000 characters."
    dialog.close()


@pytest.fixture
def unlock(no_keystore: None, folder: VaultFolder, qapp: QApplication) -> Iterator[Callable[[], QWidget]]:
    """Start the program on the vault in `folder`."""

    def start() -> QWidget:
        app.start(["--data-folder", str(folder.path)])
        return window("unlockDialog")

    yield start
    for shown in gui.windows("unlockDialog") + gui.windows("mainWindow"):
        shown.close()


@pytest.mark.parametrize("former", ["abcdefgh\n", "abcd\r\nefgh", "abcdefgh"])
def test_a_vault_whose_passphrase_has_a_line_break_opens_when_it_is_pasted(
    unlock: Callable[[], QWidget], folder: VaultFolder, former: str
) -> None:
    VaultOpener(folder).create_with_passphrase(former).close()
    dialog = unlock()
    by_keys(line(dialog, "passphraseField"), former if "\n" in former else f"{former}\n")
    click(dialog, "unlockButton")
    main = window("mainWindow")
    assert gui.visible(main, "attemptsBar") == []  # it was no wrong attempt


def test_a_wrong_passphrase_pasted_with_a_line_break_counts_once(
    unlock: Callable[[], QWidget], folder: VaultFolder
) -> None:
    VaultOpener(folder).create_with_passphrase("another one").close()
    dialog = unlock()
    by_keys(line(dialog, "passphraseField"), "abcdefgh\n")
    click(dialog, "unlockButton")
    wait_until(lambda: bool(text(dialog, "passphraseError")))
    assert text(dialog, "attemptsLabel").startswith("A wrong passphrase")


def test_a_backup_whose_passphrase_has_a_line_break_opens_when_it_is_pasted(main: QWidget, tmp_path: Path) -> None:
    path = tmp_path / "a.zccbackup"
    assert isinstance(main, MainWindow)
    main._vault.backups().back_up(path, f"{PASSPHRASE}\n")
    trigger(main, "restoreAction")
    choose(main, "restoreFileDialog", path)
    dialog = window("openBackupDialog")
    by_keys(line(dialog, "passphraseField"), f"{PASSPHRASE}\n")
    click(dialog, "openBackupButton")
    click(window("restoreDialog"), "cancelButton")


def numbered(key: RecoveryKey) -> str:
    return "\n".join(f"    {number}   {group}" for number, group in enumerate(key.groups(), start=1))


def sheet(key: RecoveryKey) -> str:
    return recovery_sheet(key, Path("/home/zoe" + "/folder" * 100), "PC-17", datetime.now(UTC))


SHAPES: list[Callable[[RecoveryKey], str]] = [
    numbered,
    sheet,
    lambda key: f'"{key.reveal()}"\n',
    lambda key: key.reveal() + "\u200b",
    lambda key: " " * 5_000 + key.reveal(),
    lambda key: key.reveal().translate({ord(str(digit)): 0xFF10 + digit for digit in range(10)}),
    lambda key: key.reveal().replace("-", "\u2212"),
]


@pytest.mark.parametrize("way", [by_keys, by_dropping])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_recovery_key_is_understood_as_it_was_saved(
    unlock: Callable[[], QWidget],
    folder: VaultFolder,
    shape: Callable[[RecoveryKey], str],
    way: Callable[[QLineEdit, str], None],
) -> None:
    store, key = VaultOpener(folder).create_with_passphrase(PASSPHRASE), new_recovery_key()
    store.protectors.set_recovery_key(key)
    store.close()
    dialog = unlock()
    click(dialog, "otherWayButton")
    way(line(dialog, "recoveryKeyField"), shape(key))
    assert text(dialog, "recoveryKeyField") == key.reveal()
    assert text(dialog, "recoveryKeyError") == ""
    click(dialog, "unlockButton")
    assert text(window("mainWindow"), "unlockedByLabel") == "Unlocked by recovery key"
