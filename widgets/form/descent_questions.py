"""Questions 9, 10, 11 and 15: learning rates, float32, vanishing gradients, equal weights."""

from __future__ import annotations

from widgets.common.catalogue import _
from widgets.form.model import Choice, Part, Posed, Question


def _rates(curvature: float) -> Posed:
    text = _(
        "A parabola has the second derivative {curvature:g}. With which learning rate does gradient descent reach its minimum "
        "in one step? From which learning rate on does it no longer converge?"
    )
    parts = (
        Part(
            _("rate for one step"),
            due=1 / curvature,
            wrong={
                "LIMIT_FOR_ONE_STEP": (2 / curvature,),
                "HALVED": (1 / (2 * curvature),),
                "CURVATURE_ITSELF": (curvature,),
            },
        ),
        Part(
            _("limit"),
            due=2 / curvature,
            wrong={"ONE_STEP_FOR_LIMIT": (1 / curvature,), "ALWAYS_ONE": (1,), "CURVATURE_ITSELF": (curvature,)},
        ),
    )
    return Posed(text.format(curvature=curvature), parts)


RATES = Question(
    "learning_rates",
    "05",
    ({"curvature": 5}, {"curvature": 8}),
    _rates,
    {
        "LIMIT_FOR_ONE_STEP": _("2/λ, the limit of convergence, reaches the minimum in one step."),
        "ONE_STEP_FOR_LIMIT": _("1/λ, which reaches the minimum in one step, is the limit of convergence."),
        "HALVED": _("The second derivative is doubled."),
        "CURVATURE_ITSELF": _("The learning rate is the second derivative, not 1 over it."),
        "ALWAYS_ONE": _("The limit is 1 for every function."),
    },
)

_STALLED = (
    {"rate": "0.01", "steps": "700", "gradient": "-0.0000029"},
    {"rate": "0.001", "steps": "6,000", "gradient": "-0.00003"},
)
"""f(x) = x² - 2x + 1 from x = 0 in float32: after so many steps x does not change, and its gradient is this."""


def _stall(rate: str, steps: str, gradient: str) -> Posed:
    text = _(
        "Gradient descent on f(x) = x² - 2x + 1 in float32 starts at x = 0 with the learning rate {rate}. After {steps} steps "
        "x no longer changes, although its gradient is not 0 ({gradient}). Which of these bring x closer to the minimum?"
    )
    choices = (
        Choice(_("ten times as many steps"), "MORE_STEPS"),
        Choice(_("going on with ten times the learning rate")),
        Choice(_("going on with a tenth of the learning rate"), "SMALLER_RATE"),
        Choice(_("the same number of steps in float64")),
    )
    part = Part(choices=choices, takes_several=True)
    return Posed(text.format(rate=rate, steps=steps, gradient=gradient), (part,))


STALL = Question(
    "stall",
    "06",
    _STALLED,
    _stall,
    {
        "MORE_STEPS": _("More steps bring every descent closer."),
        "SMALLER_RATE": _("A smaller learning rate is always more precise."),
    },
)


def _vanishing(rate: str, steps: str, gradient: str) -> Posed:
    text = _(
        "The same descent (learning rate {rate}, {steps} steps): x stays where it is, the loss is 0, and the gradient is "
        "{gradient}. Is this what is called a vanishing gradient?"
    )
    choices = (
        Choice(_("yes: the gradient is almost 0, and that is what it means"), "SMALL_MEANS_VANISHING"),
        Choice(
            _("yes: each step made the gradient smaller, until it was too small to move x"), "SHRINKING_IS_VANISHING"
        ),
        Choice(_("no: a gradient has vanished only when it is exactly 0"), "ONLY_ZERO_VANISHES"),
        Choice(_("no: the loss is at its minimum, and a vanishing gradient is one where the loss is still high")),
    )
    return Posed(text.format(rate=rate, steps=steps, gradient=gradient), (Part(choices=choices),))


VANISHING = Question(
    "vanishing",
    "",
    _STALLED,
    _vanishing,
    {
        "SMALL_MEANS_VANISHING": _("Every small gradient is a vanishing gradient."),
        "SHRINKING_IS_VANISHING": _("A gradient that shrinks on the way to the minimum vanishes."),
        "ONLY_ZERO_VANISHES": _("A vanishing gradient is one that is exactly 0."),
    },
)


def _equal_weights(is_zero: bool) -> Posed:
    separate = Choice(_("nothing: training makes the units different"), "TRAINING_SEPARATES")
    slow = Choice(_("nothing: it has learned the same, only more slowly"), "ONLY_SLOWER")
    equal = _("all hidden units are still equal, and do the work of a single one")
    stuck = _("nothing has changed but the bias of the output")
    if is_zero:
        text = _(
            "A network has one hidden layer with tanh. All its weights and biases start at 0, and it is trained by gradient "
            "descent. What is wrong with it after training?"
        )
        choices = (slow, Choice(equal, "MOVES_FROM_ZERO"), separate, Choice(stuck))
    else:
        text = _(
            "A network has one hidden layer with tanh. All its weights start at the same number, which is not 0, and it is "
            "trained by gradient descent. What is wrong with it after training?"
        )
        choices = (slow, Choice(stuck, "EQUAL_MEANS_STUCK"), Choice(equal), separate)
    return Posed(text, (Part(choices=choices),))


EQUAL_WEIGHTS = Question(
    "equal_weights",
    "",
    ({"is_zero": False}, {"is_zero": True}),
    _equal_weights,
    {
        "TRAINING_SEPARATES": _("Training makes equal units different."),
        "ONLY_SLOWER": _("A bad start only costs time."),
        "EQUAL_MEANS_STUCK": _("Equal weights do not move."),
        "MOVES_FROM_ZERO": _("Weights move away from 0 together."),
    },
)
