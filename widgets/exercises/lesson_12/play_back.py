"""`play_back`: from a list of entries to the gradient of each number. Asked with tapes that were written by hand."""

import operator

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Misconception, Question, mistaken
from widgets.exercises.lesson_12.boxes import unboxed
from widgets.exercises.lesson_12.sheets import chain, dead_ends, fork
from widgets.exercises.predicates import all_none, returned
from widgets.exercises.seeds import spread


def _questions(rng):
    places = zip(spread(rng, 0.4, 2.2), spread(rng, 1.2, 2.6), strict=True)
    chained, forked, ended = (make(x, w) for make, (x, w) in zip((chain, fork, dead_ends), places, strict=True))
    return (
        _question("sin(x·w)", *chained),
        _question("x·x + x·w", *forked),
        _question(_("s·s + s·x, s = x + w, and dead ends"), *ended),
    )


def _question(written, sheet, due):
    label = _("{written} at x = {x}, w = {w}")
    return Question(label.format(written=written, x=sheet.x.value, w=sheet.w.value), (sheet,), due)


def _look_up(answer, sheet):
    """Put an answer to use with a copy of the entries, and look x and w up in what comes back."""
    found = answer(list(sheet.entries), sheet.target)
    return [unboxed(found.get(source)) for source in (sheet.x, sheet.w)] if isinstance(found, dict) else found


def _played(start=1.0, join=operator.add, handed=lambda upstream: upstream):
    """Return the formula of a playback in plain floats, which may begin, join parts or hand over in another way."""

    def play(sheet):
        gradients = {sheet.target: sheet.target.value if start == "value" else start}
        for output, inputs, pullback in reversed(sheet.entries):
            if output in gradients:
                for number, part in zip(inputs, pullback(handed(gradients[output]), *inputs), strict=True):
                    gradients[number] = join(gradients[number], part) if number in gradients else part
        return [gradients.get(source) for source in (sheet.x, sheet.w)]

    return play


def _key_errors(evidence):
    return [outcome.fault is not None and outcome.fault.kind == "KeyError" for outcome in evidence.outcomes]


_FORWARD = _(
    "the way back begins at the end: an entry can hand over only what it got from those behind it. Go through "
    "reversed(entries)."
)

PLAY_BACK = Exercise(
    name="play_back",
    use=_look_up,
    columns=("dy/dx", "dy/dw"),
    questions=_questions,
    misconceptions=(
        Misconception(
            "PLAYED_FORWARD", returned(lambda returned: isinstance(returned, list) and all_none(returned)), _FORWARD
        ),
        Misconception("PLAYED_FORWARD", lambda evidence: all(_key_errors(evidence)), _FORWARD),
        mistaken("PLAYED_FORWARD", lambda sheet: [0.0, 0.0], _FORWARD),
        Misconception(
            "DEAD_END",
            lambda evidence: _key_errors(evidence) == [False, False, True],
            _(
                "some entry's output has no gradient, because the target does not depend on it. Such an entry has nothing to "
                "hand over: leave it out, `if output in gradients:`."
            ),
        ),
        Misconception(
            "NO_DICTIONARY",
            returned(lambda returned: not isinstance(returned, list) and returned is not None),
            _("return the dictionary itself, with a gradient for each number, and not one of them alone."),
        ),
        mistaken(
            "ONE_PATH",
            _played(join=lambda before, part: part),
            _("each part replaces the one before. Where several ways lead to a number, what arrives is summed."),
        ),
        mistaken(
            "ONE_PATH",
            _played(join=lambda before, part: before),
            _("only the first part counts. Where several ways lead to a number, what arrives is summed."),
        ),
        mistaken(
            "PATHS_MULTIPLIED",
            _played(join=operator.mul),
            _(
                "the parts are multiplied. Along one way gradients multiply, the pullbacks do that; where ways meet, add."
            ),
        ),
        mistaken(
            "UPSTREAM_FORGOTTEN",
            _played(handed=lambda upstream: 1.0),
            _("each pullback was asked as if its output were the target. Give it the gradient that its output has."),
        ),
        mistaken(
            "STARTS_WITH_VALUE",
            _played(start="value"),
            _("the target's gradient is 1, not its value: dy/dy."),
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
