"""`slope_and_value`: a tf.function with a tape in it. Judged by both numbers and by how often Python runs the function."""

import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.answer_adapters import CallCounter
from widgets.exercises.exercise import Exercise, Question, mistaken
from widgets.exercises.lesson_08.graphs import NOT_RETURNED, NUMPY_IN_GRAPH, VARIABLE_IN_GRAPH, no_gradient
from widgets.exercises.reference_functions import cosine, cubic, x_exp_minus_x
from widgets.exercises.seeds import spread

_AROUND = (-1.0, 1.0, 0.0)  # it is called at three places, the last of which is the one asked about


def _questions(rng):
    curves = (cubic(*spread(rng, 0.5, 1.5, 1)), cosine(*spread(rng, 1.2, 2.0, 1)), x_exp_minus_x())
    return tuple(_question(*given) for given in zip(curves, spread(rng, 0.4, 1.6), strict=True))


def _question(curve, x):
    return Question(f"{curve.label}, x = {x}", (curve, x), (curve.derivative(1, x), curve.derivative(0, x), 1))


def _called(answer, curve, x):
    counted = CallCounter(curve)
    compiled = answer(counted)
    if not callable(compiled):
        return compiled
    for away in _AROUND:
        returned = compiled(tf.constant(x + away))
    parts = returned if isinstance(returned, list | tuple) else [returned]
    return [*parts, counted.runs]


SLOPE_AND_VALUE = Exercise(
    name="slope_and_value",
    use=_called,
    columns=("dy/dx", "y", _("times Python ran it")),
    questions=_questions,
    misconceptions=(
        NUMPY_IN_GRAPH,
        VARIABLE_IN_GRAPH,
        NOT_RETURNED,
        no_gradient(_("the gradient is None: x is a plain tensor. Watch it, inside the block: tape.watch(x).")),
        mistaken(
            "SWAPPED",
            lambda curve, x: (curve.derivative(0, x), curve.derivative(1, x), 1),
            _("the two have changed places. First the slope, then the value."),
        ),
        mistaken(
            "NOT_A_GRAPH",
            lambda curve, x: (curve.derivative(1, x), curve.derivative(0, x), len(_AROUND)),
            _(
                "both numbers are right, but Python runs the function at each call. Put @tf.function above the inner def."
            ),
        ),
        mistaken(
            "SAME_TARGET",
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
