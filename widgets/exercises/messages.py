"""What the learner reads: judgements, hints and predictions as plain text, the same on every machine."""

from difflib import get_close_matches

from widgets.common.catalogue import _
from widgets.common.columns import table
from widgets.exercises import graded, sketches
from widgets.exercises.answer_numbers import NotNumeric, close, format_number, parse_numbers
from widgets.exercises.causes import TABLE, general
from widgets.exercises.judgement import RIGHT, WAITING


def judgement(exercise, judged, lesson=""):
    """Say what came back for each question, then in one line what that means.

    With the number of the exercise's lesson, also say which lesson before it treats the mistake, if one does.
    """
    lines = [exercise.name, *_table(exercise, judged.evidence), _verdict(exercise, judged)]
    if judged.status != RIGHT:
        lines.append(_("Stuck? Run {call} in a cell of its own.").format(call=f'hint("{exercise.name}")'))
    return "\n".join([*lines, *_elsewhere(lesson, judged), *graded.code_line(judged)])


def _elsewhere(lesson, judged):
    row = TABLE.get(judged.code)
    if row is None or row in general.ROWS or row.lesson >= lesson:
        return []
    return [_("Lesson {number} is about that: {cause}").format(number=int(row.lesson), cause=row.cause)]


def _verdict(exercise, judged):
    if judged.status == WAITING and exercise.takes == "widget":
        return _("Not yet: move the slider first, then run this cell again.")
    if judged.status == WAITING and exercise.takes == "lines":
        return _("Not yet: put the lines in order first, then run this cell again.")
    if judged.status == WAITING:
        return _("Not yet: put your own code in place of the `...`, then run that cell and this one.")
    if judged.status == RIGHT:
        return _("Right: {sentence}").format(sentence=judged.sentence)
    return _("Not right: {sentence}").format(sentence=judged.sentence)


def _table(exercise, evidence):
    """One line for each question, in columns."""
    if evidence is None:
        return []
    rows = [[o.question.label, *_cells(exercise, o)] for o in evidence.outcomes]
    return [f"  {line.strip()}" for line in table(rows, "   ")]


def _cells(exercise, outcome):
    """Name the numbers of one outcome.

    A right number is written as the witness has it: its last digits, which differ between right answers, never show
    but to a grader.
    """
    if outcome.numbers is None:
        return _without_numbers(outcome, exercise.columns)
    cells = zip(exercise.columns, outcome.numbers, outcome.question.due, strict=True)
    return [f"{name} {graded.written(number, due)}" for name, number, due in cells]


def _without_numbers(outcome, columns):
    """What came back instead of numbers: an error's name, or each part as far as it can be read."""
    if outcome.fault:
        return [outcome.fault.kind] + [""] * (len(columns) - 1)
    several = len(columns) > 1 and isinstance(outcome.returned, list | tuple)
    parts = outcome.returned if several else [outcome.returned]
    if len(parts) != len(columns):
        return [_kind(outcome.returned)] + [""] * (len(columns) - 1)
    return [f"{name} {_part(part)}" for name, part in zip(columns, parts, strict=True)]


def _part(value):
    try:
        return format_number(parse_numbers(value, 1)[0])
    except NotNumeric:
        return _kind(value)


def _kind(value):
    return "None" if value is None else type(value).__name__


def hint(exercise, asked):
    """Say a nudge the first time, more the second, and a worked line from the third on."""
    nth = min(asked, len(exercise.hints))
    return _("Hint {nth} of {of}: {text}").format(nth=nth, of=len(exercise.hints), text=exercise.hints[nth - 1])


def prediction(name, value):
    """Say back what was predicted."""
    if value is ...:
        return _(
            "{name}: no prediction yet. Put one in place of the `...`; a wrong one teaches more than none."
        ).format(name=name)
    return _("{name}: you predict {value}.").format(name=name, value=shown(value))


def comparison(name, predicted, outcome):
    """Put a prediction beside what happened."""
    if outcome is ...:
        return _("{name}: nothing to compare with yet.").format(name=name)
    if sketches.is_points(predicted) and sketches.is_points(outcome, gaps=True):
        return sketches.beside(name, predicted, outcome)
    if predicted is ...:
        return _("{name}: it is {outcome}. You made no prediction.").format(name=name, outcome=shown(outcome))
    said = _("{name}: you predicted {value}, and it is {outcome}.")
    beside = said.format(name=name, value=shown(predicted), outcome=shown(outcome))
    return beside + " " + (_("Well seen.") if agree(predicted, outcome) else _("Why?"))


def unknown(name, names):
    """Say that there is no such exercise, and which one may have been meant."""
    near = get_close_matches(str(name), names, n=1)
    meant = (
        _("Did you mean {name}?").format(name=f'"{near[0]}"')
        if near
        else _("There are: {names}.").format(names=", ".join(names))
    )
    return _("There is no exercise called {name}.").format(name=f'"{name}"') + " " + meant


def unfit(name, refusal):
    """Say why a prediction is no answer to what was asked."""
    return f"{name}: {refusal}"


def agree(predicted, outcome):
    """Whether what was predicted is what happened."""
    if sketches.is_points(predicted) and sketches.is_points(outcome, gaps=True):
        return sketches.agree(predicted, outcome)
    try:
        return bool(close(parse_numbers(predicted, 1), parse_numbers(outcome, 1)).all())
    except NotNumeric:
        return shown(predicted) == shown(outcome)


def shown(value):
    """A number plainly, an order with arrows, a curve as its points, anything else as Python writes it."""
    try:
        return format_number(parse_numbers(value, 1)[0])
    except NotNumeric:
        pass
    if isinstance(value, list | tuple) and value and all(isinstance(part, str) for part in value):
        return " → ".join(value)
    return sketches.shown(value) if sketches.is_points(value, gaps=True) else str(value)
