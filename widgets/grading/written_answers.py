"""Written answers in grading: found in a file and never run, left to the teacher, and shown with the teacher's marks.

No text gains a point here: an answer is TO_BE_MARKED until a sheet has brought points for this very text.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from widgets.common.catalogue import _
from widgets.common.writing import write
from widgets.grading.answer_cells import lines_of, unknown_cells
from widgets.grading.collection import FoundFile
from widgets.grading.lesson_reference import LessonReference
from widgets.grading.model import ExerciseVerdict, GradedSubmission, Refusal
from widgets.grading.notebook_reader import SubmittedCell, SubmittedNotebook, read_found
from widgets.grading.untrusted import UnreadableFile, display_text, read_regular_file
from widgets.grading.verdict_kinds import FAULT, MALFORMED, MARKED, MISSING, NOT_ATTEMPTED, TO_BE_MARKED, VERDICTS
from widgets.written import sheet
from widgets.written.marks import Marks, UnreadableMarks
from widgets.written.model import Mark, WrittenAnswer, WrittenQuestion
from widgets.written.questions import is_answer

SHEET = "written.csv"
MOST_SHOWN = 30_000
"""How many characters of an answer a page and the sheet show: a spreadsheet's cell holds 32,767."""

_MOST_BYTES = 500_000_000
"""Of a sheet of marks."""

Lessons = Mapping[str, LessonReference]


def written_texts(notebook: SubmittedNotebook, lesson: LessonReference) -> dict[str, str]:
    """Return the learner's text of each written answer by the question's name, as far as there is one.

    Whatever kind of cell it is in now, it is text. The different parts of a cell that was split or copied are one.
    """
    texts = {question.name: _parts(_cells(notebook, lesson, question), question) for question in lesson.written}
    return {name: "\n\n".join(parts) for name, parts in texts.items() if parts}


def written_verdicts(notebook: SubmittedNotebook, lesson: LessonReference) -> Iterator[ExerciseVerdict]:
    """Yield for each written question that its answer is to be marked, or that there is none."""
    for question in lesson.written:
        kind = _kind(notebook, _cells(notebook, lesson, question), question)
        yield ExerciseVerdict(question.name, kind, VERDICTS[kind].points(question.points), question.points)


def written_notes(notebook: SubmittedNotebook, lesson: LessonReference) -> Iterator[str]:
    """Yield what a teacher should know of how the answers were found, in sentences."""
    cells = {question: _cells(notebook, lesson, question) for question in lesson.written}
    texts = written_texts(notebook, lesson)
    blank = [question.name for question in cells if question.name not in texts]
    own = any(cell.kind == "markdown" and lines_of(cell) for cell in unknown_cells(notebook, lesson))
    findings = (
        (
            _("The answer's cell was split; its parts count as one: {names}."),
            [question.name for question, theirs in cells.items() if len(_parts(theirs, question)) > 1],
        ),
        (
            _("Metadata and id are missing from the answer, which was recognized by its place: {names}."),
            [name for name in texts if name not in notebook.cells],
        ),
        (
            _("The answer has a picture, which only the notebook shows: {names}."),
            [name for name, text in texts.items() if "](attachment:" in text or "data:image/" in text],
        ),
        (
            _("The learner added text in other cells, and there is no answer in the cell for it: {names}."),
            blank if own else [],
        ),
    )
    yield from (said.format(names=", ".join(names)) for said, names in findings if names)


def _kind(notebook: SubmittedNotebook, cells: Sequence[SubmittedCell], question: WrittenQuestion) -> str:
    if not cells:
        return MALFORMED if notebook.problem else MISSING
    if _parts(cells, question):
        return TO_BE_MARKED
    return NOT_ATTEMPTED if any(cell.source is not None for cell in cells) else MALFORMED


def _cells(notebook: SubmittedNotebook, lesson: LessonReference, question: WrittenQuestion) -> list[SubmittedCell]:
    """Return the cells of an answer: by name, else the one cell behind the question that is not the lesson's."""
    if known := notebook.cells.get(question.name):
        return known
    in_order = sorted((cell for cells in notebook.cells.values() for cell in cells), key=lambda cell: cell.place)
    prompt = question.prompt.rstrip().splitlines()
    behind = [after for before, after in pairwise(in_order) if prompt and lines_of(before) == prompt]
    return [cell for cell in behind[:1] if cell in unknown_cells(notebook, lesson)]


def _parts(cells: Iterable[SubmittedCell], question: WrittenQuestion) -> list[str]:
    """Return the different answers in some cells."""
    texts = ("\n".join((cell.source or "").rstrip().splitlines()) for cell in cells)
    return [text for text in dict.fromkeys(texts) if is_answer(text, question)]


def nothing_runs(found: Iterable[FoundFile], lessons: Lessons) -> bool:
    """Return whether grading these files runs none of their code: their lessons have written questions only."""
    recognized = [lesson for one in found if (lesson := read_found(one, lessons)[1])]
    return bool(recognized) and not any(lesson.exercises for lesson in recognized)


class ManualGrading:
    """What a teacher gives for the written answers of a class.

    Args:
        out: the folder that the marks are kept in; None where nothing is kept.
        lessons: every lesson's reference by name.

    Raises:
        Refusal: if there are marks that cannot be read.
    """

    def __init__(self, out: Path | None, lessons: Lessons) -> None:
        self._out, self._lessons = out, lessons
        self._marks = _kept_marks(out)
        self._new: dict[str, Mark] = {}
        self._read: Path | None = None

    def read(self, path: Path, found: Iterable[FoundFile]) -> None:
        """Read the marks in a teacher's sheet. Nothing is kept yet.

        Args:
            path: of the sheet.
            found: the files that may be marked.

        Raises:
            Refusal: if the sheet cannot be read, or any row of it is wrong; the message names every such row.
        """
        try:
            answers = [answer for one in found for answer in _answers_in(one, self._lessons)]
            self._new = sheet.read(read_regular_file(str(path), _MOST_BYTES), answers, self._marks)
        except (UnreadableFile, sheet.BadSheet) as problem:
            said = _("{path} was not read, and nothing is changed.\n{problem}")
            raise Refusal(said.format(path=path, problem=problem)) from None
        self._read = path

    def keep(self) -> None:
        """Keep what was read, for the one run that has the folder now."""
        self._marks = _kept_marks(self._out)
        self._marks.add(self._new)

    def marked(self, graded: GradedSubmission) -> GradedSubmission:
        """Return a graded submission with its marks, and a note on each mark that was given for another answer."""
        answers = {answer.question: answer for answer in _answers_of(graded, self._lessons)}
        verdicts, notes = [], []
        for verdict in graded.verdicts:
            answer = answers.get(verdict.exercise)
            mark = self._marks.of(answer) if answer else None
            if mark and mark.points is not None and mark.points <= verdict.out_of:
                verdict = dataclasses.replace(verdict, kind=MARKED, points=mark.points, said=mark.comment)
            elif answer and (earlier := self._marks.before(answer)):
                said = _(
                    "{question} was marked with {points} points. Since then the answer, or what it is worth, has "
                    "changed, so it is to be marked again."
                )
                notes.append(said.format(question=verdict.exercise, points=f"{earlier.points:g}"))
            verdicts.append(verdict)
        return dataclasses.replace(graded, verdicts=tuple(verdicts), notes=(*graded.notes, *notes))

    def _place(self, answer: WrittenAnswer) -> tuple[str, int]:
        """Return what the sheet is sorted by: all answers to a question stand together."""
        names = [question.name for question in self._lessons[answer.lesson].written]
        return answer.lesson, names.index(answer.question)

    def write_sheet(self, graded: Iterable[GradedSubmission]) -> Iterator[tuple[Path, str]]:
        """Write the sheet of all written answers, if there are any, with the marks that are known.

        A sheet that somebody has changed since it was written, and may hold marks, is kept in `history`.

        Args:
            graded: with the marks.

        Yields:
            What to tell the teacher: a path and a sentence.
        """
        if self._read:
            yield self._read, _("{count} marks were read.").format(count=len(self._new))
        answers = sorted((answer for one in graded for answer in _answers_of(one, self._lessons)), key=self._place)
        if not answers or self._out is None:
            return
        shown = ((answer, display_text(answer.text, MOST_SHOWN)) for answer in answers)
        path, text = self._out / SHEET, sheet.as_csv(shown, self._marks)
        before = path.read_bytes() if path.exists() else b""
        if before not in (b"", text.encode()) and not self._marks.is_sheet(_digest(before)):
            kept = self._out / "history" / f"written-{_digest(before)[:12]}.csv"
            kept.parent.mkdir(exist_ok=True)
            kept.write_bytes(before)
            if self._read is None or self._read.resolve() != path.resolve():
                yield kept, _("This is written.csv as you changed it, which was not read. --manual reads it.")
        self._marks.remember_sheet(_digest(text.encode()))
        write(path, text)
        if left := sum(answer.verdict == TO_BE_MARKED for answer in answers):
            said = _(
                "Answers to be marked: {count}. Fill in their points, then add --manual {path} to the same command."
            )
            yield path, said.format(count=left, path=path)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _kept_marks(out: Path | None) -> Marks:
    try:
        return Marks(out)
    except UnreadableMarks as problem:
        raise Refusal(str(problem)) from None


def _answers_in(found: FoundFile, lessons: Lessons) -> Iterator[WrittenAnswer]:
    """Yield the written answers in a file as it is now."""
    notebook, lesson = read_found(found, lessons)
    if lesson:
        texts = written_texts(notebook, lesson)
        for question in lesson.written:
            whose = found.submission.learner, lesson.name, question.name
            yield WrittenAnswer(*whose, question.points, texts.get(question.name, ""))


def _answers_of(graded: GradedSubmission, lessons: Lessons) -> Iterator[WrittenAnswer]:
    """Yield the written answers of a graded submission, as far as the grader could read it."""
    learner, lesson = graded.submission.learner, lessons.get(graded.submission.lesson)
    names = {question.name for question in lesson.written} if lesson else set()
    for verdict in graded.verdicts:
        if lesson and verdict.exercise in names and verdict.kind != FAULT:
            text = graded.answers.get(verdict.exercise, "")
            yield WrittenAnswer(learner, lesson.name, verdict.exercise, verdict.out_of, text, verdict.kind)
