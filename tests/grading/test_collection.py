"""Collecting: whose file is whose in each layout, and that no link, no odd name and no folder of others is entered."""

import os
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.grading.collection import collect
from widgets.grading.untrusted import escaped, name_problem, safe_name

HERE = "01_the_tape.ipynb"


def hand_in(folder, *names):
    """Make files, each with its own name in it."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)


def keys(*paths, **asked):
    """The keys of what is found, and the reasons for what is refused."""
    found, refused = collect(list(map(str, paths)), **asked)
    return [one.key for one in found], [one.reason for one in refused]


def test_a_file_by_itself_is_nobodys(tmp_path):
    hand_in(tmp_path, HERE)
    (found,), refused = collect([str(tmp_path / HERE)])
    assert (found.submission.learner, found.key, found.problem, refused) == ("", "01_the_tape", "", ())
    assert found.submission.path == str(tmp_path / HERE)


@pytest.mark.parametrize(
    ("names", "below", "whose"),
    [
        (["ann/01_the_tape.ipynb", "bob/01_the_tape.ipynb"], "", ["ann", "bob"]),
        (["ann/01_the_tape.ipynb", "ann/05_gradient_descent.IPYNB"], "", ["ann", "ann"]),
        (["submitted/ann/tape/x.ipynb", "release/tape/x.ipynb"], "", ["ann"]),  # nbgrader's course
        (["submitted/ann/tape/x.ipynb", "submitted/bob/tape/x.ipynb"], "submitted", ["ann", "bob"]),
        (["submitted/ann/tape/x.ipynb", "submitted/bob/tape/x.ipynb"], "submitted/ann", ["ann"]),
        (["x.ipynb", "y.ipynb"], "", ["class"]),
    ],
)
def test_a_learner_is_the_folder_they_are_in(tmp_path, names, below, whose):
    hand_in(tmp_path / "class", *names)
    found, refused = collect([str(tmp_path / "class" / below)])
    assert sorted({one.submission.learner for one in found}) == sorted(set(whose))
    assert len(found) == len(names) - any(name.startswith("release") for name in names) - (below == "submitted/ann")
    assert refused == ()


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (
            ["lovelaceada_12_34_01_the_tape.ipynb", "hoppergrace_LATE_13_35_01_the_tape-1.ipynb"],
            {"lovelaceada 12", "hoppergrace 13"},
        ),
        (
            ["Ada Lovelace_7_assignsubmission_file_x.ipynb", "Ada Lovelace_8_assignsubmission_file/x.ipynb"],
            {"Ada Lovelace 7", "Ada Lovelace 8"},
        ),
        (
            ["Ada Lovelace_7_assignsubmission_file_/x.ipynb", "Grace Hopper - Copy of 01_the_tape.ipynb"],
            {"Ada Lovelace 7", "Grace Hopper"},
        ),
        (
            [
                "Submitted files/Ada/Tape/Version 2/x.ipynb",
                "Submitted files/Grace/Tape/x.ipynb",
                "Working files/x.ipynb",
            ],
            {"Ada", "Grace"},
        ),
        (
            ["ada/x.ipynb", "__MACOSX/ada/x.ipynb", "out/verdicts/ada.json", "out/ada/x.ipynb", "bob/x.ipynb"],
            {"ada", "bob"},
        ),
        (["Tape_ada_attempt_2026-11-29-12-30-00_x.ipynb", "01_the_tape.ipynb"], {"ada", "class"}),
    ],
)
def test_a_platforms_name_of_a_file_tells_whose_it_is(tmp_path, names, found):
    hand_in(tmp_path / "class", *names)
    files, refused = collect([str(tmp_path / "class")])
    assert {one.submission.learner for one in files} == found and len(files) == 2 and not refused
    assert all(one.key.rpartition("/")[2].startswith(("01_the_tape", "x", "Grace_Hopper")) for one in files)


def test_of_a_platforms_attempts_the_last_counts_and_the_others_are_named(tmp_path):
    names = [f"lovelaceada_12_34_01_the_tape{attempt}.ipynb" for attempt in ("", "-2", "-10")]
    hand_in(tmp_path, *names)
    (last,), _refused = collect([str(tmp_path)])
    assert last.submission.path.endswith(names[-1])
    assert all(name in last.notes[0] for name in names[:-1])


def test_several_files_are_named_after_their_folders(tmp_path):
    hand_in(tmp_path, "ann/x.ipynb", "bob/x.ipynb")
    assert keys(tmp_path / "ann" / "x.ipynb", tmp_path / "bob" / "x.ipynb") == (["ann/x", "bob/x"], [])


def test_what_is_hidden_or_no_notebook_is_passed_over(tmp_path):
    hand_in(tmp_path, "ann/x.ipynb", "ann/.ipynb_checkpoints/x.ipynb", "ann/y.py", ".git/z.ipynb", "ann/a/b/deep.ipynb")
    assert keys(tmp_path) == (["ann/x"], [])


def test_two_copies_of_a_lesson_are_both_found(tmp_path):
    hand_in(tmp_path, "ann/01_the_tape.ipynb", "ann/01_the_tape (1).ipynb")
    found, _refused = keys(tmp_path)
    assert len(set(found)) == 2 and "ann/01_the_tape" in found


def test_the_same_place_in_two_folders_has_two_keys(tmp_path):
    hand_in(tmp_path, "monday/ann/x.ipynb", "tuesday/ann/x.ipynb")
    found, _refused = keys(tmp_path / "monday", tmp_path / "tuesday")
    assert len(set(found)) == 2
    assert keys(tmp_path / "tuesday", tmp_path / "monday")[0] == found[::-1]


def test_what_is_named_twice_is_found_once(tmp_path):
    hand_in(tmp_path, "ann/x.ipynb")
    assert keys(tmp_path, tmp_path, tmp_path / "ann" / "x.ipynb") == (["ann/x"], [])


def test_only_some_notebooks(tmp_path):
    hand_in(tmp_path, "ann/lessons/01_a.ipynb", "ann/solutions/01_a.ipynb", "bob/lessons/02_b.ipynb")
    assert keys(tmp_path, only="lessons/01_*.ipynb") == (
        ["ann/lessons/01_a"],
        ["No notebook here is lessons/01_*.ipynb."],
    )


def test_who_is_not_asked_for_lacks_nothing(tmp_path):
    hand_in(tmp_path, "ann/a1/01_a.ipynb", "bob/a1/01_a.ipynb", "cy/a1/02_b.ipynb")
    assert keys(tmp_path, only="ann/*") == (["ann/a1/01_a"], [])
    assert keys(tmp_path, only="*/01_*.ipynb") == (
        ["ann/a1/01_a", "bob/a1/01_a"],
        ["No notebook here is */01_*.ipynb."],
    )
    assert len(keys(tmp_path, only="dee/*")[1]) == 3


def test_links_are_told_and_not_followed(tmp_path):
    hand_in(tmp_path / "elsewhere", "x.ipynb", "bob/y.ipynb")
    hand_in(tmp_path / "class", "ann/real.ipynb")
    os.symlink(tmp_path / "elsewhere" / "x.ipynb", tmp_path / "class" / "ann" / "link.ipynb")
    os.symlink(tmp_path / "elsewhere", tmp_path / "class" / "ann" / "folder")
    os.symlink(tmp_path / "elsewhere", tmp_path / "class" / "cy")
    os.symlink(tmp_path / "nowhere", tmp_path / "class" / "ann" / "dangling.ipynb")
    found, refused = collect([str(tmp_path / "class")])
    assert {one.key: bool(one.problem) for one in found} == {
        "ann/real": False, "ann/link": True, "ann/folder": True, "ann/dangling": True, "cy/cy": True,
    }  # fmt: skip
    assert not any("elsewhere" in one.submission.path for one in found) and refused == ()


def test_a_link_is_not_followed_where_it_is_named_either(tmp_path):
    hand_in(tmp_path / "elsewhere", "x.ipynb")
    os.symlink(tmp_path / "elsewhere", tmp_path / "folder")
    os.symlink(tmp_path / "elsewhere" / "x.ipynb", tmp_path / "x.ipynb")
    assert keys(tmp_path / "folder") == ([], ["This is a link to a folder. Name the folder itself."])
    (found,), _refused = collect([str(tmp_path / "x.ipynb")])
    assert "link" in found.problem


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
@pytest.mark.parametrize("name", [b"..\\..\\x", b"...", b"a\nb", b"a\x1b[2Jb", b"\xff\xfe", "a\u202eb".encode()])
def test_an_odd_name_is_a_verdict_wherever_it_stands(tmp_path, name):
    for path in (name + b".ipynb", name + b"/x.ipynb", b"ann/" + name + b".ipynb", b"bob/" + name + b"/x.ipynb"):
        whole = os.path.join(os.fsencode(tmp_path), path)
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        open(whole, "w").close()
    found, _refused = collect([str(tmp_path)])
    assert len(found) == 4 and all(one.problem for one in found)
    assert all(one.key.isascii() and ".." not in one.key for one in found)
    assert all(one.submission.learner.isprintable() for one in found)


def test_what_is_not_there_or_empty_is_refused_with_the_reason(tmp_path):
    hand_in(tmp_path, "class/ann/notes.txt")
    (tmp_path / "empty").mkdir()
    assert keys(tmp_path / "nobody") == ([], ["There is no such file or folder."])
    assert keys(tmp_path / "empty") == keys(tmp_path / "class") == ([], ["There is no notebook in this folder."])


@given(st.text())
def test_a_safe_name_is_safe_and_shows_nothing_that_acts(name):
    made = safe_name(name)
    assert made.isascii() and 0 < len(made) <= 80 and not set(made) & set("./\\: \n")
    escaped(name).encode("utf-8")
    assert "\x1b" not in escaped(name) and not name_problem(made)


@given(st.lists(st.text(), unique=True, max_size=8))
def test_two_names_never_become_one(names):
    assert len(set(map(safe_name, names))) == len(names)


def test_a_name_cannot_pose_as_anothers():
    assert (
        len(
            {
                safe_name("ann b"),
                safe_name(safe_name("ann b")),
                safe_name("ann_b"),
                safe_name("ann.b"),
                safe_name("Ann b"),
            }
        )
        == 5
    )
