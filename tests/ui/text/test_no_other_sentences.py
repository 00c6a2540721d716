"""Sentences and labels are only in `ui/text`, so that one package shows them all and they can be translated."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import zcc_keys_gui.ui

UI = Path(zcc_keys_gui.ui.__file__).parent
MODULES = sorted(path.relative_to(UI).as_posix() for path in UI.rglob("*.py") if UI / "text" not in path.parents)
NOT_DONE_YET = frozenset(
    {
        "application/log.py",
        "application/preferences.py",
        "unlock/waiting_dialog.py",
    }
)

TWO_WORDS = re.compile(r"[A-Za-z{}]{2,}[^\S\n]+[A-Za-z{}]{2,}")
LABEL = re.compile(r"&?[A-Z]|&[A-Za-z]")
LOGS = {"log", "log_problem"}
CODE = re.compile(
    r"[A-Z]\w*[a-z][A-Z]\w*"  # a name in code, such as QAbstractSpinBox or ToolButton
    r"|\w+\.\w+"  # a file
    r"|(Ctrl|Alt|Shift|Meta)(\+.+)+|F\d+|Del"  # a shortcut
)
# Windows and Qt define these names.
NO_TEXTS = {"Clipboard Viewer Ignore", "FLOCK", "General", "Action"}


def sentences(tree: ast.Module) -> list[str]:
    """Return the strings of a module that a user could read."""
    exempt = {id(part) for node in ast.walk(tree) for part in not_shown(node)}
    found = []
    for node in ast.walk(tree):
        if id(node) in exempt or not isinstance(node, ast.Constant | ast.JoinedStr):
            continue
        text = text_of(node)
        if is_sentence(text):
            found.append(text)
    return found


def is_sentence(text: str) -> bool:
    """Say whether a string contains two words or is a label."""
    if text in NO_TEXTS or CODE.fullmatch(text):
        return False
    has_letters = re.search("[A-Za-z]", text.replace("{}", "")) is not None
    return has_letters and bool(TWO_WORDS.search(text) or LABEL.match(text))


def text_of(node: ast.Constant | ast.JoinedStr) -> str:
    """Return a string, or an f-string with `{}` for each value in it."""
    if isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
        return "".join(map(str, parts))
    return node.value if isinstance(node.value, str) else ""


def not_shown(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the docstrings, annotations, arguments of `log`, and parts of f-strings below `node`."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LOGS:
        yield from ast.walk(node)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("cast", "TypeVar"):
        yield node.args[0]
    elif isinstance(node, ast.JoinedStr):
        yield from (part for part in node.values if isinstance(part, ast.Constant))
    for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None)):
        if isinstance(annotation, ast.AST):
            yield from ast.walk(annotation)


@pytest.mark.parametrize("module", [module for module in MODULES if module not in NOT_DONE_YET])
def test_a_module_outside_ui_text_holds_no_sentence(module: str) -> None:
    assert sentences(ast.parse((UI / module).read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        'title = "Delete it"',
        'title = "delete it"',
        'title = "&Close"',
        'title = "Close"',
        'title = "&about"',
        'f"{number} keys"',
        'f"Delete {name}?"',
        'name_widget(button, "closeButton", "Close")',
        'log_in("Sign in")',
    ],
)
def test_a_sentence_is_found(source: str) -> None:
    assert len(sentences(ast.parse(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        '"""A docstring."""',
        'def show() -> "KeyDialog": ...',
        'keys: "list[KeyDialog]" = []',
        'log(f"The process {name} ended.")',
        'name = "closeButton"',
        'f"{name}Button"',
        'name = "vault.db"',
        'name = "QAbstractSpinBox"',
        'name = "Ctrl+Shift+S"',
        'name = "ToolButton"',
        'f"{method} {path}"',
        'f"http://127.0.0.1:{port}"',
        'cast("QProcess", sender)',
        'name = " "',
        "1",
    ],
)
def test_other_strings_are_allowed(source: str) -> None:
    assert sentences(ast.parse(source)) == []
