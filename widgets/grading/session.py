"""One run of `tapedeck grade`, from paths to what is printed, what is written and the exit status."""

import contextlib
import dataclasses
import os
import sys

from widgets.common.catalogue import _
from widgets.grading import telling
from widgets.grading.answers.lessons import lessons
from widgets.grading.asking import is_own
from widgets.grading.batches.batch import grade
from widgets.grading.batches.ledger import opened
from widgets.grading.forks.supervisor import fork_servers as zygote
from widgets.grading.handed_in.collecting import collect
from widgets.grading.handing_back import files
from widgets.grading.running.process_tree import descendants as below
from widgets.grading.running.process_tree import kill_all as end
from widgets.grading.sandbox.private_folder import private_folder
from widgets.grading.settings import FORKED
from widgets.grading.stopping import INTERRUPTED, on_interrupt


def run(paths, settings, only="*", junit=None, each=None):
    """Grade what is at some paths. Return 0 if all of it was graded, 1 if something was not.

    Raises NoReference, Busy, or OSError where nothing can be written.
    """
    found, refused = collect(paths, only)
    graded, problems = _graded(found, settings, each)
    if junit:
        files.write_junit(junit, graded, refused)
    _show(paths, graded, refused, problems, settings.out)
    return _summary(found, graded, refused, problems)


def _graded(found, settings, each):
    """Return every Graded that was reached, and what the grader could not do besides, in sentences by path."""
    by_name, problems = lessons(settings.reference), []

    def settle(job, graded):
        advance()
        if settings.out:
            problems.extend(_page(settings.out, job, graded))

    with _held(settings) as (stop, ledger), telling.progress(len(found)) as advance:
        graded = grade(found, by_name, dataclasses.replace(settings, seed=ledger.seed), ledger, settle, stop, each)
        if settings.out:
            files.write_sheets(settings.out, graded)
    return graded, problems


def _page(out, job, graded):
    """Write a submission's feedback. What goes wrong with one page costs no other one."""
    try:
        files.write_page(out, job, graded)
    except Exception as error:
        said = _("There is no feedback page: {reason}").format(reason=f"{type(error).__name__}: {error}")
        yield job.submission.path, said


def _show(paths, graded, refused, problems, out):
    screen = telling.console()
    if is_own(paths) and len(graded) == 1:
        telling.show_own(screen, graded[0])
    elif graded:
        telling.show_class(screen, graded)
    for path, said in [*((one.path, one.reason) for one in refused), *problems]:
        telling.show_line(screen, path, said)
    if out:
        telling.show_line(screen, str(out), _("Here are grades.csv, exercises.csv, verdicts and feedback."))


def _summary(found, graded, refused, problems):
    """Say on sys.stderr what is left to do, and return the exit status."""
    left = len(found) - sum(one.is_final for one in graded)
    if left:
        said = _("{left} of {count} are not graded. The same command again goes on from here.")
        print(said.format(left=left, count=len(found)), file=sys.stderr)
    return int(bool(left or refused or problems))


def _say_stopping():
    said = _("Stopping. What has begun is finished first; Ctrl-C again stops at once. All verdicts so far are kept.")
    print(said, file=sys.stderr)


def _leave():
    """End at once, with all that was started. What it has left on the disk is cleared away by the next kernel."""
    try:
        end(below(os.getpid()))
        telling.leave()
    finally:
        os._exit(INTERRUPTED)


@contextlib.contextmanager
def _held(settings):
    """Give what says that Ctrl-C was pressed, and the Ledger; hold what kernels are forked from, if they are.

    Where no folder is named to grade into, the ledger is gone afterwards.
    """
    kernels = zygote(settings.limits) if settings.sandbox == FORKED else contextlib.nullcontext()
    with (
        on_interrupt(_say_stopping, _leave) as stop,
        private_folder() as passing,
        opened(settings.out or passing, settings.seed) as ledger,
        kernels,
    ):
        yield stop, ledger
