"""What runs under the net: a folder of submissions graded as a class, with limits that make hostile samples quick.

Run as `python -m tests.grading.grading_rows CLASS REFERENCE OUT SANDBOX`.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from widgets.grading.batch import grade
from widgets.grading.collecting import collect
from widgets.grading.ledger import opened
from widgets.grading.lessons import lessons
from widgets.grading.limits import MIB, Limits
from widgets.grading.settings import Settings

LIMITS = Limits(seconds_per_cell=8, file=20 * MIB, output=4 * MIB)
"""A cell of lesson 01 has time to import TensorFlow; what fills a disk or floods is stopped early."""


def main(folder, reference, out, sandbox):
    """Grade, and write OUT/graded.json: for each submission's folder the Graded as JSON."""
    settings = Settings(sandbox=sandbox, limits=LIMITS, workers=2, reference=Path(reference), out=Path(out))
    found, refused = collect([folder])
    with opened(out, settings.seed) as ledger:
        graded = grade(found, lessons(reference), settings, ledger)
    by_place = {str(Path(one.submission.path).relative_to(folder)): asdict(one) for one in graded}
    (Path(out) / "graded.json").write_text(
        json.dumps({"graded": by_place, "refused": [asdict(one) for one in refused]})
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
