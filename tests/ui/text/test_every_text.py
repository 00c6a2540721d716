"""Rules for every text of `ui/text`, also in modules that contain only constants."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import zcc_keys_gui.ui.text

FOLDER = Path(zcc_keys_gui.ui.text.__file__).parent
MODULES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.py"))


def texts(tree: ast.Module) -> Iterator[str]:
    """Yield the strings of a module, without docstrings."""
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


@pytest.mark.parametrize("module", MODULES)
def test_placeholders_have_names(module: str) -> None:
    for text in texts(ast.parse((FOLDER / module).read_text(encoding="utf-8"))):
        assert not re.search(r"{\d*}|%[sd]", text), text


@pytest.mark.parametrize("module", MODULES)
def test_no_text_has_an_exclamation_mark(module: str) -> None:
    for text in texts(ast.parse((FOLDER / module).read_text(encoding="utf-8"))):
        assert "!" not in text, text


@pytest.mark.parametrize("module", MODULES)
def test_sentences_do_not_begin_with_a_space(module: str) -> None:
    for text in texts(ast.parse((FOLDER / module).read_text(encoding="utf-8"))):
        assert not re.match(r" +[A-Z]", text), text
