"""`progress()` tells, lesson by lesson, what was predicted, answered and asked hints for; as CSV too."""

import csv

import pytest

from widgets import check, hint, predict
from widgets.common.lessons import LESSONS
from widgets.exercises.progress import COLUMNS, progress
from widgets.exercises.registry import EXERCISES


@pytest.fixture
def worked(capsys):
    """Work a little: a prediction, a wrong answer, a hint, the right one; and a hint elsewhere."""
    predict("slope at 0", -2.0)
    check("flat", ...)
    check("flat", 0.5)
    hint("flat")
    check("flat", 1.0)
    check("by_hand", lambda x: 2.0)
    hint("both")
    predict("=1+1", "=2+2")
    capsys.readouterr()


def told(capsys, **how):
    progress(**how)
    return capsys.readouterr().out


def test_a_learner_who_has_not_begun_is_told_so(capsys):
    first, second = told(capsys).splitlines()
    assert first.startswith("Nothing yet.")
    assert second.startswith("Not begun: 0") and "01" in second


def test_what_was_done_is_told(worked, capsys):
    out = told(capsys)
    assert out == told(capsys)
    assert out.splitlines()[:7] == [
        "Lesson 01: 1 of 5 right, 1 of 3 predicted",
        "  flat         right             tries 2   hints 1",
        "  wave         not attempted",
        "  by_hand      wrong: ONE_PATH   tries 1",
        "  both         not attempted               hints 1",
        "  derivative   not attempted",
        "  predicted slope at 0: -2.0",
    ]
    assert "Predictions of your own\n  predicted =1+1: =2+2\n" in out
    assert "01" not in out.splitlines()[-1]


def test_as_csv_it_has_a_row_for_everything(worked, capsys, tmp_path):
    path = tmp_path / "mine.csv"
    assert told(capsys, csv=str(path)).endswith(f"Written to {path}.\n")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert [row["name"] for row in rows if row["kind"] == "exercise"] == list(EXERCISES)
    known = [name for lesson in LESSONS for name in lesson.predictions]
    assert sorted(row["name"] for row in rows if row["kind"] == "prediction") == sorted([*known, "'=1+1"])
    by_name = {row["name"]: tuple(row.values()) for row in rows}
    assert by_name["flat"] == ("01", "exercise", "flat", "right", "", "2", "1", "")
    assert by_name["by_hand"] == ("01", "exercise", "by_hand", "wrong", "ONE_PATH", "1", "0", "")
    assert by_name["slope at 0"] == ("01", "prediction", "slope at 0", "predicted", "", "", "", "-2.0")
    assert by_name["'=1+1"][-1] == "'=2+2"  # a spreadsheet shows it and does not calculate


@pytest.mark.parametrize(
    ("written", "cell"),
    [
        ("=2+2", "'=2+2"),
        ("x;=2+2", "x;'=2+2"),  # where a comma is part of a number, a semicolon begins a new cell
        ("\uff1d2+2", "'\uff1d2+2"),  # a wide sign, as East Asian keyboards write it
        ("@SUM(A1)", "'@SUM(A1)"),
        (["-1", "2"], "['-1', '2']"),
    ],
)
def test_what_a_learner_wrote_is_never_a_formula(written, cell, capsys, tmp_path):
    path = tmp_path / "mine.csv"
    predict("mine", written)
    told(capsys, csv=path)
    with path.open(encoding="utf-8", newline="") as file:
        (row,) = (row for row in csv.DictReader(file) if row["name"] == "mine")
    assert row["prediction"] == cell


def test_a_csv_that_is_no_path_is_refused():
    with pytest.raises(TypeError, match=r'progress\(csv="mine.csv"\); got bool'):
        progress(csv=True)


def test_a_csv_that_cannot_be_written_is_no_error(worked, capsys, tmp_path):
    path = tmp_path / "nowhere" / "mine.csv"
    assert told(capsys, csv=path).endswith(f"It could not be written to {path}: No such file or directory.\n")
