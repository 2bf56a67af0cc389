"""Lesson 08: a tape inside a tf.function, and a function that is traced only once."""

import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.answer_adapters import CallCounter
from widgets.exercises.exercise import Exercise, Question, wrong_behavior, wrong_formula
from widgets.exercises.predicates import raised_with, returned
from widgets.exercises.reference_functions import cosine, cubic, x_exp_minus_x
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import NOT_A_GRAPH, SAME_TARGET, SWAPPED

NOT_RETURNED = wrong_behavior(
    "GRAPH_NOT_RETURNED",
    returned(lambda returned: not isinstance(returned, list)),
    _("what came back is no function. Return the inner function itself, with no brackets behind it."),
    cause=_("Something else came back where a function was asked for."),
    repair=_("Return the inner function by its name, with no brackets behind it."),
)
NUMPY_IN_GRAPH = wrong_behavior(
    "NUMPY_IN_GRAPH",
    raised_with("numpy"),
    _("there is no numpy() inside a graph: while Python traces, a tensor has no number yet. Return the tensor itself."),
    cause=_("`.numpy()` was called inside a `tf.function`, where a tensor has no number yet."),
    repair=_("Return the tensor, and call `.numpy()` on what the function gives back."),
)
VARIABLE_IN_GRAPH = wrong_behavior(
    "VARIABLE_IN_GRAPH",
    raised_with("singleton tf.Variables"),
    _("a tf.function may not make a new Variable whenever it runs. Make it before, outside, and use it inside."),
    cause=_("A `tf.function` makes a new Variable whenever it runs, and that it may not."),
    repair=_("Make the Variable once, before the function, and use it inside."),
)


def no_gradient(sentence):
    """Return the misconception of answers whose first number is None, with what to say about it."""
    return wrong_behavior("CONSTANT_NOT_WATCHED", returned(_first_is_none), sentence)


def _first_is_none(returned):
    return isinstance(returned, list) and bool(returned) and returned[0] is None


_CALL_OFFSETS = (-1.0, 1.0, 0.0)  # it is called at three places, the last of which is the one asked about


def _slope_and_value_questions(rng):
    curves = (cubic(*spread(rng, 0.5, 1.5, 1)), cosine(*spread(rng, 1.2, 2.0, 1)), x_exp_minus_x())
    return tuple(_slope_and_value_question(*given) for given in zip(curves, spread(rng, 0.4, 1.6), strict=True))


def _slope_and_value_question(curve, x):
    return Question(f"{curve.label}, x = {x}", (curve, x), (curve.derivative(1, x), curve.derivative(0, x), 1))


def _call_at_offsets(answer, curve, x):
    counted = CallCounter(curve)
    compiled = answer(counted)
    if not callable(compiled):
        return compiled
    for away in _CALL_OFFSETS:
        returned = compiled(tf.constant(x + away))
    parts = returned if isinstance(returned, list | tuple) else [returned]
    return [*parts, counted.runs]


SLOPE_AND_VALUE = Exercise(
    name="slope_and_value",
    use=_call_at_offsets,
    columns=("dy/dx", "y", _("times Python ran it")),
    questions=_slope_and_value_questions,
    misconceptions=(
        NUMPY_IN_GRAPH,
        VARIABLE_IN_GRAPH,
        NOT_RETURNED,
        no_gradient(_("the gradient is None: x is a plain tensor. Watch it, inside the block: tape.watch(x).")),
        wrong_formula(
            SWAPPED,
            lambda curve, x: (curve.derivative(0, x), curve.derivative(1, x), 1),
            _("the two have changed places. First the slope, then the value."),
        ),
        wrong_formula(
            NOT_A_GRAPH,
            lambda curve, x: (curve.derivative(1, x), curve.derivative(0, x), len(_CALL_OFFSETS)),
            _(
                "both numbers are right, but Python runs the function at each call. Put @tf.function above the inner def."
            ),
        ),
        wrong_formula(
            SAME_TARGET,
            lambda curve, x: (curve.derivative(1, x), curve.derivative(1, x), 1),
            _("the slope came back twice. Return y as well: tape.gradient(y, x), y."),
        ),
    ),
    hints=(
        _("It is `f` from above, with `function(x)` in place of the formula, and inside another function."),
        _("Define it inside, with @tf.function above its def; watch x; return gradient and y; at the end return it."),
        _(
            "@tf.function     # then:  def compiled(x): with the tape; return tape.gradient(y, x), y     and:  return compiled"
        ),
    ),
    right=_("the tape was traced along with everything else: the graph holds the way forward and the way back."),
)
"""`slope_and_value`: a tf.function with a tape in it. Judged by both numbers and by how often Python runs the function."""


def _steady_questions(rng):
    curves = (cubic(*spread(rng, 0.5, 1.5, 1)), cosine(*spread(rng, 1.2, 2.0, 1)), x_exp_minus_x())
    return tuple(_steady_question(curve, *spread(rng, 0.3, 1.8)) for curve in curves)


def _steady_question(curve, *numbers):
    label = _("{curve} at {numbers}").format(curve=curve.label, numbers=", ".join(map(str, numbers)))
    return Question(label, (curve, *numbers), _right_slopes(1)(curve, *numbers))


def _right_slopes(runs):
    """Return the formula of answers with the right slopes, for which Python ran the function so often."""
    return lambda curve, *numbers: (*(curve.derivative(1, x) for x in numbers), runs)


def _call_twice_at_each(answer, curve, *numbers):
    """Return the slopes at Python numbers, and how often the function was run: each number is asked about twice."""
    counted = CallCounter(curve)
    slope = answer(counted)
    if not callable(slope):
        return slope
    slopes = [slope(x) for x in (*numbers, *numbers)]
    return [*slopes[: len(numbers)], counted.runs]


STEADY = Exercise(
    name="steady",
    use=_call_twice_at_each,
    columns=(_("dy/dx first"), _("second"), _("third"), _("times Python ran it")),
    questions=_steady_questions,
    misconceptions=(
        NUMPY_IN_GRAPH,
        VARIABLE_IN_GRAPH,
        NOT_RETURNED,
        wrong_behavior(
            "NUMBER_WATCHED",
            raised_with("Passed in object"),
            _("a tape cannot watch a Python number. Make it a tensor before the graph sees it."),
            cause=_("A tape was told to watch a Python number."),
            repair=_("Make it a tensor first, with `tf.constant` or `tf.convert_to_tensor`."),
        ),
        no_gradient(_("the gradient is None. Make x a tensor first, then watch that tensor.")),
        wrong_formula(
            "RETRACED",
            _right_slopes(3),
            _(
                "it was traced once for each number: a Python number is part of the graph, so another one needs another "
                "graph. Make it a tensor outside, or write down an input_signature."
            ),
        ),
        wrong_formula(
            NOT_A_GRAPH,
            _right_slopes(6),
            _("the slopes are right, but Python runs the function at each call. Put @tf.function above the inner def."),
        ),
    ),
    hints=(
        _("A graph is made anew for each Python number, but not for each tensor. Who could turn one into the other?"),
        _(
            "Either tell tf.function that x is a float tensor, by an input_signature, or wrap it in a function that converts."
        ),
        _("@tf.function(input_signature=[tf.TensorSpec([], tf.float32)])     # above the inner def"),
    ),
    right=_("one graph, whatever number comes. It saw a placeholder, and the number is filled in later."),
)
"""`steady`: a slope that is asked at Python numbers, and yet is traced only once."""
