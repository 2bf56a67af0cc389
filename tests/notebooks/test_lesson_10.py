"""Lesson 10 gives the comparisons that it promises."""


def test_lesson_10_gives_the_comparisons_it_promises(said):
    outputs = said("10_beyond_one_parameter")
    assert "[-0.08  2.  ] leads to [-3.992  0.8  ]\n" in "".join(outputs)
    assert any("rate 1.1: along -4.3e-01, across 8.3e+07\n" in text for text in outputs)  # above the limit of one
    assert "height after 200 steps: you predicted 0.25, and it is 0.25. Well seen.\n" in outputs  # rests on the pass
    assert "[0. 0.]\n[[ 2.  0.]\n [ 0. -1.]]\n" in outputs  # level, and curved both ways
    assert "[-3.9  0.9]\n" in outputs  # Adam's first move is the rate


def test_lesson_10_compares_with_one_budget(said):
    valley, turned = (races(text) for text in said("10_beyond_one_parameter") if text.startswith("sgd       3e-03\n"))
    assert list(valley) == ["sgd", "momentum", "nesterov", "rmsprop", "adam"]
    assert all(height < valley["sgd"] / 100 for rule, height in valley.items() if rule != "sgd")
    assert turned["rmsprop"] > 1000 * valley["rmsprop"]
    assert turned["sgd"] == valley["sgd"] and turned["momentum"] == valley["momentum"]


def races(text):
    """What each optimizer comes down to."""
    return {rule: float(height) for rule, height in map(str.split, text.splitlines())}


def test_lesson_10_shows_what_noise_and_a_schedule_do(said):
    assert "0.3      0.12\n0.01     0.41\nschedule 0.03\n" in said("10_beyond_one_parameter")
    assert "<Figure size 700x300 with 1 Axes>" in said("10_beyond_one_parameter")
    assert "[0.3, 0.15, 0.05, 0.019]\n" in said("10_beyond_one_parameter")
