"""Why a prediction was wrong: for each choice what one has to believe for it, where to look, and a smaller question.

One record for each prediction. It is said only if what happened is what is due in the lesson: who has changed the
program has another question.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from widgets.common.catalogue import _
from widgets.exercises.prediction_text import agree


@dataclass(frozen=True)
class PredictionReasons:
    """What is said after a wrong prediction.

    Attributes:
        due: what happens.
        beliefs: (a wrong prediction, what one believes who makes it, and where that breaks).
        smaller: one smaller question of the same kind, with its answer.
        look: where the answer can be seen: a position of a deck, or a cell; "" if the lines above show it.
    """

    due: Any
    beliefs: tuple[tuple[Any, str], ...]
    smaller: str
    look: str = ""


def reasons_text(name: str, predicted: Any, outcome: Any) -> tuple[str, ...]:
    """Return the lines that explain a wrong prediction; none where nothing certain is known.

    Args:
        name: the prediction's name.
        predicted: what was committed.
        outcome: what happened.

    Returns:
        What one believes who predicts that, where to look, and a smaller question, each if there is one.
    """
    record = _records(_).get(name)
    if record is None or predicted is ... or agree(predicted, outcome) or not agree(record.due, outcome):
        return ()
    belief = next((sentence for wrong, sentence in record.beliefs if agree(wrong, predicted)), "")
    return tuple(filter(None, (belief, record.look, record.smaller)))


def wrong_predictions(name: str) -> tuple[Any, ...]:
    """Return the wrong values of a prediction of which it is known what one believes who predicts them."""
    record = _records(_).get(name)
    return tuple(wrong for wrong, _belief in record.beliefs) if record else ()


def _records(_: Callable[[str], str]) -> dict[str, PredictionReasons]:
    """Return the records by the prediction's name, in the learner's language."""
    return {
        "y at 3": PredictionReasons(
            7.0,
            ((6.0, _("6 is 2·3; the 1 is still to be added.")), (9.0, _("9 is 3·3; it is 2·3, and then plus 1."))),
            _("A smaller question: how much is 2·1 + 1? It is 3."),
        ),
        "y beside x": PredictionReasons(
            "more than x",
            (
                ("as x does", _("That would be so for y = x + 1. Here x is doubled first, and a step of x with it.")),
                ("less than x", _("That would be so for y = x/2. Here x is doubled.")),
            ),
            _("A smaller question: y is 7 at x = 3. How much is it at x = 4? It is 9: 2 more."),
        ),
        "slope at 0": PredictionReasons(
            -2.0,
            (
                (2.0, _("The size is right, but the term -2x falls: its slope is -2.")),
                (0.0, _("At x = 0 only the slope of x² is 0. The term -2x has the slope -2 everywhere.")),
                (1.0, _("1 is the value of f at 0. The slope says how it changes from there.")),
            ),
            _("A smaller question: f(0) is 1. Is f(0.1) = 0.81 more or less? It is less, so the slope is negative."),
            _("In the deck below, the last step of the backward pass shows what arrives at x."),
        ),
        "total against 2": PredictionReasons(
            "below",
            (
                (
                    "above",
                    _(
                        "The path through the sine would have to rise. Its slope is 2x·cos(x²), and cos(9) is negative: x² "
                        "has gone past the top of the wave."
                    ),
                ),
            ),
            _("A smaller question: is cos(4) positive or negative? Negative, as between 1.57 and 4.71."),
            _("In the deck, two gradients arrive at x: the sign of each is that of its path."),
        ),
        "dy/dc on paper": PredictionReasons(
            1.0,
            (
                (0.0, _("0 would mean that y does not care about c. But c is added: y grows by as much as c.")),
                (-2.0, _("-2 is the slope with respect to x. The question is about c.")),
            ),
            _("A smaller question: how much does 5 + c grow when c grows by 1? By 1."),
        ),
        "the tape about c": PredictionReasons(
            "None",
            (
                (
                    "1.0",
                    _("1 is the slope on paper. The tape has no record of c: it watches Variables, not constants."),
                ),
                (
                    "0.0",
                    _("0 would be an answer: y does not change with c. The tape has none, since it did not watch c."),
                ),
            ),
            _(
                "A smaller question: which of `tf.constant(1.0)` and `tf.Variable(1.0)` does a tape watch by itself? The Variable."
            ),
        ),
        "watched too late": PredictionReasons(
            "None",
            (
                ("3.0", _("For 3 the tape would have to look back. It records only what runs after `tape.watch`.")),
                ("0.0", _("0 would be an answer. The tape recorded no calculation with c, so it has none.")),
            ),
            _("A smaller question: which line must come first, `tape.watch(c)` or `y = c * c + c`? `tape.watch(c)`."),
        ),
        "second gradient": PredictionReasons(
            "None",
            (
                (
                    "4.8",
                    _(
                        "4.8 is the slope at 2.4. But `x = x - ...` has made x an ordinary tensor, which the second tape does "
                        "not watch."
                    ),
                ),
                (
                    "error",
                    _("Nothing is wrong for Python here: the tape is asked about a tensor that it did not watch."),
                ),
            ),
            _("A smaller question: what is `x - 0.1` if x is a Variable: a Variable or a tensor? A tensor."),
        ),
        "0 times x": PredictionReasons(
            "0.0",
            (("None", _("None would mean that there is no path. There is one: a multiplication, with the slope 0.")),),
            _("A smaller question: what is the slope of 0.1·x? It is 0.1. Now let the factor go to 0."),
        ),
        "just 5": PredictionReasons(
            "None",
            (
                (
                    "0.0",
                    _("0 is the slope on paper. But no recorded operation leads from x to 5, so there is no answer."),
                ),
            ),
            _("A smaller question: is x used at all in the line that makes 5? No."),
        ),
        "handed to y": PredictionReasons(
            48.0,
            (
                (12.0, _("12 is 3·y. The slope of the cube is 3·y²: 3·16.")),
                (64.0, _("64 is z itself. What is passed back is a slope times what came in.")),
                (16.0, _("16 is y². The slope of the cube is 3·y².")),
            ),
            _("A smaller question: how steep is y³ at y = 1? 3."),
            _("In the deck, the step of the cube in the backward pass shows it."),
        ),
        "handed to x": PredictionReasons(
            192.0,
            (
                (4.0, _("4 is the square's own slope. It is multiplied by the 48 that arrived at y.")),
                (52.0, _("Along one path slopes are multiplied, not added: 48·4.")),
                (48.0, _("48 is what arrived at y. The square multiplies it by its own slope, 4.")),
            ),
            _("A smaller question: with slopes 2 and 3 one after the other, how steep is the whole? 6."),
            _("In the deck, the last step of the backward pass shows it."),
        ),
        "gradient of h": PredictionReasons(
            11.0,
            (
                (8.0, _("8 is what comes through h·h, once from each factor. The path through 3h brings 3 more.")),
                (7.0, _("h is in h·h twice: each of the two brings 4. 7 has only one of them.")),
                (48.0, _("Along one path slopes are multiplied; where paths meet they are added: 4 + 4 + 3.")),
            ),
            _("A smaller question: what is the slope of h·h at h = 4? 8, not 4."),
            _("In the deck, three gradients arrive at h before it hands anything on."),
        ),
        "three at once": PredictionReasons(
            "12.0",
            (
                (
                    "[3. 4. 5.]",
                    _("Those are the three slopes. But there is one x, and it receives their sum, 3 + 4 + 5."),
                ),
                ("error", _("Several numbers are allowed as a target: the tape takes the gradient of their sum.")),
            ),
            _("A smaller question: and for y = x·[1, 1]? 2."),
        ),
        "weights 1, 10, 100": PredictionReasons(
            543.0,
            (
                (12.0, _("12 is with the weights 1, 1, 1. Here each slope is multiplied by its weight.")),
                (345.0, _("That has the weights in the other order: it is 1·3 + 10·4 + 100·5.")),
                (111.0, _("111 is the sum of the weights alone. Each is multiplied by its slope: 3, 4, 5.")),
            ),
            _("A smaller question: and with the weights 0, 0, 1? 5, the slope of the last alone."),
        ),
        "zeros among the 16": PredictionReasons(
            8,
            (
                (
                    4,
                    _(
                        "4 is only one half of them: the first example does not depend on the second, nor that on the first."
                    ),
                ),
                (12, _("12 would leave one slope for each result. Within an example each result may have two.")),
            ),
            _("A smaller question: of two examples with one number each, how many of the 2·2 slopes are 0? 2."),
        ),
        "the witness": PredictionReasons(
            "4.0",
            (
                (
                    "2.0",
                    _("2 is what the tape says. A central difference runs only the function, and sees the true slope."),
                ),
                ("None", _("None comes from tapes only. A difference of two values is always a number.")),
            ),
            _("A smaller question: (2.1² - 1.9²) / 0.2 is how much? 4."),
        ),
        "asked outside": PredictionReasons(
            "None",
            (
                (
                    "2.0",
                    _(
                        "For 2 the outer tape would have to record the first gradient, which is computed after its block."
                    ),
                ),
                (
                    "error",
                    _("Each call by itself is allowed. The outer tape only has no record of how the slope was made."),
                ),
            ),
            _("A smaller question: does a tape record a line that stands below its block? No."),
        ),
        "never arrives": PredictionReasons(
            "1.0",
            (
                ("0.1", _("0.1 takes a fifth of the rest away with each step: it arrives, slowly.")),
                ("0.5", _("0.5 is 1/λ: it lands in one step.")),
            ),
            _(
                "A smaller question: from x = 0, where the slope is -2, where does one step with 1.0 lead? To 2, as far on the other side."
            ),
        ),
        "times Python ran": PredictionReasons(
            1,
            ((3, _("Python runs once, to trace the function. The calls after that run the graph, without Python.")),),
            _(
                "A smaller question: how often would a `print` in a tf.function print in five calls with tensors alike? Once."
            ),
        ),
        "with rate = 100": PredictionReasons(
            "0.1 times",
            (
                ("100 times", _("Python read `rate` once, while tracing: its number became part of the graph.")),
                ("an error", _("The name still exists, but nobody reads it again: its first number is in the graph.")),
            ),
            _(
                "A smaller question: what would the graph read anew at each call, a Python number or a tf.Variable? The Variable."
            ),
        ),
        "slope at the edge": PredictionReasons(
            "nan",
            (
                ("0", _("`tf.where` chooses a value, but both paths are played back, and 0 times inf is nan.")),
                ("inf", _("inf arises on the path that was not chosen; there it meets a 0, and 0 times inf is nan.")),
            ),
            _("A smaller question: how much is `0.0 * float('inf')`? nan."),
        ),
        "shape of model(x) - y": PredictionReasons(
            "(342, 342)",
            (
                ("(342,)", _("model(x) is a column, (342, 1). A column minus a row is a table of all pairs.")),
                (
                    "(342, 1)",
                    _("y is a row of 342. To fit a column it is repeated downward, and the column to the right."),
                ),
            ),
            _("A smaller question: which shape has a (2, 1) minus a (2,)? (2, 2)."),
        ),
    }
