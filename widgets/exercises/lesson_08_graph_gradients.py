"""Lesson 08: a tape inside a tf.function, and a function that is traced only once."""

from __future__ import annotations

from widgets.common.catalogue import _
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.closed_forms import ReferenceFunction, draw_curves
from widgets.exercises.exercise import (
    Exercise,
    Formula,
    Question,
    Questions,
    Rng,
    spread,
)
from widgets.exercises.misconceptions import raised_with, returned, wrong_behavior, wrong_formula
from widgets.exercises.traced_once import changing_function

OF_ANY_GRAPH = (
    wrong_behavior(
        "NUMPY_IN_GRAPH",
        raised_with("numpy"),
        _(".numpy() does not work inside a graph: during tracing a tensor has no value yet. Return the tensor itself."),
        cause=_("`.numpy()` was called inside a `tf.function`, where a tensor has no value yet."),
        repair=_("Return the tensor, and call `.numpy()` on the result of the function."),
    ),
    wrong_behavior(
        "VARIABLE_IN_GRAPH",
        raised_with("singleton tf.Variables"),
        _("a tf.function must not create a new Variable in every call. Create it before, outside, and use it inside."),
        cause=_("A `tf.function` creates a new Variable in every call, which TensorFlow does not allow."),
        repair=_("Create the Variable once, before the function, and use it inside."),
    ),
    wrong_behavior(
        "GRAPH_NOT_RETURNED",
        returned(lambda returned: not isinstance(returned, list)),
        _("the result is not a function. Return the inner function itself, without parentheses."),
        cause=_("The result is not a function."),
        repair=_("Return the inner function itself, without parentheses after its name."),
    ),
)
"""The misconceptions that all three exercises meet."""


def _first_is_none(returned: object) -> bool:
    return isinstance(returned, list) and bool(returned) and returned[0] is None


_CALLS = 3  # of each graph, as `widgets.answers.loop_uses` has it


def _slope_and_value_questions(rng: Rng) -> Questions:
    return tuple(
        Question(f"{curve.label}, x = {x}", (curve, x), (curve.derivative(1, x), curve.derivative(0, x), 1))
        for curve, x in zip(draw_curves(rng, 0.5, 1.5), spread(rng, 0.4, 1.6), strict=True)
    )


SLOPE_AND_VALUE = Exercise(
    name="slope_and_value",
    use="a graph at three places",
    columns=("dy/dx", "y", _("runs in Python")),
    questions=_slope_and_value_questions,
    confirmed_by=(changing_function(_slope_and_value_questions, place=0, runs=1), shared.NOT_A_GRAPH),
    misconceptions=(
        *OF_ANY_GRAPH,
        wrong_behavior(
            "CONSTANT_NOT_WATCHED",
            returned(_first_is_none),
            _("the gradient is None: x is a plain tensor. Watch it inside the block: tape.watch(x)."),
        ),
        wrong_formula(
            shared.SWAPPED,
            lambda curve, x: (curve.derivative(0, x), curve.derivative(1, x), 1),
            _("the two are in the wrong order. Return the slope first, then the value."),
        ),
        wrong_formula(
            shared.NOT_A_GRAPH,
            lambda curve, x: (curve.derivative(1, x), curve.derivative(0, x), _CALLS),
            _(
                "both numbers are right, but Python runs the function in each call. Put @tf.function above the inner def."
            ),
        ),
        wrong_formula(
            shared.SAME_TARGET,
            lambda curve, x: (curve.derivative(1, x), curve.derivative(1, x), 1),
            _("this is the slope twice. Return y as well: tape.gradient(y, x), y."),
        ),
    ),
    hints=(
        _("It is `f` from above, with `function(x)` instead of the formula, and inside another function."),
        _(
            "Define it inside, with @tf.function above its def; watch x; return the gradient and y; at the end return the function."
        ),
        _(
            "@tf.function     # then:  def compiled(x): with the tape; return tape.gradient(y, x), y     and:  return compiled"
        ),
    ),
    right=_("the tape was traced along with everything else: the graph contains the forward and the backward pass."),
)
"""Asks for a tf.function with a tape in it: both numbers in closed form, and Python may run the function only once."""


def _steady_questions(rng: Rng) -> Questions:
    return tuple(_steady_question(curve, *spread(rng, 0.3, 1.8)) for curve in draw_curves(rng, 0.5, 1.5))


def _steady_question(curve: ReferenceFunction, *numbers: float) -> Question:
    label = _("{curve} at {numbers}").format(curve=curve.label, numbers=", ".join(map(str, numbers)))
    return Question(label, (curve, *numbers), _right_slopes(1)(curve, *numbers))


def _right_slopes(runs: int) -> Formula:
    """Return the formula of answers with the right slopes and this number of runs in Python."""
    return lambda curve, *numbers: (*(curve.derivative(1, x) for x in numbers), runs)


STEADY = Exercise(
    name="steady",
    use="a graph at each number twice",
    columns=(_("dy/dx first"), _("second"), _("third"), _("runs in Python")),
    questions=_steady_questions,
    confirmed_by=(changing_function(_steady_questions, place=0, runs=1), shared.NOT_A_GRAPH),
    misconceptions=(
        *OF_ANY_GRAPH,
        wrong_behavior(
            "NUMBER_WATCHED",
            raised_with("Passed in object"),
            _("a tape cannot watch a Python number. Convert it to a tensor before you call the graph."),
            cause=_("A tape was told to watch a Python number."),
            repair=_("Convert it to a tensor first, with `tf.constant` or `tf.convert_to_tensor`."),
        ),
        wrong_behavior(
            "CONSTANT_NOT_WATCHED",
            returned(_first_is_none),
            _("the gradient is None. Convert x to a tensor first, then watch that tensor."),
        ),
        wrong_formula(
            "RETRACED",
            _right_slopes(3),
            _(
                "it was traced once for each number: a Python number is part of the graph, so another number needs another "
                "graph. Convert it to a tensor outside, or use an input_signature."
            ),
        ),
        wrong_formula(
            shared.NOT_A_GRAPH,
            _right_slopes(6),
            _("the slopes are right, but Python runs the function in each call. Put @tf.function above the inner def."),
        ),
    ),
    hints=(
        _(
            "TensorFlow traces a new graph for each Python number, but not for each tensor. Where could you convert one to the other?"
        ),
        _(
            "Either tell tf.function with an input_signature that x is a float tensor, or wrap it in a function that converts x."
        ),
        _("@tf.function(input_signature=[tf.TensorSpec([], tf.float32)])     # above the inner def"),
    ),
    right=_("one graph for all numbers. It was traced with a placeholder, and the number is filled in at each call."),
)
"""Asks for a slope at Python numbers with only one trace: closed forms, and one run in Python."""
