"""The folder of a teacher's own course: scripts of lessons, records of exercises, and whether all of them hold.

A script is called `01_taylor.py`, a record `slope.py`. Every problem is a line that names the file and says what to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from widgets.authoring import notebooks
from widgets.authoring.record_trials import Report, read, try_records
from widgets.common.catalogue import _
from widgets.common.lessons import LESSONS, as_typed, problem_of_check
from widgets.exercises.own_exercise import OwnExercise
from widgets.exercises.own_records import RECORD

LESSON_NAME = re.compile(r"[0-9][0-9]_\w+")
_PREDICTION = "predict-"
"""How the name of a cell begins that is to fill in, and that nobody checks."""


class NotBuilt(ValueError):
    """A course does not hold; the message has a line for each problem."""


@dataclass(frozen=True)
class CourseFolder:
    """What is in the folder of a course.

    Attributes:
        folder: the folder.
        scripts: of the lessons, in their order.
        records: of the exercises, by name.
        others: files that are neither.
    """

    folder: Path
    scripts: tuple[Path, ...]
    records: Mapping[str, Report]
    others: tuple[Path, ...]

    def script(self, path: Path) -> tuple[Any, dict[str, str]]:
        """Return the notebook of a script's solution, and its stubs by cell id."""
        return notebooks.read_script(path, lambda cells: list(_filled(cells, self.records)))


def open_course(folder: Path) -> CourseFolder:
    """Read a folder; raise NotBuilt if there is no course in it."""
    if not folder.is_dir():
        said = _("There is no folder {folder}. Tapedeck's own lessons go by their numbers, such as 01.")
        raise NotBuilt(said.format(folder=folder))
    files = sorted(folder.glob("*.py"))
    scripts = tuple(path for path in files if LESSON_NAME.fullmatch(path.stem))
    records = {path.stem: read(path) for path in files if path not in scripts and is_record(path)}
    if not (scripts or records):
        said = _(
            "There is no lesson in {folder}. Begin with: tapedeck new exercise {record}, tapedeck new lesson {lesson}"
        )
        record, lesson = as_typed(folder / "slope.py"), as_typed(folder / "01_slopes.py")
        raise NotBuilt(said.format(folder=folder, record=record, lesson=lesson))
    others = tuple(path for path in files if path not in scripts and path.stem not in records)
    return CourseFolder(folder, scripts, records, others)


def is_record(path: Path) -> bool:
    """Return whether a file is meant to be a record: one that cannot be read is, too, so that somebody hears of it."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return True
    return RECORD in text or "OwnExercise" in text


def try_paths(paths: Sequence[Path], say: Callable[[str], None]) -> None:
    """Try records of exercises, and all that is in the folders of courses.

    Args:
        paths: files and folders.
        say: is told a line on each that holds.

    Raises:
        NotBuilt: if something does not hold.
    """
    lessons = [path for path in paths if LESSON_NAME.fullmatch(path.stem) and not path.is_dir()]
    reports = [read(path) for path in paths if path not in lessons and not path.is_dir()]
    try_records(reports)
    said = _("{path} is a lesson. It is tried with its folder: tapedeck check {folder}")
    problems = [said.format(path=path, folder=as_typed(path.parent)) for path in lessons]
    problems += _told(reports)
    for report in reports:
        if not report.problems:
            say(report.lines[0])
    for folder in filter(Path.is_dir, paths):
        try:
            try_course(open_course(folder), say)
        except NotBuilt as problem:
            problems.append(str(problem))
    _refuse(problems)


def try_course(course: CourseFolder, say: Callable[[str], None]) -> None:
    """Try everything that can be tried without running the lessons.

    Args:
        course: the course.
        say: is told a line on each record that holds, and what is left out.

    Raises:
        NotBuilt: if something does not hold.
    """
    reports = list(course.records.values())
    _refuse([*_script_problems(course), *_told(reports)])
    try_records(reports)
    _refuse(_told(reports))
    used = {name for path in course.scripts for name in exercises_in(path)}
    for report in reports:
        say(report.lines[0])
        if report.name not in used:
            said = _('{path}: no lesson has it yet. Its cell is: # %% exercise="{name}"')
            say(said.format(path=report.path, name=report.name))
    for path in course.others:
        said = _("{path}: neither a lesson (01_name.py) nor a record (with {record} in it), so it is left out")
        say(said.format(path=path, record=RECORD))


def _told(reports: Sequence[Report]) -> list[str]:
    return [line for report in reports if report.problems for line in report.lines]


def _refuse(problems: Sequence[str]) -> None:
    if problems:
        raise NotBuilt("\n".join(problems))


def _filled(cells: list[Any], records: Mapping[str, Report]) -> Iterator[Any]:
    """Yield a script's cells, with what the records say: the question before an exercise, the solution in its cell."""
    for cell in cells:
        report = records.get(cell.metadata.get("exercise", ""))
        if report and report.own:
            own = report.own
            if not cell.source.strip():
                yield nbformat.v4.new_markdown_cell(f"### `{report.name}`\n\n{own.question.strip()}")
                cell.source = own.solution.strip()
            if "BEGIN SOLUTION" not in cell.source:
                cell.metadata.setdefault("stub", own.stub.strip())
        checked = records.get(cell.metadata.get("check", ""))
        if checked and checked.own:
            cell.metadata.setdefault("points", _points(checked.own))
        yield cell


def _points(own: OwnExercise) -> float:
    return int(own.points) if float(own.points).is_integer() else own.points


def exercises_in(path: Path) -> list[str]:
    """Return the names of the exercises that a script has, as its marks say."""
    return [cell.metadata["exercise"] for cell in notebooks.read_cells(path) if _is_exercise(cell)]


def _is_exercise(cell: Any) -> bool:
    return "exercise" in cell.metadata and not str(cell.metadata["exercise"]).startswith(_PREDICTION)


def _script_problems(course: CourseFolder) -> Iterator[str]:
    """Yield what is wrong with the scripts' marks, each with the file that it is in."""
    seen: dict[str, Path] = {}
    for path in course.scripts:
        if any(path.stem == lesson.stem for lesson in LESSONS):
            yield _("{path}: Tapedeck has a lesson of this name; choose another.").format(path=path)
        try:
            cells = notebooks.read_cells(path)
        except Exception as error:  # whatever jupytext says of what is no script
            yield _("{path}: it cannot be read as a script of cells: {reason}").format(path=path, reason=error)
            continue
        asked = [cell.metadata["exercise"] for cell in cells if _is_exercise(cell)]
        checks = [cell.metadata["check"] for cell in cells if "check" in cell.metadata]
        for name in asked:
            if name in seen:
                said = _("{path}: exercise {name} is in {other} already; a course has each exercise once.")
                yield said.format(path=path, name=name, other=seen[name])
            seen.setdefault(name, path)
            if name not in course.records:
                said = _("{path}: exercise {name} has no record. Write one: tapedeck new exercise {record}")
                yield said.format(path=path, name=name, record=as_typed(course.folder / f"{name}.py"))
            if name not in checks:
                said = _(
                    '{path}: exercise {name} has no check. Add a cell: # %% check="{name}"\ncheck("{name}", {name})'
                )
                yield said.format(path=path, name=name)
        for cell in cells:
            if "check" not in cell.metadata:
                continue
            name = cell.metadata["check"]
            if name not in asked:
                said = _('{path}: the check of {name} has no exercise. Add before it: # %% exercise="{name}"')
                yield said.format(path=path, name=name)
            elif problem := problem_of_check(cell.source, name, path.stem):
                yield f"{path}: {problem}"
