"""Feedback for a learner: one page that loads nothing, runs nothing, and shows what was submitted only as text."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from markupsafe import Markup, escape
from nbconvert import TemplateExporter
from nbconvert.filters import Highlight2HTML

from widgets.common.catalogue import LANGUAGE, _
from widgets.common.grader_protocol import misconception_table
from widgets.common.lessons import path_of
from widgets.grading.lesson_reference import LessonReference, source_of
from widgets.grading.model import ExerciseVerdict, GradedSubmission, Notebook, ReferenceExercise
from widgets.grading.untrusted import display_text
from widgets.grading.verdict_kinds import FAULT, VERDICTS, explain_advisory, format_points

_HERE = Path(__file__).with_name("view")
_STYLE = (_HERE / "feedback.css").read_text("utf-8")
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'"
"""In case something gets past the escaping: no script, no image, and no style but ours.

See https://developer.mozilla.org/docs/Web/HTTP/CSP.
"""

_WORDS = {
    "whose": _("Feedback for"),
    "caption": _("Your exercises"),
    "columns": (_("exercise"), _("verdict"), _("points")),
    "answer": _("Your answer"),
    "fix": _("How to fix it"),
    "task": _("What the exercise asks for"),
    "examples": _("For the values that the check tries in the lesson, a correct answer gives:"),
    "footer": _("Only the answers shown here were graded, each in a fresh copy of the lesson."),
}

_FORMULA = re.compile(r"\$([^$]+)\$")
_SYMBOLS = {r"\cdot": "·", r"\infty": "∞", r"\lambda": "λ"}
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"


def feedback_page(graded: GradedSubmission, lesson: LessonReference | None) -> str:
    """Return a page that tells a learner how each exercise stands and what to do next.

    Args:
        graded: the submission, as `batch.grade` reports it: with notes on itself alone, and none that name others.
        lesson: its lesson's reference, or None where none was recognized; then there are no verdicts, or the
            grader failed.

    Returns:
        HTML.
    """
    cells = [_cell(verdict, graded, lesson) for verdict in graded.verdicts]
    notebook = nbformat.v4.new_notebook(cells=cells)
    page: str = _exporter().from_notebook_node(notebook, {"page": _page(graded, lesson)})[0]
    return page


def _exporter() -> Any:
    """Return nbconvert's exporter with our template and no other.

    All paths are given: left to itself, nbconvert also looks for templates, and for code to import, in the current
    folder, where submissions may be. It is the plain exporter: the one for HTML searches the page once more for images,
    of which there are none, with a package that fails on the Python of Debian 12.
    """
    exporter = TemplateExporter(template_paths=[str(_HERE)], template_file=str(_HERE / "feedback.html.j2"))
    exporter.register_filter("highlight_code", Highlight2HTML())
    exporter.register_filter("code_in_backticks", _code_in_backticks)
    return exporter


def _code_in_backticks(sentence: str) -> Markup:
    """Return one of our sentences as HTML: what is between backticks is code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(sentence))))


def _cell(verdict: ExerciseVerdict, graded: GradedSubmission, lesson: LessonReference | None) -> Notebook:
    source = display_text(graded.answers.get(verdict.exercise, ""))
    cell: Notebook = nbformat.v4.new_code_cell(source, metadata=exercise_feedback(verdict, lesson))
    return cell


def _page(graded: GradedSubmission, lesson: LessonReference | None) -> dict[str, Any]:
    learner, title = display_text(graded.submission.learner, most=200), _title(lesson)
    return {
        "language": LANGUAGE.replace("_", "-"),
        "policy": _POLICY,
        "style": _STYLE,
        "title": f"{title} · {learner}" if learner else title,
        "lesson": title,
        "learner": learner,
        "points": format_points(graded.points, graded.out_of),
        "remarks": list(_remarks(graded)),
        "words": _WORDS,
    }


def _title(lesson: LessonReference | None) -> str:
    """Return a lesson's title: the first heading of its notebook."""
    if lesson is None:
        return _("A submitted notebook")
    prose = (source_of(cell) for cell in lesson.solution["cells"] if cell["cell_type"] == "markdown")
    heading = re.search(r"^# (.+)$", "\n".join(prose), re.MULTILINE)
    return without_formulas(heading[1]) if heading else lesson.name


def _remarks(graded: GradedSubmission) -> Iterator[str]:
    yield from map(display_text, filter(None, (graded.problem, *graded.notes)))
    if not graded.verdicts:
        yield _(
            "This notebook could not be graded. Open a fresh copy of the lesson, put your answers in the cells for "
            "them, save it, and submit that copy."
        )
    if not graded.is_final:
        yield _("Part of it will be graded again, and your points may still go up.")


def exercise_feedback(verdict: ExerciseVerdict, lesson: LessonReference | None) -> dict[str, Any]:
    """Return what the page says about an exercise: texts, and lists of texts, by the names that the template uses.

    There is no lesson where the grader failed before it recognized one.
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

    It is Markdown without formulas; "" where there is no such heading.
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
    if row is None:  # of a course of one's own, whose check has said what there is to say
        return
    yield row.cause
    yield row.repair
    if not (lesson.name.startswith(row.lesson) or lesson.is_own):
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
