"""The explanation of an error."""

from pathlib import Path
from typing import NamedTuple


class Explanation(NamedTuple):
    """The texts about an error, for a message box or for the line below a field."""

    summary: str
    """What happened, in one sentence."""
    next_step: str
    """What the user can do now, and whether anything was changed."""
    path: Path | None = None
    """The file or folder that the error is about, if the user should see its path."""

    @property
    def details(self) -> str:
        """The next step and the path, for a message box that shows the summary above them."""
        return self.next_step if self.path is None else f"{self.next_step}\n\n{self.path}"

    @property
    def with_path(self) -> str:
        """The summary, the next step and the path, for the line below a field."""
        return f"{self.summary} {self.details}"

    @property
    def without_path(self) -> str:
        """The summary and the next step, for a notice."""
        return f"{self.summary} {self.next_step}"

    def filled(self, **values: object) -> "Explanation":
        """Return the explanation with its placeholders replaced by `values`."""
        return self._replace(summary=self.summary.format(**values), next_step=self.next_step.format(**values))
