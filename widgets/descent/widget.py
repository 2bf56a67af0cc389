"""The descent explorer: set the learning rate and the iterations with sliders, and see where gradient descent goes."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf
import traitlets

from widgets.common.arrays import Tensor
from widgets.common.catalogue import _
from widgets.common.deprecation import RenamedAttribute
from widgets.common.fields import parsed
from widgets.common.functions import Function
from widgets.descent.computation import Computation
from widgets.descent.copy_as_code import code_template, filled_in
from widgets.descent.data_facts import fit_of
from widgets.descent.kept_runs import first_difference_from
from widgets.descent.losses.fit import Fit
from widgets.descent.losses.landscapes import LANDSCAPES, Landscape
from widgets.descent.losses.loss import Loss, loss_of
from widgets.descent.losses.own_loss import OwnLoss
from widgets.descent.losses.parameter_names import value_name
from widgets.descent.model import Paths
from widgets.descent.optimizers import optimizer_named
from widgets.descent.part_by_part import collected_later
from widgets.descent.paths.kept_plans import undisturbed
from widgets.descent.payload import FIRST_STEPS, pack_facts, pack_numbers, sent_steps, site_steps
from widgets.descent.plane_text import data_note, plane_lines, start_text
from widgets.descent.rate_bands import default_rate
from widgets.descent.schedules import Rates, falls_by_name
from widgets.descent.settings import OWN, RATE
from widgets.descent.surface.loss_surface import LossSurface, plottable_start
from widgets.descent.surface.stability import nearest_rate
from widgets.descent.text import choices, explorer_text
from widgets.descent.view_numbers import view_numbers
from widgets.descent.view_words import WORDS
from widgets.descent.what_if import ComparedRuns

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class DescentExplorer(ComparedRuns):
    """Watch gradient descent on a function of any parameters, with a slider for the learning rate.

    Every path is computed before a slider moves: one for each of 241 learning rates, 1,000 steps each, bit for bit as
    an eager loop would, unless a note says otherwise. What takes longer than a second is computed in parts: a notebook
    shows the first steps or the first learning rates, and computes the rest between its cells while you slide; in a
    script, `finish()` does. An f that no graph can hold runs step by step, which is slow, so only 30 steps of it are
    computed, or as many as `iterations` asks for. Of more than 100 parameters there are fewer rates, then fewer steps,
    so that no more than 25 million numbers are kept. Paths of more than two are drawn on the plane of the two principal
    components of how they move, with the share of their variance that it shows; where it shows little of the path at
    `learning_rate`, another takes its place. Setting a trait to an impossible value raises a TraitError and changes
    nothing.

    Args:
        f: takes the parameters, and the data if there are any, and returns one number, as `descend` takes it.
        start: where the parameters begin, as `descend` takes it: a number, a list, a dict, Variables, a model.
        data: an array, or a tuple of arrays with a row for each example.
        batch_size: rows in each mini-batch; None: each step sees all data. It is a trait, too.
        seed: if given, each epoch is shuffled. It is a trait, too.
        **traits: any of the traits below.

    Attributes:
        learning_rate: trait, float above 0; by default 0.1, or one that converges where that does not. A rate that the
            slider does not have replaces its nearest.
        iterations: trait, int from 0 to 10,000, 30 by default: the steps that are shown.
        optimizer: trait, one of Keras' optimizers by name, such as "sgd" or "adam", or an instance; its name is kept.
        schedule: trait, of the learning rate: "constant", "cosine", "exponential", "inverse time", "linear", a Keras
            schedule, or a function, as `descend` takes it; its name is kept.
        decay_steps: trait, int from 1: the iterations within which a schedule falls that is chosen by its name. The
            choice makes it the iterations that are shown.
        dtype: trait, "float32" or "float64".
        function: trait, "yours" (f), or "two minima", "plateau", "narrow valley", or "saddle": examples that are hard
            to descend on. Changing it sets `start`, too.
        start: trait, where the paths begin: a number, or all numbers of the parameters in one list.
        scaled: trait, bool: whether each column of the features in the data is scaled to mean 0 and standard deviation
            1 (constant columns stay). f must show which these are: what it multiplies with parameters.
        series: trait, "loss", "norm" (of the gradient), "rate" (where a schedule sets it), or "parameters" (the eight
            that move most): what is drawn against the iterations.
        logarithmic: trait, bool: whether its axis is.
        opened: trait, bool: whether the arithmetic of the last step is shown.
        kept: trait, at most six runs to compare with, each a dict: learning_rate (float), optimizer, dtype, start (as
            text), details (of its schedule and data, as text), scaled (bool), steps (list of ints), and x, y, gradient
            and scheduled (the bytes of arrays in that dtype, at those steps).
        scaling: what feature scaling changes, or why there is no switch for it, or "".
        compared: trait, str: how the run of the last what-if button compares with the run shown, or "".
        computing: trait, bool: whether what is missing is being computed. Set it to stop that, or to go on.
        progress: trait, how far that is: a dict of `share`, from 0.0 to 1.0, and `text`; empty once all is there, or
            soon is.
        problem: trait, str: why the value last typed into a field was refused, or "".
        paths: the Paths of all learning rates; `paths.verdicts` says how each ends.
        loss_surface: the LossSurface they run on: f on a grid, the learning rates 1/λ and 2/λ, the slider's rates.
        code: the run shown, as TensorFlow code.
        text: the explorer as plain text.

    Raises:
        FunctionError: f or start cannot be used; the message says why.

    Example:
        >>> from widgets import DescentExplorer
        >>> explorer = DescentExplorer(lambda x: x * x - 2.0 * x + 1.0, start=0.0, learning_rate=0.5)
        >>> at = explorer.paths.learning_rates.tolist().index(0.5)
        >>> explorer.paths.verdicts[at].kind
        'lands'
        >>> explorer.optimizer = "adam"
    """

    FIELDS = (*ComparedRuns.FIELDS, "place")

    _bundle = "descent"

    paths: Paths
    loss_surface: LossSurface
    ground = RenamedAttribute("loss_surface")

    def __init__(
        self,
        f: Callable[..., Tensor],
        start: Any = 0.0,
        *,
        data: Any = None,
        batch_size: int | None = None,
        seed: int | None = None,
        **traits: Any,
    ) -> None:
        began = time.perf_counter()
        self._fit: Fit | None = None
        dtype = traits.get("dtype", "float32")
        self._own_loss = OwnLoss(f, start, data, dtype)
        loss = self._own_loss.at(dtype, batch_size, seed, bool(traits.get("scaled")))
        self._own = Landscape(f, start if loss.parameters.is_flat else self._own_loss.start.tolist())
        plottable_start(loss, self._own.start, dtype)
        traits |= {"batch_size": batch_size, "seed": seed}
        super().__init__(start=LANDSCAPES.get(traits.get("function", OWN), self._own).start, **traits)
        if "decay_steps" not in traits:
            self.decay_steps = max(1, self.iterations)
        self._compute(began)

    def _set_field(self, name: str, value: Any) -> None:
        """Set what a field asks for. A start was typed: a number, or numbers in brackets; or dragged on the plane."""
        if name == "place":
            name, value = "start", self.loss_surface.start_at(value).tolist()
        elif name == "start":
            value = parsed("start", str(value), tf.constant(self.start, tf.float64)).numpy().tolist()
        if name == "decay_steps":
            value = parsed(name, str(value), self.decay_steps)
        super()._set_field(name, value)

    def _compute(self, began: float) -> None:
        loss, start = loss_of(self._loss(self.function, self.dtype), self.start, self.dtype)
        changed = {name for name in self.COMPUTED if getattr(self, name) != self._shown.get(name)}
        is_new = bool(changed & {"function", "dtype", "scaled"}) or (
            "start" in changed and not self.loss_surface.contains(self.start)
        )
        job = Computation(
            loss, start, self.optimizer, rate=self.learning_rate if self._is_rate_chosen else None,
            shown=self.iterations, schedule=self.schedule, decay_steps=self.decay_steps,
            before=None if is_new else self._job,
        )  # fmt: skip
        with undisturbed(), collected_later() if self._runner.has_loop else contextlib.nullcontext():
            job.begin(began, self._runner.has_loop)
            self._take(job, is_new, "function" in changed)
        self._go_on()

    def _take(self, job: Computation, is_new: bool = False, is_other: bool = False) -> None:
        paths, is_first = job.paths(), job is not self._computation
        is_open = is_first and not self._is_rate_chosen
        rate = default_rate(paths, RATE, min(self.iterations, paths.iterations)) if is_open else self.learning_rate
        surface = job.surface(paths, nearest_rate(paths.learning_rates, rate))
        numbers = view_numbers(paths, surface)
        if is_new:
            self._fit = fit_of(self._f, paths, surface.corners()) if numbers.is_all else None
        self._keep_comparable(surface, numbers, is_other)
        self.loss_surface, self.paths, self._numbers = surface, paths, numbers
        self._computation, self._version = job, job.version
        self._steps = sent_steps(paths.iterations, self._last, numbers.per_step * paths.learning_rates.size)
        self._surfaces[self.dtype, self.is_scaled] = surface
        self._shown = {name: getattr(self, name) for name in self.COMPUTED}
        if is_first:
            self.compared, self._best_runs = "", []
            self._restore({"learning_rate": rate})
        self._send_facts()

    @traitlets.observe("learning_rate")
    def _turn_plane(self, _change: dict[str, Any]) -> None:
        """Lay another plane where this one shows little of the path that the slider has come to rest at."""
        if not self._is_ready or self.loss_surface.plane is None or not self._is_computed():
            return
        surface = self._job.surface(self.paths, self._at)
        if surface.plane is not self.loss_surface.plane:
            self._take(self._job)

    def _send_facts(self) -> None:
        with self.hold_sync():
            self.facts = self._facts(self._steps)
            self.first = pack_numbers(self._numbers, self._steps[:FIRST_STEPS])
            self.rest = self._rest if self.wants_rest else b""

    def _facts(self, steps: list[int]) -> str:
        more = {
            "start": start_text(self.start),
            "choices": choices(OWN, self._own.f, self.optimizer, self.schedule) | {"batch_size": self._batch_sizes},
            "scaled": self.is_scaled,
            "canScale": self.can_scale,
            "scaling": self.scaling,
            "decays": falls_by_name(self.schedule),
            "details": self.details,
            "whatIfs": [(one.name, one.label) for one in self._what_ifs.values()],
            "code": self._code_template(),
            "dataNote": data_note(self._f, self._numbers),
            "fit": self._fit.facts() if self._fit else None,
        }
        return pack_facts(self.paths, self.loss_surface, self._numbers, steps, self._job.rates, more)

    @traitlets.observe("wants_rest")
    def _send_rest(self, _change: dict[str, Any]) -> None:
        self.rest = self._rest

    @property
    def _rest(self) -> bytes:
        """The numbers of the later steps, packed when they are asked for: the first picture does not wait for them."""
        return pack_numbers(self._numbers, self._steps[FIRST_STEPS:]) if self._is_ready else b""

    def _code_template(self) -> str:
        loss = self._own_with_data(self.dtype, False) if self.function == OWN else None
        record = optimizer_named(self.optimizer)
        schedule = Rates(np.ones(1), self.schedule, self.decay_steps).source
        features = self._own_loss.features.positions if self.is_scaled else ()
        value = value_name(self.paths.names)
        return code_template(self.landscape.f, self.start, record, self.dtype, loss, schedule, features, value)

    @property
    def _f(self) -> Function | Loss:
        return self._loss(self.function, self.dtype)

    @property
    def _last(self) -> int:
        """The last iteration that is shown: the last one that is known, if it is before."""
        return min(self.iterations, self.paths.iterations)

    @property
    def code(self) -> str:
        """The run shown as TensorFlow code that reproduces it."""
        return filled_in(self._code_template(), self.learning_rate, self.iterations)

    @property
    def title(self) -> str:  # type: ignore[override]  # read-only here
        """What is descended on."""
        return WORDS["Gradient descent on {title}"].format(title=self.paths.title)

    @property
    def text(self) -> str:  # type: ignore[override]
        """All verdicts, 1/λ and 2/λ, the run shown, its data, and where the kept runs differ from it, as plain text."""
        kept = [
            (
                run,
                first_difference_from(run, self._numbers, self._at, self._steps) if self._has_meaning_of(run) else None,
            )
            for run in self.kept
        ]
        said = self.scaling, self.compared
        text = explorer_text(self.paths, self.loss_surface, self._at, self._last, kept, self._fit, self.details, said)
        lines = [text, *plane_lines(self._numbers, self._at, self.paths.iterations)]
        lines += [note] if (note := data_note(self._f, self._numbers)) else []
        if not self._job.is_done:
            so_far = _("So far there are {what}. In Python, explorer.finish() computes the rest here and now.")
            lines.append(so_far.format(what=self._job.so_far))
        return "\n".join(lines)

    def figure(self) -> Figure:
        """Return the run shown as a matplotlib Figure, for print."""
        from widgets.descent.figure import draw_run  # here: the live view needs no picture for print

        return draw_run(self.paths, self.loss_surface, self._at, self._last, self.logarithmic, self._fit)

    def _page_state(self) -> dict[str, Any]:
        return super()._page_state() | {"rest": self._rest, "wants_rest": True}

    def _site_state(self) -> dict[str, Any]:
        steps = site_steps(self._steps, self._last)
        first, rest = steps[:FIRST_STEPS], steps[FIRST_STEPS:]
        numbers = {"first": pack_numbers(self._numbers, first), "rest": pack_numbers(self._numbers, rest)}
        return self._page_state() | numbers | {"facts": self._facts(steps)}
