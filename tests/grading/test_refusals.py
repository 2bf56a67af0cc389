"""What `tapedeck grade` refuses, in a sentence that says how it can be done, with exit status 2."""

import io
from contextlib import redirect_stderr, redirect_stdout

import pytest

from tests.test_cli import tapedeck
from widgets.cli import main
from widgets.grading.command import sandbox_notice
from widgets.grading.sandbox import seccomp_filter

WITHOUT_BWRAP = "import os; os.environ['PATH'] = ''"
ELSEWHERE = "import psutil, sys; sys.platform = 'darwin'"  # psutil has no other system's half


@pytest.fixture
def handed_in(tmp_path, monkeypatch):
    """A class with one file, in the current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "class" / "ann").mkdir(parents=True)
    (tmp_path / "class" / "ann" / "x.ipynb").write_text("")
    return tmp_path


def refused(*arguments, before=""):
    """What is said when that is asked for: here, or after the Python code `before` in a process of its own."""
    if before:
        run = tapedeck("grade", *arguments, before=before)
        status, shown, said = run.returncode, run.stdout, run.stderr
    else:
        with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
            status = run_here("grade", *arguments)
        shown, said = out.getvalue(), err.getvalue()
    assert status == 2 and shown == "" and "Traceback" not in said, said
    return said


def run_here(*arguments):
    try:
        return main(arguments)
    except SystemExit as end:
        return end.code


def test_a_class_is_not_graded_without_a_sandbox(handed_in):
    said = refused("class", before=WITHOUT_BWRAP)
    assert "install bubblewrap" in said and "--sandbox none" not in said
    assert "install bubblewrap" in refused("class", "--sandbox", "none", before=WITHOUT_BWRAP)
    assert not (handed_in / "grades").exists()


def test_ones_own_file_may_be_graded_without_one_if_asked_for(handed_in):
    said = refused("class/ann/x.ipynb", before=WITHOUT_BWRAP)
    assert "install bubblewrap" in said and "--sandbox none" in said


def test_other_systems_are_told_what_they_can_do(handed_in):
    assert "needs Linux" in refused("class", before=ELSEWHERE)
    assert "--sandbox none" in refused("class/ann/x.ipynb", before=ELSEWHERE)


@pytest.mark.parametrize("paths", [["class"], ["class/ann/x.ipynb", "class/ann/x.ipynb"]])
def test_only_one_file_runs_without_a_sandbox(handed_in, paths):
    assert "one file of your own" in refused(*paths, "--sandbox", "none")


def test_grades_do_not_go_where_learners_files_are(handed_in):
    assert "--out" in refused("class", "--out", "class/ann/grades")
    assert str(handed_in.parent / "grades") in refused(".")


def test_a_missing_package_is_named_with_how_to_get_it(handed_in):
    said = refused("class", before="import sys; sys.modules['nbval'] = None")
    assert "nbval" in said and "pip install -e '.[grade]'" in said


def test_a_folder_without_a_reference_is_named(handed_in):
    assert "solutions/NN_name.ipynb" in refused("class", "--reference", "class")


@pytest.mark.parametrize(
    "arguments", [[], ["x", "--workers", "0"], ["x", "--workers", "two"], ["x", "--sandbox", "jail"]]
)
def test_a_wrong_call_is_a_usage_error(arguments):
    assert "usage: tapedeck grade" in refused(*arguments)


def test_grades_that_cannot_be_written_are_a_sentence(handed_in):
    (handed_in / "grades").write_text("a file")
    assert "grades" in refused("class")


def test_a_sandbox_without_a_filter_is_said_and_grades(monkeypatch, tmp_path):
    monkeypatch.setattr(seccomp_filter, "_SUPPORTED", tmp_path / "absent")
    seccomp_filter.filter_missing.cache_clear()
    try:
        assert "filter" in sandbox_notice("bwrap") and "filter" in sandbox_notice("forked")
        assert sandbox_notice("none") == ""
    finally:
        seccomp_filter.filter_missing.cache_clear()
