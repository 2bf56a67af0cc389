"""Every prediction that a lesson asks for is known by its lesson."""

import ast
import re

from widgets.common.lessons import LESSONS
from widgets.exercises.registry import EXERCISES


def asked(source):
    """Return the names in a script's calls of `predict`, each once, in order.

    Stubs count, not what is commented: a prediction may be made by the lesson's text alone.
    """
    code = re.sub(r"^(# )?%.*$", "", source, flags=re.MULTILINE)
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    made = [call for call in calls if getattr(call.func, "id", "") == "predict"]
    found = sorted(made, key=lambda call: call.lineno)
    return tuple(dict.fromkeys(call.args[0].value for call in found))


def test_predictions_are_those_of_the_lessons(pytestconfig):
    scripts = sorted(pytestconfig.rootpath.glob("solutions/[0-9][0-9]_*.py"))
    found = {path.name[:2]: asked(path.read_text(encoding="utf-8")) for path in scripts}
    kept = {lesson.number: lesson.predictions for lesson in LESSONS}
    assert found == kept, "list them in the lesson's record, widgets/common/lessons.py"


def test_no_two_lessons_ask_under_one_name():
    names = [*EXERCISES, *(name for lesson in LESSONS for name in lesson.predictions)]
    assert sorted(names) == sorted(set(names))
