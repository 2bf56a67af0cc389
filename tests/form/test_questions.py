"""The key of the form, against witnesses that do not know it: the programs run, and TensorFlow differentiates."""

import math
import re

import numpy as np
import pytest
import tensorflow as tf

from widgets.form.model import FORMS, NOT_KNOWN, OTHER, RIGHT, UNKNOWN
from widgets.form.questions import QUESTIONS, posed_questions

NUMBER = r"-?\d+(?:\.\d+)?(?:,\d{3})*"


def question(name, form):
    (found,) = (one for one in QUESTIONS if one.name == name)
    return found.posed(form)


def numbers_in(text):
    return [float(number.replace(",", "")) for number in re.findall(NUMBER, text)]


def right_of(part):
    """Return what the key says: a number, or the texts of the right choices."""
    return part.due if part.kind == "number" else [choice.text for choice in part.choices if not choice.code]


def slope(f, at):
    x = tf.Variable(float(at), dtype=tf.float64)
    with tf.GradientTape() as tape:
        y = f(x)
    return float(tape.gradient(y, x))


def run(program):
    """Run a question's program as a learner would, and return its names."""
    names = {"tf": tf}
    exec(program, names)
    return names


def as_choice(value):
    return "None" if value is None else f"{float(value):.1f}"


@pytest.mark.parametrize("form", FORMS)
def test_slopes_by_a_tape(form):
    (part,), text = question("slope", form).parts, question("slope", form).text
    b, c, at = (float(number) for number in re.search(r"x² - (\d+)x \+ (\d+)\. .* x = (\d+)", text).groups())
    assert part.due == slope(lambda x: x * x - b * x + c, at)
    assert part.wrong["VALUE_NOT_SLOPE"] == (at * at - b * at + c,)
    (part,), text = question("chain_rule", form).parts, question("chain_rule", form).text
    k, a, at = (float(number) for number in re.search(r"\+ (\d+)u and u = (\d+)x\. .* x = (\d+)", text).groups())
    assert part.due == slope(lambda x: (a * x) * (a * x) + k * (a * x), at)
    assert part.wrong["INNER_SLOPE_LEFT_OUT"] == (slope(lambda u: u * u + k * u, a * at),)
    assert part.wrong["ONE_PATH"] == (slope(lambda x: tf.stop_gradient(a * x) * (a * x) + k * (a * x), at),)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["unwatched", "no_influence", "several_targets"])
def test_the_programs_give_what_the_key_says(name, form):
    posed = question(name, form)
    assert right_of(posed.parts[0]) == [as_choice(run(posed.program)["g"])]


def test_what_a_variable_becomes_that_is_assigned_by_its_name():
    before, after = (question("reassigned", form) for form in FORMS)
    rounds = run(before.program.replace("range(100)", "range(1)"))
    assert isinstance(rounds["x"], tf.Tensor) and rounds["g"] == 2.0
    names = {"tf": tf}
    with pytest.raises((TypeError, ValueError)):
        exec(before.program, names)
    assert names["step"] == 1 and names["g"] is None
    assert right_of(before.parts[0]) == ["the first round works; in the second, g is None"]
    assert before.program == after.program
    arrives = []
    for choice in after.parts[0].choices:
        names = {"tf": tf}
        try:
            exec(after.program.replace("x = x - 0.1 * g", choice.text), names)
            arrives += [choice.text] if abs(names["x"].numpy()) < 1e-3 and choice.text != "x.assign(0.1 * g)" else []
        except RuntimeError:
            assert choice.code == "OPERATOR_IN_PLACE"
    assert right_of(after.parts[0]) == arrives


@pytest.mark.parametrize(
    ("form", "f"), zip(FORMS, [lambda x: 2 * tf.sin(2 * x), lambda x: tf.sin(4 * x) / 2], strict=True)
)
def test_a_function_has_the_two_differences(form, f):
    text = question("central_difference", form).text
    coarse, fine = (float(number) for number in re.search(r"gives (\S+), with .* gives (\S+)\. ", text).groups())
    for h, shown, digits in ((0.01, coarse, 4), (1e-7, fine, 2)):
        h = tf.constant(h)
        assert round(float(((1.5 + f(h)) - (1.5 + f(-h))) / (2 * h)), digits) == shown
    exact = slope(f, 0)
    assert abs(coarse - exact) < 1e-3 < abs(fine - exact)
    assert right_of(question("central_difference", form).parts[0])[0].startswith("the first: with a tiny h")


@pytest.mark.parametrize("form", FORMS)
def test_a_parabola_has_the_slopes(form):
    posed = question("second_derivative", form)
    slopes, places = np.array(re.findall(r"(-?\d+) at x = (\d)", posed.text), float).T
    second, first = np.polyfit(places, slopes, 1)
    assert [part.due for part in posed.parts] == pytest.approx([second, -first / second])
    x = tf.Variable(posed.parts[1].due, dtype=tf.float64)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = second / 2 * x * x + first * x
        g = inner.gradient(y, x)
    assert abs(g) < 1e-12 and float(outer.gradient(g, x)) == pytest.approx(posed.parts[0].due)


@pytest.mark.parametrize("form", FORMS)
def test_learning_rates_walked(form):
    posed = question("learning_rates", form)
    (curvature, *_rest) = numbers_in(posed.text)
    one_step, limit = (part.due for part in posed.parts)

    def distance(rate, steps):
        x = tf.Variable(1.0, dtype=tf.float64)
        for _step in range(steps):
            with tf.GradientTape() as tape:
                y = curvature / 2 * x * x
            x.assign_sub(rate * tape.gradient(y, x))
        return abs(float(x))

    assert distance(one_step, 1) < 1e-12
    assert distance(0.99 * limit, 60) < 0.9 < distance(limit, 60) and distance(1.01 * limit, 60) > 1.1


@pytest.mark.parametrize(("form", "rate", "steps"), [("pre", 0.01, 700), ("post", 0.001, 6000)])
def test_a_stall_and_what_helps(form, rate, steps):
    def walked(x, rate, steps):
        for _step in tf.range(steps):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = x * x - 2 * x + 1
            g = tape.gradient(y, x)
            x = x - tf.cast(rate, x.dtype) * g
        return x, g, y

    walk = tf.function(walked)
    x, g, y = walk(tf.constant(0.0), rate, tf.constant(steps))
    assert walk(x, rate, tf.constant(1))[0] == x and g != 0 and y == 0
    for name in ("stall", "vanishing"):
        text = question(name, form).text
        assert f"{rate:g}" in text and f"{steps:,} steps" in text
        (said,) = re.findall(r"-0\.\d+", text)
        assert float(said) == pytest.approx(float(g), rel=0.02)
    after = {
        "ten times as many steps": walk(x, rate, tf.constant(9 * steps))[0],
        "going on with ten times the learning rate": walk(x, 10 * rate, tf.constant(steps))[0],
        "going on with a tenth of the learning rate": walk(x, rate / 10, tf.constant(steps))[0],
        "the same number of steps in float64": walk(tf.constant(0.0, tf.float64), rate, tf.constant(steps))[0],
    }
    helps = [text for text, end in after.items() if abs(1 - float(end)) < abs(1 - float(x))]
    assert right_of(question("stall", form).parts[0]) == helps
    assert set(after) == {choice.text for choice in question("stall", form).parts[0].choices}


@pytest.mark.parametrize("form", FORMS)
def test_python_in_a_graph_is_counted(form):
    posed = question("traces", form)
    assert run(posed.program)["count"] == posed.parts[0].due


@pytest.mark.parametrize("form", FORMS)
def test_two_costs_give_both_times(form):
    posed = question("two_costs", form)
    few, short, many, long = numbers_in(posed.text)
    step, once = (part.due for part in posed.parts)
    assert [once + few * step / 1e6, once + many * step / 1e6] == pytest.approx([short, long])


@pytest.mark.parametrize("form", FORMS)
def test_gradients_of_a_matrix_product(form):
    posed = question("matrix_product", form)
    rows, ins, outs = (
        int(number) for number in re.search(r"shape (\d+)×(\d+), W has the shape \d+×(\d+)", posed.text).groups()
    )
    rng = np.random.default_rng(1)
    X, W, b, G = (rng.normal(size=size) for size in [(rows, ins), (ins, outs), (outs,), (rows, outs)])
    W, b = tf.Variable(W), tf.Variable(b)
    with tf.GradientTape() as tape:
        Y = X @ W + b
    of_w, of_b = tape.gradient(Y, [W, b], output_gradients=tf.constant(G))
    formulas = {"G Wᵀ": G @ W.numpy().T, "Gᵀ X": G.T @ X, "Xᵀ G": X.T @ G}
    fits = []
    for choice in posed.parts[0].choices:
        shape, formula = choice.text.split(": ")
        value = formulas.get(formula)  # of X G there is none: its shapes do not fit
        if value is not None:
            assert shape == "×".join(map(str, value.shape))
            fits += [choice.text] if value.shape == of_w.shape and np.allclose(value, of_w) else []
    assert right_of(posed.parts[0]) == fits
    sums = {"each column of G added up": G.sum(0), "each row of G added up": G.sum(1), "G itself": G}
    sums["the mean of each column of G"] = G.mean(0)
    same = [text for text, value in sums.items() if value.shape == of_b.shape and np.allclose(value, of_b)]
    assert [text.split(": ")[1] for text in right_of(posed.parts[1])] == same


@pytest.mark.parametrize(("form", "start"), [("pre", 0.3), ("post", 0.0)])
def test_a_network_of_equal_weights(form, start):
    x = tf.constant(np.random.default_rng(1).normal(size=(20, 2)))
    shapes = [(2, 5), (5,), (5, 1), (1,)]
    weights = [tf.Variable(np.full(shape, start)) for shape in shapes]
    for _step in range(50):
        with tf.GradientTape() as tape:
            hidden = tf.tanh(x @ weights[0] + weights[1])
            loss = tf.reduce_mean((hidden @ weights[2] + weights[3] - x[:, :1] ** 2) ** 2)
        for weight, gradient in zip(weights, tape.gradient(loss, weights), strict=True):
            weight.assign_sub(0.1 * gradient)
    moved = [not np.allclose(weight, start, atol=1e-12) for weight in weights]
    assert np.allclose(hidden, hidden[:, :1])  # all units are equal
    (right,) = right_of(question("equal_weights", form).parts[0])
    assert right.startswith(
        "all hidden units are still equal" if all(moved) else "nothing has changed but the bias of the output"
    )
    assert moved == [True] * 4 or moved == [False, False, False, True]


# The records


def test_both_forms_ask_the_same_with_other_numbers():
    assert len(QUESTIONS) == 15 and len({one.name for one in QUESTIONS}) == 15
    for one in QUESTIONS:
        before, after = (one.posed(form) for form in FORMS)
        assert before != after
        assert [part.kind for part in before.parts] == [part.kind for part in after.parts]
        for first, second in zip(before.parts, after.parts, strict=True):
            assert first.kind != "number" or not math.isclose(first.due, second.due)


@pytest.mark.parametrize("form", FORMS)
def test_every_wrong_idea_is_told_from_every_other_and_from_what_is_right(form):
    for number, posed, parts in posed_questions(form):
        record, seen = QUESTIONS[number - 1], set()
        for part in parts.values():
            values = [part.due, *(one for several in (part.wrong or {}).values() for one in several)]
            for place, value in enumerate(values):
                assert all(not math.isclose(value, other, rel_tol=0.02) for other in values[place + 1 :]), (
                    number,
                    values,
                )
            codes = [*(part.wrong or {}), *(choice.code for choice in part.choices if choice.code)]
            assert len(set(codes)) == len(codes)
            assert part.kind == "several" or len([choice for choice in part.choices if not choice.code]) == bool(
                part.choices
            )
            seen |= set(codes)
        assert seen <= record.ideas.keys(), number
        assert posed.text


def test_every_named_idea_can_be_seen():
    for number, record in enumerate(QUESTIONS, 1):
        parts = [part for form in FORMS for part in record.posed(form).parts]
        codes = {code for part in parts for code in [*(part.wrong or {}), *(choice.code for choice in part.choices)]}
        assert codes - {""} == record.ideas.keys(), number


def test_the_right_choice_is_not_always_at_the_same_place_nor_the_longest():
    for form in FORMS:
        choices = [
            part.choices
            for _number, _posed, parts in posed_questions(form)
            for part in parts.values()
            if part.kind == "choice"
        ]
        places = [next(place for place, choice in enumerate(one) if not choice.code) for one in choices]
        longest = [max(one, key=lambda choice: len(choice.text)).code == "" for one in choices]
        assert len(set(places)) == 4 and max(map(places.count, places)) <= len(places) // 2
        assert sum(longest) <= len(choices) // 2


@pytest.mark.parametrize(
    ("answers", "verdicts"),
    [
        ({"8.1": "4", "8.2": "1,5"}, {RIGHT}),
        ({"8.1": "4.00", "8.2": "3/2"}, {RIGHT}),
        ({"8.1": "4", "8.2": ""}, {"blank"}),
        ({"8.1": "\u22124", "8.2": "1.5"}, {"SIGN"}),
        ({"8.1": "8", "8.2": "0"}, {"WHOLE_CHANGE", "LOWEST_SLOPE"}),
        ({"8.1": UNKNOWN, "8.2": "1"}, {NOT_KNOWN, "NEAREST_IN_TABLE"}),
        ({"8.1": "four", "8.2": ["4"]}, {OTHER}),
    ],
)
def test_a_question_is_right_if_all_its_parts_are(answers, verdicts):
    assert QUESTIONS[7].verdicts("pre", answers, 8) == verdicts


@pytest.mark.parametrize(
    ("answer", "verdicts"),
    [
        (["b", "d"], {RIGHT}),
        (["b"], {OTHER}),
        (["a", "b", "d"], {"MORE_STEPS"}),
        (["a", "c"], {"MORE_STEPS", "SMALLER_RATE"}),
        ([], {"blank"}),
        ("?", {NOT_KNOWN}),
        (["b", "z"], {OTHER}),
        ({"b": 1}, {OTHER}),
    ],
)
def test_of_several_choices_all_right_ones_count(answer, verdicts):
    assert QUESTIONS[9].verdicts("pre", {"10": answer}, 10) == verdicts
