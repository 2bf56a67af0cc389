"""Verdicts in words, for the learner: what became of the answer, and what to do next."""

from widgets.common.catalogue import Spoken, _
from widgets.grading import facts

KIND = Spoken(
    lambda: {
        facts.PASSED: _("passed"),
        facts.WRONG: _("wrong"),
        facts.NOT_ATTEMPTED: _("not attempted"),
        facts.ERROR: _("error"),
        facts.TIMEOUT: _("timeout"),
        facts.DIED: _("kernel died"),
        facts.MEMORY: _("memory limit"),
        facts.OUTPUT: _("output limit"),
        facts.MISSING: _("missing"),
        facts.DUPLICATE: _("duplicate"),
        facts.MALFORMED: _("malformed"),
        facts.FAULT: _("grader fault"),
    }
)
"""The name of each kind of verdict."""

_VERDICT = Spoken(
    lambda: {
        facts.PASSED: _("Your answer does what it should. There is nothing left to do here."),
        facts.WRONG: _(
            "Your cell ran, and what it gives is not yet what was asked for. Read what the check says, change "
            "the cell, and run the check again."
        ),
        facts.NOT_ATTEMPTED: _(
            "This cell is as the lesson gave it. Put your own code in place of the `...`, run the check below it, and "
            "save the notebook before you hand it in."
        ),
        facts.ERROR: _(
            "Your cell stopped with an error before there was an answer to check. Read the last line of the error "
            "first, then restart the kernel and run all cells: it may need a name that only your own session had."
        ),
        facts.TIMEOUT: _(
            "Your answer was still running when its time was up. Look for a loop that does not end, or for far more "
            "steps than the exercise asks for."
        ),
        facts.DIED: _(
            "Python itself stopped while your answer ran, so there was nothing to check. Look for `exit()` or "
            "`quit()`, take it out, then restart the kernel and run all cells."
        ),
        facts.MEMORY: _(
            "Your answer asked for more memory than it may have. Look for an array or a list that is larger than the "
            "exercise needs, or that grows in every round of a loop."
        ),
        facts.OUTPUT: _(
            "Your answer printed more than there is room for. Take out what is printed in a loop, and run the check "
            "again."
        ),
        facts.MISSING: _(
            "The cell of this exercise is not in the notebook that you handed in. Take a fresh copy of the lesson, put "
            "your answer into the cell that is meant for it, and hand that in."
        ),
        facts.DUPLICATE: _(
            "The cell of this exercise is there more than once, and the grader does not choose for you. Keep the one "
            "that you mean, delete the others, and hand the notebook in again. If you have split it, select its parts "
            "and merge them: Shift-M in JupyterLab."
        ),
        facts.MALFORMED: _(
            "The cell of this exercise cannot be read as code. Take a fresh copy of the lesson, put your answer as "
            "code into the cell that is meant for it, and hand that in."
        ),
        facts.FAULT: _(
            "The grader itself failed here, and not you. There is no mark for this exercise yet: it will be graded "
            "again. You need not do anything."
        ),
    }
)

_ADVISORY = Spoken(
    lambda: {
        facts.NO_TAPE: _(
            "Your answer uses no `tf.GradientTape`, where the lesson does. This costs no points. Try it with a tape as "
            "well: it also finds the slopes that nobody wants to work out by hand."
        ),
        facts.LOOKS_INSIDE: _(
            "Your answer looks into the check, or into what calls it. This costs no points by itself; your teacher is "
            "told of it. Where you need gradients next, there will be no check to ask: try it with a tape."
        ),
    }
)


def kind_in_words(kind):
    """Return the name of a kind of verdict, such as "not attempted"."""
    return KIND[kind]


def verdict_in_words(kind):
    """Return what a verdict means to the learner and what to do next, in two or three sentences."""
    return _VERDICT[kind]


def advisory_in_words(advisory):
    """Return an advisory in words. One that is not known stands for itself."""
    return _ADVISORY.get(advisory, advisory)


def points_in_words(points, out_of):
    """Return "2 of 3 points"; where `points` is None, that there is no mark yet."""
    if points is None:
        return _("no mark yet, of {out_of}").format(out_of=f"{out_of:g}")
    return _("{points} of {out_of} points").format(points=f"{points:g}", out_of=f"{out_of:g}")
