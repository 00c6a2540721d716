"""The settings file: the program starts with any content."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QByteArray, QCoreApplication, QEvent, QPoint, QRect, QSettings, QSize, Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QApplication, QHeaderView, QMainWindow

from tests.support.gui import table, window
from zcc_keys_gui import app
from zcc_keys_gui.domain.policies import CLIPBOARD_SECONDS, LOCK_AFTER_MINUTES, Policies
from zcc_keys_gui.ui.application.former_settings import former_columns, former_placement
from zcc_keys_gui.ui.application.preferences import Preferences
from zcc_keys_gui.ui.application.settings_file import SettingsFile
from zcc_keys_gui.ui.keys.list.key_model import COLUMNS

NAMES = [
    "geometry",
    "columns",
    "columnCount",
    "window/place",
    "columns/order",
    "columns/widths",
    "columns/sort",
    "preferences/clipboard_seconds",
    "preferences/new_key_session_validity",
    "preferences/lock_after_minutes",
    "preferences/theme",
    "preferences/show_local_note",
    "preferences/start_sign_in_service",
    "preferences/of_a_newer_version",
]
HOSTILE = [
    "",
    "nan",
    "-inf",
    "1e309",
    "-1",
    "9" * 500,
    "2147483648",
    "999999999 999999999 999999999 999999999 1",
    "-999999999 -999999999 1 1 1",
    "0 0 999999999 999999999 7",
    "99 -1",
    "9 1",
    "0 0 0 0 0 0 0",
    "6 6 9 -1 0",
    " ".join(["3"] * 200),
    "@Variant(\\0\\0\\0\\t\\x7f\\xff\\xff\\xff)",
    "@Variant(\\0\\0\\0\\b\\x7f\\xff\\xff\\xff)",
    "@Variant(\\0\\0\\0\\x7f\\0\\0\\0\\xfQWidget*\\0)",
    "@Variant(\\0\\0\\0\\f\\x7f\\xff\\xff\\xff)",
    "@ByteArray(\\x1\\xd9\\xd0\\xcb\\0\\x3\\0\\0)",
    "@ByteArray(\\0\\0\\0\\xff\\0\\0\\0\\0\\x7f\\xff\\xff\\xff)",
    "@Invalid()",
    "@Size(-1 -1)",
    "@Rect(0 0 2147483647 2147483647)",
    "@DateTime(\\0)",
    '"',
    "\\x",
    "[General]",
    "\ud7ff",
    "²",
]


def write(path: Path, values: dict[str, str]) -> None:
    """Write a file in the format of QSettings, with these texts unchanged."""
    lines = ["[General]"] + [f"{name}={text}" for name, text in values.items() if "/" not in name]
    for section in ("window", "columns", "preferences"):
        named = {name: text for name, text in values.items() if name.startswith(f"{section}/")}
        lines += [f"[{section}]"] + [f"{name.partition('/')[2]}={text}" for name, text in named.items()]
    path.write_bytes("\n".join(lines).encode("utf-8", "replace"))


def header_state(columns: int, sort: int) -> QByteArray:
    """Return the saved state of a header with so many columns that is sorted by this one."""
    header = QHeaderView(Qt.Orientation.Horizontal)
    model = QStandardItemModel(0, columns)
    header.setModel(model)
    header.resizeSection(0, 321)
    header.setSortIndicator(sort, Qt.SortOrder.DescendingOrder)
    state = header.saveState()
    header.deleteLater()
    return state


def start(folder: Path) -> None:
    """Start the program, check its window, and end it."""
    app.start(["--data-folder", str(folder)])
    main = window("mainWindow")
    QApplication.processEvents()
    assert main.screen().availableGeometry().intersects(main.geometry())
    assert 0 <= table(main).horizontalHeader().sortIndicatorSection() < len(COLUMNS)
    main.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def vault(data_folder: Path, qapp: QApplication) -> Path:
    """A folder with a vault."""
    start(data_folder)
    return data_folder


def test_the_program_starts_with_a_sort_column_that_is_missing(vault: Path, tmp_path: Path) -> None:
    """A downgrade leads to this. Use another process, because version 0.1.0 crashed here."""
    saved = QSettings(str(vault / "settings.ini"), QSettings.Format.IniFormat)
    saved.setValue("columns", header_state(10, 9))
    saved.setValue("columnCount", 10)
    saved.sync()
    ended = subprocess.run(
        [sys.executable, "-m", "tests.support.user", str(vault), "start"], capture_output=True, timeout=120, check=False
    )
    assert ended.returncode == 0, ended.stderr.decode()[-2_000:]


@pytest.mark.parametrize("text", HOSTILE)
def test_the_program_starts_with_hostile_values(vault: Path, text: str) -> None:
    write(vault / "settings.ini", dict.fromkeys(NAMES, text))
    start(vault)


TEXTS = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=40),
    st.integers().map(str),
    st.floats().map(str),
    st.lists(st.integers(-(2**33), 2**33), max_size=12).map(lambda numbers: " ".join(map(str, numbers))),
    st.binary(max_size=80).map(lambda data: "@ByteArray(" + "".join(f"\\x{byte:x}" for byte in data) + ")"),
)


@settings(max_examples=25)
@given(values=st.dictionaries(st.sampled_from(NAMES), TEXTS, max_size=len(NAMES)))
@example(values=dict.fromkeys(NAMES, "-1"))
def test_the_program_starts_with_any_values(vault: Path, values: dict[str, str]) -> None:
    write(vault / "settings.ini", values)
    start(vault)


@settings(max_examples=15)
@given(content=st.binary(max_size=500))
def test_the_program_starts_with_any_file(vault: Path, content: bytes) -> None:
    (vault / "settings.ini").write_bytes(content)
    start(vault)


@settings(max_examples=200)
@given(content=st.binary(max_size=500) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_file_can_be_read_and_written(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.ini"
    path.write_bytes(content)
    found = SettingsFile(path)
    for name in NAMES:
        found.value(name)
        found.numbers(name)
        former_columns(found.value(name) or "")
        former_placement(found.value(name) or "")
    preferences = Preferences(found, Policies(), QCoreApplication.instance())  # type: ignore[arg-type]
    assert CLIPBOARD_SECONDS.accepts(preferences.clipboard_seconds)
    assert LOCK_AFTER_MINUTES.accepts(preferences.lock_after_minutes)
    assert preferences.theme
    preferences.deleteLater()
    found.set({"columns/sort": (1, 0)})
    assert SettingsFile(path).numbers("columns/sort") == (1, 0)


@given(mutated=st.lists(st.tuples(st.integers(0, 242), st.integers(0, 255)), min_size=1, max_size=6))
def test_damaged_columns_are_read_or_rejected(mutated: list[tuple[int, int]]) -> None:
    state = bytearray.fromhex(
        "000000ff000000000000000100000001000000050000000007000000000000000200000003000000040000000100000005000000060000"
        "000700000000000000040000000100000002000000030000000500000006"
    ) + bytes(150)
    for position, byte in mutated:
        state[position % len(state)] = byte
    former_columns("@ByteArray(" + "".join(f"\\x{byte:x}" for byte in state) + ")")
    former_placement("@ByteArray(" + "".join(f"\\x{byte:x}" for byte in state) + ")")


@pytest.fixture
def saved_window(qapp: QApplication) -> Iterator[QMainWindow]:
    saved = QMainWindow()
    saved.setGeometry(QRect(QPoint(60, 70), QSize(640, 480)))
    yield saved
    saved.deleteLater()


def test_the_layout_of_version_0_1_0_is_read(saved_window: QMainWindow, tmp_path: Path) -> None:
    former = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    former.setValue("geometry", saved_window.saveGeometry())
    former.setValue("columns", header_state(7, 5))
    former.setValue("preferences/clipboard_seconds", 45)
    former.setValue("preferences/show_local_note", False)
    former.setValue("preferences/theme", "DARK")
    former.sync()
    found = SettingsFile(tmp_path / "settings.ini")
    assert former_placement(found.value("geometry") or "") == (60, 70, 640, 480, 0)
    columns = former_columns(found.value("columns") or "")
    assert columns is not None
    assert (columns.sort_column, columns.is_descending, len(columns.widths)) == (5, True, 7)
    assert found.numbers("preferences/clipboard_seconds") == (45,)
    assert (found.value("preferences/show_local_note"), found.value("preferences/theme")) == ("false", "DARK")


def test_values_are_plain_and_unknown_values_stay(tmp_path: Path) -> None:
    path = tmp_path / "settings.ini"
    path.write_text('[General]\nnewer=@Variant(\\0)\n\n[preferences]\ntheme="DARK"\n', encoding="utf-8")
    found = SettingsFile(path)
    assert found.value("preferences/theme") == "DARK"
    found.set({"window/place": (1, -2), "preferences/theme": "LIGHT", "preferences/on": True, "gone": None})
    assert path.read_text(encoding="utf-8") == (
        "[General]\nnewer=@Variant(\\0)\n\n[preferences]\ntheme=LIGHT\non=true\n\n[window]\nplace=1 -2\n\n"
    )
    assert SettingsFile(path).numbers("window/place") == (1, -2)
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.skipif(os.name == "nt", reason="has no such modes")
def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.ini"
    path.touch(mode=0o644)
    SettingsFile(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "before", ["\ufeff", "; a comment\n", "a line\n", "name=text\n", "\n\n", "=\n", "\ufeff\n a line\n\n"]
)
def test_a_line_before_the_first_section_is_accepted(tmp_path: Path, before: str) -> None:
    path = tmp_path / "settings.ini"
    path.write_text(f"{before}[preferences]\ntheme=DARK\n", encoding="utf-8")
    found = SettingsFile(path)
    assert found.value("preferences/theme") == "DARK"
    found.set({"preferences/on": True})
    assert SettingsFile(path).value("preferences/theme") == "DARK"


@pytest.mark.skipif(os.name == "nt", reason="has no such files")
@pytest.mark.parametrize("what", ["a pipe", "a link", "an old file"])
def test_a_file_with_a_similar_name_is_not_changed(tmp_path: Path, what: str) -> None:
    path, beside, other = tmp_path / "settings.ini", tmp_path / "settings.ini.new", tmp_path / "other"
    other.write_text("as it was")
    if what == "a pipe":
        os.mkfifo(beside)  # type: ignore[attr-defined,unused-ignore]
    elif what == "a link":
        beside.symlink_to(other)
    else:
        beside.touch(mode=0o644)
    SettingsFile(path).set({"preferences/theme": "DARK"})
    assert SettingsFile(path).value("preferences/theme") == "DARK"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert other.read_text() == "as it was"


@pytest.mark.skipif(os.name == "nt", reason="only an administrator may make links")
def test_a_link_is_kept(tmp_path: Path) -> None:
    path, kept = tmp_path / "settings.ini", tmp_path / "kept.ini"
    kept.touch()
    path.symlink_to(kept)
    (tmp_path / "vault.json").touch()
    SettingsFile(path).set({"preferences/theme": "DARK"})
    assert path.is_symlink()
    assert SettingsFile(kept).value("preferences/theme") == "DARK"


@pytest.mark.skipif(sys.platform == "win32" or os.getuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_read(tmp_path: Path) -> None:
    path = tmp_path / "settings.ini"
    path.write_text("[preferences]\ntheme=DARK\n")
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    os.seteuid(65534)  # type: ignore[attr-defined,unused-ignore]
    try:
        assert SettingsFile(path).value("preferences/theme") == "DARK"
    finally:
        os.seteuid(0)  # type: ignore[attr-defined,unused-ignore]


def test_a_read_only_folder_loses_only_the_settings(tmp_path: Path) -> None:
    found = SettingsFile(tmp_path / "missing" / "settings.ini")
    found.set({"preferences/theme": "DARK"})
    assert found.value("preferences/theme") == "DARK"


@pytest.mark.skipif(os.name != "posix", reason="Windows has no named pipes in folders")
def test_a_pipe_instead_of_the_file_is_ignored(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "settings.ini")  # type: ignore[attr-defined,unused-ignore]
    assert SettingsFile(tmp_path / "settings.ini").value("preferences/theme") is None
