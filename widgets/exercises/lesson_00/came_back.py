"""`came_back`, with a deck: which number comes back to x = 3 from y = 2x + 1? It stands in the last step."""

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Question, mistaken

CAME_BACK = Exercise(
    name="came_back",
    takes="number",
    use=lambda answer: answer,
    columns=("to x",),
    questions=lambda rng: (Question("", (), (2.0,)),),
    misconceptions=(
        mistaken(
            "VALUE_NOT_DERIVATIVE",
            lambda: 7.0,
            _("7 is y, the last number of the way *forward*. Go on to the very last step."),
        ),
        mistaken(
            "VALUE_NOT_DERIVATIVE",
            lambda: 6.0,
            _("6 is 2 * x, from the way *forward*. Go on to the very last step."),
        ),
        mistaken(
            "PLACE_NOT_SLOPE",
            lambda: 3.0,
            _("3 is x itself, with which all begins. Go on to the very last step."),
        ),
        mistaken(
            "SEED_NOT_GRADIENT",
            lambda: 1.0,
            _("1 is what the way back starts with, at y. Go on until it has come to x."),
        ),
    ),
    hints=(
        _("Click on the deck and press End. What does the sentence under it say?"),
        _("The last step is `tape.gradient(y, x)`. It returns one number for x."),
        _("came_back = 2.0"),
    ),
    right=_("when x grows by 1, y = 2x + 1 grows by 2. Such a number is called a gradient."),
)
