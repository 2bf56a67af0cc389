"""A question that only a graph gets right, whatever is counted: the function changes once it has been traced.

How often Python runs a function can only be counted where the answer runs, and there the answer could change the count.
So one more question hands over a function that is another one after as many runs as tracing takes. A graph keeps what
was traced; code that Python runs in each call gives other numbers, and these the judge knows.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from widgets.answers.plain_values import Source
from widgets.exercises.exercise import Question, Questions, Rng

_CHANGED = -2.0
"""The factor of the function, once it has changed."""


@dataclasses.dataclass(frozen=True)
class _Changing:
    """A function to hand over, which is itself for so many runs in Python, and afterwards a multiple of itself."""

    function: Any
    runs: int

    @property
    def described(self) -> Source:
        """What is handed over in its place. AutoGraph has nothing to do in it, and cannot read so many lambdas."""
        code, factor = self.function.described.code, f"1.0 if left and left.pop() else {_CHANGED}"
        changing = f"(lambda f, left: lambda *given: f(*given) * ({factor}))({code}, [1] * {self.runs})"
        return Source(f"tf.autograph.experimental.do_not_convert({changing})")


def changing_function(questions: Callable[[Rng], Questions], place: int, runs: int) -> Callable[[Rng], Question]:
    """Return what draws such a question.

    Args:
        questions: what draws an exercise's questions, of which the first is taken.
        place: of the function among what a question gives.
        runs: how often Python may run the function to trace it.

    Returns:
        A function like `questions`, for one question. Its right numbers are those of the function as it is at first.
    """

    def draw(rng: Rng) -> Question:
        question = questions(rng)[0]
        given = list(question.given)
        given[place] = _Changing(given[place], runs)
        return dataclasses.replace(question, given=tuple(given))

    return draw
