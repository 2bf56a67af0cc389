"""Everything a learner is told about one exercise: the verdict, how to fix the answer, what the exercise asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from widgets.common.catalogue import _
from widgets.common.grader_protocol import misconception_table
from widgets.common.lessons import path_of
from widgets.grading.answers.lesson_reference import LessonReference, source_of
from widgets.grading.model import ExerciseVerdict, ReferenceExercise
from widgets.grading.submissions.untrusted import display_text
from widgets.grading.verdict_kinds import FAULT, VERDICTS, explain_advisory, format_points

_FORMULA = re.compile(r"\$([^$]+)\$")
_SYMBOLS = {r"\cdot": "·", r"\infty": "∞", r"\lambda": "λ"}
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"


def exercise_feedback(verdict: ExerciseVerdict, lesson: LessonReference | None) -> dict[str, Any]:
    """Return what the page says about an exercise.

    Args:
        verdict: on the exercise.
        lesson: its lesson's reference; None where the grader failed before it recognized the lesson.

    Returns:
        Texts, and lists of texts, by the names that the template uses.
    """
    kind = VERDICTS[verdict.kind]
    return {
        "name": verdict.exercise or "notebook",  # where the grader failed before it knew the lesson
        "css_class": kind.css_class,
        "verdict": kind.label,
        "points": format_points(verdict.points, verdict.out_of),
        "explanation": kind.explanation,
        "advisories": [display_text(explain_advisory(advisory)) for advisory in verdict.advisories],
        "message": display_text(verdict.said) if verdict.kind != FAULT else "",  # that is for the teacher
        "message_heading": _("What the check said") if kind.comes_from_check else _("What happened"),
        "fix": list(_fix(verdict.code, lesson)) if lesson else [],
        **(_task(verdict, lesson) if lesson and kind.share == 0 else {}),
    }


def task_text(lesson: LessonReference, name: str) -> str:
    """Return what an exercise asks for, in the lesson's own words: the text below its heading in the reference.

    Args:
        lesson: the lesson's reference.
        name: of the exercise.

    Returns:
        Markdown without formulas; "" where there is no such heading.
    """
    heading = re.compile(rf"^#+ [^\n]*`{re.escape(name)}`[^\n]*\n(.*?)(?=^#|\Z)", re.MULTILINE | re.DOTALL)
    prose = (source_of(cell) for cell in lesson.solution["cells"] if cell["cell_type"] == "markdown")
    found = next(filter(None, map(heading.search, prose)), None)
    return without_formulas(found[1].strip()) if found else ""


def without_formulas(text: str) -> str:
    """Write the formulas of a lesson's text in plain letters: a page that loads nothing cannot typeset them."""
    return _FORMULA.sub(lambda formula: _plain_formula(formula[1]), text)


def _fix(code: str, lesson: LessonReference) -> Iterator[str]:
    """Yield a misconception's cause and fix, and the lesson that treats it if that is another one."""
    row = misconception_table().get(code)
    if row is None:  # the kernel can print any code
        return
    yield row.cause
    yield row.repair
    if not lesson.name.startswith(row.lesson):
        where = {"number": int(row.lesson), "path": path_of(row.lesson), "exercise": row.exercise}
        yield _("Lesson {number} explains this: `{path}`, exercise `{exercise}`.").format(**where)


def _task(verdict: ExerciseVerdict, lesson: LessonReference) -> dict[str, str]:
    exercise = next(one for one in lesson.exercises if one.name == verdict.exercise)
    return {
        "task": task_text(lesson, exercise.name),
        "examples": _examples(lesson, exercise),
        "hint": _("Stuck? Run {call} in a cell of its own.").format(call=f'`hint("{exercise.name}")`'),
    }


def _examples(lesson: LessonReference, exercise: ReferenceExercise) -> str:
    """Return the lines that the check prints for a correct answer with the course's own seed.

    Only for a function: for a number or a widget they would be the answer.
    """
    if f"def {exercise.name}(" not in exercise.solution:
        return ""
    cell = next(cell for cell in lesson.solution["cells"] if cell.get("id") == exercise.check)
    printed = "".join("".join(output.get("text", "")) for output in cell["outputs"])
    return "\n".join(line.strip() for line in printed.splitlines() if line.startswith("  "))


def _plain_formula(formula: str) -> str:
    for command, symbol in _SYMBOLS.items():
        formula = formula.replace(command, symbol)
    formula = re.sub(r"\^(\d)", lambda power: _SUPERSCRIPTS[int(power[1])], formula)
    return re.sub(r"\\([a-z]+)", r"\1", re.sub(r"\\text\{(\w+)\}", r"\1", formula))
