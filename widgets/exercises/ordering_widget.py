"""`order_lines(...)`: text, and in a notebook the lines of a program to be put in order by mouse, buttons or keys."""

from __future__ import annotations

from types import EllipsisType
from typing import Any, TypeVar, overload

import traitlets
from IPython.display import display

from widgets.answers.line_programs import Program
from widgets.common.catalogue import words
from widgets.common.grader_protocol import is_grading
from widgets.common.widget import SLIDING, View, to_json
from widgets.exercises.line_order import order_text
from widgets.exercises.messages import unknown_text
from widgets.exercises.predict_widget import is_notebook
from widgets.exercises.registry import EXERCISES

WORDS = words(
    lambda _: (
        _("In code:"),
        _("Lines to choose from"),
        _("Move down"),
        _("Move up"),
        _("Not every line belongs. Enter takes the chosen line in or out, Alt and an arrow key move it."),
        _("Put in order: {name}"),
        _("Take in"),
        _("Take out"),
        _("There are no lines here."),
        _("Your program"),
        _("indented by {count}"),
        _("{line}: taken out"),
        _("{line}: {place} of {count}"),
    )
)
"""What the view says, keyed by its English."""

_Order = TypeVar("_Order")


class LineOrder(View):
    """Lines to be put in order: what `order_lines("loop_order")` shows and returns, and `check` takes as the answer.

    Its traits are `order`, the numbers of the lines that are in the program, from 1, in their order; and `facts`, the
    lines (JSON text).
    """

    _bundle = "lines"

    facts = traitlets.Unicode("{}").tag(sync=True)
    order = traitlets.List(traitlets.Int()).tag(**SLIDING)

    def __init__(self, name: str) -> None:
        self.name, self.program = name, _program_of(name)
        parts = {"head": self.program.head, "lines": self.program.lines, "tail": self.program.tail}
        super().__init__(facts=to_json({"name": name, "words": WORDS} | parts))

    @traitlets.validate("order")
    def _each_line_once(self, proposal: dict[str, Any]) -> list[int]:
        """Keep the numbers of lines that exist, each where it comes first."""
        return [n for n in dict.fromkeys(proposal["value"]) if 1 <= n <= len(self.program.lines)]

    def _wait_for_predictions(self) -> None:
        """Never lock an exercise."""

    @property
    def title(self) -> str:  # type: ignore[override]  # a property where the base class has an attribute
        """What is put in order."""
        return self.name

    @property
    def text(self) -> str:  # type: ignore[override]
        """The text twin: the lines to choose from, or the program as it stands."""
        return order_text(self.name, self.program, self.order or ...)

    def _twins(self) -> dict[str, str]:
        """Return the text, which says all."""
        return {"text/plain": self.text}


@overload
def order_lines(name: str, value: EllipsisType = ...) -> LineOrder | EllipsisType: ...
@overload
def order_lines(name: str, value: _Order) -> _Order: ...
def order_lines(name: str, value: Any = ...) -> Any:
    """Put the lines of a program in order: an exercise (a Parsons problem) for `check(name, order)`.

    Args:
        name: the name of the exercise.
        value: the order: a list of the lines' numbers, or of the lines as text. `...` is none yet; in a notebook the
            lines can then be moved with the mouse or by keys.

    Returns:
        The answer for `check`: `value`, or in a notebook without one the widget, whose `order` is the answer.

    Example:
        >>> from widgets import order_lines
        >>> order_lines("loop_order", [3, 7, 9])
        loop_order: your program
              def train(f, start, steps):
                  optimizer = tf.keras.optimizers.SGD(0.1)
                  x = tf.Variable(start)
                  for step in range(steps):
                      with tf.GradientTape() as tape:
                  return x
        [3, 7, 9]
    """
    if is_grading():  # the lines are not there, and nobody looks
        return value
    if not isinstance(name, str) or name not in EXERCISES or EXERCISES[name].program is None:
        print(unknown_text(name, [exercise.name for exercise in EXERCISES.values() if exercise.program]))
    elif value is ... and is_notebook():
        view = LineOrder(name)
        display(view)  # type: ignore[no-untyped-call]
        return view
    else:
        print(order_text(name, _program_of(name), value))
    return value


def _program_of(name: str) -> Program:
    program: Program = EXERCISES[name].program
    return program
