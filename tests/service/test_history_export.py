"""The history as CSV: every row, in UTC, and harmless to a spreadsheet."""

import csv
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.service.conftest import NOW, WHO
from zcc_keys_gui.domain.api_key import KeyFields, Role, Status, new_client_id
from zcc_keys_gui.domain.errors import FileNotWrittenError, WriteFault
from zcc_keys_gui.domain.history import Action, HistoryEntry
from zcc_keys_gui.domain.queries import HistoryQuery
from zcc_keys_gui.service import history_export as module
from zcc_keys_gui.service.csv_file import write_csv
from zcc_keys_gui.service.history_export import export_history
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.store import VaultStore

FIELDS = KeyFields("ProdSync", Status.ENABLED, Role.READ, 3_600)


def rows_in(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_every_row_is_written_the_newest_first(keys: Keys, store: VaultStore, tmp_path: Path) -> None:
    key = keys.add(FIELDS).key
    keys.set_status([key.client_id], Status.DISABLED)
    path = tmp_path / "history.csv"
    assert export_history(store.history, HistoryQuery(), path) == 2
    when = "2026-11-12T09:12:33.123Z"
    assert rows_in(path) == [
        ["When (UTC)", "Who", "What", "Name", "Client ID", "Details"],
        [when, WHO, "Disabled", "ProdSync", key.client_id, ""],
        [when, WHO, "Added", "ProdSync", key.client_id, "Enabled, Read, 3600 seconds"],
    ]
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")  # by which Excel knows UTF-8
    assert list(tmp_path.glob("history.csv*")) == [path]


def test_only_what_was_searched_is_written(keys: Keys, store: VaultStore, tmp_path: Path) -> None:
    for name in ("ProdSync", "Nightly"):
        keys.add(replace(FIELDS, name=name))
    path = tmp_path / "history.csv"
    assert export_history(store.history, HistoryQuery("night"), path) == 1
    assert [row[3] for row in rows_in(path)] == ["Name", "Nightly"]


def test_a_long_history_is_written_whole(keys: Keys, store: VaultStore, tmp_path: Path) -> None:
    for number in range(10):
        keys.add(replace(FIELDS, name=f"Key{number}"))
    assert export_history(store.history, HistoryQuery(), tmp_path / "history.csv") == 10
    assert [row[3] for row in rows_in(tmp_path / "history.csv")[1:]] == [f"Key{number}" for number in range(9, -1, -1)]


@pytest.mark.parametrize(
    "who",
    [
        "=cmd|' /C calc'!A1",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        " =1",
        "\xa0 @1",
        "＝1",
        "＋1",
        "－1",
        "＠1",
    ],
)
def test_no_cell_is_taken_for_a_formula(store: VaultStore, tmp_path: Path, who: str) -> None:
    with store.change() as change:
        change.record(HistoryEntry(NOW, who, Action.ADDED, new_client_id(), "ProdSync", who))
    path = tmp_path / "history.csv"
    export_history(store.history, HistoryQuery(), path)
    (row,) = rows_in(path)[1:]
    assert row[1] == row[5] == "'" + who


def test_quotes_commas_and_line_breaks_stay_within_their_cell(store: VaultStore, tmp_path: Path) -> None:
    who = 'Zoë "the, admin"\nÄngström'
    with store.change() as change:
        change.record(HistoryEntry(NOW, who, Action.ADDED, new_client_id(), "ProdSync"))
    export_history(store.history, HistoryQuery(), tmp_path / "history.csv")
    assert rows_in(tmp_path / "history.csv")[1][1] == who


def test_an_export_that_fails_leaves_the_old_file_and_nothing_beside_it(
    keys: Keys, store: VaultStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.add(FIELDS)
    path = tmp_path / "history.csv"
    path.write_text("the old one")

    def fail(*_: object) -> None:
        raise OSError(28, "no room")

    monkeypatch.setattr(module, "_cells", fail)
    with pytest.raises(FileNotWrittenError) as caught:
        export_history(store.history, HistoryQuery(), path)
    assert caught.value.path == path
    assert path.read_text() == "the old one"
    assert list(tmp_path.glob("history.csv*")) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no small disk to mount")
def test_a_full_disk_is_named_as_the_cause(keys: Keys, store: VaultStore, tmp_path: Path) -> None:
    keys.add(FIELDS)
    with small_disk(tmp_path / "disk") as disk:
        path = disk / "history.csv"
        path.write_text("the old one")
        (disk / "filler").write_bytes(bytes(12 * 1024))
        with pytest.raises(FileNotWrittenError) as caught:
            write_csv(path, ["Text"], (["x" * 1_000] for _ in range(100)))
        assert caught.value.fault is WriteFault.DISK_FULL
        assert path.read_text() == "the old one"
        assert {each.name for each in disk.iterdir()} == {"history.csv", "filler"}


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """Mount a disk of 16 KiB; skip the test without the right to do so."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)
