"""Feedback to a learner: one page that loads nothing, runs nothing and shows what was handed in as letters only."""

import base64
import hashlib
import re
from pathlib import Path

import nbformat
from markupsafe import Markup, escape
from nbconvert import TemplateExporter
from nbconvert.filters import Highlight2HTML

from widgets.common.catalogue import LANGUAGE, Spoken, _
from widgets.grading.handing_back import sentences
from widgets.grading.handing_back.asked import in_letters
from widgets.grading.handing_back.comments import comment
from widgets.grading.handing_back.harmless import harmless

_HERE = Path(__file__).parent
_STYLE = (_HERE / "feedback.css").read_text("utf-8")
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'"
"""Should anything get past the escaping: no script, no picture and no style but this one."""

_WORDS = Spoken(
    lambda: {
        "whose": _("Feedback for"),
        "caption": _("How each exercise stands"),
        "columns": (_("exercise"), _("verdict"), _("points")),
        "answer": _("Your answer"),
        "repair": _("How to mend it"),
        "asked": _("What was asked for"),
        "examples": _("At the places that the check tries in the lesson, a right answer gives:"),
        "footer": _("Only the answers shown here were graded, each inside a fresh copy of the lesson."),
    }
)


def feedback(graded, lesson):
    """Return the page, as HTML, that tells a learner how each exercise of a Graded stands and what to do next.

    Args:
        graded: a Graded, as `batch.grade` tells of it: with notes on itself alone, and none that names other learners.
        lesson: its Lesson, or None where none was recognised; then there are no verdicts.
    """
    notebook = nbformat.v4.new_notebook(cells=[_cell(verdict, graded, lesson) for verdict in graded.verdicts])
    return _exporter().from_notebook_node(notebook, {"page": _page(graded, lesson)})[0]


def _exporter():
    """Return nbconvert's exporter with our template and no other.

    All paths are given: left to itself, nbconvert also looks for templates, and for code to import, in the current
    folder, and that is where handed-in files may lie. The exporter is the plain one: the one for HTML goes through the
    page once more for pictures, of which there are none here, with a package that fails on the Python of Debian 12.
    """
    exporter = TemplateExporter(template_paths=[str(_HERE)], template_file=str(_HERE / "feedback.html.j2"))
    exporter.register_filter("highlight_code", Highlight2HTML())
    exporter.register_filter("coded", _coded)
    return exporter


def _coded(sentence):
    """Return one of our sentences as HTML: what stands between ` and ` is code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(sentence))))


def _cell(verdict, graded, lesson):
    source = harmless(graded.answers.get(verdict.exercise, ""))
    return nbformat.v4.new_code_cell(source, metadata=comment(verdict, lesson))


def _page(graded, lesson):
    learner, title = harmless(graded.submission.learner, most=200), _title(lesson)
    return {
        "language": LANGUAGE.replace("_", "-"),
        "policy": _POLICY,
        "style": _STYLE,
        "title": f"{title} · {learner}" if learner else title,
        "lesson": title,
        "learner": learner,
        "points": sentences.points_in_words(graded.points, graded.out_of),
        "remarks": list(_remarks(graded)),
        "words": dict(_WORDS),
    }


def _title(lesson):
    """Return a lesson's title: the first heading of its notebook."""
    if lesson is None:
        return _("A notebook that was handed in")
    heading = "".join(lesson.solution["cells"][0]["source"]).splitlines()[0]
    return in_letters(heading.lstrip("# "))


def _remarks(graded):
    yield from map(harmless, filter(None, (graded.problem, *graded.notes)))
    if not graded.verdicts:
        yield _(
            "So nothing of it could be graded. Open a fresh copy of the lesson, put your answers into the cells that "
            "are meant for them, save it, and hand that in."
        )
    if not graded.is_final:
        yield _("Part of it will be graded again, and the points may still rise.")
