"""`progress()` tells, lesson by lesson, what was predicted, answered and asked hints for; as CSV too."""

import csv
from datetime import date

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
    today = date.today().isoformat()
    by_name = {row["name"]: tuple(row.values()) for row in rows}
    (first,) = (row["first_code"] for row in rows if row["name"] == "flat")
    assert first and by_name["flat"] == (
        "01",
        "exercise",
        "flat",
        "right",
        "",
        "2",
        "1",
        "",
        first,
        first,
        "0",
        "2",
        today,
    )
    wrong = ("01", "exercise", "by_hand", "wrong", "ONE_PATH", "1", "0", "", "ONE_PATH", "ONE_PATH", "", "3", today)
    assert by_name["by_hand"] == wrong
    predicted = ("01", "prediction", "slope at 0", "predicted", "", "1", "", "-2.0", "", "", "0", "1", today)
    assert by_name["slope at 0"] == predicted
    assert by_name["wave"] == ("01", "exercise", "wave", "not attempted", "", "0", "0", *[""] * 6)
    (own,) = (row for row in rows if row["name"] == "'=1+1")
    assert own["prediction"] == "'=2+2"  # a spreadsheet shows it and does not calculate


def test_a_prediction_that_was_compared_is_right_or_wrong_in_the_csv(capsys, tmp_path):
    for name, value in (("slope at 0", 2.0), ("total against 2", "below")):
        predict(name, value)
    check("slope at 0", -2.0)
    check("total against 2", "below")
    told(capsys, csv=tmp_path / "mine.csv")
    with (tmp_path / "mine.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    assert [rows["slope at 0"][name] for name in ("status", "first_code")] == ["wrong", "DIFFERENT"]
    assert [rows["total against 2"][name] for name in ("status", "codes")] == ["right", ""]


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
