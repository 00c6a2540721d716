"""The documentation matches the repository."""

import re

import pytest

import dev
from tests.project.test_tour import STEPS
from zcc_keys_gui.domain.policies import POLICIES, WholeNumberPolicy

ROOT = dev.HERE
DOCUMENTS = [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/architecture.md",
    "docs/deploying.md",
    "docs/security.md",
    "resources/licences/README.md",
    "tests/data/README.md",
]
METHODS_OF_QT = {"accept", "accepted", "open"}
DESCRIBED_FOLDERS = ("benchmarks/", "release/", "resources/", "tests/", "zcc_keys_gui/")


def text_of(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def exists(name: str) -> bool:
    """Return whether a file or folder has this path, or a module of the program or of the tests this name."""
    if name.startswith(DESCRIBED_FOLDERS):
        return bool(list(ROOT.glob(name.replace("-N", "-*"))))
    return (ROOT / name).exists() or any(list((ROOT / folder).rglob(name)) for folder in ("zcc_keys_gui", "tests"))


def program_text() -> str:
    """Return the complete source of the program."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "zcc_keys_gui").rglob("*.py")))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_and_picture_exists(document: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", text_of(document)):
        if not target.startswith("https://"):
            assert ((ROOT / document).parent / target).exists(), target


@pytest.mark.parametrize("document", [document for document in DOCUMENTS if document != "CHANGELOG.md"])
def test_every_named_file_and_folder_exists(document: str) -> None:
    for name in re.findall(r"`([\w./-]+)`", text_of(document)):
        if name.startswith(DESCRIBED_FOLDERS) or name.endswith(".py"):
            assert exists(name), name


def test_the_pictures_are_those_of_the_tour() -> None:
    pictures = sorted(path.stem.split("-", 1)[1] for path in (ROOT / "docs" / "pictures").glob("*.png"))
    assert pictures == sorted(STEPS)


def test_every_shipped_package_is_listed_with_its_license() -> None:
    listed = text_of("resources/licences/README.md")
    for package in dev.list_packages("run.txt"):
        assert f"| {package} |" in listed, package


def test_the_readme_names_the_commands_for_newcomers() -> None:
    readme = text_of("README.md")
    for command in ("python3 dev.py run", "python3 dev.py test", "zcc-keys-gui", "python -m zcc_keys_gui"):
        assert command in readme
    assert '"Zscaler" is its owner\'s trademark' in readme


def test_the_security_table_names_tests_that_exist() -> None:
    existing = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    named = set(re.findall(r"test_\w+\.py", text_of("docs/security.md")))
    assert len(named) > 20
    assert named <= existing


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_every_policy_is_described_for_admins(policy: WholeNumberPolicy) -> None:
    (row,) = re.findall(rf"\| `{policy.name}` \| (.*) \|\n", text_of("docs/deploying.md"))
    assert row.startswith(f"{policy.minimum:,} – {policy.maximum:,} |")
    assert row.endswith(f"| {policy.fallback:,}")


def test_every_package_is_in_the_description_of_the_architecture() -> None:
    architecture = text_of("docs/architecture.md")
    for folder in (ROOT / "zcc_keys_gui").iterdir():
        if (folder / "__init__.py").exists():
            assert f"| `{folder.name}/` |" in architecture, folder.name


def test_the_diagrams_name_classes_and_methods_that_exist() -> None:
    diagrams = "\n".join(re.findall(r"```mermaid\n(.*?)```", text_of("docs/architecture.md"), re.DOTALL))
    program = program_text()
    messages = re.findall(r"^ +(\w+?)-+>>(\w+): (.*)$", diagrams, re.MULTILINE)
    actors = set(re.findall(r"actor (\w+)", diagrams))
    classes = {name for sender, receiver, _ in messages for name in (sender, receiver)} - actors
    assert len(classes) > 15
    for name in classes:
        assert re.search(rf"^class {name}\b", program, re.MULTILINE), name
    methods = {name for *_, message in messages for name in re.findall(r"(\w+)\(", message)}
    for name in methods - METHODS_OF_QT:
        assert re.search(rf"def {name}\(|^    {name} = Signal\(", program, re.MULTILINE), name
