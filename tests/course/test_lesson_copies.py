"""Learners' copies of the lessons: whatever is done, nothing that they wrote is lost."""

import json
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from widgets.cli import main
from widgets.common.lessons import LESSONS
from widgets.course import lesson_copies

NOW = datetime(2026, 11, 29, 12, 30)
FIRST, FIFTH = (f"{LESSONS[number].stem}.ipynb" for number in (0, 5))


@pytest.fixture
def release(tmp_path, monkeypatch):
    """A release of the lessons, to be changed: their folder."""
    folder = tmp_path / "release"
    lesson_copies.copy_lessons(folder, "0")
    (folder / ".tapedeck.json").unlink()
    monkeypatch.setattr(lesson_copies, "lessons_folder", lambda: folder)
    return folder


def content(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_lesson_and_its_data_are_copied_and_named_in_the_notes(tmp_path):
    lesson_copies.copy_lessons(tmp_path, "0.2.0")
    names = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert names > {f"{lesson.stem}.ipynb" for lesson in LESSONS} | {"data/penguins.csv", "GLOSSARY.md"}
    notes = json.loads((tmp_path / ".tapedeck.json").read_text("utf-8"))
    assert notes["version"] == "0.2.0" and set(notes["files"]) == names - {".tapedeck.json"}


def test_copying_again_changes_nothing(tmp_path):
    lesson_copies.copy_lessons(tmp_path, "0")
    (tmp_path / FIFTH).write_text("mine")
    before = content(tmp_path)
    (about, _count) = lesson_copies.copy_lessons(tmp_path, "0")
    assert FIFTH in about and content(tmp_path) == before


def test_an_update_replaces_what_is_unchanged_and_lays_the_rest_beside(tmp_path, release):
    mine = tmp_path / "mine"
    lesson_copies.copy_lessons(mine, "0.1")
    (mine / FIFTH).write_text("my answers")
    for name in (FIRST, FIFTH, "13_new.ipynb"):
        (release / name).write_text(f"new {name}")
    said = "\n".join(lesson_copies.update_lessons(mine, "0.2"))
    beside = FIFTH.replace(".ipynb", ".0.2.ipynb")
    assert (mine / FIRST).read_text() == f"new {FIRST}"
    assert (mine / "13_new.ipynb").read_text() == "new 13_new.ipynb"
    assert (mine / FIFTH).read_text() == "my answers" and (mine / beside).read_text() == f"new {FIFTH}"
    assert all(name in said for name in (FIRST, FIFTH, beside, "13_new.ipynb"))
    before = content(mine)
    lesson_copies.update_lessons(mine, "0.2")
    assert content(mine) == before


@given(st.lists(st.sampled_from(["copy", "update", "reset", "solution", "write", "release", "forget"]), max_size=12))
@settings(max_examples=30, deadline=None)
def test_whatever_is_done_what_a_learner_wrote_is_still_there(tmp_path_factory, acts):
    folder, release = tmp_path_factory.mktemp("mine"), tmp_path_factory.mktemp("release")
    (release / FIFTH).write_text("release 0")
    written = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lesson_copies, "lessons_folder", lambda: release)
        lesson_copies.copy_lessons(folder, "0")
        for number, act in enumerate(acts):
            if act == "copy":
                lesson_copies.copy_lessons(folder, str(number))
            elif act == "update":
                lesson_copies.update_lessons(folder, "1")
            elif act == "reset":
                lesson_copies.reset_lesson("5", folder, NOW)
            elif act == "solution":
                lesson_copies.copy_solution("05", folder)
            elif act == "write":
                written.append(f"answers {number}")
                (folder / FIFTH).write_text("\n".join([(folder / FIFTH).read_text(), written[-1]]))
            elif act == "release":
                (release / FIFTH).write_text(f"release {number}")
            else:
                (folder / ".tapedeck.json").write_text("not JSON")
    kept = "\n".join(path.read_text("utf-8") for path in folder.rglob("*.ipynb"))
    assert all(answer in kept for answer in written)


def test_a_reset_keeps_the_learners_version(tmp_path):
    lesson_copies.copy_lessons(tmp_path, "0")
    fresh = (tmp_path / FIFTH).read_bytes()
    for answers in ("mine", "mine again"):
        (tmp_path / FIFTH).write_text(answers)
        lesson_copies.reset_lesson("05", tmp_path, NOW)
    assert (tmp_path / FIFTH).read_bytes() == fresh
    kept = sorted(path.read_text() for path in tmp_path.glob(f"{LESSONS[5].stem}.2026*.ipynb"))
    assert kept == ["mine", "mine again"]


@pytest.mark.parametrize("number", ["", "13", "-1", "five", "5.0", "²"])
def test_a_lesson_that_there_is_not_is_said(tmp_path, number):
    lesson_copies.copy_lessons(tmp_path, "0")
    with pytest.raises(lesson_copies.NoSuchLesson, match="00 to 12"):
        lesson_copies.reset_lesson(number, tmp_path, NOW)


def test_the_command_goes_from_nothing_to_a_lesson_begun_again(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["update"]) == 2 and "tapedeck lessons" in capsys.readouterr().err
    assert main(["lessons", "--no-open"]) == 0 and "jupyter lab tapedeck-lessons" in capsys.readouterr().out
    assert main(["solutions", "01"]) == 0
    assert (tmp_path / "tapedeck-lessons/solutions" / f"{LESSONS[1].stem}.ipynb").is_file()
    (tmp_path / "tapedeck-lessons" / FIFTH).write_text("mine")
    monkeypatch.chdir("tapedeck-lessons")
    assert main(["reset", "5"]) == 0 and FIFTH in capsys.readouterr().out


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path, capsys):
    (tmp_path / "file").write_text("mine")
    assert main(["lessons", str(tmp_path / "file"), "--no-open"]) == 2
    assert "file" in capsys.readouterr().err and (tmp_path / "file").read_text() == "mine"
