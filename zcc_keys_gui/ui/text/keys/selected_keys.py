"""The texts of commands on one or several keys: questions, progress, and results."""

from typing import NamedTuple

from zcc_keys_gui.ui.text.values import Plural

ADD_KEY_TITLE = "Add API key"
EDIT_KEY_TITLE = "Edit {name}"

DELETE_ONE = "Delete {name}?"
DELETE_ONE_CONSEQUENCE = (
    "Scripts that sign in with this key stop working immediately, and its client ID can't be recovered. A disabled key "
    "stops working too, but you can enable it again."
)
DELETE_SEVERAL = Plural("Delete {number} API key?", "Delete {number} API keys?")
DELETE_SEVERAL_CONSEQUENCE = (
    "{names}.\n\nScripts that sign in with these keys stop working immediately, and their client IDs can't be "
    "recovered. Disabled keys stop working too, but you can enable them again."
)
DELETE = "Delete"
DISABLE_INSTEAD = "Disable instead"

CLIENT_ID_COPIED = "Client ID copied."
CLIENT_IDS_COPIED = "Client IDs copied."
OLD_SECRET_STOPPED = "The old secret of {name} no longer works. Access tokens that the key received are rejected too."

SECRET_PENDING = (
    "The client secret of {name} may not have been copied. The program ended or was locked while the secret was shown."
)
SECRETS_PENDING = Plural(
    "The client secrets of {name} and {number} other key may not have been copied. The program ended or was locked "
    "while they were shown.",
    "The client secrets of {name} and {number} other keys may not have been copied. The program ended or was locked "
    "while they were shown.",
)
REGENERATE_PENDING = "Regenerate secret…"
SECRET_IS_SAFE = "I have the secret"


class ProgressTexts(NamedTuple):
    """The texts that are shown while many keys are changed in the background."""

    title: Plural
    hint: str
    """The effect of Cancel."""
    canceled: str


ENABLING = ProgressTexts(
    Plural("Enabling {number} API key…", "Enabling {number} API keys…"),
    "If you cancel, no key is changed.",
    "Canceled. No key was changed.",
)
DISABLING = ProgressTexts(
    Plural("Disabling {number} API key…", "Disabling {number} API keys…"),
    "If you cancel, no key is changed.",
    "Canceled. No key was changed.",
)
DELETING = ProgressTexts(
    Plural("Deleting {number} API key…", "Deleting {number} API keys…"),
    "If you cancel, no key is deleted.",
    "Canceled. No key was deleted.",
)
COPYING_CLIENT_IDS = ProgressTexts(
    Plural("Copying {number} client ID…", "Copying {number} client IDs…"),
    "If you cancel, nothing is copied.",
    "Canceled. Nothing was copied.",
)
