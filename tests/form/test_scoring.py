"""A class's forms: whose they are, what counts, points and gains against sums made by hand, and damaged files."""

import csv
import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from widgets.cli import main
from widgets.form.answer_record import AnswerRecord, as_code, records_in_code, records_in_text
from widgets.form.form_notebook import form_notebook
from widgets.form.gains import learner_gains, question_gains
from widgets.form.handed_in import read_class
from widgets.form.score_sheets import LEARNER_COLUMNS, QUESTION_COLUMNS

KEY = {
    "pre": {
        **{"1": "-4", "2": "22", "3": "c", "4": "b", "5": "d", "6": "c", "7": "b", "8.1": "4", "8.2": "1.5"},
        **{"9.1": "0.2", "9.2": "0.4", "10": ["b", "d"], "11": "d", "12": "1", "13.1": "40", "13.2": "0.42"},
        **{"14.1": "d", "14.2": "a", "15": "c"},
    },
    "post": {
        **{"1": "-2", "2": "51", "3": "c", "4": "b", "5": "b", "6": "c", "7": "b", "8.1": "6", "8.2": "2.5"},
        **{"9.1": "1/8", "9.2": "0,25", "10": ["b", "d"], "11": "d", "12": "2", "13.1": "80", "13.2": "0.22"},
        **{"14.1": "d", "14.2": "a", "15": "d"},
    },
}
"""Worked out on paper: all answers right."""


def file_of(form, answers, at="10:00:00", is_handed_in=True, code=None, is_kept=True):
    """Return a notebook as it is handed in."""
    notebook = json.loads(form_notebook(form))
    if is_kept:
        record = AnswerRecord(form, answers, f"2026-11-30T{at}+00:00", is_handed_in)
        data = {"text/html": "<p></p>", "text/plain": f"Handed in.\n{record.as_line()}".splitlines(keepends=True)}
        notebook["cells"][-1]["outputs"] = [{"output_type": "display_data", "data": data, "metadata": {}}]
    if code is not None:
        notebook["cells"][-1]["source"] = as_code(form, code).splitlines(keepends=True)
    return json.dumps(notebook)


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "handed-in"


def score(folder, tmp_path, capsys, *more):
    status = main(["form", "score", str(folder), *map(str, more), "--out", str(tmp_path / "scores.csv")])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_points_and_gains_are_those_on_paper(folder, tmp_path, capsys):
    wrong = {"1": "4", "2": "11", "3": "?", "9.2": "0.2"}
    write(folder / "ada/form_pre.ipynb", file_of("pre", KEY["pre"] | wrong))
    write(folder / "ada/form_post.ipynb", file_of("post", KEY["post"] | {"3": "a"}))
    write(folder / "bob/mine.ipynb", file_of("pre", {"1": "-4"}))
    write(folder / "cyd/post.ipynb", file_of("post", KEY["post"]))
    write(folder / "dan/pre.ipynb", file_of("pre", KEY["pre"]))
    write(folder / "dan/post.ipynb", file_of("post", {"12": "3"}))
    status, said, errors = score(folder, tmp_path, capsys)
    assert (status, errors) == (0, "")
    assert said.startswith("Before: 3 learners. After: 3. Both: 2. Written to ")
    rows = table(tmp_path / "scores.csv")
    assert tuple(rows[0]) == LEARNER_COLUMNS
    assert [tuple(row.values())[:8] for row in rows] == [
        ("ada", "11", "14", "15", "3", "0.75", "1", "0"),
        ("bob", "1", "", "15", "", "", "0", ""),
        ("cyd", "", "15", "15", "", "", "", "0"),
        ("dan", "15", "0", "15", "-15", "", "0", "0"),
    ]
    items = table(tmp_path / "scores_items.csv")
    assert tuple(items[0]) == QUESTION_COLUMNS and [row["item"] for row in items] == [str(n) for n in range(1, 16)]
    first = items[0]
    assert (first["question"], first["n_before"], first["n_after"], first["n_both"]) == ("slope", "3", "3", "2")
    assert (first["right_n_before"], first["right_n_after"], first["gain"]) == ("2", "2", "")  # too few for a share
    assert (first["idea_2"], first["idea_2_n_before"], first["idea_2_share_before"]) == ("SIGN", "1", "")
    assert items[2]["unknown_n_before"] == "1" and items[1]["blank_n_before"] == "1"


def test_shares_begin_at_eight_learners(folder, tmp_path, capsys):
    for number in range(8):
        before = KEY["pre"] if number < 2 else KEY["pre"] | {"1": "4" if number < 5 else "?"}
        write(folder / f"learner{number}/pre.ipynb", file_of("pre", before))
        after = KEY["post"] if number != 0 else KEY["post"] | {"1": "2"}
        write(folder / f"learner{number}/post.ipynb", file_of("post", after))
    score(folder, tmp_path, capsys)
    first = table(tmp_path / "scores_items.csv")[0]
    shares = [first[f"{kind}_share_{when}"] for kind in ("right", "unknown", "idea_2") for when in ("before", "after")]
    assert shares == ["0.25", "0.875", "0.375", "0.0", "0.375", "0.125"]
    assert float(first["gain"]) == 0.625 and float(first["normalized_gain"]) == pytest.approx(0.625 / 0.75, abs=1e-3)
    second = table(tmp_path / "scores_items.csv")[1]
    assert (second["gain"], second["normalized_gain"]) == ("0.0", "")  # nothing could be gained


# Which file, and which answer


def test_files_are_found_where_grade_finds_them(folder, tmp_path):
    text = file_of("pre", KEY["pre"])
    write(folder / "lovelaceada_12_34_form_pre.ipynb", text)
    write(folder / "submitted/eve/form_pre/form_pre.ipynb", text)
    learners, problems = read_class([folder])
    assert [one.name for one in learners] == ["eve"] and problems == ()
    (folder / "submitted").rename(tmp_path / "other")
    assert [one.name for one in read_class([folder])[0]] == ["lovelaceada 12"]
    flat = tmp_path / "flat"
    for name in ("ada_pre.ipynb", "form_pre_bob.ipynb", "cyd.ipynb"):
        write(flat / name, text)
    assert [one.name for one in read_class([flat])[0]] == ["ada", "bob", "cyd"]
    (folder / "fay").mkdir()
    with zipfile.ZipFile(folder / "fay/form.zip", "w") as archive:
        archive.writestr("form_pre.ipynb", text)
    assert [one.name for one in read_class([folder])[0]] == ["fay", "lovelaceada 12"]
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        archive.writestr("class/gus/form_pre.ipynb", text)
        archive.writestr("class/hal/form_pre.ipynb", "{")
    learners, problems = read_class([tmp_path / "class.zip", flat])
    assert [one.name for one in learners] == ["ada", "bob", "cyd", "gus"]
    assert len(problems) == 1 and problems[0].startswith(f"{tmp_path / 'class.zip'}/hal/form_pre.ipynb: ")


def test_before_and_after_may_be_two_downloads(tmp_path, capsys):
    write(tmp_path / "one/lovelaceada_12_34_form_pre.ipynb", file_of("pre", KEY["pre"]))
    write(tmp_path / "two/lovelaceada_LATE_12_99_post.ipynb", file_of("post", KEY["post"]))
    score(tmp_path / "one", tmp_path, capsys, tmp_path / "two")
    (row,) = table(tmp_path / "scores.csv")
    assert (row["learner"], row["before"], row["after"]) == ("lovelaceada 12", "15", "15")


def test_moodle_numbers_a_learner_anew_in_each_assignment(tmp_path):
    for folder, form, numbers in (("one", "pre", (11, 12)), ("two", "post", (98, 99))):
        for name, number in zip(("Ada L", "Bob M"), numbers, strict=True):
            write(tmp_path / folder / f"{name}_{number}_assignsubmission_file/x.ipynb", file_of(form, KEY[form]))
    folders = [tmp_path / "one", tmp_path / "two"]
    assert [(one.name, len(one.taken)) for one in read_class(folders)[0]] == [("Ada L", 2), ("Bob M", 2)]
    write(tmp_path / "one/Ada L_13_assignsubmission_file_x.ipynb", file_of("pre", KEY["pre"]))  # another Ada L
    names = [one.name for one in read_class(folders)[0]]
    assert names == ["Ada L 11", "Ada L 13", "Ada L 98", "Bob M"]


def test_the_last_answers_count_and_a_run_that_was_empty_takes_none_away(folder):
    write(folder / "ada/first.ipynb", file_of("pre", {"1": "4"}, at="10:00:00"))
    write(folder / "ada/second.ipynb", file_of("pre", {"1": "-4"}, at="11:00:00"))
    write(folder / "ada/third.ipynb", file_of("pre", {"1": "7"}, at="09:00:00"))
    write(folder / "ada/01_the_tape.ipynb", json.dumps({"cells": [], "nbformat": 4}))
    ((learner,), problems) = read_class([folder])
    assert learner.taken["pre"].answers == {"1": "-4"} and problems == ()
    assert "second.ipynb counts" in learner.notes[0] and "first.ipynb" in learner.notes[0]
    notebook = json.loads(file_of("pre", {"1": "-4", "2": "22"}, at="10:00:00"))
    again = json.loads(file_of("pre", {"2": "7"}, at="12:00:00", is_handed_in=False))["cells"][-1]["outputs"]
    notebook["cells"][2]["outputs"] = again  # another machine, where the first answer was not known
    write(folder / "bob/form.ipynb", json.dumps(notebook))
    assert read_class([folder])[0][1].taken["pre"].answers == {"1": "-4", "2": "7"}


@pytest.mark.parametrize("is_kept", [True, False])
def test_the_code_counts_where_the_outputs_were_cleared(folder, is_kept):
    write(folder / "ada/pre.ipynb", file_of("pre", {"1": "-4"}, code={"1": "7", "2": "22"}, is_kept=is_kept))
    ((learner,), _problems) = read_class([folder])
    assert learner.taken["pre"].answers == {"1": "-4" if is_kept else "7", "2": "22"}
    assert learner.notes == ()


def test_what_was_not_handed_in_counts_and_is_told(folder, tmp_path, capsys):
    write(folder / "ada/pre.ipynb", file_of("pre", {"1": "-4"}, is_handed_in=False))
    score(folder, tmp_path, capsys)
    (row,) = table(tmp_path / "scores.csv")
    assert row["before"] == "1" and row["notes"] == "pre: the cell that hands in has not run; what the file has counts."


def test_a_question_that_does_not_exist_is_named(folder, tmp_path, capsys):
    write(folder / "ada/pre.ipynb", file_of("pre", {"1": "-4", "99": "7", "forty": "2"}))
    score(folder, tmp_path, capsys)
    (row,) = table(tmp_path / "scores.csv")
    said = "pre: there is no question 99, forty; what stands there does not count."
    assert row["before"] == "1" and row["notes"] == said


# Damaged files


def test_damaged_files_are_named_and_the_others_are_scored(folder, tmp_path, capsys):
    write(folder / "ada/pre.ipynb", file_of("pre", KEY["pre"]))
    write(folder / "bob/pre.ipynb", file_of("pre", KEY["pre"])[:-40])
    write(folder / "cyd/pre.ipynb", "")
    write(folder / "dan/pre.ipynb", form_notebook("pre"))
    (folder / "eve").mkdir()
    status, _said, errors = score(folder, tmp_path, capsys)
    assert status == 1 and [row["learner"] for row in table(tmp_path / "scores.csv")] == ["ada"]
    named = [line.partition(": ")[0] for line in errors.splitlines()]
    assert sorted(named) == sorted(
        str(folder / name) for name in ("bob/pre.ipynb", "cyd/pre.ipynb", "dan/pre.ipynb", "eve")
    )


def test_where_nothing_can_be_scored_it_is_said(tmp_path, capsys):
    status, said, errors = score(tmp_path / "nowhere", tmp_path, capsys)
    assert (status, said) == (2, "") and "There is no such file or folder." in errors
    assert "There is no form with answers here." in errors and not (tmp_path / "scores.csv").exists()


def test_a_learner_is_no_formula_in_a_spreadsheet(folder, tmp_path, capsys):
    write(folder / "=1+1/pre.ipynb", file_of("pre", {"1": "-4"}))
    score(folder, tmp_path, capsys)
    assert table(tmp_path / "scores.csv")[0]["learner"] == "'=1+1"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


WHOLE = file_of("pre", KEY["pre"], code={"1": "-4"})


def paths_in(value, path=()):
    """Yield the path of every part of a notebook."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield (*path, key)
        yield from paths_in(part, (*path, key))


PATHS = list(paths_in(json.loads(WHOLE)))


def places(name):
    """Return a strategy for the paths through a part of that name: most others are text that nobody reads."""
    return st.sampled_from([path for path in PATHS if name in path])


@settings(max_examples=80, deadline=None)
@given(
    places("outputs") | places("source") | st.sampled_from(PATHS), json_values, st.none() | st.integers(0, len(WHOLE))
)
def test_no_file_stops_the_scoring(tmp_path_factory, path, value, length):
    """Replace any part of a notebook by anything, or cut it."""
    folder = tmp_path_factory.mktemp("class", numbered=True)
    notebook = place = json.loads(WHOLE)
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    write(folder / "ada/pre.ipynb", json.dumps(notebook)[:length])
    write(folder / "bob/pre.ipynb", file_of("pre", KEY["pre"]))
    learners, problems = read_class([folder])
    assert [row.before for row in learner_gains(learners) if row.learner.name == "bob"] == [15]
    assert len(question_gains(learners)) == 15
    assert len(learners) == 2 or len(problems) <= 1


@pytest.mark.parametrize("line", ["tapedeck-form", "tapedeck-form {", "tapedeck-form 1", "tapedeck-form " + "[" * 9000])
def test_a_damaged_record_is_none(line):
    assert list(records_in_text(f"Handed in.\n{line}\n")) == []


@pytest.mark.parametrize(
    "more", ["(", '("pre", answers)', '("pre", {[]: 1})', "(" + "[" * 9000, '("pre", 1)', "; '\\d' is 1"]
)
def test_damaged_code_hands_nothing_in(more):
    assert list(records_in_code(f"hand_in{more}")) == []


@pytest.mark.parametrize("outputs", [5, {"data": 1}, [None], [{"data": []}], [{"data": {"text/plain": {}}}]])
def test_damaged_outputs_hand_nothing_in(folder, outputs):
    notebook = json.loads(file_of("pre", {}, is_kept=False))
    notebook["cells"][-1]["outputs"] = outputs
    write(folder / "ada/pre.ipynb", json.dumps(notebook))
    learners, problems = read_class([folder])
    assert learners == () and len(problems) == 1


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from([*KEY["pre"], "99"]), json_values | st.sampled_from(["a", "?", "-4", ["a", "b"]]))
)
def test_no_answer_stops_the_scoring(tmp_path_factory, answers):
    folder = tmp_path_factory.mktemp("class", numbered=True)
    write(folder / "ada/pre.ipynb", file_of("pre", answers))
    for learner in read_class([folder])[0]:
        (row,) = learner_gains([learner])
        assert 0 <= row.before <= 15 and len(question_gains([learner])) == 15


# The command


def test_the_notebook_is_written_and_never_over_another(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["form", "pre"]) == main(["form", "post", "new/after.ipynb"]) == 0
    assert (tmp_path / "form_pre.ipynb").read_text("utf-8") == form_notebook("pre")
    assert (tmp_path / "new/after.ipynb").read_text("utf-8") == form_notebook("post")
    assert main(["form", "pre"]) == 2 and "is there already" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert main(["form", "pre", "file/form.ipynb"]) == 2
    assert "could not be written" in capsys.readouterr().err
