"""The builder: the same bytes each time, and a word on every file that is not what its script builds."""

import subprocess
import sys

import pytest

from widgets import authoring
from widgets.authoring import building

LESSON = """\
# %%
import tensorflow as tf
from widgets import TapeDeck

# %%
def slope(start):
    x = tf.Variable(start, name="x")
    with tf.GradientTape() as tape:
        y = x * x
    return tape.gradient(y, x)

# %%
TapeDeck(slope, start=3.0)
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A checkout with one small lesson, already built."""
    root = tmp_path_factory.mktemp("checkout")
    (root / "solutions").mkdir()
    (root / "solutions" / "07_small.py").write_text(LESSON)
    assert building.build(["7"], root=root) == ["built solutions/07_small.ipynb", "built lessons/07_small.ipynb"]
    return root


@pytest.fixture(scope="module")
def again(checkout):
    """What the small lesson builds to the second time: text by path."""
    return building.built(checkout / "solutions" / "07_small.py", checkout)


def test_building_twice_gives_the_same_bytes(again):
    assert {path.read_bytes() for path in again} == {text.encode() for text in again.values()}


def test_a_built_solution_has_a_picture_and_a_text_but_no_view_and_no_state(again):
    solution = next(text for path, text in again.items() if path.parent.name == "solutions")
    assert '"image/png"' in solution and "Tape of slope" in solution
    assert "widget-view" not in solution and "widget-state" not in solution and "iopub" not in solution


def test_what_is_built_differs_in_nothing(again, checkout):
    assert [building.difference(path, text, checkout) for path, text in again.items()] == ["", ""]


@pytest.mark.parametrize(
    "old, new, differs",
    [
        ('"image/png": "', '"image/png": "AAAA', False),  # other fonts
        ('"image/png": "', '"image/jpeg": "', True),  # no picture
        ("Tape of slope", "Tape of slop", True),  # another text beside it
    ],
)
def test_of_a_picture_only_its_presence_counts(again, checkout, old, new, differs):
    path, text = next((path, text) for path, text in again.items() if path.parent.name == "solutions")
    assert old in text
    said = building.difference(path, text.replace(old, new), checkout)
    assert bool(said) == differs and (not differs or said.startswith("solutions/07_small.ipynb is not what"))


def test_a_missing_file_is_named(again, checkout):
    assert "lessons/08_x.ipynb is missing" in building.difference(checkout / "lessons" / "08_x.ipynb", "", checkout)


def test_an_unknown_lesson_is_an_error_that_names_those_there_are(checkout):
    with pytest.raises(ValueError, match="no lesson 99 .* there are: 07"):
        building.build(["99"], root=checkout)


def test_no_scripts_at_all_is_an_error_too(tmp_path):
    with pytest.raises(ValueError, match="there are: none"):
        building.build(root=tmp_path)


def test_a_missing_tool_is_named_with_how_to_get_it(monkeypatch):
    monkeypatch.setattr(authoring, "NEEDS", ("jupytext", "a_package_that_is_not_there"))
    with pytest.raises(
        authoring.MissingTools, match=r'needs a_package_that_is_not_there. .*: pip install -e "\.\[teach\]"'
    ):
        authoring.build()


def test_the_builder_is_imported_without_its_tools():
    code = "import sys, widgets.authoring; sys.exit(bool({'nbgrader', 'jupytext', 'nbclient'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
