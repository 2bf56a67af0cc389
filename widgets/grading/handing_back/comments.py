"""All that a learner is told about one exercise, as plain facts for the page: verdict, repair, what was asked for."""

from widgets.common.catalogue import _
from widgets.common.lessons import path_of
from widgets.common.misconception_table import misconception_table
from widgets.grading import facts
from widgets.grading.handing_back import sentences
from widgets.grading.handing_back.asked import asked, examples
from widgets.grading.handing_back.harmless import harmless

_SORTS = {facts.PASSED: "right", facts.NOT_ATTEMPTED: "open", facts.FAULT: "open"}
_CHECKED = (facts.PASSED, facts.WRONG, facts.NOT_ATTEMPTED)


def comment(verdict, lesson):
    """Return what is to be said of a Verdict, by name. `lesson` is its Lesson."""
    return {
        "name": verdict.exercise or "notebook",  # where the grader failed before it knew the lesson
        "sort": _SORTS.get(verdict.kind, "amiss"),
        "kind": sentences.kind_in_words(verdict.kind),
        "points": sentences.points_in_words(verdict.points, verdict.out_of),
        "means": sentences.verdict_in_words(verdict.kind),
        "advisories": [harmless(sentences.advisory_in_words(advisory)) for advisory in verdict.advisories],
        "said": harmless(verdict.said) if verdict.kind != facts.FAULT else "",  # that is for the teacher
        "heard": _("What the check said") if verdict.kind in _CHECKED else _("What happened"),
        "repair": list(_repair(verdict.code, lesson)),
        **_about(verdict, lesson),
    }


def _repair(code, lesson):
    """Yield a misconception's cause and repair, and the lesson that treats it if that is another one."""
    row = misconception_table().get(code)
    if row is None:  # what ran in the kernel may say any code
        return
    yield row.cause
    yield row.repair
    if not lesson.name.startswith(row.lesson):
        where = {"number": int(row.lesson), "path": path_of(row.lesson), "exercise": row.exercise}
        yield _("Lesson {number} is about that: `{path}`, exercise `{exercise}`.").format(**where)


def _about(verdict, lesson):
    """Return what was asked for, where the answer is not right yet."""
    if verdict.kind in (facts.PASSED, facts.FAULT):
        return {}
    exercise = next(one for one in lesson.exercises if one.name == verdict.exercise)
    return {
        "asked": asked(lesson, exercise.name),
        "examples": examples(lesson, exercise),
        "hint": _("Stuck? Run {call} in a cell of its own.").format(call=f'`hint("{exercise.name}")`'),
    }
