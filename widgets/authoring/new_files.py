"""`tapedeck new exercise` and `tapedeck new lesson`: small files that work as they are written, to be edited."""

from __future__ import annotations

from pathlib import Path

from widgets.common.catalogue import _
from widgets.common.lessons import LESSONS, as_typed

EXERCISE = '''\
"""The exercise `{name}`: edit what follows, then try it with `tapedeck check {path}`."""

from widgets.teaching import OwnExercise, OwnMisconception, spread

EXERCISE = OwnExercise(
    # The learner reads this above the cell. It is Markdown.
    question="Write `{name}(x)`, which returns the slope of $x^3 - 2x$ at a number x.",
    # The cell as the learner gets it, and a right answer. Both define `{name}`.
    stub="""
def {name}(x):
    return ...
""",
    solution="""
def {name}(x):
    return 3 * x**2 - 2
""",
    # The answer is called with these: here three numbers between -2 and 2, which are others for each who is graded.
    inputs=lambda rng: spread(rng, -2, 2),
    # These numbers must come back, by a formula of your own.
    due=lambda x: 3 * x**2 - 2,
    # Wrong answers that you expect. The first whose formula gives the learner's numbers is told.
    misconceptions=(
        OwnMisconception(
            code="KEPT_THE_X",
            sentence="the slope of -2x is -2 for every x, and you have kept the x.",
            formula=lambda x: 3 * x**2 - 2 * x,
            sample="""
def {name}(x):
    return 3 * x**2 - 2 * x
""",
        ),
        OwnMisconception(
            code="VALUE_OF_IT",
            sentence="this is x³ - 2x itself. The exercise asks for its slope.",
            formula=lambda x: x**3 - 2 * x,
            sample="""
def {name}(x):
    return x**3 - 2 * x
""",
        ),
    ),
    # A nudge, more, and a worked line.
    hints=(
        "Find the slope of each of the two terms, and add.",
        "The slope of x³ is 3x². What is the slope of -2x?",
        "return 3 * x**2 - 2",
    ),
    right="the slope of a sum is the sum of the slopes.",
    points=1,
)
'''

_LESSON = """\
# %% [markdown]
# # {title}
#
# Say here what the lesson is about. A line `# %%` begins a cell of code, `# %% [markdown]` one of text.
# Then run `tapedeck build {folder}`.

# %%
# %load_ext widgets
import numpy as np
import tensorflow as tf

from widgets import check, explain, hint, progress, record

# %% [markdown]
# ## A cell to run
#
# Put `%%tape` on top of a cell, and a deck below it plays what TensorFlow did.

# %%
# %%tape
x = tf.Variable(1.5)
with tf.GradientTape() as tape:
    y = x**3 - 2 * x
tape.gradient(y, x)

# %% [markdown]
# ## Your turn
"""

_CELLS = """
# %% exercise="{name}"

# %% check="{name}"
check("{name}", {name})

# %% [markdown]
# Stuck? Run `hint("{name}")`.
"""

_NONE_YET = """#
# There is no exercise yet. `tapedeck new exercise {record}` writes one; its cells in this script are then
#
#     # %% exercise="slope"
#
#     # %% check="slope"
#     check("slope", slope)
"""

_LAST = """
# %%
progress()
"""


class NotWritten(ValueError):
    """A new file was not written; the message says why."""


def new_exercise(path: Path) -> list[str]:
    """Write the record of an exercise to a new file.

    Args:
        path: of the file, whose name is the exercise's.

    Returns:
        Lines to print.

    Raises:
        NotWritten: if there is such a file, or the exercise cannot have this name.
    """
    from widgets.authoring.record_facts import name_problem  # here: it needs what need() asks for

    path = path.with_suffix(".py")
    if problem := name_problem(path.stem):
        raise NotWritten(f"{path}: {problem}.")
    _write(path, EXERCISE.format(name=path.stem, path=as_typed(path)))
    return [
        _("Written: {path}").format(path=path),
        _("Next: edit it, then: tapedeck check {path}").format(path=as_typed(path)),
    ]


def new_lesson(path: Path) -> list[str]:
    """Write the script of a lesson to a new file, with the exercises of its folder that no other lesson has.

    Args:
        path: of the file, `01_name.py`.

    Returns:
        Lines to print.

    Raises:
        NotWritten: if there is such a file, or a lesson cannot have this name.
    """
    from widgets.authoring.own_course import LESSON_NAME, exercises_in, is_record  # here too

    path = path.with_suffix(".py")
    if not LESSON_NAME.fullmatch(path.stem) or any(path.stem == lesson.stem for lesson in LESSONS):
        said = _(
            "{path}: a lesson is called by two digits and a name that none of Tapedeck's has, such as 01_taylor.py."
        )
        raise NotWritten(said.format(path=path))
    folder = path.parent
    files = sorted(folder.glob("*.py"))
    others = [other for other in files if LESSON_NAME.fullmatch(other.stem)]
    taken = {name for other in others for name in exercises_in(other)}
    free = [one.stem for one in files if one not in others and one.stem not in taken and is_record(one)]
    title = path.stem[3:].replace("_", " ").capitalize()
    text = _LESSON.format(title=f"{int(path.stem[:2])} · {title}", folder=as_typed(folder))
    text += "".join(_CELLS.format(name=name) for name in free) or _NONE_YET.format(record=as_typed(folder / "slope.py"))
    _write(path, text + _LAST)
    return [
        _("Written: {path}").format(path=path),
        _("Next: edit it, then: tapedeck build {folder}").format(folder=as_typed(folder)),
    ]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise NotWritten(_("There is a file {path} already, and it stays as it is.").format(path=path)) from None
