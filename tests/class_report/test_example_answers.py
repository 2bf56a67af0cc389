"""Examples of answers: real code, and nothing in it that names a learner."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.grading.handing_in import LESSON
from widgets.class_report.example_answers import MOST_LINES, anonymous, example

CODE = "def wave(x):\n    return tf.sin(x)"
PARTS = ("ada", "lovelace", "Ada", "LOVELACE", "AdaLovelace", "adalovelace", "Ada Lovelace", "lovelace, ada", "Àda")


def test_the_code_is_the_learners():
    assert anonymous(CODE, LESSON, "ada") == CODE
    laid_out = "def wave( x ) :\n\n    # sine\n    s = tf.sin( x )   # only\n    return s\n"
    assert anonymous(laid_out, LESSON, "ada") == "def wave(x):\n    s = tf.sin(x)\n    return s"


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize(
    "template",
    [
        "# {name}\n{code}",
        "{code}  # by {name}",
        '"""{name}"""\n{code}',
        "def wave(x):\n    '''of {name}'''\n    return tf.sin(x)",
        "{code}\nwho = '{name}'",
        "{code}\nwho = f'{name} {{2 + 3}}'",
        "{code}\nwho = b'{name}'",
        "{code}\nprint('{name}')",
        "{code}\nmy_{word} = 1",
        "def wave(x, {word}=2):\n    return tf.sin(x)",
        "{code}\nx.{word}_value = 3",
        "{code}\n{word}2 = 1",
        "import {word} as t\n{code}",
    ],
)
def test_no_part_of_the_name_is_left(template, name):
    source = template.format(code=CODE, name=name, word="".join(filter(str.isalpha, name)))
    try:
        source.encode("ascii")
    except UnicodeEncodeError:
        source = source.replace("b'", "'")
    ast.parse(source)
    shown = anonymous(source, LESSON, "Ada_Lovelace_17")
    assert not any(part in shown.casefold() for part in ("ada", "lovelace", "àda"))
    assert not shown or "tf.sin(x)" in shown


def test_others_of_the_class_are_not_named_either_but_their_letters_inside_words_do_no_harm():
    assert anonymous(f"{CODE}\nlike_bob = 1", LESSON, "ada", ["bob"]) == ""
    assert anonymous(f"{CODE}\nkabobs = 1", LESSON, "ada", ["bob"]).endswith("kabobs = 1")


def test_the_words_of_the_lesson_name_nobody():
    """A learner may be called like a word of the code."""
    assert anonymous(f"{CODE}\nforward = 1", LESSON, "backward forward") == ""  # in the lesson's text alone
    assert anonymous(CODE, LESSON, "x tf") == CODE and anonymous(CODE, LESSON, "Sin", ["return", "wave"]) == CODE


def test_a_number_of_the_learners_is_not_shown():
    assert anonymous(f"{CODE}\nk = 20261130", LESSON, "lovelace 20261130") == ""
    assert anonymous(f"{CODE}\nk = 20261130", LESSON, "lovelace 7") != ""


@pytest.mark.parametrize(
    "source", ["", "def wave(x:", "%%time\nx", "(" * 500, "x = 1\x00", "wave = 3\n" * (MOST_LINES + 1), "s\u202e = 1"]
)
def test_what_cannot_be_read_is_no_example(source):
    assert anonymous(source, LESSON, "ada") == ""


@given(st.text(max_size=60))
def test_any_text_is_code_without_it_or_nothing(source):
    shown = anonymous(source, LESSON, "ada")
    assert "#" not in shown and "ada" not in shown.casefold()


def test_the_shortest_that_can_be_shown_is_chosen():
    answers = {"ada": f"{CODE}\nada = 1", "bob": f"{CODE}\nz = 1", "cy": f"{CODE}\nlonger = 1"}
    assert example(answers, LESSON, [*answers]).endswith("z = 1")
    assert example({"ada": "ada = 1"}, LESSON, ["ada"]) == example({}, LESSON, []) == ""
