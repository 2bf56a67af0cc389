"""The derivative explorer: a function, its derivatives, and what touches it at a point that is dragged along."""

import math

import numpy as np
import traitlets

from widgets.common.catalogue import _
from widgets.common.errors import as_trait_error
from widgets.common.function_checks import floating
from widgets.common.widget import SLIDING, View
from widgets.derivatives.exploration import Exploration, around, checked_place
from widgets.derivatives.figure import picture
from widgets.derivatives.grid import checked_interval, checked_step
from widgets.derivatives.model import HIGHEST
from widgets.derivatives.payload import distances, lowered, numbers, spotted
from widgets.derivatives.sentences import heading
from widgets.derivatives.text import twin

USUAL_STEP = 4
"""Which of the h one begins with: on (-3, 3) that is 2⁻⁵, where the difference can be seen in the fourth digit."""


class DerivativeExplorer(View, bundle="derivatives"):
    """Look at f, f′ … f⁗ and at a point on f: `DerivativeExplorer(f)`, or with `at=1.0`, `interval=(-3.0, 3.0)`.

    The tape's numbers at the point stand beside central differences with a step h. Everything for every position of the
    point and every h is computed first, in one compiled call each; at a point that rests, the tape's are an eager run.

    Traits: `at` (float; kept within the interval), `h` (float; the nearest of `exploration.h`, powers of two),
    `orders` (list of ints from 0 to 4: which curves are drawn), `tangent`, `parabola` (bools: what touches f at the
    point), `compared` (1 or 2: whether f′ or f″ is compared for all h), `problem` (what was wrong with what was typed).
    Attributes: `exploration` (the facts), `spot` (those at the point), `text`.
    Raises FunctionError for an f, interval, at, h or dtype ("float32" or "float64") that cannot be used.
    """

    facts = traitlets.Unicode("{}").tag(sync=True)
    numbers = traitlets.Bytes(b"").tag(sync=True)
    distances = traitlets.Bytes(b"").tag(sync=True)
    point = traitlets.Bytes(b"").tag(sync=True)
    at = traitlets.Float(0.0).tag(**SLIDING)
    h = traitlets.Float(1.0).tag(**SLIDING)
    orders = traitlets.List(traitlets.Int(), [0, 1, 2]).tag(sync=True)
    tangent = traitlets.Bool(True).tag(sync=True)
    parabola = traitlets.Bool(True).tag(sync=True)
    compared = traitlets.Int(1).tag(sync=True)

    def __init__(self, f, at=None, interval=None, *, h=None, dtype="float32", **traits):
        if at is not None:
            at = float(floating(at, "float64", name="at", ranks=(0,)))
        interval = checked_interval(around(at) if interval is None else interval, dtype)
        at = None if at is None else checked_place(at, interval, "at")
        h = None if h is None else checked_step(h)
        self.exploration = exploration = Exploration(f, interval, dtype)
        at = exploration.start() if at is None else at
        self.spot = exploration.spot(at)
        super().__init__(
            facts=lowered(exploration),
            numbers=numbers(exploration),
            distances=distances(exploration.differences, exploration.curves.dtype),
            point=spotted(self.spot),
            at=at,
            h=exploration.h[USUAL_STEP] if h is None else h,
            **traits,
        )

    @traitlets.validate("at")
    def _within_the_interval(self, proposal):
        low, high = self.exploration.curves.interval
        if math.isnan(proposal["value"]):
            raise traitlets.TraitError(
                _("at must be a number from {low} to {high}; got nan.").format(low=low, high=high)
            )
        return min(max(proposal["value"], low), high)

    @traitlets.validate("h")
    def _nearest_step(self, proposal):
        h, steps = as_trait_error(checked_step, proposal["value"]), self.exploration.h
        return float(steps[np.abs(np.log2(steps) - np.log2(h)).argmin()])

    @traitlets.validate("orders")
    def _orders_that_exist(self, proposal):
        orders = sorted(set(proposal["value"]))
        if not set(orders) <= set(range(HIGHEST + 1)):
            raise traitlets.TraitError(
                _("orders must be from 0 (f itself) to {highest}, for example [0, 1, 2]; got {orders}.").format(
                    highest=HIGHEST, orders=proposal["value"]
                )
            )
        return orders

    @traitlets.validate("compared")
    def _first_or_second(self, proposal):
        if proposal["value"] not in (1, 2):
            raise traitlets.TraitError(_("compared must be 1 (f′) or 2 (f″); got {n}.").format(n=proposal["value"]))
        return proposal["value"]

    @traitlets.observe("at")
    def _look_there(self, change):
        if change["new"] != self.spot.point.x:
            self.spot = self.exploration.spot(change["new"])
            self.point = spotted(self.spot)
        self.problem = ""

    @property
    def title(self):
        """What is looked at, and where."""
        return heading(self.exploration.curves)

    @property
    def text(self):
        """The text twin: the numbers at the point, the best h, and what is odd about the curves."""
        return twin(self.exploration.curves, self.spot, self.h)

    def figure(self):
        """Return what is shown as a matplotlib Figure, for print."""
        return picture(self.exploration.curves, self.spot, self.h, self.orders, self.tangent, self.parabola)
