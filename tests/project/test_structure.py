"""Rules that keep the code easy to read: sizes, imports inside functions, names of tests, and modules without tests."""

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
MAX_TEST_NAME_LENGTH = 60
"""Characters, with `test_`."""
WORDS_OF_WINDOWS = ("dialog", "window", "_question", "protection_page")
"""Modules and classes with one of these words in their names may be imported by the function that opens the window."""
ALLOWED_LATE_IMPORTS = {
    "zcc_keys_gui/app.py": "reports a missing Qt, and the process of the sign-in service needs no Qt",
    "zcc_keys_gui/platform/start_message.py": "reports a missing Qt",
    "zcc_keys_gui/vault/keys/key_store.py": "keyring is slow to import, and a start on Windows does not need it",
}
"""Files whose functions may import other things, with the reasons."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


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


def functions() -> Iterator[tuple[str, Function]]:
    """Yield each function and the name of its file."""
    for name, path in python_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, Function):
                yield name, node


def lines_per_function() -> dict[str, int]:
    """Return how many lines each function has, from `def` on; of several with one name in a file, the longest."""
    found: dict[str, int] = {}
    for name, node in functions():
        assert node.end_lineno is not None
        function = f"{name}:{node.name}"
        found[function] = max(found.get(function, 0), node.end_lineno - node.lineno + 1)
    return found


def imports_in(function: Function) -> Iterator[str]:
    """Yield what a function imports, as `module.name` without the packages above the module."""
    for node in ast.walk(function):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = (node.module or "").rpartition(".")[2]
            yield from (f"{module}.{alias.name}" for alias in node.names)


def files_with_late_imports() -> set[str]:
    """Return the files of the program whose functions import something other than dialogs and windows."""
    return {
        name
        for name, function in functions()
        for imported in imports_in(function)
        if name.startswith("zcc_keys_gui/") and not any(word in imported.lower() for word in WORDS_OF_WINDOWS)
    }


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
    assert beyond(line_limit, lines_per_file()) == {}


def test_functions_are_short() -> None:
    assert beyond(lambda _: MAX_FUNCTION_LINES, lines_per_function()) == {}


def test_folders_have_few_modules() -> None:
    assert beyond(lambda _: MAX_MODULES, modules_per_folder()) == {}


def test_modules_below_the_windows_have_tests() -> None:
    assert modules_without_tests() == []


def test_functions_import_only_dialogs_and_windows() -> None:
    assert files_with_late_imports() == ALLOWED_LATE_IMPORTS.keys()


def test_test_names_are_short() -> None:
    names = {function.name for name, function in functions() if name.startswith("tests/")}
    assert [each for each in names if each.startswith("test_") and len(each) > MAX_TEST_NAME_LENGTH] == []


@pytest.mark.parametrize("name", MAX_LINES_OF)
def test_files_with_limits_of_their_own_exist(name: str) -> None:
    assert (ROOT / name).is_file()
