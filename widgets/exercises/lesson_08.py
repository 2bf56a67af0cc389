"""Lesson 08, the tape in tf.function: the whole training loop as one graph."""

from __future__ import annotations

from widgets.answers.answer_numbers import close
from widgets.common.catalogue import _
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.closed_forms import cosine, parabola, sgd, x_after
from widgets.exercises.exercise import (
    Evidence,
    EvidenceTest,
    Exercise,
    Formula,
    Question,
    Questions,
    Rng,
    spread,
)
from widgets.exercises.lesson_08_graph_gradients import OF_ANY_GRAPH, SLOPE_AND_VALUE, STEADY
from widgets.exercises.misconceptions import raised_with, wrong_behavior
from widgets.exercises.traced_once import changing_function

_FIRST_EPOCHS, _SECOND_EPOCHS = 5, 8  # epochs of the two calls, as in `widgets.answers.loop_uses`
_ALL_EPOCHS = _FIRST_EPOCHS + _SECOND_EPOCHS


def _make_train_questions(rng: Rng) -> Questions:
    curves = (parabola(*spread(rng, 1.2, 2.4, 2)), cosine(1.0))
    places = (*spread(rng, 2.5, 4.0, 1), *spread(rng, 1.5, 2.5, 1))
    label = _("{curve} from {x}, learning rate {rate}")
    return tuple(
        Question(label.format(curve=curve.label, x=x, rate=rate), (curve, x, rate), (*_right_places(curve, x, rate), 0))
        for curve, x, rate in zip(curves, places, spread(rng, 0.05, 0.15, 2), strict=True)
    )


def _places_after(*steps: int) -> Formula:
    """Return the formula of where x is after each of these numbers of steps."""
    return lambda curve, start, rate: [x_after(sgd(rate), curve, start, count) for count in steps]


_right_places = _places_after(_FIRST_EPOCHS, _ALL_EPOCHS)


def _x_matches(formula: Formula, steps: int | None = None) -> EvidenceTest:
    """Return a test: is x what `formula(curve, start, rate)` returns after both calls, and did Python make these steps?

    With None, whoever made the steps.
    """

    def holds(evidence: Evidence) -> bool:
        if evidence.numbers is None:
            return False
        wrong = [formula(*outcome.question.given) for outcome in evidence.outcomes]
        made = evidence.numbers[:, 2]
        return bool(close(evidence.numbers[:, :2], wrong).all() and (steps is None or (made == steps).all()))

    return holds


MAKE_TRAIN = Exercise(
    name="make_train",
    use="a loop as a graph",
    columns=(_("x after 5"), _("after 8 more"), _("steps in Python")),
    questions=_make_train_questions,
    confirmed_by=(changing_function(_make_train_questions, place=0, runs=4), shared.NOT_A_GRAPH),
    misconceptions=(
        *OF_ANY_GRAPH,
        wrong_behavior(
            shared.GRADIENT_NONE,
            raised_with("NoneType"),
            _("the gradient is None. Is x a tf.Variable, and is function(x) called inside the block of the tape?"),
        ),
        wrong_behavior(
            "UNROLLED",
            _x_matches(_right_places, steps=_ALL_EPOCHS),
            _(
                "x is right, but Python ran the loop during tracing: the graph has a copy of the step for every epoch. "
                "Write `for _ in tf.range(epochs)`."
            ),
            cause=_("Python ran the loop during tracing, so the graph has a copy of the body for every iteration."),
            repair=_("Use `tf.range` instead of `range`, so that the graph itself has a loop."),
        ),
        wrong_behavior(
            shared.NOT_A_GRAPH,
            _x_matches(_right_places, steps=2 * _ALL_EPOCHS),
            _("x is right, but Python runs every step. Put @tf.function above the inner def."),
        ),
        wrong_behavior(
            "STARTS_AGAIN",
            _x_matches(_places_after(_FIRST_EPOCHS, _SECOND_EPOCHS)),
            _(
                "the second call starts from the beginning again. Keep x in a tf.Variable that you create before `train`."
            ),
            cause=_("Each call starts from the beginning again, because x is not kept between calls."),
            repair=_("Keep x in a `tf.Variable` that is created before the function."),
        ),
        wrong_behavior(
            shared.ONE_STEP,
            _x_matches(_places_after(1, 2)),
            _("each call makes only one step, whatever `epochs` is. Is the `return` inside the loop?"),
        ),
        wrong_behavior(
            shared.VALUE_NOT_PLACE,
            _x_matches(lambda curve, start, rate: [curve.derivative(0, x) for x in _right_places(curve, start, rate)]),
            _("this is y at the end. The exercise asks for x."),
        ),
        wrong_behavior(
            shared.NOT_MOVED,
            _x_matches(_places_after(0, 0)),
            _("this is still the start. Computing a new x does not change the Variable; x.assign_sub does."),
        ),
    ),
    hints=(
        _("Create the Variable first. Then define `train(epochs)` with the loop inside, and return `train`."),
        _(
            "Put @tf.function above `def train(epochs)`, and `for _ in tf.range(epochs)` inside. After the loop, return x."
        ),
        _("for _ in tf.range(epochs):     # inside: the tape, then  x.assign_sub(rate * tape.gradient(y, x))"),
    ),
    right=_("Python only traced the graph. However many epochs you ask for, the graph has the same size."),
)
"""Asks for the whole loop as one graph: x after each of two calls, as NumPy has it, and no steps in Python."""

EXERCISES = (SLOPE_AND_VALUE, STEADY, MAKE_TRAIN)
