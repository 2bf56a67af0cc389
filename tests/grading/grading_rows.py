"""What runs under the net: a folder of submissions graded as a class in both sandboxes, with limits that make it quick.

Run as `python -m tests.grading.grading_rows CLASS REFERENCE OUT`.
"""

import dataclasses
import json
import sys
from pathlib import Path

from tests.grading import classroom
from widgets.grading.batch import grade
from widgets.grading.collection import collect
from widgets.grading.ledger import opened
from widgets.grading.lesson_reference import lessons
from widgets.grading.model import BWRAP, FORKED, MIB, Limits, Settings
from widgets.grading.pytest_process import pytests_kept

_PATIENT = Limits(file=20 * MIB, output=4 * MIB)
_IMPATIENT = dataclasses.replace(_PATIENT, seconds_per_cell=6)
"""Where nothing takes long, an endless loop ends soon."""


def main(folder, reference, out):
    """Grade, and write OUT/SANDBOX.json: by place in CLASS the Graded as JSON."""
    found, _refused = collect([folder])
    with pytests_kept():
        for sandbox in (BWRAP, FORKED):
            due = classroom.due(sandbox)
            chosen = [one for one in found if str(Path(one.submission.path).relative_to(folder)) in due]
            settings = Settings(sandbox=sandbox, workers=3, reference=Path(reference), out=Path(out) / sandbox)
            with opened(settings.out) as ledger:
                graded = [one for patient in (True, False) for one in _graded(chosen, settings, ledger, patient)]
            by_place = {str(Path(one.submission.path).relative_to(folder)): dataclasses.asdict(one) for one in graded}
            Path(out, f"{sandbox}.json").write_text(json.dumps(by_place))


def _graded(found, settings, ledger, patient):
    """Grade the notebooks that need patience, or those that do not."""
    limits = _PATIENT if patient else _IMPATIENT
    chosen = [one for one in found if one.submission.learner.startswith(classroom.PATIENT) == patient]
    return grade(chosen, lessons(settings.reference), dataclasses.replace(settings, limits=limits), ledger)


if __name__ == "__main__":
    main(*sys.argv[1:])
