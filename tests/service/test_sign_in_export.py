"""The sign-in log as CSV: what was asked for, in UTC, and harmless to a spreadsheet."""

import csv
from pathlib import Path

import pytest

from tests.vault.conftest import a_sign_in
from zcc_keys_gui.domain.errors import FileNotWrittenError
from zcc_keys_gui.domain.sign_in import Outcome, SignInQuery
from zcc_keys_gui.service.sign_in_export import export_sign_ins
from zcc_keys_gui.vault.store import VaultStore


def test_the_rows_that_match_are_written_and_no_program_is_a_formula(store: VaultStore, tmp_path: Path) -> None:
    store.sign_ins.record(
        [
            a_sign_in("id", "ProdSync", client="=cmd|' /C calc'!A0", times=12_345, call=("POST", "/papi/x", 200)),
            a_sign_in(
                "b0f6c2aa…", client="+1", outcome=Outcome.SIGN_IN_REJECTED, reason="Unknown client ID", seconds=1
            ),
            a_sign_in(outcome=Outcome.SIMULATED),
        ]
    )
    path = tmp_path / "log.csv"
    assert export_sign_ins(store.sign_ins, SignInQuery("2026-11-12"), path) == 3
    with path.open(encoding="utf-8-sig", newline="") as file:
        heading, _, refused, signed_in = csv.reader(file)
    assert heading == [
        *("Time (UTC)", "Key", "Client ID", "Client program", "Method", "Path", "Status", "Outcome", "Reason", "Calls")
    ]
    assert refused == [
        *("2026-11-12T09:12:34.123Z", "", "b0f6c2aa…", "'+1", "", "", "", "Sign-in rejected", "Unknown client ID", "1")
    ]
    assert signed_in[1:] == [
        *("ProdSync", "id", "'=cmd|' /C calc'!A0", "POST", "/papi/x", "200", "Signed in", "", "12345")
    ]
    assert export_sign_ins(store.sign_ins, SignInQuery(outcome=Outcome.CALL_REJECTED), path) == 0


def test_a_file_that_cannot_be_written_is_told(store: VaultStore, tmp_path: Path) -> None:
    (tmp_path / "log.csv").mkdir()
    with pytest.raises(FileNotWrittenError):
        export_sign_ins(store.sign_ins, SignInQuery(), tmp_path / "log.csv")
