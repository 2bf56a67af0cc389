"""Every verdict has a name and words of its own."""

from widgets.grading import facts
from widgets.grading.handing_back import sentences


def test_each_kind_has_a_name_and_one_sentence_of_its_own():
    said = {kind: sentences.verdict_in_words(kind) for kind in facts.KINDS}
    assert len(set(said.values())) == len(facts.KINDS)
    assert [sentences.kind_in_words(kind) for kind in facts.KINDS] == list(facts.KINDS)
    assert all(sentence.endswith(".") and "!" not in sentence for sentence in said.values())


def test_no_tape_costs_nothing_and_says_so():
    assert "costs no points" in sentences.advisory_in_words(facts.NO_TAPE)
    assert sentences.advisory_in_words("something new") == "something new"


def test_points_are_written_plainly_and_a_fault_is_no_zero():
    assert sentences.points_in_words(2.0, 3.0) == "2 of 3 points"
    assert sentences.points_in_words(0.5, 1) == "0.5 of 1 points"
    assert sentences.points_in_words(None, 2.0) == "no mark yet, of 2"
