"""`gradients`: the first half of minimize, a tape around a function that takes nothing."""

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Misconception, Question, mistaken
from widgets.exercises.lesson_07.valley import Valley
from widgets.exercises.predicates import all_none, raised_with, returned
from widgets.exercises.seeds import spread


def _questions(rng):
    a, b, p, q = (spread(rng, low, high) for low, high in ((0.5, 1.5), (2.0, 3.0), (-2.0, -0.5), (0.5, 2.0)))
    places = zip(spread(rng, 0.3, 3.0), spread(rng, -3.0, -0.3), strict=True)
    return tuple(
        _question(Valley(*made), place) for made, place in zip(zip(a, b, p, q, strict=True), places, strict=True)
    )


def _question(valley, place):
    u, v = place
    label = _("y = {formula} at u = {u}, v = {v}").format(formula=valley.label, u=u, v=v)
    return Question(label, (valley, place), tuple(valley.derivative(1, place)))


def _asked(answer, valley, place):
    return answer(*valley.over(place))


GRADIENTS = Exercise(
    name="gradients",
    use=_asked,
    columns=("dy/du", "dy/dv"),
    questions=_questions,
    misconceptions=(
        Misconception(
            "F_TAKES_NOTHING",
            raised_with("takes 0 positional", "f("),
            _(
                "f was called with something in its brackets. It takes nothing: it knows its Variables already. Write f()."
            ),
        ),
        Misconception(
            "FUNCTION_NOT_VALUE",
            raised_with("function", "gradient("),
            _("the tape was asked about the function f. Ask about the value that f() gave inside the block."),
        ),
        Misconception(
            "TAPE_ALREADY_USED",
            raised_with("non-persistent GradientTape"),
            _("the tape was asked twice. Ask once, with the list: tape.gradient(y, variables)."),
        ),
        Misconception(
            "GRADIENT_NONE",
            returned(all_none),
            _("the gradients are None: the tape saw nothing of f. Call f() inside the block of the tape."),
        ),
        mistaken(
            "SWAPPED",
            lambda valley, place: valley.derivative(1, place)[::-1],
            _("the two gradients have changed places. Give them in the order of `variables`."),
        ),
    ),
    hints=(
        _("The block of the tape is where y is worked out. Who works it out here?"),
        _("Inside the block call f, with nothing in its brackets; after it, ask the tape about y and the whole list."),
        _("return tape.gradient(y, variables)     # after:  with tf.GradientTape() as tape: y = f()"),
    ),
    right=_("one tape, one question, one gradient for each Variable, however many there are."),
)
