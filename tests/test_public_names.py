"""The public names: one list, the same for Python, for type checkers and for a learner's tab completion."""

import ast
import inspect
from pathlib import Path

import pytest

import widgets


def test_type_checkers_and_python_find_the_same_names():
    tree = ast.parse(Path(widgets.__file__).read_text("utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    imported = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom) and node.module.startswith("widgets")
        for alias in node.names
    }
    assert imported == widgets._MODULES
    assert sorted(imported) == widgets.__all__


@pytest.mark.parametrize("name", widgets.__all__)
def test_every_public_name_is_there_is_completed_and_explains_itself(name):
    assert name in dir(widgets)
    assert len(inspect.getdoc(getattr(widgets, name))) > 40


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'tapedek'"):
        _ = widgets.tapedek
