"""The numbers that lessons promise are in their solutions. (That a fresh run gives them again is nbval's to say.)"""

import re

import pytest

PROMISED = {
    "00_start_here": ["7.0", "Lesson 00: 3 of 3"],
    "01_the_tape": ["numpy=-2.0", "-3.4667816", "A non-persistent GradientTape"],
    "02_what_the_tape_watches": [
        "dy_dx = -2.0\ndy_da = None ; dy_db = None ; dy_dc = None",
        "dy_da = 0.0\ndy_db = 0.0\ndy_dc = 1.0",
        "9.0\n3.0\n1.0",  # the same at x = 3
        "ASSIGNED_IN_TAPE",
        "dy/dc = 0.0 but x is 3.0",
    ],
    "03_playing_it_backward": [
        "48.0",
        "192.0",
        "dz_dx = 44.0",
        "[[2. 1.]\n [1. 3.]\n [0. 4.]]\ngradient: [3. 8.]",
        "543.0",
        "0.1 12.0099945\n0.01 12.000084\n0.0001 11.994839\n0.000001 11.444092",
    ],
    "04_derivatives_of_derivatives": [
        "slope -2.0 and its slope 2.0",
        "-2.0 and None",
        "[ 4. 13.]\n[[ 4.  2.]\n [ 2. 12.]]",
    ],
    "05_gradient_descent": [
        "y = 0 ; x = 0.999998569",
        "y = 0 ; x = 0.999998868",  # ten more steps at 0.1: from here ...
        "y = 0 ; x = 0.999999881",  # ... to here
        "0.1 approaches\n0.5 lands\n1.0 bounces",
    ],
    "06_when_float32_stops": [
        "0.999998569 0.999998569",  # after 1,000 steps and after 10,000
        "stalls at step 660",
        "update     2.8610229e-08\nhalf a ULP 2.9802322e-08",
        "[0.999999881 0.999998569 0.999985099]\nstall at steps (72, 660, 5494)",
        "float32 0.999998569\nfloat64 0.99999999999999722",
        "x*x - 2*x      -1\nx*x - 2*x + 1  0",
    ],
    "07_minimize": ["'SGD' object has no attribute 'minimize'", "y = 0 ; x = 0.999998569", "u = 3.0 and v = -1.0"],
    "08_the_tape_in_tf_function": [
        "(-2, 1)\n(0, 0)",
        "1.0\n4.0\n9.0\nPython: 1  TensorFlow: 3",
        "range    81 801\ntf.range 17 17",
        "y = 0 ; x = 0.999998569",  # ten thousand steps inside one function
        "tf.function is faster than eager: True\nwith XLA it is, too: True",
    ],
    "09_steering_gradients": [
        "value 9.0 slope 3.0",  # stop_gradient
        "(9.0, 6.0)\n(90.0, 60.0)",  # custom_gradient, by itself and ten times
        "-7.8\n182.02081\n-2.4120728e+06\n5.6134676e+18\n-inf\nnan",  # not clipped
        "[2.9, 2.8, 2.7] [0.367, 0.347, 0.33] 0.174",  # clipped
        "(0.0, nan) (0.0, 0.0)\n(0.5, -0.25)",  # 1/x, chosen once and twice
    ],
    "10_beyond_one_parameter": [
        "[-0.08  2.  ] leads to [-3.992  0.8  ]",
        "rate 1.1: along -4.3e-01, across 8.3e+07",  # above the limit of one direction
        "[0. 0.]\n[[ 2.  0.]\n [ 0. -1.]]",  # a saddle point
        "[-3.9  0.9]",  # Adam's first move is the learning rate
        "0.3      0.12\n0.01     0.41\nschedule 0.03",
    ],
    "11_a_model_of_your_own": ["from 18.296 to 0.155", "seen 0.979\nunseen 1.000", "(342, 342)"],
    "12_build_a_tape": ["dy/dx Number(8) and None", "Number(1.5372) 1.537", "12.0"],
}


@pytest.mark.parametrize("lesson", PROMISED)
def test_a_lesson_gives_the_numbers_it_promises(said, lesson):
    outputs = "".join(said(lesson))
    assert [promise for promise in PROMISED[lesson] if promise not in outputs] == []


def test_every_lesson_promises_something(root):
    scripts = sorted(path.stem for path in root.glob("solutions/[0-9]*.py"))
    assert sorted(PROMISED) == scripts, "give it a row in PROMISED above: numbers that its text speaks of"


def test_by_hand_and_by_fit_the_losses_are_the_same(said):
    outputs = said("11_a_model_of_your_own")
    (both,) = (text for text in outputs if text.startswith("by hand"))
    by_hand, by_fit = (line.split("[")[1] for line in both.splitlines())
    assert by_hand == by_fit and by_hand.startswith("18.296  11.7651")
    assert outputs.count("[0.6858 0.3756 0.2831 0.234 ]\n") == 2  # in mini-batches, too


def test_with_one_budget_no_optimizer_is_best_everywhere(said):
    heights = [
        {rule: float(height) for rule, height in map(str.split, text.splitlines())}
        for text in said("10_beyond_one_parameter")
        if re.match(r"sgd +3e-03\n", text)
    ]
    valley, turned = heights
    assert list(valley) == ["sgd", "momentum", "nesterov", "rmsprop", "adam"]
    assert all(height < valley["sgd"] / 100 for rule, height in valley.items() if rule != "sgd")
    assert turned["rmsprop"] > 1000 * valley["rmsprop"]
    assert turned["sgd"] == valley["sgd"] and turned["momentum"] == valley["momentum"]
