"""The derivative explorer: a function, its derivatives, and tangent and parabola at a point that can be dragged."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from widgets.common.catalogue import _
from widgets.common.errors import as_trait_error
from widgets.common.functions import Function, floating
from widgets.common.widget import SLIDING, View
from widgets.derivatives.derivatives import Interval, checked_interval
from widgets.derivatives.figure import draw_curves
from widgets.derivatives.finite_differences import Exploration, checked_step, checked_x, interval_around
from widgets.derivatives.model import MAX_ORDER
from widgets.derivatives.payload import pack_distances, pack_facts, pack_numbers, pack_spot
from widgets.derivatives.text import explorer_text, heading

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DEFAULT_STEP = 4  # which h to begin with: on (-3, 3) that is 2⁻⁵, where the difference shows in the fourth digit


class DerivativeExplorer(View):
    """Look at f and its derivatives up to f⁗, with tangent and parabola at a point that can be dragged along f.

    Beside the tape's numbers at the point stand central differences with a step h. The numbers for all positions of the
    point and all h are computed first, in one compiled call each; where the point stops, the tape's are an eager run.
    Setting a trait to an impossible value raises a TraitError and changes nothing.

    Args:
        f: takes a scalar tensor, returns one real number.
        at: the point to begin with; by default at 60% of the interval.
        interval: the lowest and the highest x, by default (-3.0, 3.0), or 6 wide around `at` if that is outside.
        h: the step to begin with; the nearest power of two is taken.
        dtype: "float32" or "float64".
        **traits: any of the traits below.

    Attributes:
        at: trait, float: the point. A number outside the interval becomes its nearest end.
        h: trait, float: the nearest of `exploration.h`, which are powers of two, is taken.
        orders: trait, list of ints from 0 to 4: which curves are drawn, [0, 1, 2] by default.
        tangent: trait, bool: whether the tangent is drawn.
        parabola: trait, bool: whether the osculating parabola is drawn.
        compared: trait, 1 or 2: whether the central difference of f′ or of f″ is compared for all h.
        problem: trait, str: why the number last typed was refused, or "".
        exploration: the facts: `exploration.curves`, `exploration.differences`, `exploration.h`.
        spot: the facts at the point: `spot.point`, `spot.differences`.
        text: the explorer as plain text.

    Raises:
        FunctionError: f, at, interval, h, or dtype cannot be used; the message says why.

    Example:
        >>> from widgets import DerivativeExplorer
        >>> explorer = DerivativeExplorer(lambda x: x * x, at=1.5)
        >>> explorer.spot.point.values.tolist()
        [2.25, 3.0, 2.0, 0.0, 0.0]
        >>> explorer.at = 0.5
        >>> print(explorer.spot.point.values[1])
        1.0
    """

    _bundle = "derivatives"

    facts = traitlets.Unicode("{}").tag(sync=True)
    numbers = traitlets.Bytes(b"").tag(sync=True)
    distances = traitlets.Bytes(b"").tag(sync=True)
    point = traitlets.Bytes(b"").tag(sync=True)
    at = traitlets.Float(0.0).tag(**SLIDING)
    h = traitlets.Float(1.0).tag(**SLIDING)
    orders: Any = traitlets.List(traitlets.Int(), [0, 1, 2]).tag(sync=True)
    tangent = traitlets.Bool(True).tag(sync=True)
    parabola = traitlets.Bool(True).tag(sync=True)
    compared = traitlets.Int(1).tag(sync=True)

    def __init__(
        self,
        f: Function,
        at: float | None = None,
        interval: Interval | None = None,
        *,
        h: float | None = None,
        dtype: str = "float32",
        **traits: Any,
    ) -> None:
        if at is not None:
            at = float(floating(at, "float64", name="at", ranks=(0,)))
        interval = checked_interval(interval_around(at) if interval is None else interval, dtype)
        at = None if at is None else checked_x(at, interval, "at")
        h = None if h is None else checked_step(h)
        self.exploration = exploration = Exploration(f, interval, dtype)
        at = exploration.start() if at is None else at
        self.spot = exploration.spot(at)
        super().__init__(
            facts=pack_facts(exploration),
            numbers=pack_numbers(exploration),
            distances=pack_distances(exploration.differences, exploration.curves.dtype),
            point=pack_spot(self.spot),
            at=at,
            h=exploration.h[_DEFAULT_STEP] if h is None else h,
            **traits,
        )

    @traitlets.validate("at")
    def _check_at(self, proposal: dict[str, Any]) -> float:
        low, high = self.exploration.curves.interval
        if math.isnan(proposal["value"]):
            raise traitlets.TraitError(
                _("at must be a number from {low} to {high}; got nan.").format(low=low, high=high)
            )
        return min(max(float(proposal["value"]), low), high)

    @traitlets.validate("h")
    def _nearest_step(self, proposal: dict[str, Any]) -> float:
        h, steps = as_trait_error(checked_step, proposal["value"]), self.exploration.h
        return float(steps[np.abs(np.log2(steps) - np.log2(h)).argmin()])

    @traitlets.validate("orders")
    def _check_orders(self, proposal: dict[str, Any]) -> list[int]:
        orders = sorted(set(proposal["value"]))
        if not set(orders) <= set(range(MAX_ORDER + 1)):
            raise traitlets.TraitError(
                _("orders must be from 0 (f itself) to {highest}, for example [0, 1, 2]; got {orders}.").format(
                    highest=MAX_ORDER, orders=proposal["value"]
                )
            )
        return orders

    @traitlets.validate("compared")
    def _check_compared(self, proposal: dict[str, Any]) -> Any:
        if proposal["value"] not in (1, 2):
            raise traitlets.TraitError(_("compared must be 1 (f′) or 2 (f″); got {n}.").format(n=proposal["value"]))
        return proposal["value"]

    @traitlets.observe("at")
    def _move_point(self, change: dict[str, Any]) -> None:
        if change["new"] != self.spot.point.x:
            self.spot = self.exploration.spot(change["new"])
            self.point = pack_spot(self.spot)
        self.problem = ""

    @property
    def title(self) -> str:  # type: ignore[override]  # read-only here
        """The function's name, and the interval."""
        return heading(self.exploration.curves)

    @property
    def text(self) -> str:  # type: ignore[override]
        """The numbers at the point, the best h, and what is special about the curves, as plain text."""
        return explorer_text(self.exploration.curves, self.spot, self.h)

    def figure(self) -> Figure:
        """Return what is shown as a matplotlib Figure, for print."""
        return draw_curves(self.exploration.curves, self.spot, self.h, self.orders, self.tangent, self.parabola)
