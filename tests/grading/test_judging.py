"""Nothing that is right can be read in a kernel that grades: no formula, no hint, no seed."""

import pytest

from tests.grading.kernel_fixtures import kernel, need_the_sandbox
from widgets.grading.model import BWRAP, FORKED, Limits

HIDDEN = """
import importlib, os, pathlib, widgets, sys
root = pathlib.Path(widgets.__file__).parent
names = ["closed_forms", *(path.stem for path in (root / "exercises").glob("lesson_*.py"))]
modules = [importlib.import_module(f"widgets.exercises.{name}") for name in names]
words = [word for module in modules for word in vars(module) if not word.startswith("__")]
texts = [path.read_bytes() for path in root.rglob("*") if path.is_file()]
found = [text for text in texts if b"tf.cos(x**2) + 2" in text or b"np.cos(x * x) + 2" in text]
known = importlib.import_module("widgets.exercises.registry").EXERCISES
(len(names) > 12, words, found, "TAPEDECK_SEED" in os.environ, [*known])
"""


@pytest.fixture(params=[BWRAP, FORKED])
def inside(request):
    need_the_sandbox()
    with kernel(sandbox=request.param, limits=Limits()) as started:
        yield started


def test_what_is_right_is_not_there(inside):
    assert inside.value(HIDDEN) == (True, [], [], False, [])
    assert inside.value("widgets.check('by_hand', abs) is widgets.hint('by_hand') is None") is True
