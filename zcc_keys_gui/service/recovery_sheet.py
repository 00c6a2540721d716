"""The text that is printed or saved with a recovery key: the key, its purpose, and how to use it."""

from datetime import datetime
from pathlib import Path

from zcc_keys_gui.domain.recovery_key import RecoveryKey

_SHEET = """\
ZCC Keys recovery key

{groups}

This key unlocks the vault if nothing else does. Anyone who has this key and the vault's files can read the vault. \
Keep it where only you can get it, and not on the same computer as the vault.

To use it, start ZCC Keys. Choose the recovery key, and type the eight groups or paste this line:

    {key}

Vault: {folder}
Computer: {computer}
Made: {made:%Y-%m-%d %H:%M}
If you make a newer recovery key for this vault, this one no longer works.
"""


def recovery_sheet(key: RecoveryKey, folder: Path, computer: str, made: datetime) -> str:
    """Return the text. Its groups are numbered as the program counts them when one contains a typing error."""
    groups = "\n".join(f"    {number}   {group}" for number, group in enumerate(key.groups(), start=1))
    return _SHEET.format(groups=groups, key=key.reveal(), folder=folder, computer=computer, made=made.astimezone())
