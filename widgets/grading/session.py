"""One run of `tapedeck grade`, from paths to what is printed, what is written and the exit status."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NoReturn, TypeAlias

from widgets.common.catalogue import _
from widgets.common.writing import write
from widgets.grading import console, output_files
from widgets.grading.archives import BadArchive, class_folder, is_archive, unpack
from widgets.grading.batch import Job, RunEach, grade
from widgets.grading.cleanup import descendants, kill_all, private_folder
from widgets.grading.collection import FoundFile, RefusedPath, archives_in, collect, is_own_file, not_asked_for
from widgets.grading.ledger import Ledger, opened
from widgets.grading.lesson_reference import LessonReference, lessons
from widgets.grading.model import INTERRUPTED, GradedSubmission, Refusal, Settings
from widgets.grading.pytest_process import pytests_kept
from widgets.grading.written_answers import ManualGrading, nothing_runs


@dataclasses.dataclass(frozen=True)
class GradedClass:
    """A class as a run leaves it.

    Attributes:
        out: the folder that it was graded into.
        graded: every submission, also those that were graded before.
        found: the files that they are.
        lessons: every lesson's reference by name.
        replaced: the keys of the files whose verdicts have replaced others in this run.
    """

    out: Path
    graded: Sequence[GradedSubmission]
    found: Sequence[FoundFile]
    lessons: Mapping[str, LessonReference]
    replaced: frozenset[str] = frozenset()


Report: TypeAlias = Callable[[GradedClass], Iterable[tuple[str, str]]]
"""What writes the sheets and pages about a class. It gives lines to show: what each is about, and a sentence."""


def run(
    paths: Sequence[str],
    settings: Settings,
    only: str = "*",
    junit: Path | None = None,
    run_each: RunEach | None = None,
    manual: Path | None = None,
    no_sandbox: Refusal | None = None,
    report: Report | None = None,
) -> int:
    """Grade what is at some paths.

    Args:
        paths: files, folders, and zips, which are unpacked: into `handed-in` in the folder that is graded into.
        settings: the batch's settings.
        only: a pattern for the end of a notebook's path.
        junit: the file to write JUnit XML to.
        run_each: what `grade` takes.
        manual: a teacher's sheet with the points of written answers, which are kept before anything is graded.
        no_sandbox: why nothing can be run, if so; then only written answers are graded.
        report: what is done with the class once it is graded, if that is kept in a folder.

    Returns:
        0 if everything was graded, 1 if something was not.

    Raises:
        Refusal: `no_sandbox` if something would run; or if the sheet is not as it should be.
        NoReference: if there is no reference to grade against.
        FolderInUse: if another run grades into the same folder.
        OSError: if something cannot be written.
    """
    with _unpacked(paths, settings.out) as (unpacked, left_out):
        found, refused = collect(unpacked, only)
        refused = (*left_out, *refused)
        beside, by_name = not_asked_for(unpacked, only), lessons(settings.reference)
        if no_sandbox and not nothing_runs(found, by_name):
            raise no_sandbox
        by_hand = ManualGrading(settings.out, by_name)
        if manual:
            by_hand.read(manual, [*found, *beside])
        graded, problems, told = _grade(found, beside, by_name, settings, run_each, by_hand, report)
        if junit:
            write(junit, output_files.as_xml(graded, refused))
        _show(paths, graded, refused, [*problems, *told], settings.out)
        return _summarize(found, graded, refused, problems)


@contextlib.contextmanager
def _unpacked(paths: Sequence[str], out: Path | None) -> Iterator[tuple[list[str], list[RefusedPath]]]:
    """Give the paths with each zip's folder in its place, and what of the zips is left out."""
    found: list[str] = []
    left_out: list[RefusedPath] = []
    with private_folder() as temporary:
        for path in map(Path, paths):
            folder = (out or Path(temporary)) / "handed-in" / Path(os.path.abspath(path)).name
            if is_archive(path):
                folder = folder.with_suffix("")
                left_out += _unpack(path, folder)
                found += [str(class_folder(folder))] if folder.is_dir() else []
                continue
            found.append(str(path))
            inside = list(archives_in(path)) if path.is_dir() and not path.is_symlink() else []
            for archive in inside:
                left_out += _unpack(archive, folder / archive.relative_to(path).with_suffix(""))
            found += [str(folder)] if inside and folder.is_dir() else []
        yield found, left_out


def _unpack(archive: Path, folder: Path) -> list[RefusedPath]:
    """Unpack a zip, and return what of it is left out."""
    try:
        left_out = [RefusedPath(f"{archive}: {name}", reason) for name, reason in unpack(archive, folder)]
    except BadArchive as problem:
        return [RefusedPath(str(archive), str(problem))]
    return left_out if folder.is_dir() or left_out else [RefusedPath(str(archive), _("There is no notebook in it."))]


@contextlib.contextmanager
def _stopped_by_interrupt() -> Iterator[threading.Event]:
    """Give an event that Ctrl-C sets: what has begun is finished and kept, and a second Ctrl-C ends at once."""
    stop = threading.Event()

    def interrupted(*_signal: object) -> None:
        if stop.is_set():
            _leave()
        stop.set()
        said = _(
            "Stopping. Grading that has begun is finished first; press Ctrl-C again to stop at once. All verdicts so "
            "far are kept."
        )
        print(said, file=sys.stderr)

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def _grade(
    found: Sequence[FoundFile],
    beside: Sequence[FoundFile],
    by_name: Mapping[str, LessonReference],
    settings: Settings,
    run_each: RunEach | None,
    by_hand: ManualGrading,
    report: Report | None,
) -> tuple[list[GradedSubmission], list[tuple[str, str]], list[tuple[str, str]]]:
    """Return every submission that was graded, what else went wrong, and what else is told: (path, sentence).

    The report is on what is beside them and was graded before, too. New marks are kept first.
    """
    problems: list[tuple[str, str]] = []

    def on_graded(job: Job, graded: GradedSubmission) -> None:
        advance()
        if settings.out:
            try:
                output_files.write_page(settings.out, job.key, by_hand.marked(graded), job.lesson)
            except Exception as error:  # what goes wrong with one page affects no other
                problem = _("There is no feedback page: {reason}").format(reason=f"{type(error).__name__}: {error}")
                problems.append((job.submission.path, problem))

    told: list[tuple[str, str]] = []
    with _batch_open(settings) as (stop, ledger), console.progress(len(found)) as advance:
        by_hand.keep()
        graded = [*map(by_hand.marked, grade(found, by_name, settings, ledger, on_graded, stop, run_each, beside))]
        if settings.out:
            in_order = sorted(graded, key=lambda one: one.submission.path) if beside else graded
            replaced = frozenset(ledger.replaced)
            graded_class = GradedClass(settings.out, in_order, [*found, *beside], by_name, replaced)
            lines, failure = _reported(report, graded_class) if report else ([], [])
            told += lines
            problems += failure
            told += [(str(path), said) for path, said in by_hand.write_sheet(in_order)]
    asked = {one.submission.path for one in found}
    return [one for one in graded if one.submission.path in asked], problems, told


def _reported(report: Report, graded: GradedClass) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return what a report says, and why it failed, if it did: the verdicts are kept, and shown all the same."""
    told = []
    try:
        for line in report(graded):
            told.append(line)
    except OSError:
        raise
    except Exception as error:
        said = _("The report on the class failed: {reason}").format(reason=f"{type(error).__name__}: {error}")
        return told, [(str(graded.out), said)]
    return told, []


def _show(
    paths: Sequence[str],
    graded: Sequence[GradedSubmission],
    refused: Sequence[RefusedPath],
    told: Sequence[tuple[str, str]],
    out: Path | None,
) -> None:
    screen = console.terminal()
    if is_own_file(paths) and len(graded) == 1:
        console.show_own(screen, graded[0])
    elif graded:
        console.show_class(screen, graded)
    for path, said in [*((one.path, one.reason) for one in refused), *told]:
        console.show_line(screen, path, said)
    if out:
        console.show_line(screen, str(out), _("Here are grades.csv, exercises.csv, verdicts and feedback."))


def _summarize(
    found: Sequence[FoundFile],
    graded: Sequence[GradedSubmission],
    refused: Sequence[RefusedPath],
    problems: Sequence[tuple[str, str]],
) -> int:
    """Print to sys.stderr what is left to do, and return the exit status."""
    left = len(found) - sum(one.is_final for one in graded)
    if left:
        said = _("{left} of {count} are not graded. Run the same command again to continue.")
        print(said.format(left=left, count=len(found)), file=sys.stderr)
    return int(bool(left or refused or problems))


def _leave() -> NoReturn:
    """End at once, with everything that was started. The next kernel clears away what is left on the disk."""
    try:
        kill_all(descendants(os.getpid()))
        console.restore_cursor()
    finally:
        os._exit(INTERRUPTED)


@contextlib.contextmanager
def _batch_open(settings: Settings) -> Iterator[tuple[threading.Event, Ledger]]:
    """Give the event that Ctrl-C sets, and the ledger; keep the processes that notebooks run in.

    Where no folder is named to grade into, the ledger is gone afterwards.
    """
    with (
        _stopped_by_interrupt() as stop,
        private_folder() as temporary,
        opened(settings.out or temporary) as ledger,
        pytests_kept(),
    ):
        yield stop, ledger
