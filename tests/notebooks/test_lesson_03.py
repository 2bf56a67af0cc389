"""Lesson 03 gives the numbers of the way back that it promises."""

LESSON = "03_playing_it_backward"


def test_lesson_03_hands_on_what_it_promises(said):
    text = "".join(said(LESSON))
    assert "gradient 1.0, passes back 48.0 to y." in text
    assert "gradient 48.0, passes back 192.0 to x read." in text
    for handed in (
        "4.0 to h (1 of 3, together 4.0)",
        "4.0 to h (2 of 3, together 8.0)",
        "3.0 to h (3 of 3, together 11.0)",
    ):
        assert handed in text
    assert any(text.endswith("dz_dx = 44.0\n") for text in said(LESSON))
    assert "True 11.0 None\n" in said(LESSON)  # the same number, but not the same tensor


def test_lesson_03_adds_up_a_target_of_three_numbers_and_weighs_it(said):
    outputs = said(LESSON)
    assert "three at once: you predicted 12.0, and it is 12.0. Well seen.\n" in outputs
    assert "weights 1, 10, 100: you predicted 543.0, and it is 543.0. Well seen.\n" in outputs
    assert "12.0\n" in outputs  # the weights as a list: only the first counts


def test_lesson_03_gives_the_jacobians_it_promises(said):
    outputs = said(LESSON)
    assert "[[2. 1.]\n [1. 3.]\n [0. 4.]]\ngradient: [3. 8.]\n" in outputs
    assert "(2, 2, 2, 2)\n" in outputs
    assert any(text.endswith("[[[2. 1.]\n  [1. 4.]]\n\n [[4. 3.]\n  [1. 8.]]]\n") for text in outputs)


def test_lesson_03_calls_a_witness(said):
    outputs = said(LESSON)
    assert "0.1 12.0099945\n0.01 12.000084\n0.0001 11.994839\n0.000001 11.444092\n" in outputs
    assert "tape: 2.0\n" in outputs
    assert any(text.startswith("witness: 4.00000") for text in outputs)
