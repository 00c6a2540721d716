"""What is printed or saved of a recovery key: the key, what it is for, and how to use it."""

import os
from datetime import datetime
from pathlib import Path

from zcc_keys_gui.domain.recovery_key import RecoveryKey
from zcc_keys_gui.files import saved_file


def recovery_sheet(key: RecoveryKey, folder: Path, computer: str, made: datetime) -> str:
    """Return the text, in which the groups are numbered as the program counts them where one has a typing error."""
    groups = "\n".join(f"    {number}   {group}" for number, group in enumerate(key.groups(), start=1))
    return (
        "ZCC Keys recovery key\n\n"
        f"{groups}\n\n"
        "It opens the vault when nothing else does. Whoever has it and the vault's files can read the vault: keep it "
        "where only you get at it, not on the computer.\n\n"
        "To use it, start ZCC Keys. When it asks, choose the recovery key, and type the eight groups, or paste "
        "this line:\n\n"
        f"    {key.reveal()}\n\n"
        f"Vault: {folder}\n"
        f"Computer: {computer}\n"
        f"Made: {made.astimezone():%Y-%m-%d %H:%M}\n"
        "A newer recovery key of the same vault makes this one void.\n"
    )


def save_recovery_sheet(path: Path, sheet: str) -> None:
    """Write it to a file that only its owner can read. Raises `FileNotWrittenError`."""
    with saved_file(path, is_secret=True) as beside:
        beside.write_text(sheet, encoding="utf-8-sig", newline=os.linesep)
