"""The advisory that an answer looks into its check: where it does so in the open, and for nothing that is honest."""

import inspect

import pytest

from tests.grading.handing_in import LESSONS
from tests.submissions import making
from widgets.grading.advisories import introspection_check
from widgets.grading.verdict_kinds import LOOKS_INSIDE

EXERCISES = [exercise for lesson in LESSONS.values() for exercise in lesson.exercises]
INSIDE = ("asks_the_witness", "replaces_the_checker", "sets_the_public_seed", "writes_what_is_due")


@pytest.mark.parametrize("exercise", EXERCISES, ids=[exercise.name for exercise in EXERCISES])
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
