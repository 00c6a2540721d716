"""The texts of the dialogs that ask for a passphrase."""

from zcc_keys_gui.domain.pasted_text import (
    remove_control_characters,
    remove_invisible,
    remove_line_breaks,
    remove_untypeable,
)
from zcc_keys_gui.ui.text.values import KEY_STORE, PROGRAM, Plural

PASSPHRASE = "&Passphrase"
REPEAT_PASSPHRASE = "&Repeat passphrase"
SHOW_PASSPHRASE = "&Show passphrase"
PROCESSING_PASSPHRASE = "Processing the passphrase"

ENTER_PASSPHRASE = "Enter the passphrase."
TOO_SHORT = "Choose a passphrase of at least {number} characters."
TOO_SHORT_HINT = "Use at least {number} characters. Four random words are a good choice."
DIFFERENT_PASSPHRASES = "The two passphrases differ. Type the same one twice."
COPIED = Plural(
    "Copied. The clipboard clears in {number} second.",
    "Copied. The clipboard clears in {number} seconds.",
)
NOT_COPIED = "Not copied, because another program is using the clipboard. Try again."

WELCOME = f"Welcome to {PROGRAM}"
CREATE_VAULT = "&Create vault"
CREATE_WITHOUT_KEY_STORE = (
    f"{PROGRAM} keeps your API keys in an encrypted vault on this computer. It can't use {KEY_STORE} to unlock the "
    "vault, so choose a passphrase. You will need it each time you start the program. If you forget the passphrase, "
    "the keys are lost.\n\nThe vault will be in:\n{folder}"
)
CREATE_FOR_ORGANIZATION = (
    f"{PROGRAM} keeps your API keys in an encrypted vault on this computer. Your organization requires a passphrase, "
    "so choose one. You will need it each time you start the program. If you forget the passphrase, the keys are "
    "lost.\n\nThe vault will be in:\n{folder}"
)

SET_PASSPHRASE_TITLE = "Set passphrase"
SET_PASSPHRASE = "&Set passphrase"
REQUIRE_NEW = (
    "Your organization requires a passphrase to unlock your vault. You will need it each time you start the program, "
    "because this account no longer unlocks the vault. If you forget the passphrase, you can unlock the vault "
    "only with a recovery key. To save one, choose File > Preferences > Protection.\n\n"
    f"If you set no passphrase, {PROGRAM} closes and asks again the next time you start it."
)
REQUIRE_REPLACEMENT = (
    "Your organization requires a passphrase to unlock your vault. You will need it each time you start the program, "
    "because this account no longer unlocks the vault. The new passphrase replaces your current one. It can be "
    "the same. If you forget it, you can unlock the vault only with a recovery key. To save one, choose File > "
    "Preferences > Protection.\n\n"
    f"If you set no passphrase, {PROGRAM} closes and asks again the next time you start it."
)

LINE_BREAKS_REMOVED = "Line breaks were removed from the pasted passphrase."
CONTROL_CHARACTERS_REMOVED = "Control characters were removed from the pasted passphrase."
CUT = Plural(
    "The passphrase was cut after its first character.",
    "The passphrase was cut after its first {number} characters.",
)
SPACE_AT_AN_END = "The passphrase begins or ends with a space. The space is part of it."
TABS = "The passphrase contains tabs. They are part of it."
SPECIAL_SPACES = "The passphrase contains non-breaking or other special spaces. They are part of it."
INVISIBLE_CHARACTERS = "The passphrase contains invisible characters. They are part of it."


def passphrase_hint(passphrase: str, uncleaned_text: str) -> str:
    """Say which parts of a passphrase are invisible but must be typed next time, and which were removed; or return "".

    `uncleaned_text` is the text before characters were removed from it, or empty.
    """
    hints = {
        LINE_BREAKS_REMOVED: uncleaned_text != remove_line_breaks(uncleaned_text),
        CONTROL_CHARACTERS_REMOVED: uncleaned_text != remove_control_characters(uncleaned_text),
        CUT.of(len(passphrase)): len(remove_untypeable(uncleaned_text)) > len(passphrase),
        SPACE_AT_AN_END: passphrase != passphrase.strip(" "),
        TABS: "\t" in passphrase,
        SPECIAL_SPACES: any(each.isspace() and each not in " \t" for each in passphrase),
        INVISIBLE_CHARACTERS: passphrase != remove_invisible(passphrase),
    }
    return " ".join(hint for hint, applies in hints.items() if applies)
