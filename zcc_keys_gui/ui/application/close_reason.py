"""Why a window closes."""

from enum import Enum, auto


class CloseReason(Enum):
    """Why the main window closes; it decides what the program does next."""

    EXIT = auto()
    """The user exits the program."""
    LOCK = auto()
    """The vault is locked; the program asks for its passphrase next."""
    REPAIR = auto()
    """The vault is damaged; the program offers to repair it next."""
    SESSION_END = auto()
    """The operating system ends the user's session, or the program ends by itself."""
