"""Lesson 07: one step of `minimize`, by hand, on functions of two Variables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from widgets.answers.plain_values import Source
from widgets.common.catalogue import _
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.closed_forms import ReferenceOptimizer, adam, momentum, sgd, x_after
from widgets.exercises.exercise import Exercise, Question, Questions, Rng, spread
from widgets.exercises.misconceptions import diagnosed_as, raised_with, wrong_behavior, wrong_formula


@dataclass(frozen=True)
class Valley:
    """y = a·(u - p)² + b·(v - q)²: two parameters, so that a gradient can go to the wrong one."""

    a: float
    b: float
    p: float
    q: float

    @property
    def label(self) -> str:
        """The formula, as learners read it."""
        return f"{_square_label(self.a, 'u', self.p)} + {_square_label(self.b, 'v', self.q)}"

    @property
    def described(self) -> Source:
        """What is handed over in its place."""
        return Source(f"lambda u, v: {self.a} * (u - {self.p}) ** 2 + {self.b} * (v - {self.q}) ** 2")

    def derivative(self, order: int, place: npt.ArrayLike) -> Any:
        """Return y (order 0) or the gradient (order 1) at (u, v), in float64."""
        scale, gap = np.array([self.a, self.b]), np.asarray(place, float) - [self.p, self.q]
        return (scale * gap**2).sum() if order == 0 else 2 * scale * gap


def _square_label(scale: float, name: str, floor: float) -> str:
    return f"{scale}·({name} {'-' if floor >= 0 else '+'} {abs(floor)})²"


CALLED_WITH_ARGUMENT = wrong_behavior(
    "F_TAKES_NOTHING",
    raised_with("takes 0 positional", "f("),
    _("f was called with an argument, but it takes none: it reads its Variables itself. Write f()."),
    cause=_("A function without parameters was called with an argument."),
    repair=_("Call it as `f()`: it reads its Variables itself."),
)


def _gradients_questions(rng: Rng) -> Questions:
    a, b, p, q = (spread(rng, low, high) for low, high in ((0.5, 1.5), (2.0, 3.0), (-2.0, -0.5), (0.5, 2.0)))
    places = zip(spread(rng, 0.3, 3.0), spread(rng, -3.0, -0.3), strict=True)
    label = _("y = {formula} at u = {u}, v = {v}")
    return tuple(
        Question(label.format(formula=valley.label, u=u, v=v), (valley, (u, v)), tuple(valley.derivative(1, (u, v))))
        for valley, (u, v) in zip(map(Valley, a, b, p, q), places, strict=True)
    )


GRADIENTS = Exercise(
    name="gradients",
    use="f and its Variables",
    columns=("dy/du", "dy/dv"),
    questions=_gradients_questions,
    misconceptions=(
        CALLED_WITH_ARGUMENT,
        wrong_behavior(
            "FUNCTION_NOT_VALUE",
            raised_with("function", "gradient("),
            _("the target was the function f. Use the value that f() returned inside the block."),
            cause=_("The target of the tape was a function, not the value that it returned."),
            repair=_("Compute `y = f()` inside the block, and use y as the target."),
        ),
        wrong_behavior(
            "TAPE_ALREADY_USED",
            raised_with("non-persistent GradientTape"),
            _("tape.gradient was called twice. Call it once, with the list: tape.gradient(y, variables)."),
        ),
        wrong_formula(
            shared.SWAPPED,
            lambda valley, place: valley.derivative(1, place)[::-1],
            _("the two gradients are in the wrong order. Return them in the order of `variables`."),
        ),
    ),
    hints=(
        _("y is computed inside the block of the tape. What computes it here?"),
        _("Inside the block call f(), without arguments; after it, pass y and the whole list to tape.gradient."),
        _("return tape.gradient(y, variables)     # after:  with tf.GradientTape() as tape: y = f()"),
    ),
    right=_("one tape, one call, and one gradient for each Variable, however many there are."),
)
"""Asks for the first half of minimize, the gradients of f() with respect to its Variables: 2a(u - p) and 2b(v - q)."""


def _minimize_questions(rng: Rng) -> Questions:
    rates, (p, q) = spread(rng, 0.05, 0.2), spread(rng, 0.5, 2.0, 2)
    rules = (sgd(rates[0]), momentum(rates[1], 0.8), adam(rates[2]))
    valleys = (Valley(0.5, 1.5, p, q), Valley(1.0, 0.25, q, -p), Valley(2.0, 0.5, -p, q))
    places = zip(spread(rng, 2.5, 4.0), spread(rng, -4.0, -2.5), strict=True)
    return tuple(map(calls_question, rules, valleys, places, (1, 5, 8)))


def calls_question(
    rule: ReferenceOptimizer, valley: Valley, place: Sequence[float], steps: int, *due: float
) -> Question:
    """Return the question where so many steps lead; `due` is what else is due."""
    label = _("{rule}, calls: {steps}").format(rule=rule.label, steps=steps)
    return Question(label, (rule, valley, place, steps), (*x_after(rule, valley, place, steps), *due))


MINIMIZE = Exercise(
    name="minimize",
    use="calls of minimize",
    columns=("u", "v"),
    questions=_minimize_questions,
    misconceptions=(
        wrong_behavior(
            shared.NO_MINIMIZE,
            raised_with("'minimize'"),
            _(
                "optimizers of Keras 3 have no `minimize`: that is why you write it. Use your `gradients`, then apply_gradients."
            ),
        ),
        CALLED_WITH_ARGUMENT,
        wrong_behavior(
            shared.NOT_PAIRS,
            diagnosed_as("PAIRS_MISSING", "PAIRS_SWAPPED"),
            _("apply_gradients raised an exception. It takes pairs, the gradient first: zip(gradients, variables)."),
        ),
        wrong_formula(
            shared.NOT_MOVED,
            lambda rule, valley, place, steps: place,
            _("the Variables did not change. Only optimizer.apply_gradients changes them."),
        ),
        wrong_formula(
            "ONE_VARIABLE",
            lambda rule, valley, place, steps: (x_after(rule, valley, place, steps)[0], place[1]),
            _("u moves, but v never does. Pair every gradient with its Variable: zip(gradients, variables)."),
            cause=_("Only the first of several Variables is updated."),
            repair=_("Pair every gradient with its Variable: `zip(gradients, variables)`."),
        ),
        wrong_formula(
            shared.OPTIMIZER_IGNORED,
            lambda rule, valley, place, steps: x_after(sgd(0.01), valley, place, steps),
            _("every answer is plain SGD with learning rate 0.01. Use the optimizer that is passed as an argument."),
        ),
        wrong_formula(
            "STEPS_IN_A_CALL",
            lambda rule, valley, place, steps: x_after(rule, valley, place, 2 * steps),
            _("each call makes two steps. Use one tape and one apply_gradients in each call."),
            cause=_("One call makes more than one step."),
            repair=_("Open one tape and call `apply_gradients` once in each call; the loop belongs outside."),
        ),
        wrong_formula(
            shared.UPHILL,
            lambda rule, valley, place, steps: x_after(rule, replace(valley, a=-valley.a, b=-valley.b), place, steps),
            _(
                "this goes uphill. The optimizer already subtracts the gradient: pass the gradient as the tape returned it."
            ),
        ),
    ),
    hints=(
        _(
            "There are two halves: the gradients, and what the optimizer does with them. You have written the first already."
        ),
        _("Pass pairs to optimizer.apply_gradients. `zip(gradients, variables)` makes them from two lists."),
        _("optimizer.apply_gradients(zip(gradients(f, variables), variables))"),
    ),
    right=_("that is all `minimize` was. Yours works with every optimizer, and you know what it does."),
)
"""Asks for one step of any optimizer on f(): SGD, momentum and Adam, compared with their formulas in NumPy."""
