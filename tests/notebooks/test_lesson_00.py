"""Lesson 00 shows each thing that a learner meets: the doctor, predictions, a deck, checks, a hint and a widget."""

LESSON = "00_start_here"


def test_lesson_00_has_the_doctor_look(said):
    assert "All is well. Next: jupyter lab lessons\n" in said(LESSON)


def test_lesson_00_puts_predictions_beside_what_happens(said):
    text = "".join(said(LESSON))
    assert "y at 3: you predicted 7.0, and it is 7.0. Well seen.\n" in text
    assert "y beside x: you predicted more than x, and it is more than x. Well seen.\n" in text


def test_lesson_00_plays_a_first_deck(said):
    text = "".join(said(LESSON))
    assert "2 * x + 1: AddV2 gives 7.0. Recorded by tape." in text
    assert "tape.gradient(y, x) returns x: 2.0." in text


def test_lesson_00_says_how_far_the_learner_is(said):
    text = "".join(said(LESSON))
    assert "Lesson 00: 3 of 3 right, 2 of 2 predicted\n" in text
    assert "Not begun: 01, 02" in text


def test_lesson_00_shows_a_wrong_answer_a_hint_and_three_right_ones(said):
    text = "".join(said(LESSON))
    assert "Not right: this is x times x. Wanted is two times x.\n" in text
    assert "Hint 1 of 3: " in text
    assert text.count("\nRight: ") == 3
