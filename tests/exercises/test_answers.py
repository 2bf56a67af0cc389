"""Of every lesson: a right answer passes, however it is written; a wrong one gets the reason that is its own."""

import pytest

from tests.exercises.conftest import SEEDS
from tests.exercises.corpora import NAMES, RIGHT, WRONG, said
from widgets.exercises.judgement import judge
from widgets.exercises.messages import judgement_text
from widgets.exercises.registry import EXERCISES, LESSONS


def test_every_exercise_has_its_corpus_and_a_name_of_its_own():
    assert NAMES == list(EXERCISES) == list(RIGHT) == list(WRONG)
    assert sum(map(len, LESSONS.values())) == len(EXERCISES)


@pytest.mark.parametrize("name", NAMES)
def test_a_right_answer_passes_however_it_is_written_and_says_the_same(name, seed):
    answers = RIGHT[name] if seed == SEEDS[0] else RIGHT[name][-1:]
    assert len(RIGHT[name]) >= 3
    everything_said = {said(name, answer) for answer in answers}
    assert len(everything_said) == 1
    assert "\nRight: " in everything_said.pop()


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_answer_gets_its_reason(name, monkeypatch):
    """At the questions of both seeds in turn: all of them at both would take twice as long, and say the same."""
    for number, (code, answer) in enumerate(WRONG[name]):
        monkeypatch.setenv("TAPEDECK_SEED", SEEDS[number % len(SEEDS)])
        judged = judge(EXERCISES[name], answer)
        assert (judged.status, judged.code) == ("wrong", code), f"number {number}"
        assert judged.sentence.rstrip().endswith((".", "?")) or code == "ERROR", f"number {number}"
        assert "\nNot right: " in judgement_text(EXERCISES[name], judged), f"number {number}"


def test_every_misconception_has_a_wrong_answer_that_shows_it():
    for name, exercise in EXERCISES.items():
        known = {misconception.code for misconception in exercise.misconceptions}
        assert known <= {code for code, _ in WRONG[name]}, name


def nbgraders_own_stub(*given):
    raise NotImplementedError


@pytest.mark.parametrize("name", NAMES)
def test_a_stub_is_not_yet_an_answer(name):
    functions = [lambda *given: ..., nbgraders_own_stub] if EXERCISES[name].takes == "function" else []
    for stub in [..., *functions]:
        assert judge(EXERCISES[name], stub).status == "not attempted"
        assert "\nNo answer yet. " in said(name, stub)
