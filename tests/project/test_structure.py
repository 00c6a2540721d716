"""The code stays small enough to read, and every module below the windows has a test file of its own.

The lists at the end of this module name what is still over a limit, with its present size. They may only shrink: a test
fails if something grows, and also if an entry is no longer needed or is larger than the real size.
"""

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAX_LINES = 300
MAX_LINES_OF = {"zcc_keys_gui/program.py": 200, "zcc_keys_gui/ui/main/window.py": 250}
MAX_FUNCTION_LINES = 40
MAX_MODULES = 15
"""Python files in one folder, with `__init__.py`."""
FOLDERS = ("zcc_keys_gui", "tests", "benchmarks", "release")
TESTED_PACKAGES = ("domain", "service", "vault", "sign_in")


def python_files() -> Iterator[tuple[str, Path]]:
    """Yield the name of each Python file, from the root of the repository on, and its path."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path


def line_limit(name: str) -> int:
    """Return how many lines a file may have."""
    return MAX_LINES_OF.get(name, MAX_LINES)


def lines_per_file() -> dict[str, int]:
    """Return how many lines each file has."""
    return {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in python_files()}


def lines_per_function() -> dict[str, int]:
    """Return how many lines each function has, from `def` on; of several with one name in a file, the longest."""
    found: dict[str, int] = {}
    for name, path in python_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                function = f"{name}:{node.name}"
                found[function] = max(found.get(function, 0), node.end_lineno - node.lineno + 1)
    return found


def modules_per_folder() -> dict[str, int]:
    """Return how many Python files each folder has."""
    return dict(Counter(Path(name).parent.as_posix() for name, _ in python_files()))


def modules_without_tests() -> list[str]:
    """Return the modules below the windows that have no test file in the mirrored folder."""
    missing = []
    for package in TESTED_PACKAGES:
        for path in sorted((ROOT / "zcc_keys_gui" / package).rglob("*.py")):
            module = path.relative_to(ROOT / "zcc_keys_gui")
            test = ROOT / "tests" / module.with_name(f"test_{module.name}")
            if module.name != "__init__.py" and not test.exists():
                missing.append(path.relative_to(ROOT).as_posix())
    return missing


def beyond(limit: Callable[[str], int], sizes: dict[str, int]) -> dict[str, int]:
    """Return the sizes that are over the limit."""
    return {name: size for name, size in sizes.items() if size > limit(name)}


def test_files_are_short() -> None:
    assert beyond(line_limit, lines_per_file()) == ALLOWED_LINES


def test_functions_are_short() -> None:
    assert beyond(lambda _: MAX_FUNCTION_LINES, lines_per_function()) == ALLOWED_FUNCTION_LINES


def test_folders_have_few_modules() -> None:
    assert beyond(lambda _: MAX_MODULES, modules_per_folder()) == ALLOWED_MODULES


def test_modules_below_the_windows_have_tests() -> None:
    assert modules_without_tests() == ALLOWED_WITHOUT_TESTS


@pytest.mark.parametrize("name", MAX_LINES_OF)
def test_files_with_limits_of_their_own_exist(name: str) -> None:
    assert (ROOT / name).is_file()


ALLOWED_LINES = {
    "tests/project/test_dev.py": 353,
    "tests/release/test_installer.py": 353,
}
ALLOWED_FUNCTION_LINES = {
    "tests/release/test_installer.py:test_installing_using_and_removing_it_keeps_the_vault": 43,
}
ALLOWED_MODULES: dict[str, int] = {}
ALLOWED_WITHOUT_TESTS: list[str] = []
