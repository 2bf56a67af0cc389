"""A learner takes the form: what is kept, what is refused, what is handed in; and nothing says what is right."""

import json

import nbformat
import pytest

from widgets.authoring import notebooks
from widgets.exercises import progress_store
from widgets.exercises.progress import progress
from widgets.exercises.progress_schema import from_text
from widgets.form import hand_in, take
from widgets.form.answer_record import AnswerRecord, as_code, is_only_hand_in, records_in_code, records_in_text
from widgets.form.form_notebook import form_notebook
from widgets.form.model import FORMS
from widgets.form.questions import QUESTIONS
from widgets.form.standing import answers_of, hand_in_answers
from widgets.form.typed_numbers import read_number
from widgets.form.widget import FormView


def test_each_answer_is_kept_and_is_there_in_the_next_view():
    view = FormView("pre")
    view.answers = {"1": " -4 ", "3": "b"}
    view.answers = {**view.answers, "10": ["d", "b"], "8.1": "?"}
    kept = {"1": "-4", "3": "b", "8.1": "?", "10": ["b", "d"]}
    assert answers_of("pre") == kept == FormView("pre").answers == FormView("pre").kept
    assert answers_of("post") == {} and view.problems == {}
    view.answers = {**view.answers, "3": ""}
    assert answers_of("pre") == kept | {"3": ""}  # taken back, and that is known


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("1", "four", "'four' is not a number. Write one like -2, 0.5 or 1/8."),
        ("1", "1/0", "'1/0' is not a number."),
        ("1", "9" * 400, "is not a number."),
        ("3", "e", "Choose from a, b, c, d"),
        ("3", ["a", "b"], "Choose from a, b, c, d"),
        ("10", ["a", "z"], "Choose from a, b, c, d"),
        ("10", [None], "Choose from a, b, c, d"),
    ],
)
def test_what_is_no_answer_is_said_and_nothing_else_is_lost(name, answer, said):
    view = FormView("pre")
    view.answers = {"2": "22", name: answer}
    assert said in view.problems[name] and view.kept == {"2": "22"} == answers_of("pre")
    with pytest.raises(ValueError, match=f"Question {name}: "):
        hand_in("pre", {name: answer})
    view.answers = {"2": "22", name: "?"}
    assert view.problems == {} and answers_of("pre") == {"2": "22", name: "?"}


def test_a_view_ignores_what_is_not_asked():
    view = FormView("pre")
    view.answers = {"99": "1", "": None}
    assert answers_of("pre") == {} == view.problems


@pytest.mark.parametrize(
    ("text", "number"),
    [("-2", -2), ("\u22120,5", -0.5), (" 1 / 8 ", 0.125), ("4e-5", 4e-5), (".5", 0.5), ("+3.", 3)],
)
def test_numbers_are_read_as_people_type_them(text, number):
    assert read_number(text) == number


@pytest.mark.parametrize(
    "text", ["", "four", "1,000.5", "1,2,3", "nan", "inf", "1e999", "0x10", "1_0", "٣", "1//2", "/"]
)
def test_other_texts_are_no_numbers(text):
    assert read_number(text) is None


# What is right is nowhere to be seen


@pytest.mark.parametrize("form", FORMS)
def test_neither_the_notebook_nor_the_view_says_what_is_right(form):
    view = FormView(form)
    seen = form_notebook(form) + json.dumps(view.get_state(), default=str) + view.text
    for number, question in enumerate(QUESTIONS, 1):
        assert not any(code in seen for code in question.ideas), number
    parts = [part for question in json.loads(view.facts)["questions"] for part in question["parts"]]
    assert {key for part in parts for key in part} == {"name", "kind", "label", "unit", "choices"}
    assert nbformat.validate(nbformat.reads(form_notebook(form), 4)) is None


def test_progress_does_not_show_the_answers(capsys, tmp_path):
    FormView("pre").answers = {"1": "-4321"}
    progress(csv=tmp_path / "mine.csv")
    assert "4321" not in capsys.readouterr().out + (tmp_path / "mine.csv").read_text("utf-8")
    assert from_text(progress_store.path_of_file().read_text("utf-8")).forms["pre"]["answers"] == {"1": "-4321"}


# Handing in


def test_handing_in_says_what_is_missing(capsys):
    FormView("pre").answers = {"1": "-4", "8.1": "4"}
    hand_in("pre")
    first, answers, last = capsys.readouterr().out.splitlines()
    assert first.startswith("Handed in: 1 of 15 questions answered. Not yet: 2, 3,") and "8, 9" in first
    assert answers == "1: -4; 8.1: 4" and last.startswith("Save the notebook")
    hand_in("post", {str(name): "?" for name in range(1, 16) if name not in (8, 9, 13, 14)})
    assert "11 of 15 questions answered. Not yet: 8, 9, 13, 14." in capsys.readouterr().out


def test_what_was_changed_last_counts_wherever_it_was_changed():
    view = FormView("pre")
    view.answers = {"1": "-4", "2": "7", "3": "a"}
    assert hand_in_answers("pre", {}) == {"1": "-4", "2": "7", "3": "a"}
    written = {"1": "-4", "2": "7", "3": "a"}  # as the cell has them now
    view.answers = view.answers | {"2": "22"}
    assert hand_in_answers("pre", written | {"3": "c"}) == {"1": "-4", "2": "22", "3": "c"}
    assert answers_of("pre")["3"] == "c"


def test_the_code_of_the_cell_gives_the_answers_back_on_another_machine(home, capsys):
    answers = {"1": "-4", "10": ["b", "d"], "11": "?"}
    names = {}
    exec(as_code("pre", answers), names)
    assert answers_of("pre") == answers
    FormView("pre").answers = answers | {"1": "4"}
    exec(as_code("pre", answers), names)
    assert answers_of("pre")["1"] == "4"


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: take("before"), 'takes "pre" or "post", as in take("pre"); got \'before\'.'),
        (lambda: take(["pre"]), 'takes "pre" or "post"'),
        (lambda: hand_in(None), 'as in hand_in("pre"); got None'),
        (lambda: hand_in("pre", ["1"]), 'Write answers as in hand_in("pre", {"1": "2.5"'),
        (lambda: hand_in("pre", {"8": "4"}), "There is no question '8'. There are: 1, 2,"),
        (lambda: hand_in("pre", {"1": True}), "Question 1: True is not a number."),
    ],
)
def test_a_wrong_call_is_told_how_it_is_meant(call, said):
    with pytest.raises(ValueError) as error:
        call()
    assert said in str(error.value) and answers_of("pre") == {}


def test_numbers_may_be_written_as_numbers():
    hand_in("pre", {"1": -4, 2: 22.0, "8.2": "1.5", "3": "B"})
    assert answers_of("pre") == {"1": "-4", "2": "22.0", "3": "b", "8.2": "1.5"}


def test_outside_a_notebook_the_questions_are_printed(capsys):
    take("post")
    said = capsys.readouterr().out
    assert "15. A network has one hidden layer" in said and 'hand_in("post", {"1": "2.5", "3": "b"})' in said


# In the notebook's file


@pytest.mark.parametrize(
    ("source", "is_only"),
    [
        (as_code("pre", {}), True),
        (as_code("pre", {"1": "2"}), True),
        ('hand_in("pre")', True),
        ('hand_in("pre")  # mine', False),
        ('x = 1\nhand_in("pre")', False),
        ("", False),
        ("hand_in(", False),
    ],
)
def test_only_a_cell_with_nothing_else_in_it_is_rewritten(source, is_only):
    assert is_only_hand_in(source) is is_only


def test_a_record_is_read_back_from_text_and_from_code():
    record = AnswerRecord("pre", {"1": "-4", "3": "ü", "10": ["b"]}, "2026-11-30T10:15:00+00:00", True)
    assert list(records_in_text(f"Handed in.\n{record.as_line()}\nmore")) == [record]
    assert list(records_in_code(as_code("pre", record.answers))) == [AnswerRecord("pre", record.answers)]
    assert list(records_in_code('hand_in("pre")\nhand_in("post", answers)')) == []


def test_in_a_kernel_the_outputs_hold_the_answers(tmp_path):
    notebook = nbformat.reads(form_notebook("pre"), 4)
    answer = nbformat.v4.new_code_cell("from widgets.form.standing import keep\nkeep('pre', {'1': '-4'})", id="answer")
    notebook.cells[4:4] = [answer, nbformat.v4.new_code_cell(notebook.cells[2].source, id="again")]
    ran = notebooks.execute(notebook, tmp_path)
    texts = {
        cell.id: [output.data["text/plain"] for output in cell.outputs] for cell in ran.cells if cell.get("outputs")
    }
    (form, nothing), (again, kept), (handed_in,) = texts["form"], texts["again"], texts["hand-in"]
    assert form == again and nothing == "" and form.startswith("Before the course: 15 questions")
    for text, is_handed_in in ((kept, False), (handed_in, True)):
        (record,) = records_in_text(text)
        assert (record.answers, record.is_handed_in) == ({"1": "-4"}, is_handed_in) and record.at
