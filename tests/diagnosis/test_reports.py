"""Programs that confused people, kept beside the checkout where there are some: how many `explain` explains rightly."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REPORTS = ROOT.parent / "shared" / "reports"
RIGHT = 54
"""So many at least. It only rises: whoever gets more right raises it."""


@pytest.mark.skipif(not (REPORTS / "score.py").is_file(), reason="no ../shared/reports beside this checkout")
def test_programs_that_confused_people_are_explained():
    command = [sys.executable, REPORTS / "score.py", REPORTS / "programs", REPORTS / "expect.json", "--forked"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout
    right, wrong, clean, healthy = map(
        int, re.search(r"(\d+) right, .* (\d+) wrong of .* clean (\d+) of (\d+)", said).groups()
    )
    assert (wrong, clean) == (0, healthy) and right >= RIGHT, said
