"""Lesson 12: the backward pass of a tape of one's own, tried on tapes that were written by hand."""

import math
import operator
from dataclasses import dataclass

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, MisconceptionKind, Question, wrong_behavior, wrong_formula
from widgets.exercises.lesson_12.own_tape import unboxed
from widgets.exercises.predicates import all_none, returned
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import ONE_PATH, PATHS_MULTIPLIED, UPSTREAM_FORGOTTEN


class Node:
    """A number on a sheet, told from others by which it is and not by its value, as the learner's own numbers are."""

    def __init__(self, value):
        self.value = value


@dataclass(frozen=True)
class WrittenTape:
    """Entries in the order in which they were made, the target, and the sources x and w."""

    entries: list
    target: Node
    x: Node
    w: Node


def chain_tape(x, w):
    """Return sin(x·w): each entry has one that follows."""
    x, w, entries = Node(x), Node(w), []
    y = _sine(entries, _times(entries, x, w))
    return WrittenTape(entries, y, x, w), (w.value * math.cos(x.value * w.value), x.value * math.cos(x.value * w.value))


def fork_tape(x, w):
    """Return x·x + x·w: three ways lead to x, two of them from one entry."""
    x, w, entries = Node(x), Node(w), []
    y = _plus(entries, _times(entries, x, x), _times(entries, x, w))
    return WrittenTape(entries, y, x, w), (2 * x.value + w.value, x.value)


def dead_end_tape(x, w):
    """Return s·s + s·x with s = x + w, among entries that the target does not depend on, one of them the last."""
    x, w, entries = Node(x), Node(w), []
    s = _plus(entries, x, w)
    square = _times(entries, s, s)
    _sine(entries, s)
    y = _plus(entries, square, _times(entries, s, x))
    _times(entries, y, w)
    total = x.value + w.value
    return WrittenTape(entries, y, x, w), (3 * total + x.value, 2 * total + x.value)


def _plus(entries, a, b):
    return _record(entries, a.value + b.value, [a, b], lambda upstream, a, b: (upstream, upstream))


def _times(entries, a, b):
    return _record(entries, a.value * b.value, [a, b], lambda upstream, a, b: (upstream * b.value, upstream * a.value))


def _sine(entries, a):
    return _record(entries, math.sin(a.value), [a], lambda upstream, a: (upstream * math.cos(a.value),))


def _record(entries, value, inputs, pullback):
    output = Node(value)
    entries.append((output, inputs, pullback))
    return output


_PLAYED_FORWARD = MisconceptionKind(
    "PLAYED_FORWARD",
    cause=_("The entries were gone through from the beginning, where no gradient has arrived yet."),
    repair=_("Begin at the end: for output, inputs, pullback in reversed(entries)."),
)


def _questions(rng):
    places = zip(spread(rng, 0.4, 2.2), spread(rng, 1.2, 2.6), strict=True)
    chained, forked, ended = (
        make(x, w) for make, (x, w) in zip((chain_tape, fork_tape, dead_end_tape), places, strict=True)
    )
    return (
        _question("sin(x·w)", *chained),
        _question("x·x + x·w", *forked),
        _question(_("s·s + s·x, s = x + w, and dead ends"), *ended),
    )


def _question(written, sheet, due):
    label = _("{written} at x = {x}, w = {w}")
    return Question(label.format(written=written, x=sheet.x.value, w=sheet.w.value), (sheet,), due)


def _call_and_look_up(answer, sheet):
    """Put an answer to use with a copy of the entries, and look x and w up in what comes back."""
    found = answer(list(sheet.entries), sheet.target)
    return [unboxed(found.get(source)) for source in (sheet.x, sheet.w)] if isinstance(found, dict) else found


def _play_with(start=1.0, join=operator.add, handed=lambda upstream: upstream):
    """Return the formula of a playback in plain floats, which may begin, join parts or hand over in another way."""

    def play(sheet):
        gradients = {sheet.target: sheet.target.value if start == "value" else start}
        for output, inputs, pullback in reversed(sheet.entries):
            if output in gradients:
                for number, part in zip(inputs, pullback(handed(gradients[output]), *inputs), strict=True):
                    gradients[number] = join(gradients[number], part) if number in gradients else part
        return [gradients.get(source) for source in (sheet.x, sheet.w)]

    return play


def _key_error_flags(evidence):
    return [outcome.fault is not None and outcome.fault.kind == "KeyError" for outcome in evidence.outcomes]


_PLAYED_FORWARD_SENTENCE = _(
    "the way back begins at the end: an entry can hand over only what it got from those behind it. Go through "
    "reversed(entries)."
)

PLAY_BACK = Exercise(
    name="play_back",
    use=_call_and_look_up,
    columns=("dy/dx", "dy/dw"),
    questions=_questions,
    misconceptions=(
        wrong_behavior(
            _PLAYED_FORWARD,
            returned(lambda returned: isinstance(returned, list) and all_none(returned)),
            _PLAYED_FORWARD_SENTENCE,
        ),
        wrong_behavior(_PLAYED_FORWARD, lambda evidence: all(_key_error_flags(evidence)), _PLAYED_FORWARD_SENTENCE),
        wrong_formula(_PLAYED_FORWARD, lambda sheet: [0.0, 0.0], _PLAYED_FORWARD_SENTENCE),
        wrong_behavior(
            "DEAD_END",
            lambda evidence: _key_error_flags(evidence) == [False, False, True],
            _(
                "some entry's output has no gradient, because the target does not depend on it. Such an entry has nothing to "
                "hand over: leave it out, `if output in gradients:`."
            ),
            cause=_("An entry was asked to hand over, although the target does not depend on its output."),
            repair=_("Leave out entries whose output has no gradient."),
        ),
        wrong_behavior(
            "NO_DICTIONARY",
            returned(lambda returned: not isinstance(returned, list) and returned is not None),
            _("return the dictionary itself, with a gradient for each number, and not one of them alone."),
            cause=_("One gradient came back, or none, where all of them were asked for."),
            repair=_("Return the dictionary, with a gradient for each number that has one."),
        ),
        wrong_formula(
            ONE_PATH,
            _play_with(join=lambda before, part: part),
            _("each part replaces the one before. Where several ways lead to a number, what arrives is summed."),
        ),
        wrong_formula(
            ONE_PATH,
            _play_with(join=lambda before, part: before),
            _("only the first part counts. Where several ways lead to a number, what arrives is summed."),
        ),
        wrong_formula(
            PATHS_MULTIPLIED,
            _play_with(join=operator.mul),
            _(
                "the parts are multiplied. Along one way gradients multiply, the pullbacks do that; where ways meet, add."
            ),
        ),
        wrong_formula(
            UPSTREAM_FORGOTTEN,
            _play_with(handed=lambda upstream: 1.0),
            _("each pullback was asked as if its output were the target. Give it the gradient that its output has."),
        ),
        wrong_formula(
            "STARTS_WITH_VALUE",
            _play_with(start="value"),
            _("the target's gradient is 1, not its value: dy/dy."),
            cause=_("The way back began with the target's value in place of its gradient."),
            repair=_("Begin with 1: that is how much y changes when y does."),
        ),
    ),
    hints=(
        _("Follow one entry: which gradient does its pullback need, and where is that by now?"),
        _("`for output, inputs, pullback in reversed(entries):`, and inside it `if output in gradients:`."),
        _(
            "for number, part in zip(inputs, pullback(gradients[output], *inputs)): "
            "gradients[number] = gradients[number] + part if number in gradients else part"
        ),
    ),
    right=_("that is reverse-mode differentiation: one way back through the list, however many sources there are."),
)
"""`play_back`: from a list of entries to the gradient of each number. Asked with tapes that were written by hand."""
