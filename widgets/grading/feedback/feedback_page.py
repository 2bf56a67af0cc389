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
from widgets.grading.answers.lesson_reference import LessonReference
from widgets.grading.feedback.exercise_feedback import exercise_feedback, without_formulas
from widgets.grading.model import ExerciseVerdict, GradedSubmission, Notebook
from widgets.grading.submissions.untrusted import display_text
from widgets.grading.verdict_kinds import format_points

_HERE = Path(__file__).parent
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
    heading = "".join(lesson.solution["cells"][0]["source"]).splitlines()[0]
    return without_formulas(heading.lstrip("# "))


def _remarks(graded: GradedSubmission) -> Iterator[str]:
    yield from map(display_text, filter(None, (graded.problem, *graded.notes)))
    if not graded.verdicts:
        yield _(
            "This notebook could not be graded. Open a fresh copy of the lesson, put your answers in the cells for "
            "them, save it, and submit that copy."
        )
    if not graded.is_final:
        yield _("Part of it will be graded again, and your points may still go up.")
