"""Feedback for a learner: one page that loads nothing, runs nothing, and shows what was submitted only as text."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from markupsafe import Markup, escape
from nbconvert import TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.markdown_mistune import MarkdownWithMath

from widgets.common.catalogue import LANGUAGE, _
from widgets.common.grader_protocol import misconception_table
from widgets.common.lessons import path_of
from widgets.common.mathml import FormulaRenderer, mathml
from widgets.common.notebook_text import source_of
from widgets.grading.advisory_kinds import explain_advisory
from widgets.grading.lesson_reference import LessonReference
from widgets.grading.model import ExerciseVerdict, GradedSubmission, Notebook, ReferenceExercise
from widgets.grading.untrusted import display_text
from widgets.grading.verdict_kinds import FAULT, VERDICTS, VerdictKind, format_points
from widgets.grading.written_answers import MOST_SHOWN

_HERE = Path(__file__).with_name("view")
STYLE = (_HERE / "feedback.css").read_text("utf-8")

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
_SYMBOLS = {"cdot": "·", "times": "×", "infty": "∞", "lambda": "λ", "to": "→", "le": "≤", "ge": "≥"}
_SYMBOLS |= {"partial": "∂", "sum": "∑", "left": "", "right": ""}
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
    return page_of(_HERE / "feedback.html.j2", _page(graded, lesson), notebook)


def page_of(template: Path, page: dict[str, Any], notebook: Notebook | None = None) -> str:
    """Return the HTML that a template makes, which has four filters of ours: for sentences, for lessons, and for code.

    Args:
        template: its file.
        page: what it finds as `resources.page`.
        notebook: what it finds as `nb`; an empty one if None.

    Returns:
        HTML.
    """
    html: str = _exporter(template).from_notebook_node(notebook or nbformat.v4.new_notebook(), {"page": page})[0]
    return html


def frame(style: str) -> dict[str, str]:
    """Return what every page of ours has in its head: its language, its style, and what it may load.

    That is nothing, in case something gets past the escaping: no script, no image, and no style but this.
    See https://developer.mozilla.org/docs/Web/HTTP/CSP.
    """
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return {"language": LANGUAGE.replace("_", "-"), "policy": policy, "style": style}


def _exporter(template: Path) -> Any:
    """Return nbconvert's exporter with our template and no other.

    All paths are given: left to itself, nbconvert also looks for templates, and for code to import, in the current
    folder, where submissions may be. It is the plain exporter: the one for HTML searches the page once more for images,
    of which there are none, with a package that fails on the Python of Debian 12.
    """
    exporter = TemplateExporter(template_paths=[str(template.parent)], template_file=str(template))
    exporter.register_filter("highlight_code", Highlight2HTML())
    exporter.register_filter("code_in_backticks", _code_in_backticks)
    exporter.register_filter("code_and_formulas", _code_and_formulas)
    exporter.register_filter("lesson_markdown", _lesson_markdown)
    return exporter


def _code_in_backticks(sentence: str) -> Markup:
    """Return one of our sentences as HTML: what is between backticks is code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(sentence))))


def _code_and_formulas(sentence: str) -> Markup:
    """Return a sentence of a lesson as HTML: what is between backticks is code, and between dollars a formula."""
    parts = _FORMULA.split(sentence)  # every second one is a formula
    return Markup().join(Markup(mathml(one)) if nth % 2 else _code_in_backticks(one) for nth, one in enumerate(parts))


def _lesson_markdown(text: str) -> Markup:
    """Return Markdown of a lesson as HTML."""
    return Markup(MarkdownWithMath(renderer=FormulaRenderer(escape=False)).render(text))


def _cell(verdict: ExerciseVerdict, graded: GradedSubmission, lesson: LessonReference | None) -> Notebook:
    feedback, source = exercise_feedback(verdict, lesson), graded.answers.get(verdict.exercise, "")
    shown = display_text(source, MOST_SHOWN) if feedback["is_text"] else display_text(source)
    cell: Notebook = nbformat.v4.new_code_cell(shown, metadata=feedback)
    return cell


def _page(graded: GradedSubmission, lesson: LessonReference | None) -> dict[str, Any]:
    learner, title = display_text(graded.submission.learner, most=200), lesson_title(lesson)
    return {
        **frame(STYLE),
        "title": f"{title} · {learner}" if learner else title,
        "lesson": title,
        "learner": learner,
        "points": format_points(graded.points, graded.out_of, graded.open_points),
        "remarks": list(_remarks(graded)),
        "words": _WORDS,
    }


def lesson_title(lesson: LessonReference | None) -> str:
    """Return a lesson's title: the first heading of its notebook."""
    if lesson is None:
        return _("A submitted notebook")
    prose = (source_of(cell) for cell in lesson.solution["cells"] if cell["cell_type"] == "markdown")
    heading = re.search(r"^# (.+)$", "\n".join(prose), re.MULTILINE)
    return _without_formulas(heading[1]) if heading else lesson.name


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
    question = next((one for one in lesson.written if one.name == verdict.exercise), None) if lesson else None
    return {
        "name": verdict.exercise or "notebook",  # where the grader failed before it knew the lesson
        "css_class": kind.css_class,
        "verdict": kind.label,
        "points": format_points(verdict.points, verdict.out_of),
        "explanation": kind.explanation,
        "advisories": [display_text(explain_advisory(advisory)) for advisory in verdict.advisories],
        "message": display_text(verdict.said) if verdict.kind != FAULT else "",  # that is for the teacher
        "message_heading": _message_heading(kind),
        "fix": list(_fix(verdict.code, lesson)) if lesson else [],
        "is_text": question is not None,
        "question": _question(question.prompt) if question else "",
        **(_task(verdict, lesson) if lesson and not question and kind.share == 0 else {}),
    }


def _message_heading(kind: VerdictKind) -> str:
    if kind.is_by_hand:
        return _("What your teacher says")
    return _("What the check said") if kind.comes_from_check else _("What happened")


def _question(prompt: str) -> str:
    """Return what a written question asks: the last part of the cell before it, without its heading."""
    return re.split(r"^#+ .*$", prompt, flags=re.MULTILINE)[-1].strip()


def task_text(lesson: LessonReference, name: str) -> str:
    """Return what an exercise asks for, in the lesson's own words: the text below its heading in the reference.

    It is Markdown; "" where there is no such heading.
    """
    heading = re.compile(rf"^#+ [^\n]*`{re.escape(name)}`[^\n]*\n(.*?)(?=^#|\Z)", re.MULTILINE | re.DOTALL)
    prose = (source_of(cell) for cell in lesson.solution["cells"] if cell["cell_type"] == "markdown")
    found = next(filter(None, map(heading.search, prose)), None)
    return found[1].strip() if found else ""


def _without_formulas(text: str) -> str:
    """Write the formulas of a title in plain letters: it is read in a window's frame and in tables, too."""
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
    """Return a formula in TeX as a line of text. Of a command that has no letter of its own, the name stays."""
    formula = re.sub(r"\\frac\{([^{}]+)\}\{([^{}]+)\}", r"(\1)/(\2)", formula)
    formula = re.sub(r"\^(\d)", lambda power: _SUPERSCRIPTS[int(power[1])], formula)
    formula = re.sub(r"\\text\{(\w+)\}", r"\1", formula)
    return re.sub(r"(\w?)\\([A-Za-z]+)", lambda found: found[1] + _symbol(found[2], bool(found[1])), formula)


def _symbol(command: str, follows_a_letter: bool) -> str:
    if command in _SYMBOLS:
        return _SYMBOLS[command]
    case = "CAPITAL" if command[0].isupper() else "SMALL"
    with contextlib.suppress(KeyError):
        return unicodedata.lookup(f"GREEK {case} LETTER {command.upper()}")
    return f" {command}" if follows_a_letter else command
