"""What a batch leaves in OUT beside its verdicts: a page for each submission, and the sheets."""

import os
from pathlib import Path

from widgets.common.writing import write
from widgets.grading.handing_back import junit, sheets
from widgets.grading.light import leave_out_grammars


def write_page(out, job, graded):
    """Write the feedback on a submission, unless there is one that is newer than the verdict."""
    page = Path(out, "feedback", f"{job.key}.html")
    if _age(page) <= _age(Path(out, "verdicts", f"{job.key}.json")):
        leave_out_grammars()
        from widgets.grading.handing_back.feedback import feedback  # here: nbconvert takes a moment to import

        write(page, feedback(graded, job.lesson))


def write_sheets(out, graded):
    """Write `grades.csv` and `exercises.csv`."""
    write(Path(out, "grades.csv"), sheets.grades(graded))
    write(Path(out, "exercises.csv"), sheets.exercises(graded))


def write_junit(path, graded, refused):
    """Write the verdicts as JUnit's XML."""
    write(path, junit.as_xml(graded, refused))


def _age(path):
    """Return when a file was written, in nanoseconds; 0 if never."""
    return os.stat(path).st_mtime_ns if path.exists() else 0
