"""`make_train`: the whole loop as one graph. Judged by where x is after each call, and by who ran the steps."""

from widgets.common.catalogue import _
from widgets.exercises.answer_adapters import CallCounter
from widgets.exercises.answer_numbers import close
from widgets.exercises.exercise import Exercise, Misconception, Question
from widgets.exercises.lesson_08.graphs import NOT_RETURNED, NUMPY_IN_GRAPH, VARIABLE_IN_GRAPH
from widgets.exercises.predicates import raised_with
from widgets.exercises.reference_functions import cosine, parabola
from widgets.exercises.reference_optimizers import sgd, x_after
from widgets.exercises.seeds import spread

_FIRST, _THEN = 5, 8  # epochs of the two calls
_STEPS = _FIRST + _THEN
_TRACES = 4  # two Python numbers, each of which may be traced twice


def _questions(rng):
    curves = (parabola(*spread(rng, 1.2, 2.4, 2)), cosine(1.0))
    places = (*spread(rng, 2.5, 4.0, 1), *spread(rng, 1.5, 2.5, 1))
    return tuple(_question(*given) for given in zip(curves, places, spread(rng, 0.05, 0.15, 2), strict=True))


def _question(curve, start, rate):
    label = _("{curve} from {x}, rate {rate}").format(curve=curve.label, x=start, rate=rate)
    return Question(label, (curve, start, rate), (*_places(curve, start, rate), 0))


def _places(curve, start, rate):
    return tuple(x_after(sgd(rate), curve, start, steps) for steps in (_FIRST, _STEPS))


def _trained(answer, curve, start, rate):
    """Return x after the first call and after the second, and how many steps Python made itself.

    The same two calls follow once more: only what is no graph at all runs in Python then, too.
    """
    counted = CallCounter(curve)
    train = answer(counted, start, rate)
    if not callable(train):
        return train
    places = [train(epochs) for epochs in (_FIRST, _THEN)]
    if any(place is ... for place in places):
        return ...
    numbers = [place.numpy() if hasattr(place, "numpy") else place for place in places]
    for epochs in (_FIRST, _THEN):
        train(epochs)
    return [*numbers, 0 if counted.runs <= _TRACES else counted.runs]


def _at(formula):
    """Return a test: is x where `formula(curve, start, rate)` says, after both calls, whoever made the steps?"""

    def holds(evidence):
        if evidence.numbers is None:
            return False
        wrong = [formula(*outcome.question.given) for outcome in evidence.outcomes]
        return bool(close(evidence.numbers[:, :2], wrong).all())

    return holds


def _ran(steps):
    """Return a test: is x right after both calls, and did Python run the function so often?"""
    return lambda evidence: _at(_places)(evidence) and bool((evidence.numbers[:, 2] == steps).all())


MAKE_TRAIN = Exercise(
    name="make_train",
    use=_trained,
    columns=(_("x after 5"), _("after 8 more"), _("steps in Python")),
    questions=_questions,
    misconceptions=(
        NUMPY_IN_GRAPH,
        VARIABLE_IN_GRAPH,
        NOT_RETURNED,
        Misconception(
            "GRADIENT_NONE",
            raised_with("NoneType"),
            _("the gradient is None. Is x a tf.Variable, and is function(x) worked out inside the block of the tape?"),
        ),
        Misconception(
            "UNROLLED",
            _ran(_STEPS),
            _(
                "x is right, but Python went round the loop while tracing: the graph has a copy of the step for every epoch. "
                "Write `for _ in tf.range(epochs)`."
            ),
        ),
        Misconception(
            "NOT_A_GRAPH",
            _ran(2 * _STEPS),
            _("x is right, but Python makes every step. Put @tf.function above the inner def."),
        ),
        Misconception(
            "STARTS_AGAIN",
            _at(lambda curve, start, rate: (_places(curve, start, rate)[0], x_after(sgd(rate), curve, start, _THEN))),
            _("the second call begins at the start again. Keep x in a tf.Variable, made before `train`."),
        ),
        Misconception(
            "ONE_STEP",
            _at(lambda curve, start, rate: tuple(x_after(sgd(rate), curve, start, steps) for steps in (1, 2))),
            _("each call makes one step, whatever `epochs` is. Is the `return` inside the loop?"),
        ),
        Misconception(
            "VALUE_NOT_PLACE",
            _at(lambda curve, start, rate: [curve.derivative(0, x) for x in _places(curve, start, rate)]),
            _("this is y at the end. Wanted is x, the place."),
        ),
        Misconception(
            "NOT_MOVED",
            _at(lambda curve, start, rate: (start, start)),
            _("this is still the start. Working out a new x does not change the Variable; x.assign_sub does."),
        ),
    ),
    hints=(
        _("Make the Variable first. Then define `train(epochs)` with the loop in it, and return `train`."),
        _("@tf.function above `def train(epochs)`, and `for _ in tf.range(epochs)` inside. After the loop, return x."),
        _("for _ in tf.range(epochs):     # inside: the tape, then  x.assign_sub(rate * tape.gradient(y, x))"),
    ),
    right=_("Python made the graph and stepped back. However many epochs you ask for, the graph is the same size."),
)
