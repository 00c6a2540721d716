"""The papers say what is there."""

import re
from pathlib import Path

import pytest

import dev
from tests.project.test_tour import STEPS

HERE = Path(dev.__file__).parent
PAPERS = [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "docs/deploying.md",
    "docs/security.md",
    "resources/licences/README.md",
]


@pytest.mark.parametrize("paper", PAPERS)
def test_every_link_and_picture_is_there(paper: str) -> None:
    content = (HERE / paper).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", content):
        if not target.startswith("https://"):
            assert ((HERE / paper).parent / target).exists(), target


def test_the_pictures_are_those_of_the_tour() -> None:
    pictures = sorted(path.stem.split("-", 1)[1] for path in (HERE / "docs" / "pictures").glob("*.png"))
    assert pictures == sorted(STEPS)


def test_everything_that_is_shipped_is_listed_with_its_licence() -> None:
    listed = (HERE / "resources" / "licences" / "README.md").read_text(encoding="utf-8")
    for package in dev.packages_in("run.txt"):
        assert f"| {package} |" in listed, package


def test_the_readme_names_every_command_that_a_newcomer_needs() -> None:
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    for command in ("python3 dev.py run", "python3 dev.py test", "zcc-keys-gui", "python -m zcc_keys_gui"):
        assert command in readme
    assert '"Zscaler" is its owner\'s trademark' in readme


def test_every_test_that_is_named_as_a_proof_is_there() -> None:
    content = (HERE / "docs" / "security.md").read_text(encoding="utf-8")
    there = {path.name for path in (HERE / "tests").rglob("test_*.py")}
    named = set(re.findall(r"test_\w+\.py", content))
    assert len(named) > 20
    assert named <= there
