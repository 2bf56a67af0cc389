"""The sheet of marks: read as spreadsheets save it, refused whole and by row where anything is wrong."""

import codecs
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.written.marks import Marks, UnreadableMarks
from widgets.written.model import Mark, WrittenAnswer
from widgets.written.sheet import COLUMNS, BadSheet, as_csv, read

ADA = WrittenAnswer("ada", "01_essay", "why", 3.0, "Constants are not watched.", "to be marked")
BOB = WrittenAnswer("007", "01_essay", "why", 3.0, "- one\n=1+1\n\n;@x", "to be marked")
ANSWERS = [ADA, BOB]
NONE = Marks(None)


def filled(points, comment="", answers=ANSWERS, marks=NONE, **changes):
    """The rows of the sheet with these points in every row, and other changes to its cells."""
    rows = csv.DictReader(io.StringIO(as_csv([(one, one.text) for one in answers], marks).removeprefix("\ufeff")))
    return [row | {"points": points, "comment": comment} | changes for row in rows]


def saved(rows, delimiter=",", encoding="utf-8", newline="\r\n"):
    """A sheet as a spreadsheet saves it."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, delimiter=delimiter, lineterminator=newline, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def refused(rows, answers=ANSWERS, kept=NONE):
    """What is said of a sheet."""
    with pytest.raises(BadSheet) as caught:
        read(rows if isinstance(rows, bytes) else saved(rows), answers, kept)
    return str(caught.value)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("points", ["2.5", "2,5", " 2.50 ", "+2.5"])
def test_every_spreadsheets_way_to_save_it_is_read(delimiter, encoding, points):
    marks = read(saved(filled(points, "Gut, né?\nתודה"), delimiter, encoding), ANSWERS, NONE)
    assert {one.points for one in marks.values()} == {2.5} and marks.keys() == {one.answer_id for one in ANSWERS}
    assert marks[ADA.answer_id] == Mark("ada", "01_essay", "why", 2.5, "Gut, né?\nתודה")


def test_excels_own_first_line_is_passed_over_and_names_are_found_in_any_order():
    data = "sep=;\r\nPoints ;learner;lesson;question;mine;ANSWER_ID\r\n"
    data += f"1;ada;01_essay;why;x;{ADA.answer_id}\r\n"
    assert read(data.encode(), ANSWERS, NONE)[ADA.answer_id].points == 1.0


@pytest.mark.parametrize("learner", ["007", "7", "7.00E+00"])
def test_a_number_is_known_again_as_spreadsheets_write_it(learner):
    assert read(saved(filled("1", learner=learner)[1:]), ANSWERS, NONE)[BOB.answer_id].learner == "007"


def test_rows_without_points_are_passed_over_whoever_they_are_of():
    rows = filled("", learner="nobody") + filled("2")[:1]
    assert read(saved(rows), ANSWERS, NONE).keys() == {ADA.answer_id}


@pytest.mark.parametrize(
    "text", ["two", "-1", "3.01", "1,000", "1e1", "nan", "inf", "1/2", "٣", "01. Mai", "=1+1", "½"]
)
def test_points_that_are_none_are_said_with_their_row(text):
    assert refused(filled(text)[:1]).startswith("row 2 (ada 01_essay why): points are ")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"learner": "zoe", "answer_id": "x"}, "learner with this name"),
        ({"lesson": "02_other", "answer_id": "x"}, "in this lesson"),
        ({"question": "when", "answer_id": "x"}, "It has: why."),
        ({"answer_id": "answer-0000"}, "has changed since"),
        ({"answer_id": ""}, "has changed since"),
        ({"answer_id": BOB.answer_id}, "one column sorted"),
    ],
)
def test_a_row_that_is_of_no_answer_says_why(changes, said):
    assert said in refused(filled("1", **changes)[:1])


def test_one_wrong_row_refuses_all_and_every_wrong_row_is_named():
    said = refused([*filled("1"), *filled("4"), *filled("x")])
    assert [line.split(" (")[0] for line in said.splitlines()] == ["row 4", "row 5", "row 6", "row 7"]
    assert len(refused(filled("9") * 500).splitlines()) < 30


def test_the_same_row_twice_is_one_and_another_mark_is_said():
    assert len(read(saved(filled("1") * 2), ANSWERS, NONE)) == 2
    assert refused([*filled("1"), *filled("2")[:1]]).endswith("row 2 gives the same answer another mark.")


def test_an_unquoted_comma_is_not_read_as_two_cells():
    data = saved(filled("POINTS")[:1]).replace(b"POINTS", b"2,5")
    assert "more cells" in refused(data)


@pytest.mark.parametrize(
    "data",
    [b"", b"\n\n", b"PK\x03\x04\x14\x00\x06\x00", "né".encode("cp1252"), "a,b\n".encode("utf-16-le"), b"\xff\xfe\x00",
     b"learner,lesson\nada,x\n", b"learner,learner,lesson,question,points,answer_id\n"],
)  # fmt: skip
def test_what_is_no_such_table_is_said(data):
    assert len(refused(data)) > 40


def test_the_sheet_says_what_is_known_and_reading_it_again_changes_nothing(tmp_path):
    marks = Marks(tmp_path)
    marks.add(read(saved(filled("2,5", "- good; =start\n\n+1")), ANSWERS, NONE))
    again = as_csv([(one, one.text) for one in ANSWERS], marks)
    assert {row["points"] for row in csv.DictReader(io.StringIO(again))} == {"2.5"}
    assert not [line for line in again.splitlines() if line.startswith(("=", "-", "+", "@"))]
    kept = Marks(tmp_path)
    assert read(again.encode(), ANSWERS, kept) == {one.answer_id: kept.of(one) for one in ANSWERS}
    assert kept.of(ADA).comment == "- good; =start\n\n+1"


def test_a_mark_of_an_answer_that_has_changed_may_stand_in_the_sheet_but_no_other(tmp_path):
    marks = Marks(tmp_path)
    marks.add(read(saved(filled("1", "ok")), ANSWERS, NONE))
    changed = [WrittenAnswer("ada", "01_essay", "why", 3.0, "Something else."), BOB]
    assert read(saved(filled("1", "ok")), changed, marks).keys() == {BOB.answer_id}
    assert "has changed since" in refused(filled("2", "ok")[:1], changed, marks)
    assert marks.before(changed[0]).points == 1.0 and marks.before(WrittenAnswer("zoe", "01_essay", "why", 3.0)) is None


def test_points_that_change_are_remembered_and_first_ones_are_no_change(tmp_path):
    marks = Marks(tmp_path)
    for answer, points in ((ADA, None), (ADA, 1.0), (BOB, 2.0), (ADA, 1.0), (ADA, 2.5)):
        marks.add({answer.answer_id: Mark(*answer.question_of, points, "ok")})
    changed = WrittenAnswer("ada", "01_essay", "why", 3.0, "Something else.")
    marks.add({changed.answer_id: Mark(*changed.question_of, 3.0)})
    found = [(one.learner, one.before, one.after, one.is_same_text) for one in Marks(tmp_path).new_points]
    assert found == [("ada", 1.0, 2.5, True), ("ada", 2.5, 3.0, False)]


def test_a_comment_can_come_first_and_alone(tmp_path):
    marks = Marks(tmp_path)
    marks.add(read(saved(filled("", "see me")), ANSWERS, marks))
    assert marks.of(ADA) == Mark("ada", "01_essay", "why", None, "see me")
    marks.add(read(saved(filled("2", "see me")), ANSWERS, marks))
    marks.add(read(saved(filled("", "thanks")), ANSWERS, marks))
    assert (marks.of(ADA).points, marks.of(ADA).comment) == (2.0, "thanks")


def test_damaged_marks_are_never_written_over(tmp_path):
    (tmp_path / "marks.json").write_text('{"tapedeck": 1, "marks": ')
    with pytest.raises(UnreadableMarks, match="Restore it"):
        Marks(tmp_path)
    assert (tmp_path / "marks.json").read_text() == '{"tapedeck": 1, "marks": '


@given(
    st.binary(max_size=300) | st.text(max_size=100).map(lambda text: codecs.BOM_UTF8 + text.encode("utf-8", "replace"))
)
def test_no_bytes_raise_anything_else(data):
    try:
        assert read(data, ANSWERS, NONE) == {}
    except BadSheet as said:
        assert str(said)


@given(st.text(), st.text(), st.text())
def test_an_id_is_of_this_text_alone_and_no_number_to_a_spreadsheet(learner, text, other):
    answer, changed = (WrittenAnswer(learner, "l", "q", 1.0, one) for one in (text, other))
    same = [line.rstrip() for line in text.strip().splitlines()] == [
        line.rstrip() for line in other.strip().splitlines()
    ]
    assert (answer.answer_id == changed.answer_id) == same
    assert not answer.answer_id.removeprefix("answer-").startswith("-") and answer.answer_id.startswith("answer-")
    assert WrittenAnswer(f"{learner}x", "l", "q", 1.0, text).answer_id != answer.answer_id
