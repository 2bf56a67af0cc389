"""Remarks that cost no points: no tape used, and a look into the check. Neither is made of an honest answer."""

import inspect

import pytest

from tests.grading.handing_in import LESSONS
from tests.submissions import making
from widgets.grading.advisories import introspection_check, leaves_nothing_behind, tape_check
from widgets.grading.advisory_kinds import LOOKS_INSIDE, NO_TAPE

EXERCISES = {exercise.name: exercise for lesson in LESSONS.values() for exercise in lesson.exercises}


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_no_solution_of_the_course_is_advised(exercise):
    assert tape_check(exercise, exercise.solution) == ()
    assert exercise.needs_tape == ("tf.GradientTape" in exercise.solution)


WITHOUT = [
    "def derivative(function, x):\n    return (function(x + 1e-3) - function(x - 1e-3)) / 2e-3",
    "def derivative(function, x):\n    '''I use no tape.'''\n    return np.cos(x) * tf.cast(2, x.dtype)",
    "import math\nfrom numpy import cos as c\ndef derivative(function, x):\n    return math.sin(x) + c(x)",
    "slope = lambda f, x: (f(x + 1) - f(x - 1)) / 2\ndef derivative(function, x):\n    return slope(function, x)",
    "def derivative(function, x):\n    # with tf.GradientTape() as tape:\n    return 2 * x",
    "def derivative(function, *x, **y):\n    try:\n        return max(x)\n    except ValueError as e:\n        raise e",
    "class Mine:\n    def __call__(self, function, x):\n        return [y for y in (x, x)][0]\nderivative = Mine()",
]


@pytest.mark.parametrize("source", WITHOUT)
def test_an_answer_that_cannot_have_used_a_tape_is_advised(source):
    assert tape_check(EXERCISES["derivative"], source) == (NO_TAPE,)


@pytest.mark.parametrize("source", WITHOUT)
def test_where_the_reference_uses_none_there_is_no_advice(source):
    assert tape_check(EXERCISES["wave"], source) == ()


@pytest.mark.parametrize(
    "source",
    [
        "def derivative(function, x):\n    with tf.GradientTape() as tape:\n        tape.watch(x)",
        "from tensorflow import GradientTape as T\ndef derivative(function, x):\n    return T",
        "def derivative(function, x):\n    return getattr(tf, 'Gradient' + 'Tape')",
        "def derivative(function, x):\n    return curvature(function, x)",
        "def derivative(function, x):\n    return list(map(curvature, [x]))[0]",
        "def derivative(function, x):\n    return helpers.slope(function, x)",
        "from helpers import slope\ndef derivative(function, x):\n    return slope(function, x)",
        "import helpers as np\ndef derivative(function, x):\n    return np.slope(function, x)",
        "def derivative(model, x):\n    return model.fit(x)",
        "derivative = eval('tf.Gradi' + 'entTape')",
        "%time derivative = 3",
        "!ls",
        "def derivative(function, x):\nreturn 2 * x",
        "x = 1\0",
        "x = '\ud800'",
        "\ufeff",
    ],
)
def test_whatever_may_have_used_one_is_given_the_benefit_of_the_doubt(source):
    assert tape_check(EXERCISES["derivative"], source) == ()


BOMBS = {
    "parentheses": "(" * 5_000,
    "brackets": "[" * 199 + "]" * 199,
    "signs": "-" * 19_000 + "1",
    "words": "not " * 4_900 + "1",
    "sums": "+".join("1" * 9_000),
    "attributes": "x" + ".a" * 9_000,
    "calls": "x" + "(1)" * 6_000,
    "blocks": "".join(" " * n + "if 1:\n" for n in range(150)),
    "digits": "1" * 19_000,
    "format": "f'{" * 3_000,
    "length": "+".join("1" * 1_000_000),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_for_the_parser_harms_nobody(bomb):
    assert tape_check(EXERCISES["derivative"], bomb) in ((), (NO_TAPE,))


INSIDE = (
    *("asks_the_witness", "reads_the_exercises", "replaces_the_checker", "sets_the_public_seed"),
    *("reads_the_records", "writes_its_own_replies", "writes_what_is_due"),
)


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_no_solution_of_the_course_looks_inside(exercise):
    assert introspection_check(exercise.solution) == introspection_check(exercise.stub) == ()


@pytest.mark.parametrize("row", making.rows().values(), ids=making.rows())
def test_of_the_corpus_those_do_that_go_for_the_check(row):
    (source, *_copies) = [block.text for block in row.blocks if block.kind == "python"] or [""]
    assert bool(introspection_check(source)) == row.name.endswith(INSIDE)


@pytest.mark.parametrize(
    "source",
    [
        "from widgets import TapeDeck, check, record\nimport widgets\nimport inspect\ninspect.signature(check)",
        "def practice(x):\n    '''More practice: see widgets.exercises.'''\n    return x",
        "import logging\nlogging.getLogger('widgets')",
        "%time f = 1",
        "not Python",
        inspect.getsource(making),
    ],
)
def test_what_is_honest_does_not(source):
    assert introspection_check(source) == ()


@pytest.mark.parametrize(
    "source",
    [
        "import widgets.exercises as p",
        "from widgets import exercises",
        "import widgets\nwidgets.exercises.judge = None",
        "import sys\nsys._getframe().f_back",
        "from inspect import currentframe",
        "import gc\ngc.get_objects()",
        "import importlib\nimportlib.import_module('widgets.exercises')",
        "import os\nos.environ['TAPEDECK_SEED'] = ''",
    ],
)
def test_what_looks_inside_does(source):
    assert introspection_check(source) == (LOOKS_INSIDE,)


PLAIN = [
    "import math\nimport numpy as np\n\ndef f(x):\n    seen = {}\n    seen[x] = 1\n    return math.sin(x) * np.cos(x)",
    "class Number:\n    def __init__(self, value):\n        self.value = value\n\nx = Number(1.0)",
    "def f(x):\n    with tf.GradientTape() as tape:\n        y = x * x\n    return tape.gradient(y, x)",
]
LEAVING = [
    *("import sys\nsys.settrace(None)", "np.cos = np.sin", "def f(x):\n    tf.config.run_functions_eagerly(True)"),
    *("tf.keras.backend.set_floatx('float64')", "import builtins", "vars(np)['cos'] = 1", "def np(x):\n    return x"),
    *("exec('1')", "from widgets import check", "def f(x):\n    global y", "%matplotlib inline", "import math as np"),
    *(
        "for tf in [1]:\n    pass",
        "(tf := 1)",
        "from tensorflow import config",
        "from tensorflow import *",
        "given = 2.0",
    ),
    *("tf.Variable.assign = 1", "np.__dict__.update(cos=1)", "def f(:", "with open('x') as file:\n    pass", "del np"),
]


@pytest.mark.parametrize("source", PLAIN)
def test_plain_calculation_leaves_nothing_behind(source):
    assert leaves_nothing_behind(source, {"given"})


@pytest.mark.parametrize("source", LEAVING)
def test_what_another_answer_may_meet_is_left_behind(source):
    assert not leaves_nothing_behind(source, {"given"})


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_only_what_sets_a_widget_may_leave_something_behind(exercise):
    widgets = {"at_two", "bend", "land", "largest", "bounce", "again"}
    assert leaves_nothing_behind(exercise.solution) == (exercise.name not in widgets)
