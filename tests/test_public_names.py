"""The public names: one list, the same for Python, for type checkers and for a learner's tab completion."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import widgets
from tests.notebooks.forked_kernels import run_python


def test_type_checkers_and_python_find_the_same_names():
    tree = ast.parse(
        Path(widgets.__file__).with_suffix(".pyi").read_text("ascii")
    )  # Windows reads it in its own letters
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.level]
    assert sorted(alias.asname for node in imports for alias in node.names) == sorted(widgets.__all__)


PLAY_DESCENTS = ("DescentExplorer", "PrecisionMicroscope")
"""They run descents on any loss, which takes more than one view does."""


def test_names_are_looked_up_when_they_are_used():
    code = "import sys, widgets; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_a_widget_brings_few_of_our_modules():
    """A stranger who follows one view should not have to know the whole house."""
    code = """
import sys
for view in sys.argv[1:]:
    for name in [name for name in sys.modules if name.split(".")[0] == "widgets"]:
        del sys.modules[name]
    import widgets
    getattr(widgets, view)
    print(view, sum(name.split(".")[0] == "widgets" for name in sys.modules))
"""
    views = ["DerivativeExplorer", "DescentExplorer", "ExecutionRace", "PrecisionMicroscope", "TapeDeck", "predict"]
    counts = {line.split()[0]: int(line.split()[1]) for line in run_python(code, *views).splitlines()}
    assert list(counts) == views
    assert max(count for view, count in counts.items() if view not in PLAY_DESCENTS) <= 45, counts
    assert max(counts.values()) <= 95, counts


@pytest.mark.parametrize("name", widgets.__all__)
def test_every_public_name_is_there_is_completed_and_explains_itself(name):
    assert name in dir(widgets)
    assert len(inspect.getdoc(getattr(widgets, name))) > 40


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="tapedek"):
        _ = widgets.tapedek
