"""`steady`: a slope that is asked at Python numbers, and yet is traced only once."""

from widgets.common.catalogue import _
from widgets.exercises.answer_adapters import CallCounter
from widgets.exercises.exercise import Exercise, Misconception, Question, mistaken
from widgets.exercises.lesson_08.graphs import NOT_RETURNED, NUMPY_IN_GRAPH, VARIABLE_IN_GRAPH, no_gradient
from widgets.exercises.predicates import raised_with
from widgets.exercises.reference_functions import cosine, cubic, x_exp_minus_x
from widgets.exercises.seeds import spread


def _questions(rng):
    curves = (cubic(*spread(rng, 0.5, 1.5, 1)), cosine(*spread(rng, 1.2, 2.0, 1)), x_exp_minus_x())
    return tuple(_question(curve, *spread(rng, 0.3, 1.8)) for curve in curves)


def _question(curve, *numbers):
    label = _("{curve} at {numbers}").format(curve=curve.label, numbers=", ".join(map(str, numbers)))
    return Question(label, (curve, *numbers), _slopes(1)(curve, *numbers))


def _slopes(runs):
    """Return the formula of answers with the right slopes, for which Python ran the function so often."""
    return lambda curve, *numbers: (*(curve.derivative(1, x) for x in numbers), runs)


def _called_twice(answer, curve, *numbers):
    """Return the slopes at Python numbers, and how often the function was run: each number is asked about twice."""
    counted = CallCounter(curve)
    slope = answer(counted)
    if not callable(slope):
        return slope
    slopes = [slope(x) for x in (*numbers, *numbers)]
    return [*slopes[: len(numbers)], counted.runs]


STEADY = Exercise(
    name="steady",
    use=_called_twice,
    columns=(_("dy/dx first"), _("second"), _("third"), _("times Python ran it")),
    questions=_questions,
    misconceptions=(
        NUMPY_IN_GRAPH,
        VARIABLE_IN_GRAPH,
        NOT_RETURNED,
        Misconception(
            "NUMBER_WATCHED",
            raised_with("Passed in object"),
            _("a tape cannot watch a Python number. Make it a tensor before the graph sees it."),
        ),
        no_gradient(_("the gradient is None. Make x a tensor first, then watch that tensor.")),
        mistaken(
            "RETRACED",
            _slopes(3),
            _(
                "it was traced once for each number: a Python number is part of the graph, so another one needs another "
                "graph. Make it a tensor outside, or write down an input_signature."
            ),
        ),
        mistaken(
            "NOT_A_GRAPH",
            _slopes(6),
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
