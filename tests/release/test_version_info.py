"""The properties of the exe; `tests/project/test_frozen.py` reads them from a built exe."""

import sys
from typing import Any

import pytest

from dev import HERE
from release.version_info import COMPANY, numbers
from zcc_keys_gui import __copyright__, __version__


@pytest.mark.parametrize(
    ("version", "expected"), [("1.2.3", (1, 2, 3, 0)), ("0.10.0rc2", (0, 10, 0, 0)), ("12.0.7.dev1", (12, 0, 7, 0))]
)
def test_windows_compares_four_numbers(version: str, expected: tuple[int, ...]) -> None:
    assert numbers(version) == expected


def test_an_invalid_version_is_an_error() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        numbers("nonsense")


def test_company_and_copyright_match_the_license() -> None:
    assert __copyright__ in (HERE / "LICENSE").read_text(encoding="utf-8")
    assert __copyright__.endswith(COMPANY)


if sys.platform == "win32":

    def test_it_has_every_property() -> None:
        from release.version_info import version_info

        resource: Any = version_info("ZCC Keys.exe")
        (table,) = resource.kids[0].kids
        texts = {each.name: each.val for each in table.kids}
        assert texts["FileVersion"] == texts["ProductVersion"] == __version__
        assert texts["CompanyName"] == COMPANY
        assert texts["LegalCopyright"] == __copyright__
        assert texts["FileDescription"] == "ZCC Keys"
        assert texts["OriginalFilename"] == "ZCC Keys.exe"
        assert COMPANY.encode("utf-16-le") in resource.toRaw()
