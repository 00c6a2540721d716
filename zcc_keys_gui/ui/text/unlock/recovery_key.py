"""The texts of the dialog that shows a recovery key."""

from zcc_keys_gui.ui.text.values import PROGRAM, Plural

TITLE = "Recovery key"
GROUP = "Group {number}"
ONLY_TIME = (
    "This recovery key unlocks the vault if nothing else does, for example after a password reset, or from a copy of "
    "the vault on another computer. Print it, save it, or write it down. Keep it where only you can get it, and not on "
    "this computer. It is shown only this one time."
)
KEEP_IT_FIRST = "Save the new recovery key first. Then the vault is re-encrypted with it."

PRINT = "&Print…"
SAVE = "&Save as file…"
COPY = "&Copy"
WRITTEN_DOWN = "I have &written it down"
DONE = "&Done"
WORKING = "Working on the vault"

COPIED = Plural(
    "Copied. The clipboard clears in {number} second. Paste the key into your password manager now.",
    "Copied. The clipboard clears in {number} seconds. Paste the key into your password manager now.",
)
NOT_COPIED = "Not copied, because another program is using the clipboard. Try again."
SAVING = "Saving…"
SAVED = "Saved to {path}"
IN_VAULT_FOLDER = (
    "Not saved, because this folder belongs to the vault. Anyone who copies it could unlock the vault. Choose another "
    "folder."
)
PRINTED = "Sent to the printer."
NO_PRINTER = "Not printed, because Windows has no printer. Save the recovery key as a file, or write it down."
NOT_PRINTED = (
    "Not printed, because the printer did not accept it. Choose another printer, or save the recovery key as a file."
)
NOT_IN_USE = "This recovery key does not unlock the vault yet. Choose Done to try again."

SAVE_TITLE = "Save recovery key"
TEXT_FILES = "Text files (*.txt)"
FILE_NAME = f"{PROGRAM} recovery key.txt"

DISCARD_QUESTION = "Close without saving the recovery key?"
DISCARD_CONSEQUENCE = (
    "The recovery key can't be shown again, and it will not unlock the vault. The other ways to unlock the vault don't "
    "change."
)
DISCARD = "Close without saving"
GO_BACK = "Go back"
