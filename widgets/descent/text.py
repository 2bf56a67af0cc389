"""Descents in words: the line that tf.print writes, and the text twin of Paths."""

import itertools

import numpy as np

from widgets.common.catalogue import Spoken, _
from widgets.common.columns import table
from widgets.common.numbers import printed
from widgets.descent.model import BY_RATE, EAGERLY
from widgets.descent.verdict_sentences import KINDS, says

HOW = Spoken(
    lambda: {
        BY_RATE: _("Computed rate by rate, to the same numbers: {why}"),
        EAGERLY: _("Computed step by step, to the same numbers: {why}"),
    }
)
"""What is said of paths that took longer than they might."""

FEW = 12
"""Learning rates that get a line each; of more, neighbours with the same kind of verdict share one."""


def twin(paths, bands=None):
    """Return Paths as text: what was run, a table of learning rates with their verdicts, Bands if given, notes."""
    rows = _each(paths) if len(paths.learning_rates) <= FEW else _by_kind(paths)
    return "\n".join([heading(paths), *table(rows), *notes(paths, bands)])


def heading(paths):
    """Return what was run, in one line."""
    said = _("Descent on {title} (optimizer: {optimizer}, {dtype}, start: {start}, iterations: {iterations})")
    return said.format(
        title=paths.title,
        optimizer=paths.optimizer,
        dtype=paths.dtype,
        start=printed(paths.start),
        iterations=paths.iterations,
    )


def notes(paths, bands=None):
    """Return what else must be said: the bands, where they hold, and why the paths took longer than they might."""
    found = [] if bands is None else _bands(bands)
    if paths.how in HOW:
        found.append(HOW[paths.how].format(why=paths.note))
    return found


def readout(y, x):
    """Return the line that `tf.print("y =", y, "; x =", x)` prints for y and x as NumPy has them."""
    return f"y = {printed(y)} ; x = {printed(x)}"


def _each(paths):
    """Yield a row for each learning rate: the rate, the readout after the last iteration, the verdict's sentence."""
    yield _("learning rate"), _("printed at the end"), _("verdict")
    for at, (rate, found) in enumerate(zip(paths.learning_rates, paths.verdicts, strict=True)):
        x, y = paths.x[:, at], paths.y[:, at]
        yield printed(rate), readout(y[-1], x[-1]), says(found, x, y)


def _by_kind(paths):
    """Yield a row for each run of neighbouring learning rates with the same kind: first … last, count, kind."""
    yield _("learning rates"), _("how many"), _("verdict")
    pairs = zip(paths.learning_rates, paths.verdicts, strict=True)
    for kind, run in itertools.groupby(pairs, key=lambda pair: pair[1].kind):
        rates = [printed(rate) for rate, _verdict in run]
        yield " … ".join(dict.fromkeys((rates[0], rates[-1]))), str(len(rates)), KINDS[kind]


def _bands(bands):
    at = printed(bands.at)
    if bands.reason:
        return [_("No bands at x = {at}: {reason}").format(at=at, reason=bands.reason)]
    curvature = printed(np.asarray(bands.curvature, bands.at.dtype))
    found = [
        _("Curvature at x = {at}, by nested tapes: λ = {curvature}.").format(at=at, curvature=curvature),
        _("Closed form for a quadratic: 1/λ = {fastest} lands in one step, 2/λ = {limit} is the limit.").format(
            fastest=f"{bands.fastest:.6g}", limit=f"{bands.limit:.6g}"
        ),
    ]
    if bands.saddle:
        found.append(_("Along another direction f bends down there: it is a saddle, not a minimum."))
    return found
