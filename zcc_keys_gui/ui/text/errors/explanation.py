"""An error in words."""

from typing import NamedTuple


class Explanation(NamedTuple):
    """What a message box, or a line below a field, says about an error."""

    what: str
    """What happened, in one sentence."""
    next_step: str
    """What the user can do now, and whether anything was changed."""

    def filled(self, **values: object) -> "Explanation":
        """Return the explanation with its placeholders replaced by `values`."""
        return Explanation(self.what.format(**values), self.next_step.format(**values))
