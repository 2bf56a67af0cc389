"""How to compute the paths of one f without changing a bit: all at once, a few at a time, one by one, or eagerly."""

import contextlib
import dataclasses

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.descent.batch_exactness import EXACT, SQUARE, lanes
from widgets.descent.graph_analysis import Unfit
from widgets.descent.graph_cache import loop_of
from widgets.descent.model import BY_RATE, EAGERLY, FEW, TOGETHER
from widgets.descent.program import Part, Program
from widgets.descent.squares import trusted

_PLAIN = "sgd"  # the optimizer of the loop that is tried out


@dataclasses.dataclass(frozen=True)
class Plan:
    """A traced program (None: f cannot be traced), `how` it is to be run, and why not all at once.

    `rows` gives y of all paths of many steps, where it may be computed together; `alone` is f for as few paths as are
    computed one at a time, where squares in the rows need it (squares.py).
    """

    program: Program | None
    how: str
    note: str = ""
    rows: Part | None = None
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
    if too_small(start):
        return _by_rate(f, start, _("The start is too small for {dtype}.").format(dtype=dtype))
    made = _side_by_side(f, program, found, dimensions, dtype)
    if not _agrees(made, f, start):
        return _by_rate(f, start, _("f is not the same function of one x and of the x of many paths."))
    return made


def _side_by_side(f, program, found, dimensions, dtype):
    (y, _name), (gradient, _name) = found
    if gradient == EXACT and (y == EXACT or (y == SQUARE and trusted(dtype))):
        alone = Program(f, dimensions, dtype, lanes(dtype)) if y == SQUARE else None
        made = Plan(program, TOGETHER, rows=program.row(squared=y == SQUARE), alone=alone)
        with contextlib.suppress(ValueError):  # f may be written for just so many paths
            loop_of(made, _PLAIN, dtype)
            return made
    if y == gradient == EXACT:
        return Plan(program, TOGETHER)
    width = lanes(dtype)
    if program.shape[-1] <= width:
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
    made, again = Plan(program, BY_RATE, note), Program(f, dimensions, dtype)
    if program.does_more() or again.definition != program.definition or not _agrees(made, f, start):
        return _eagerly()
    return made


def _agrees(made, f, start):
    """Say whether a Plan gives about what f gives eagerly, at the start and elsewhere: f may look at the shape of x."""
    loop = loop_of(made, _PLAIN, start.dtype.name)
    places = start, np.asarray(0.7 - start / 2, start.dtype)
    return all(_about_equal(_first(loop, made.program, place), _on_its_own(f, place)) for place in places)


def _first(loop, program, place):
    """Return y and the gradient of all paths at a place."""
    start = place[..., None] if program.shape_of_y else place
    _x, gradient, y, *_bases = loop.run(start, np.ones(program.shape_of_y), 0)
    return y[0], gradient[0]


def _on_its_own(f, place):
    """Return y and the gradient at a place, eagerly, or nothing where f cannot be computed."""
    x = tf.Variable(place)
    try:
        with tf.GradientTape() as tape:
            y = f(x)
        return np.asarray(y), np.asarray(tape.gradient(y, x))
    except Exception:
        return ()


def _about_equal(ours, theirs):
    pairs = zip(ours, theirs, strict=False)
    return all(np.allclose(mine.T, their.T, rtol=1e-3, equal_nan=True) for mine, their in pairs)


def _eagerly():
    return Plan(None, EAGERLY, _("f does more than compute a number from x, so every step was taken eagerly."))


def too_small(start):
    """Say whether a start has numbers that most operations, but not all, would flush to 0."""
    return bool(((start != 0) & (np.abs(start) < np.finfo(start.dtype).tiny)).any())


def _in_short(error):
    return (str(error).strip() or type(error).__name__).splitlines()[0][:80]
