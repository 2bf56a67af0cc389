"""Building the notebooks of a teacher's own course: `tapedeck build FOLDER`.

Beside the scripts and records it makes `lessons/`, to hand out, and `solutions/`, to grade with. Each has the records
beside its notebooks; those that learners get lack the answers. Before anything is written, everything has been tried.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellControlSignal, CellExecutionError, DeadKernelError

from widgets.authoring import building, notebooks
from widgets.authoring.own_course import (
    LESSON_NAME,
    CourseFolder,
    NotBuilt,
    exercises_in,
    open_course,
    try_course,
)
from widgets.authoring.records_for_learners import without_answers
from widgets.common.catalogue import _
from widgets.common.errors import message_of
from widgets.exercises.own_records import FOLDER, MANIFEST, OwnCourse
from widgets.grading.lesson_reference import NoReference, lessons


def build(folder: Path, check: bool, say: Callable[[str], None]) -> bool:
    """Build the notebooks of a course.

    Args:
        folder: of the course.
        check: write nothing, and say what would be written.
        say: is told a line on everything that is done.

    Returns:
        Whether everything was as it should be, with `check`; else True.

    Raises:
        NotBuilt: if something does not hold. Nothing is written then.
    """
    course = open_course(folder)
    try_course(course, say)
    if check:
        stale = [*_stale(course), *_left_over(course)]
        for line in stale or [_("Every notebook is what its source builds.")]:
            say(line)
        return not stale
    for path, text in _built(course).items():
        say(building.write(folder / path, text, folder))
    for line in _left_over(course):
        say(line)
    return True


def records_beside(course: CourseFolder, sentences: Mapping[str, str], for_learners: bool) -> dict[Path, str]:
    """Return the files that lie beside notebooks, by their paths from there."""
    names = {path.stem: tuple(exercises_in(path)) for path in course.scripts}
    manifest = OwnCourse(course.folder.resolve().name, names, sentences)
    files = {Path(FOLDER, MANIFEST): manifest.as_json()}
    for name in manifest.exercises:
        source = course.records[name].source
        files[Path(FOLDER, f"{name}.py")] = without_answers(source) if for_learners else source
    return files


def _built(course: CourseFolder) -> dict[Path, str]:
    """Return all files that a course is built to, by their paths in its folder; the solutions are executed."""
    files: dict[Path, str] = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        root = Path(temporary)
        for kind in ("solutions", "lessons"):
            beside = records_beside(course, {}, for_learners=kind == "lessons")
            files |= {Path(kind, path): text for path, text in beside.items()}
        _write(root, files)
        for path in course.scripts:
            made = _notebooks_of(course, path)
            solution, _given = made.values()
            _execute(solution, path, root / "solutions")
            texts = {name: building.text_of(notebook) for name, notebook in made.items()}
            _write(root, texts)
            files |= texts
        try:
            if course.scripts:
                lessons(root)  # as the grader reads them
        except NoReference as problem:
            raise NotBuilt(str(problem).replace(str(root), str(course.folder))) from problem
    return files


def _notebooks_of(course: CourseFolder, path: Path) -> dict[Path, Any]:
    """Return the solution, not executed, and the lesson that a script is built to, by their paths in the folder."""
    solution, stubs = course.script(path)
    given = notebooks.with_installation(notebooks.for_learners(solution, stubs))
    return {Path(kind, f"{path.stem}.ipynb"): one for kind, one in (("solutions", solution), ("lessons", given))}


def _write(root: Path, files: Mapping[Path, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8", newline="\n")


def _execute(solution: Any, path: Path, folder: Path) -> None:
    """Execute a solution, and look whether its checks say that its answers are right."""
    try:
        notebooks.execute(solution, folder)
    except CellExecutionError as error:
        said = _("{path}: a cell stops with {error}")
        raise NotBuilt(said.format(path=path, error=f"{error.ename}: {error.evalue}\n\n{message_of(error)}")) from error
    except (CellControlSignal, DeadKernelError, TimeoutError) as error:
        raise NotBuilt(_("{path}: its cells do not come to an end: {error}").format(path=path, error=error)) from error
    for cell in solution.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade"):
            printed = "".join(str(output.get("text", "")) for output in cell.outputs)
            if not re.search("^Right: ", printed, re.MULTILINE):
                said = _("{path}: in the lesson, the solution does not pass {check}. It is told:\n{printed}")
                raise NotBuilt(said.format(path=path, check=cell.source, printed=printed))


def _stale(course: CourseFolder) -> Iterator[str]:
    """Yield a line for each file that is not what its source builds, as far as that shows without running it."""
    for path in course.scripts:
        for name, notebook in _notebooks_of(course, path).items():
            place = course.folder / name
            if building.kept_inputs(place) != building.inputs_of(notebook):
                yield building.out_of_date(place, course.folder)
    for kind in ("solutions", "lessons"):
        for place, text in records_beside(course, {}, for_learners=kind == "lessons").items():
            if line := building.difference(course.folder / kind / place, text, course.folder):
                yield line


def _left_over(course: CourseFolder) -> Iterator[str]:
    """Yield a line for each lesson and record that was built once, and that no script has any more."""
    lasting = {path.stem for path in course.scripts}.union(*map(exercises_in, course.scripts))
    said = _("{path} is left from before: no lesson of the course has it now. Remove it.")
    for kind in ("lessons", "solutions"):
        built = [one for one in (course.folder / kind).glob("*.ipynb") if LESSON_NAME.fullmatch(one.stem)]
        for one in sorted([*built, *(course.folder / kind / FOLDER).glob("*.py")]):
            if one.stem not in lasting:
                yield said.format(path=one)
