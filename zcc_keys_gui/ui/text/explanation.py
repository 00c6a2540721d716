"""An error in words: what happened, and what to do now."""

from typing import NamedTuple


class Explanation(NamedTuple):
    """An error in words."""

    what: str
    """What happened, in one sentence."""
    next_step: str
    """What to do now."""
