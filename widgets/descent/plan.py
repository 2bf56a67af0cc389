"""How to compute the paths of one f without changing a bit: all at once, a few at a time, one by one, or eagerly."""

import dataclasses

import numpy as np

from widgets.descent.facts import BY_RATE, EAGERLY, FEW, TOGETHER
from widgets.descent.kernels import EXACT, SQUARE, lanes
from widgets.descent.loop import UNROLLED
from widgets.descent.program import Program
from widgets.descent.reading import Unfit
from widgets.descent.squares import trusted
from widgets.words.catalogue import _


@dataclasses.dataclass(frozen=True)
class Plan:
    """A traced program (None: f cannot be traced), `how` it is to be run, and why not all at once.

    `rows` is f for all paths of many steps, where y may be computed together; `alone` for as few paths as are
    computed one at a time, where squares in the rows need it (squares.py).
    """

    program: Program | None
    how: str
    note: str = ""
    rows: Program | None = None
    alone: Program | None = None


def plan(f, start, rates):
    """Return the Plan for f from `start` (an array) at so many learning rates."""
    dimensions, dtype = start.shape, start.dtype.name
    try:
        program = Program(f, dimensions, dtype, rates)
        found = program.company()
    except Unfit as unfit:
        return _by_rate(f, start, _("f uses {name}, which may mix paths.").format(name=unfit))
    except Exception as error:  # whatever a learner's f raises when x is a row of numbers
        note = _("f does not take the x of all paths at once ({error}).").format(error=_in_short(error))
        return _by_rate(f, start, note)
    if program.does_more() or Program(f, dimensions, dtype, rates).definition != program.definition:
        return _eagerly()
    if not program.agrees(f, start):
        return _by_rate(f, start, _("f is not the same function of one x and of the x of many paths."))
    if too_small(start):
        return _by_rate(f, start, _("The start is too small for {dtype}.").format(dtype=dtype))
    return _side_by_side(f, program, found, dimensions, dtype)


def _side_by_side(f, program, found, dimensions, dtype):
    (y, _name), (gradient, _name) = found
    paths = program.shape[-1]
    if gradient == EXACT and (y == EXACT or (y == SQUARE and trusted(dtype))):
        rows = Program(f, dimensions, dtype, paths * UNROLLED)
        if y == EXACT:
            return Plan(program, TOGETHER, rows=rows)
        return Plan(program, TOGETHER, rows=rows.squared(), alone=Program(f, dimensions, dtype, lanes(dtype)))
    width = lanes(dtype)
    if paths <= width:
        return Plan(program, TOGETHER)
    note = _("f uses {name}: TensorFlow computes it differently, in the last bit, for one number and for many.")
    return Plan(Program(f, dimensions, dtype, width), FEW, note.format(name=max(found)[1]))


def _by_rate(f, start, note):
    """Plan for paths one by one, each as f is written."""
    dimensions, dtype = start.shape, start.dtype.name
    try:
        program = Program(f, dimensions, dtype)
    except Exception as error:
        note = _("f cannot be made into a graph, so every step was taken eagerly ({error}).")
        return Plan(None, EAGERLY, note.format(error=_in_short(error)))
    again = Program(f, dimensions, dtype)
    if program.does_more() or again.definition != program.definition or not program.agrees(f, start):
        return _eagerly()
    return Plan(program, BY_RATE, note)


def _eagerly():
    return Plan(None, EAGERLY, _("f does more than compute a number from x, so every step was taken eagerly."))


def too_small(start):
    """Say whether a start has numbers that most operations, but not all, would flush to 0."""
    return bool(((start != 0) & (np.abs(start) < np.finfo(start.dtype).tiny)).any())


def _in_short(error):
    return (str(error).strip() or type(error).__name__).splitlines()[0][:80]
