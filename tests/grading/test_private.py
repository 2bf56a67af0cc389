"""Private folders: gone afterwards, and what a killed grader has left is cleared away by the next one alone."""

import os
import subprocess
import sys

from widgets.grading.sandbox import private

LEAVING = (
    "import os; from widgets.grading.sandbox import private\n"
    "held = private.folder(); print(held.name, flush=True); os._exit(1)"
)


def test_what_the_dead_have_left_is_removed_and_what_the_living_have_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    left = subprocess.run([sys.executable, "-c", LEAVING], env=environment, stdout=subprocess.PIPE, text=True).stdout
    assert [str(path) for path in tmp_path.iterdir()] == [left.strip()]
    (tmp_path / "tapedeck-private-of-nobody").mkdir()
    with private.folder() as ours, private.folder() as other:
        assert {str(path) for path in tmp_path.iterdir()} == {ours, other}
    assert list(tmp_path.iterdir()) == []
