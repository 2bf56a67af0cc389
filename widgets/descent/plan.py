"""How to compute the paths of one f without changing a bit: all at once, a few at a time, one by one, or eagerly."""

import dataclasses

from widgets.descent.facts import BY_RATE, EAGERLY, FEW, TOGETHER
from widgets.descent.kernels import EXACT, lanes
from widgets.descent.program import Program
from widgets.descent.reading import Unfit
from widgets.words.catalogue import _


@dataclasses.dataclass(frozen=True)
class Plan:
    """A traced program (None: f cannot be traced), `how` it is to be run, and why not all at once."""

    program: Program | None
    how: str
    note: str = ""


def plan(f, start, rates):
    """Return the Plan for f from `start` (an array) at so many learning rates."""
    dimensions, dtype = start.shape, start.dtype.name
    try:
        program = Program(f, dimensions, dtype, rates)
        kind, name = program.company()
    except Unfit as unfit:
        return _alone(f, dimensions, dtype, _("f uses {name}, which may mix paths.").format(name=unfit))
    except Exception as error:  # whatever a learner's f raises when x is a row of numbers
        note = _("f does not take the x of all paths at once ({error}).").format(error=_in_short(error))
        return _alone(f, dimensions, dtype, note)
    width = lanes(dtype)
    if kind == EXACT or rates <= width:
        return _unless_it_does_more(Plan(program, TOGETHER))
    note = _("f uses {name}: TensorFlow computes it differently, in the last bit, for one number and for many.")
    return _unless_it_does_more(Plan(Program(f, dimensions, dtype, width), FEW, note.format(name=name)))


def _alone(f, dimensions, dtype, note):
    """Plan for paths one by one, each as f is written."""
    try:
        return _unless_it_does_more(Plan(Program(f, dimensions, dtype), BY_RATE, note))
    except Exception as error:
        note = _("f cannot be made into a graph, so every step was taken eagerly ({error}).")
        return Plan(None, EAGERLY, note.format(error=_in_short(error)))


def _unless_it_does_more(found):
    if not found.program.does_more():
        return found
    return Plan(None, EAGERLY, _("f does more than compute a number from x, so every step was taken eagerly."))


def _in_short(error):
    return (str(error).strip() or type(error).__name__).splitlines()[0][:80]
