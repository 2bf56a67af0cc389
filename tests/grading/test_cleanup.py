"""Private folders: gone afterwards, and what a killed grader has left is cleared away by the next one alone."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from widgets.grading.cleanup import private_folder

LEAVING = (
    "import os; from widgets.grading.cleanup import private_folder\n"
    "held = private_folder(); print(held.name, flush=True); os._exit(1)"
)


@pytest.fixture
def place():
    """A folder whose path is short enough for sockets, as pytest's own are not."""
    with tempfile.TemporaryDirectory() as short:
        yield Path(short)


def test_what_the_dead_have_left_is_removed_and_what_the_living_have_is_not(place, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(place))
    environment = {**os.environ, "TMPDIR": str(place)}
    left = subprocess.run([sys.executable, "-c", LEAVING], env=environment, stdout=subprocess.PIPE, text=True).stdout
    assert [str(path) for path in place.iterdir()] == [left.strip()]
    (place / "tapedeck-private-of-nobody").mkdir()
    with private_folder() as ours, private_folder() as other:
        assert {str(path) for path in place.iterdir()} == {ours, other}
    assert list(place.iterdir()) == []
