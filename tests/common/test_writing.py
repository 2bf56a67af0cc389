"""A file is written in one act, or stays as it was."""

import os

import pytest

from widgets.common import writing
from widgets.common.writing import write


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    write(tmp_path / "x", "old")
    monkeypatch.setattr(os, "fsync", lambda _descriptor: (_ for _ in ()).throw(OSError(28, "no space")))
    with pytest.raises(OSError, match="no space"):
        write(tmp_path / "x", "new")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


@pytest.mark.parametrize(("refusals", "held"), [(3, "new"), (1000, "old")])
def test_a_file_that_is_just_being_read_is_replaced_a_moment_later_or_never(tmp_path, monkeypatch, refusals, held):
    """So it is on Windows."""
    replace, left = os.replace, [PermissionError("it is being read")] * refusals

    def replace_unless_refused(*paths):
        if left:
            raise left.pop()
        replace(*paths)

    write(tmp_path / "x", "old")
    monkeypatch.setattr(os, "replace", replace_unless_refused)
    monkeypatch.setattr(writing.time, "sleep", lambda _seconds: None)
    try:
        write(tmp_path / "x", "new")
    except PermissionError:
        assert left
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"x": held}


def test_what_no_file_can_hold_is_written_as_python_says_it(tmp_path):
    write(tmp_path / "below" / "x", "\ud800\n")
    assert (tmp_path / "below" / "x").read_bytes() == b"\\ud800\n"
