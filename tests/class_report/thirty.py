"""A class of thirty and its mistakes in lesson 01: answers as learners write them, judged as a check judges them."""

import functools
import random

import tensorflow as tf

from widgets.class_report.class_facts import ClassFacts, questions_of
from widgets.class_report.item_statistics import items, responses
from widgets.class_report.model import ProgressRow
from widgets.exercises.exercise import RIGHT
from widgets.exercises.judgement import judge
from widgets.exercises.registry import EXERCISES
from widgets.grading.lesson_reference import home, lessons
from widgets.grading.model import ExerciseVerdict, GradedSubmission, Submission
from widgets.grading.verdict_kinds import NOT_ATTEMPTED, PASSED, WRONG

LESSON = "01_the_tape"
LEARNERS = (
    *("ada", "grace", "alan", "emmy", "sofia", "carl", "leonhard", "marie", "niels", "lise", "max", "ida", "joan"),
    *("kurt", "mary", "henri", "bernhard", "maryam", "terence", "chen", "na", "aisha", "omar", "yuki", "jun", "anya"),
    *("luis", "zoe", "tim", "eva"),
)

_TWO = """def both(start):
    x = {kind}(start)
    with tf.GradientTape({tape}) as tape:
        y = x**2
        z = tf.sin(y)
    return {result}"""
_SLOPE = """def derivative(function, start):
    x = {kind}(start)
    with tf.GradientTape() as tape:
        y = function(x)
    {end}"""
_BOTH = "tape.gradient(y, x), tape.gradient(z, x)"

ANSWERS = {
    "flat": ["flat = 1.0", "flat = -2.0  # {name}", "flat = 0.0", "flat = 0.9"],
    "wave": [
        "def wave(x):\n    return x * tf.sin(x)",
        "import math\n\n\ndef wave(x):\n    '''{name}'s wave'''\n    return x * math.sin(x)",
        "def wave(x):\n    return tf.sin(x)",
        "def wave(x):\n    return x + tf.sin(x)",
        "def wave(x):\n    {name}_sine = tf.sine(x)\n    return x * {name}_sine",
    ],
    "by_hand": [
        "def by_hand(x):\n    return 2 * x * tf.cos(x**2) + 2",
        "def by_hand(x):\n    # the derivative of the sine is the cosine\n    return 2 * x * tf.cos(x**2)",
        "def by_hand(x):\n    return tf.cos(x**2) + 2",
        "def by_hand(x):\n    return tf.cos(2 * x) + 2",
        "def by_hand(x):\n    return x**2 * tf.cos(x) + 1",
    ],
    "both": [
        _TWO.format(kind="tf.Variable", tape="persistent=True", result=_BOTH),
        _TWO.format(kind="tf.Variable", tape="", result=_BOTH),
        _TWO.format(kind="tf.constant", tape="persistent=True", result=_BOTH),
        _TWO.format(kind="tf.Variable", tape="persistent=True", result="tape.gradient(z, x), tape.gradient(y, x)"),
    ],
    "derivative": [
        _SLOPE.format(kind="tf.Variable", end="return tape.gradient(y, x)"),
        _SLOPE.format(kind="tf.constant", end="return tape.gradient(y, x)"),
        _SLOPE.format(kind="tf.Variable", end="tape.gradient(y, x)"),
        "def derivative(function, start):\n    return function(start)",
    ],
}
"""By exercise a right answer, then wrong ones, the commonest first."""


@functools.cache
def judged(exercise, source):
    """Return the status and the code that the check gives to an answer of somebody called `who`."""
    names = {"tf": tf}
    exec(source.replace("{name}", "who"), names)
    judgement = judge(EXERCISES[exercise], names[exercise])
    return judgement.status, judgement.code


def graded():
    """Return the notebooks of the class. Who is behind in one exercise is so in others, too."""
    luck = random.Random(1)
    return [_notebook(luck, learner, number / len(LEARNERS)) for number, learner in enumerate(LEARNERS)]


def _notebook(luck, learner, skill):
    verdicts, answers = [], {}
    for place, (exercise, known) in enumerate(ANSWERS.items()):
        right, *wrong = known
        hard = luck.random() + place / 12 > skill + 0.3
        source = luck.choices(wrong, range(len(wrong), 0, -1))[0] if hard else right
        if skill < 0.2 and luck.random() < 0.3:
            verdicts.append(ExerciseVerdict(exercise, NOT_ATTEMPTED, 0.0, 1.0))
            continue
        status, code = judged(exercise, source)
        kind = PASSED if status == RIGHT else WRONG
        verdicts.append(ExerciseVerdict(exercise, kind, float(kind == PASSED), 1.0, code=code))
        answers[exercise] = source.replace("{name}", learner)
    return GradedSubmission(Submission(learner, LESSON, f"{learner}/x.ipynb", ""), tuple(verdicts), answers=answers)


def facts(**asked):
    """Return what the page of the class is about. Two of three learners have handed in their progress."""
    luck, known = random.Random(2), lessons()
    given = responses(graded(), known)
    progress = {
        (one.learner, LESSON, one.exercise): ProgressRow(
            luck.choice((1, 1, 2, 3, 7)), one.kind == PASSED, one.code, luck.choice((0, 0, 1)), luck.uniform(1, 12)
        )
        for one in given
        if one.kind != NOT_ATTEMPTED and luck.random() < 2 / 3
    }
    questions = questions_of((home() / "lessons" / "README.md").read_text("utf-8"))
    return ClassFacts(given, items(given, known, progress), known, questions=questions, **asked)
