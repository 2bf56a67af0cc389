"""Of every lesson: a right answer passes, however it is written; a wrong one gets the reason that is its own."""

import pytest

from tests.exercises.corpora import NAMES, RIGHT, WRONG, said
from widgets.exercises import EXERCISES, LESSON_OF, LESSONS, judge
from widgets.exercises.messages import judgement_text


def corpus():
    return [pytest.param(name, *case, id=f"{name}-{i}") for name in NAMES for i, case in enumerate(WRONG[name])]


def test_every_exercise_has_its_corpus_and_a_name_of_its_own():
    assert NAMES == list(EXERCISES) == list(RIGHT) == list(WRONG)
    assert sum(map(len, LESSONS.values())) == len(EXERCISES)


@pytest.mark.parametrize("name", NAMES)
def test_a_right_answer_passes_however_it_is_written_and_says_the_same(name, seed):
    assert len(RIGHT[name]) >= 3
    everything_said = {said(name, answer) for answer in RIGHT[name]}
    assert len(everything_said) == 1
    assert "\nRight: " in everything_said.pop()


@pytest.mark.parametrize("name, code, answer", corpus())
def test_a_wrong_answer_gets_its_reason(name, code, answer, seed):
    judged = judge(EXERCISES[name], answer)
    assert (judged.status, judged.code) == ("wrong", code)
    assert judged.sentence.rstrip().endswith((".", "?")) or code == "ERROR"
    assert "\nNot right: " in judgement_text(EXERCISES[name], judged)


@pytest.mark.parametrize("name", NAMES)
def test_every_misconception_has_a_wrong_answer_that_shows_it(name):
    known = {misconception.code for misconception in EXERCISES[name].misconceptions}
    shown = {code for code, _ in WRONG[name]}
    assert known <= shown, f"give {name} a row in WRONG of tests/exercises/answers_{LESSON_OF[name]}.py"


def nbgraders_own_stub(*given):
    raise NotImplementedError


@pytest.mark.parametrize("name", NAMES)
def test_a_stub_is_not_yet_an_answer(name):
    functions = [lambda *given: ..., nbgraders_own_stub] if EXERCISES[name].takes == "function" else []
    for stub in [..., *functions]:
        assert judge(EXERCISES[name], stub).status == "not attempted"
        assert "\nNo answer yet. " in said(name, stub)
