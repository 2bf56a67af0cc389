"""A learner works through a lesson in a real JupyterLab: predicts, is wrong, reads why, asks for a hint, gets on.

The tests are one story and follow one another. Look at the pictures that they take.
"""

import re

import nbformat
import pytest
from playwright.sync_api import expect

from tests.browser import lab as labs
from widgets.exercises.lesson_01 import EXERCISES

LESSON = "01_the_tape.ipynb"
WRONG = {
    "predict-slope": 'predict("slope at 0", 2)',
    "flat": "flat = -2",
    "wave": "import numpy as np\n\ndef wave(x):\n    return x * np.sin(x)",
    "by_hand": "def by_hand(x):\n    return 2 * x * tf.cos(x**2)",
}
TWICE = """def both(start):
    x = tf.Variable(start)
    with tf.GradientTape(persistent=True) as tape:
        y = tf.pow(x, 2)
        z = tf.sin(y)
    return tape.gradient(y, x), tape.gradient(z, x)"""
TOOL = """def derivative(function, start):
    x = tf.Variable(start)
    with tf.GradientTape() as tape:
        y = function(x)
    return tape.gradient(y, x)"""
RIGHT = {
    "flat": "flat = 1",
    "wave": "def wave(x):\n    return x * tf.sin(x)",
    "predict-paths": 'predict("total against 2", "below")',
    "by_hand": "def by_hand(x):\n    return 2 * x * tf.cos(x**2) + 2",
    "both": TWICE,
    "derivative": TOOL,
    "predict-mine": 'predict("slope of mine at 2", 7)',
}
PROGRESS = "from widgets import progress\nprogress()"


class Learner:
    """A person at an open lesson, who finds a cell by its name and goes on from cell to cell."""

    def __init__(self, notebook, names):
        """Know the names of the cells from top to bottom."""
        self.notebook, self.page, self.names = notebook, notebook.page, list(names)

    def cell(self, name):
        """Return where a cell is on the page."""
        return self.notebook.cells.nth(self.names.index(name))

    def write(self, name, source):
        """Type over all of a cell, as pasting does."""
        self.cell(name).locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(source)

    def run(self, name):
        """Run a cell, wait until it has run once more, and return what it shows."""
        prompt = self.cell(name).locator(".jp-InputPrompt")
        before = prompt.inner_text()
        self.notebook.run(self.names.index(name))
        expect(prompt).to_have_text(re.compile(rf"^(?!{re.escape(before)}$)\[\d+\]:$"), timeout=labs.PATIENCE)
        return "\n".join(self.notebook.output(self.names.index(name)))

    def begin(self, name):
        """Run a first cell."""
        self.notebook.begin(self.names.index(name))
        expect(self.cell(name).locator(".jp-InputPrompt")).to_have_text(
            re.compile(r"^\[\d+\]:$"), timeout=labs.PATIENCE
        )

    def answer(self, name, source):
        """Write an exercise's cell, run it and its check; return what the check says."""
        self.write(name, source)
        self.run(name)
        return self.run(f"check-{name}")

    def insert_below(self, name, new, source):
        """Make a new cell below another, by Esc and B as the lesson says, and type into it."""
        self.cell(name).locator(".cm-content").click()
        for key in ("Escape", "b"):
            self.page.keyboard.press(key)
        self.names.insert(self.names.index(name) + 1, new)
        self.write(new, source)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Return a JupyterLab of this learner's own, as it is: what others predicted in theirs is not known here."""
    with labs.running(tmp_path_factory.mktemp("learner"), "jupyterlab") as found:
        yield found


@pytest.fixture(scope="module")
def learner(open_notebook, lab):
    """Return a learner who has opened the first lesson."""
    cells = nbformat.read(lab.files / LESSON, 4).cells
    return Learner(open_notebook(LESSON), [cell.id for cell in cells])


@pytest.fixture(scope="module")
def code(lab):
    """Return the names of the lesson's cells with code, in order, but the one that is for Colab."""
    cells = nbformat.read(lab.files / LESSON, 4).cells
    return [cell.id for cell in cells if cell.cell_type == "code" and cell.id != "install"]


def in_the_middle(learner, name):
    """Return the page, with a cell in the middle of it."""
    learner.cell(name).evaluate("cell => cell.scrollIntoView({block: 'center'})")
    return learner.page


def run_between(learner, code, first, last):
    """Run every cell from the one called `first` up to the one called `last`, both too."""
    return [learner.run(name) for name in code[code.index(first) : code.index(last) + 1]]


def test_a_wrong_prediction_stands_beside_what_happened(learner, code, picture):
    learner.begin(code[0])
    learner.run(code[1])
    learner.write("predict-slope", WRONG["predict-slope"])
    assert learner.run("predict-slope") == "slope at 0: you predict 2.0."
    after = code.index("predict-slope") + 1
    said = run_between(learner, code, code[after], code[after + 1])[-1]
    assert "you predicted 2.0, and it is -2.0." in said and "Can you explain why?" in said
    picture(in_the_middle(learner, code[after + 1]), "learner-1-prediction.png")


def test_a_wrong_answer_is_told_why_and_a_hint_helps(learner, code, picture):
    run_between(learner, code, code[code.index("predict-slope") + 3], "flat")
    assert "No answer yet. " in learner.run("check-flat")
    said = learner.answer("flat", WRONG["flat"])
    assert "Not right: -2 is the slope at 0." in said
    learner.insert_below("check-flat", "hint", 'hint("flat")')
    assert learner.run("hint").startswith("Hint 1 of 3: ")
    assert learner.run("hint").startswith("Hint 2 of 3: ")
    picture(in_the_middle(learner, "check-flat"), "learner-2-wrong.png")
    assert "Right: at x = 1 the slope is 0." in learner.answer("flat", RIGHT["flat"])
    picture(in_the_middle(learner, "check-flat"), "learner-3-right.png")


def test_the_lesson_goes_on_to_its_end(learner, code, picture):
    for name in code[code.index("check-flat") + 1 :]:
        if name in WRONG:
            assert "Not right: " in learner.answer(name, WRONG[name])
            picture(in_the_middle(learner, f"check-{name}"), f"learner-4-{name}.png")
        if name in RIGHT:
            learner.write(name, RIGHT[name])
        said = learner.run(name)
        assert "Traceback" not in said
        assert "\nRight: " in said or not name.startswith("check-")
    assert "you predicted 7.0, and it is 7.0. You predicted that correctly." in "\n".join(map(learner.run, code[-4:]))


def test_progress_tells_it_all(learner, code, picture):
    learner.insert_below(code[-1], "progress", PROGRESS)
    lines = learner.run("progress").splitlines()
    picture(in_the_middle(learner, "progress"), "learner-5-progress.png")
    count = len(EXERCISES)
    assert lines[0] == f"Lesson 01: {count} of {count} right, 3 of 3 predicted"
    assert re.fullmatch(r" *flat +right +tries 2 +hints 2", lines[1])
    assert re.fullmatch(r" *wave +right +tries 2", lines[2])
    assert "predicted slope at 0: 2.0" in "\n".join(lines)


def test_progress_outlives_the_kernel(learner, code, picture):
    learner.notebook.restart()
    learner.begin(code[0])
    assert learner.run("hint").startswith("Hint 3 of 3: ")
    lines = learner.run("progress").splitlines()
    assert re.fullmatch(r" *flat +right +tries 2 +hints 3", lines[1])
    picture(in_the_middle(learner, "progress"), "learner-6-restarted.png")
