"""The documentation matches the repository."""

import re
from pathlib import Path

import pytest

import dev
from tests.project.test_tour import STEPS

HERE = Path(dev.__file__).parent
DOCUMENTS = [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "docs/deploying.md",
    "docs/security.md",
    "resources/licences/README.md",
]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_and_picture_exists(document: str) -> None:
    content = (HERE / document).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", content):
        if not target.startswith("https://"):
            assert ((HERE / document).parent / target).exists(), target


def test_the_pictures_are_those_of_the_tour() -> None:
    pictures = sorted(path.stem.split("-", 1)[1] for path in (HERE / "docs" / "pictures").glob("*.png"))
    assert pictures == sorted(STEPS)


def test_every_shipped_package_is_listed_with_its_license() -> None:
    listed = (HERE / "resources" / "licences" / "README.md").read_text(encoding="utf-8")
    for package in dev.packages_in("run.txt"):
        assert f"| {package} |" in listed, package


def test_the_readme_names_the_commands_that_a_newcomer_needs() -> None:
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    for command in ("python3 dev.py run", "python3 dev.py test", "zcc-keys-gui", "python -m zcc_keys_gui"):
        assert command in readme
    assert '"Zscaler" is its owner\'s trademark' in readme


def test_every_test_named_in_the_security_table_exists() -> None:
    content = (HERE / "docs" / "security.md").read_text(encoding="utf-8")
    there = {path.name for path in (HERE / "tests").rglob("test_*.py")}
    named = set(re.findall(r"test_\w+\.py", content))
    assert len(named) > 20
    assert named <= there
