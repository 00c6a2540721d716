"""The explanation of an error."""

from typing import NamedTuple


class Explanation(NamedTuple):
    """Two texts about an error, for a message box or for the line below a field."""

    summary: str
    """What happened, in one sentence."""
    next_step: str
    """What the user can do now, and whether anything was changed."""

    @property
    def in_one_line(self) -> str:
        """Both texts, for the line below a field."""
        return f"{self.summary} {self.next_step}"

    def filled(self, **values: object) -> "Explanation":
        """Return the explanation with its placeholders replaced by `values`."""
        return Explanation(self.summary.format(**values), self.next_step.format(**values))
