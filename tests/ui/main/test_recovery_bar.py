"""The bar that says why the user should save a recovery key."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from tests.support.gui import click, find, trigger, type_new_passphrase, wait_until, window, windows
from zcc_keys_gui import app
from zcc_keys_gui.ui.text.unlock.unlocking import describe_reset_risk

PASSPHRASE = "four random words fit"


def is_shown(main: QWidget) -> bool:
    return find(main, "recoveryBar", QWidget).isVisible()


def page_of(main: QWidget) -> QWidget:
    """Open the preferences on the Protection page."""
    trigger(main, "preferencesAction")
    preferences = window("preferencesDialog")
    tabs = find(preferences, "preferencesPages", QWidget)
    tabs.setProperty("currentIndex", 1)
    return preferences


def start_again(main: QWidget, data_folder: Path) -> QWidget:
    main.close()
    wait_until(lambda: not windows("mainWindow"))
    app.start(["--data-folder", str(data_folder)])
    return window("mainWindow")


@pytest.mark.parametrize(
    ("platform", "said"),
    [
        ("win32", "If an administrator resets your Windows password, Windows can lose the key to this vault."),
        ("darwin", "If an administrator resets your password, macOS can lose the key to this vault."),
        ("linux", "If an administrator resets your password, the system keyring can lose the key to this vault."),
    ],
)
def test_the_text_names_the_system(platform: str, said: str) -> None:
    assert describe_reset_risk(platform) == said


def test_a_saved_recovery_key_hides_the_bar_for_good(main: QWidget, data_folder: Path) -> None:
    assert is_shown(main)
    click(main, "saveRecoveryKeyButton")
    dialog = window("recoveryKeyDialog")
    assert is_shown(main)
    click(dialog, "copyButton")
    click(dialog, "closeButton")
    wait_until(lambda: not is_shown(main))
    assert not is_shown(start_again(main, data_folder))


def test_the_bar_stays_if_the_key_is_not_saved(main: QWidget, data_folder: Path) -> None:
    click(main, "saveRecoveryKeyButton")
    click(window("recoveryKeyDialog"), "closeButton")
    box = QApplication.activeModalWidget()
    assert box is not None
    click(box, "confirmButton")
    wait_until(lambda: not windows("recoveryKeyDialog"))
    assert is_shown(main)
    assert is_shown(start_again(main, data_folder))


def test_the_bar_stays_if_the_program_ends_too_early(main: QWidget, data_folder: Path) -> None:
    click(main, "saveRecoveryKeyButton")
    window("recoveryKeyDialog")
    assert is_shown(start_again(main, data_folder))


def test_a_double_click_makes_one_recovery_key(main: QWidget) -> None:
    for _ in range(2):
        click(main, "saveRecoveryKeyButton")
    dialog = window("recoveryKeyDialog")
    click(dialog, "writtenDownBox")
    click(dialog, "closeButton")
    wait_until(lambda: not is_shown(main))


def test_a_passphrase_hides_the_bar_while_it_exists(main: QWidget) -> None:
    page = page_of(main)
    click(page, "changePassphraseButton")
    dialog = window("setPassphraseDialog")
    type_new_passphrase(dialog, PASSPHRASE)
    click(dialog, "setPassphraseButton")
    wait_until(lambda: not is_shown(main))
    wait_until(lambda: not windows("setPassphraseDialog"))
    click(page, "removePassphraseButton")
    box = QApplication.activeModalWidget()
    assert box is not None
    click(box, "confirmButton")
    wait_until(lambda: is_shown(main))
