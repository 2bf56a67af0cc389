"""What of a lesson's own cells runs beside an answer: all that it may notice, and no more."""

import pytest

from tests.grading import handing_in
from widgets.common.notebook_text import source_of
from widgets.grading.model import ReferenceExercise
from widgets.grading.needed_statements import shared_names, without_unneeded

ANSWER = "def f(v):\n    return tf.sin(v) * scale"
EXERCISE = ReferenceExercise("f", "check-f", 1, "", ANSWER, False, "f")


def notebook(given, answer=ANSWER):
    """A notebook with statements in cells of their own, then an answer and its check."""
    sources = {**{f"cell-{n}": one for n, one in enumerate(given)}, "f": answer, "check-f": "check('f', f)"}
    return {"cells": [{"cell_type": "code", "id": name, "source": one} for name, one in sources.items()]}


def left(given, answer=ANSWER):
    """What of the given cells is left."""
    found = without_unneeded(notebook(given, answer), [EXERCISE])["cells"]
    return [source_of(cell) for cell in found if cell["id"].startswith("cell-")]


STAYS = [
    "import tensorflow as tf",
    "scale = 2",
    "tf.random.set_seed(1)",
    "import tensorflow as tf; tf.config.run_functions_eagerly(True)",
    "import my_own_module",
    "%matplotlib inline",
    "exec('scale = 3')",
    "open('here', 'w').write('x')",
]


@pytest.mark.parametrize("one", STAYS)
def test_what_is_used_and_what_concerns_the_whole_process_stays(one):
    assert left(["import tensorflow as tf", one]) in ([one], ["import tensorflow as tf", one])


LEFT_OUT = [
    "other = 3",
    "%%tape\nwith tf.GradientTape() as tape:\n    y = tf.sin(x)",
    "TapeDeck(f, v=3.0)",
    "tf.print(f(2.0))",
    "import matplotlib.pyplot as plt",
    "def g(scale):\n    return scale",
    "print(open('table.csv').read())",
]


@pytest.mark.parametrize("one", LEFT_OUT)
def test_what_only_shows_something_is_left_out(one):
    before = ["import tensorflow as tf", "from widgets import TapeDeck", "x = tf.Variable(1.0)", "scale = 2"]
    assert left([*before, one]) == ["import tensorflow as tf", "scale = 2"]


CHANGES = {
    "scale = tf.Variable(2.0)": [
        "scale.assign(3.0)",
        "pair = [scale]\npair[0].assign(3.0)",
        "def step():\n    scale.assign(3.0)\nstep()",
        "for one in [scale]:\n    one.assign(3.0)",
        "train(model, scale)",
        "del scale",
    ],
}


@pytest.mark.parametrize("change", CHANGES["scale = tf.Variable(2.0)"])
def test_what_may_change_an_object_that_is_used_stays(change):
    given = ["import tensorflow as tf", "scale = tf.Variable(2.0)", change]
    assert left(given) == given


@pytest.mark.parametrize(
    "answer", ["def f(v):\n    return globals()['scale'] * v", "import __main__\nf = abs", "f = ("]
)
def test_beside_an_answer_that_does_not_show_what_it_looks_up_everything_stays(answer):
    given = ["import tensorflow as tf", "other = 3", "TapeDeck(abs)"]
    assert left(given, answer) == given


def test_a_magic_on_top_of_an_answer_is_there():
    found = without_unneeded(notebook(["%load_ext widgets\nimport tensorflow as tf"], "%%tape\n" + ANSWER), [EXERCISE])
    assert [source_of(cell) for cell in found["cells"]][:2] == ["%load_ext widgets", "import tensorflow as tf"]


def test_of_lesson_01_little_is_left():
    lesson = handing_in.SHORT
    found = without_unneeded(lesson.solution, lesson.exercises)["cells"]
    assert len(found) <= 1 + 2 * len(lesson.exercises)


def test_an_answer_shares_what_can_be_changed():
    given = ["x = tf.Variable(1.0)\ndef g(v): return v\nimport numpy as np"]
    assert shared_names("x.assign(2.0)", given) == {"x"}
    assert shared_names("def f(x):\n    return g(np.sin(x))", given) == set()
