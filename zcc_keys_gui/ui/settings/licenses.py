"""What the program is shipped with, and under which licence, as the table in `resources/licences/README.md` says."""

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "resources" / "licences"
"""In a checkout and in the built program. Not where pip installed the package: there, each package has its own text."""

_ROW = re.compile(r"^\| (.+?) \| (.+?) \| (.+?) \| \[.+?\]\((.+?)\) \|$", re.MULTILINE)


@dataclass(frozen=True)
class Shipped:
    """One row of the table."""

    name: str
    purpose: str
    licence: str
    """Its short name, mostly as SPDX spells it."""
    file: str
    """The name of the file in `FOLDER` that has its text."""

    def text(self) -> str:
        """Return the licence's text."""
        return (FOLDER / self.file).read_text(encoding="utf-8")


def shipped() -> list[Shipped]:
    """Return all rows of the table; in the built program, they are those of what is in it. None where no table is."""
    if not FOLDER.exists():
        return []
    return [Shipped(*row) for row in _ROW.findall((FOLDER / "README.md").read_text(encoding="utf-8"))]
