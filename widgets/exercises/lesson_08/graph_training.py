"""Lesson 08: the whole training loop as one graph."""

from __future__ import annotations

from typing import Any

from widgets.common.catalogue import _
from widgets.exercises.answer_adapters import CallCounter
from widgets.exercises.answer_numbers import close
from widgets.exercises.exercise import Answer, Evidence, Exercise, Formula, Question, Questions, Rng, wrong_behavior
from widgets.exercises.lesson_08.graph_gradients import NOT_RETURNED, NUMPY_IN_GRAPH, VARIABLE_IN_GRAPH
from widgets.exercises.predicates import EvidenceTest, raised_with
from widgets.exercises.reference_functions import ReferenceFunction, cosine, parabola
from widgets.exercises.reference_optimizers import sgd, x_after
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import GRADIENT_NONE, NOT_A_GRAPH, NOT_MOVED, ONE_STEP, VALUE_NOT_PLACE

_FIRST_EPOCHS, _SECOND_EPOCHS = 5, 8  # epochs of the two calls
_ALL_EPOCHS = _FIRST_EPOCHS + _SECOND_EPOCHS
_MOST_TRACES = 4  # two Python numbers, each of which may be traced twice


def _questions(rng: Rng) -> Questions:
    curves = (parabola(*spread(rng, 1.2, 2.4, 2)), cosine(1.0))
    places = (*spread(rng, 2.5, 4.0, 1), *spread(rng, 1.5, 2.5, 1))
    return tuple(_question(*given) for given in zip(curves, places, spread(rng, 0.05, 0.15, 2), strict=True))


def _question(curve: ReferenceFunction, start: float, rate: float) -> Question:
    label = _("{curve} from {x}, learning rate {rate}").format(curve=curve.label, x=start, rate=rate)
    return Question(label, (curve, start, rate), (*_places(curve, start, rate), 0))


def _places(curve: ReferenceFunction, start: float, rate: float) -> tuple[float, ...]:
    return tuple(x_after(sgd(rate), curve, start, steps) for steps in (_FIRST_EPOCHS, _ALL_EPOCHS))


def _call_train_twice(answer: Answer, curve: ReferenceFunction, start: float, rate: float) -> Any:
    """Return x after the first and the second call, and how many steps Python made itself.

    The same two calls follow once more: only an answer that is not a graph runs in Python then, too.
    """
    counted = CallCounter(curve)
    train = answer(counted, start, rate)
    if not callable(train):
        return train
    places = [train(epochs) for epochs in (_FIRST_EPOCHS, _SECOND_EPOCHS)]
    if any(place is ... for place in places):
        return ...
    numbers = [place.numpy() if hasattr(place, "numpy") else place for place in places]
    for epochs in (_FIRST_EPOCHS, _SECOND_EPOCHS):
        train(epochs)
    return [*numbers, 0 if counted.runs <= _MOST_TRACES else counted.runs]


def _x_matches(formula: Formula) -> EvidenceTest:
    """Return a test: is x what `formula(curve, start, rate)` returns after both calls, whoever made the steps?"""

    def holds(evidence: Evidence) -> bool:
        if evidence.numbers is None:
            return False
        wrong = [formula(*outcome.question.given) for outcome in evidence.outcomes]
        return bool(close(evidence.numbers[:, :2], wrong).all())

    return holds


def _python_ran(steps: int) -> EvidenceTest:
    """Return a test: is x right after both calls, and did Python make this number of steps?"""
    x_is_right = _x_matches(_places)
    return lambda evidence: (
        evidence.numbers is not None and x_is_right(evidence) and bool((evidence.numbers[:, 2] == steps).all())
    )


MAKE_TRAIN = Exercise(
    name="make_train",
    use=_call_train_twice,
    columns=(_("x after 5"), _("after 8 more"), _("steps in Python")),
    questions=_questions,
    misconceptions=(
        NUMPY_IN_GRAPH,
        VARIABLE_IN_GRAPH,
        NOT_RETURNED,
        wrong_behavior(
            GRADIENT_NONE,
            raised_with("NoneType"),
            _("the gradient is None. Is x a tf.Variable, and is function(x) called inside the block of the tape?"),
        ),
        wrong_behavior(
            "UNROLLED",
            _python_ran(_ALL_EPOCHS),
            _(
                "x is right, but Python ran the loop during tracing: the graph has a copy of the step for every epoch. "
                "Write `for _ in tf.range(epochs)`."
            ),
            cause=_("Python ran the loop during tracing, so the graph has a copy of the body for every iteration."),
            repair=_("Use `tf.range` instead of `range`, so that the graph itself has a loop."),
        ),
        wrong_behavior(
            NOT_A_GRAPH,
            _python_ran(2 * _ALL_EPOCHS),
            _("x is right, but Python runs every step. Put @tf.function above the inner def."),
        ),
        wrong_behavior(
            "STARTS_AGAIN",
            _x_matches(
                lambda curve, start, rate: (
                    _places(curve, start, rate)[0],
                    x_after(sgd(rate), curve, start, _SECOND_EPOCHS),
                )
            ),
            _(
                "the second call starts from the beginning again. Keep x in a tf.Variable that you create before `train`."
            ),
            cause=_("Each call starts from the beginning again, because x is not kept between calls."),
            repair=_("Keep x in a `tf.Variable` that is created before the function."),
        ),
        wrong_behavior(
            ONE_STEP,
            _x_matches(lambda curve, start, rate: tuple(x_after(sgd(rate), curve, start, steps) for steps in (1, 2))),
            _("each call makes only one step, whatever `epochs` is. Is the `return` inside the loop?"),
        ),
        wrong_behavior(
            VALUE_NOT_PLACE,
            _x_matches(lambda curve, start, rate: [curve.derivative(0, x) for x in _places(curve, start, rate)]),
            _("this is y at the end. The exercise asks for x."),
        ),
        wrong_behavior(
            NOT_MOVED,
            _x_matches(lambda curve, start, rate: (start, start)),
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
