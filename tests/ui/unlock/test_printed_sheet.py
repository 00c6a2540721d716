"""Printing the recovery key that the dialog shows."""

import sys
from pathlib import Path

import pytest
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QComboBox

from tests.support.gui import click, find, line, text, wait_until, windows
from tests.ui.unlock.recovery_key import discard
from zcc_keys_gui.service.open_vault import OpenVault
from zcc_keys_gui.ui.text.unlock import recovery_key as texts
from zcc_keys_gui.ui.unlock.recovery_key_dialog import RecoveryKeyDialog


def to_pdf(path: Path) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    return printer


def test_prints_the_key(dialog: RecoveryKeyDialog, vault: OpenVault, tmp_path: Path, used: list[bool]) -> None:
    dialog.print_on(to_pdf(tmp_path / "printed.pdf"))
    assert (tmp_path / "printed.pdf").read_bytes().startswith(b"%PDF")
    wait_until(lambda: bool(used))
    assert text(dialog, "keptLabel") == "Sent to the printer."
    click(dialog, "closeButton")
    wait_until(lambda: not windows("recoveryKeyDialog"))
    assert vault.protection.ways_to_unlock().recovery_key


@pytest.mark.qt_log_ignore(r"^QPainter::begin\(\): Returned false$")  # The test causes this message.
def test_a_key_that_was_not_printed_is_not_used(dialog: RecoveryKeyDialog, tmp_path: Path, used: list[bool]) -> None:
    dialog.print_on(to_pdf(tmp_path / "missing" / "printed.pdf"))
    assert text(dialog, "keptLabel").startswith("Not printed")
    discard(dialog, used)


@pytest.mark.skipif(sys.platform == "win32", reason="there, the system's own dialog asks")
def test_the_user_chooses_the_printer(dialog: RecoveryKeyDialog, tmp_path: Path, used: list[bool]) -> None:
    click(dialog, "printButton")
    asks = find(dialog, "printRecoveryKeyDialog", QPrintDialog)
    wait_until(asks.isVisible)
    assert asks.printer().docName() == "Recovery key"
    asks.reject()
    assert text(dialog, "keptLabel") == ""
    click(dialog, "printButton")
    (asks,) = [each for each in dialog.findChildren(QPrintDialog) if each.isVisible()]
    printers = find(asks, "printers", QComboBox)
    printers.setCurrentIndex(printers.count() - 1)  # The last one prints to a PDF file.
    assert "PDF" in printers.currentText()
    line(asks, "filename").setText(str(tmp_path / "printed.pdf"))
    asks.accept()
    wait_until(lambda: bool(used))
    assert text(dialog, "keptLabel") == "Sent to the printer."
    click(dialog, "closeButton")
    wait_until(lambda: bool(used))


def test_says_if_windows_has_no_printer(
    dialog: RecoveryKeyDialog, used: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as windows_alone:
        windows_alone.setattr(sys, "platform", "win32")
        windows_alone.setattr(QPrinterInfo, "availablePrinterNames", list)
        click(dialog, "printButton")
    assert text(dialog, "keptLabel") == texts.NO_PRINTER
    discard(dialog, used)
