"""The components that the program ships with, and their licenses, from the table in `resources/licences/README.md`."""

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "resources" / "licences"
"""Exists in a checkout and in the built program. A package that pip installed has its own license text instead."""

_ROW = re.compile(r"^\| (.+?) \| (.+?) \| (.+?) \| \[.+?\]\((.+?)\) \|$", re.MULTILINE)


@dataclass(frozen=True)
class ShippedComponent:
    """A component that the program ships with: one row of the table."""

    name: str
    purpose: str
    license: str
    """The short name of the license, mostly its SPDX identifier."""
    file: str
    """The name of the file in `FOLDER` with the text of the license."""

    def text(self) -> str:
        """Return the text of the license."""
        return (FOLDER / self.file).read_text(encoding="utf-8")


def shipped_components() -> list[ShippedComponent]:
    """Return the rows of the table, or nothing if there is no table. The built program has only its own components."""
    if not FOLDER.exists():
        return []
    return [ShippedComponent(*row) for row in _ROW.findall((FOLDER / "README.md").read_text(encoding="utf-8"))]
