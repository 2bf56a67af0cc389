"""What runs under the net: a folder of submissions graded as a class, with limits that make hostile samples quick.

Run as `python -m tests.grading.grading_rows CLASS REFERENCE OUT SANDBOX`.
"""

import contextlib
import dataclasses
import json
import sys
from pathlib import Path

from tests.grading import classroom
from widgets.grading.batch import grade
from widgets.grading.collection import collect
from widgets.grading.ledger import opened
from widgets.grading.lesson_reference import lessons
from widgets.grading.model import FORKED, MIB, Limits, Settings
from widgets.grading.sandbox.supervisor import fork_servers

_PATIENT = Limits(file=20 * MIB, output=4 * MIB)
_IMPATIENT = dataclasses.replace(_PATIENT, seconds_per_cell=5)
"""Where nothing takes long, an endless loop ends soon."""


def main(folder, reference, out, sandbox):
    """Grade, and write OUT/graded.json: by place in CLASS the Graded as JSON."""
    found, _refused = collect([folder])
    settings = Settings(sandbox=sandbox, limits=_PATIENT, workers=3, reference=Path(reference), out=Path(out))
    servers = fork_servers(_PATIENT) if sandbox == FORKED else contextlib.nullcontext()
    with opened(out, settings.seed) as ledger, servers:
        graded = [*_graded(found, settings, ledger, patient=True), *_graded(found, settings, ledger, patient=False)]
    by_place = {str(Path(one.submission.path).relative_to(folder)): dataclasses.asdict(one) for one in graded}
    (Path(out) / "graded.json").write_text(json.dumps(by_place))


def _graded(found, settings, ledger, patient):
    """Grade the notebooks that need patience, or those that do not."""
    limits = _PATIENT if patient else _IMPATIENT
    chosen = [one for one in found if one.submission.learner.startswith(classroom.PATIENT) == patient]
    return grade(chosen, lessons(settings.reference), dataclasses.replace(settings, limits=limits), ledger)


if __name__ == "__main__":
    main(*sys.argv[1:])
