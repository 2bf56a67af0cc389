"""Descents as plain text: the line that tf.print writes, the text of Paths."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from widgets.common.arrays import Floats
from widgets.common.catalogue import Spoken, _, clauses, listed
from widgets.common.columns import table
from widgets.common.functions import Function, title_of
from widgets.common.numbers import printed
from widgets.descent.data_facts import data_lines
from widgets.descent.kept_runs import KeptRun, value_at
from widgets.descent.losses.fit import Fit
from widgets.descent.losses.landscapes import LANDSCAPES
from widgets.descent.losses.parameter_names import place_text, value_name
from widgets.descent.model import EAGER, PER_RATE, Paths
from widgets.descent.optimizers import OPTIMIZERS, PLAIN, optimizer_named
from widgets.descent.rate_bands import LABELS
from widgets.descent.schedules import CONSTANT
from widgets.descent.schedules import LABELS as SCHEDULES
from widgets.descent.surface.loss_surface import LossSurface
from widgets.descent.surface.stability import StabilityLimits
from widgets.descent.verdicts import verdict_kind, verdict_sentence
from widgets.descent.view_words import WORDS

FEW_RATES = 12
"""Learning rates that get a line each; of more, neighbors with the same kind of verdict share one."""

SLOW = Spoken(
    lambda: {
        PER_RATE: _("Computed one learning rate at a time: {why}"),
        EAGER: _("Computed step by step: {why}"),
    }
)
"""What is said of paths that took longer than they might."""


def paths_text(paths: Paths, limits: StabilityLimits | None = None) -> str:
    """Return Paths as text: what was run, a table of learning rates with their verdicts, limits if given, notes."""
    rows = _row_per_rate(paths) if len(paths.learning_rates) <= FEW_RATES else _row_per_kind(paths)
    return "\n".join([heading(paths), *table(rows), *notes(paths, limits)])


def heading(paths: Paths) -> str:
    """Return what was run, in one line."""
    template = _("Descent on {title} (optimizer: {optimizer}, {dtype}, start: {start}, iterations: {iterations})")
    return template.format(
        title=paths.title,
        optimizer=paths.optimizer,
        dtype=paths.dtype,
        start=printed(paths.start),
        iterations=paths.iterations,
    )


def notes(paths: Paths, limits: StabilityLimits | None = None) -> list[str]:
    """Return what else must be said: the stability limits, and why the paths took longer than they might."""
    lines = [] if limits is None else _limits_lines(limits, paths)
    if paths.batch_size is not None:
        lines.append(_of_batches(paths))
    if paths.how in SLOW and paths.note:  # a single rate is run alone for no reason
        lines.append(SLOW[paths.how].format(why=paths.note))
    elif paths.note:
        lines.append(paths.note)
    return lines


def readout(y: Floats, x: Floats, names: Sequence[str] = ()) -> str:
    """Return the line that `tf.print("y =", y, "; x =", x)` prints for y and x as NumPy has them.

    `names` are those of the numbers of x: w and b have each their own.
    """
    return f"{value_name(names)} = {printed(y)} ; {place_text(x, names)}"


def _row_per_rate(paths: Paths) -> Iterator[tuple[str, ...]]:
    """Yield a row for each learning rate: the rate, the readout after the last iteration, the verdict's sentence."""
    yield _("learning rate"), _("printed at the end"), _("verdict")
    for at, rate in enumerate(paths.learning_rates):
        yield printed(rate), readout(paths.y[-1, at], paths.x[-1, at], paths.names), paths.verdict_sentence(at)


def _row_per_kind(paths: Paths) -> Iterator[tuple[str, ...]]:
    """Yield a row for each run of neighboring learning rates with the same kind: first … last, count, kind.

    Where kinds take turns too often to be read, as over a kink, rates with one outcome share a row.
    """
    yield _("learning rates"), _("how many"), _("verdict")
    kinds = [verdict_kind(verdict.kind).label for verdict in paths.verdicts]
    if len(list(itertools.groupby(kinds))) > FEW_RATES:
        kinds = [LABELS[verdict.outcome] for verdict in paths.verdicts]
    pairs = zip(paths.learning_rates, kinds, strict=True)
    for kind, run in itertools.groupby(pairs, key=lambda pair: pair[1]):
        rates = [printed(rate) for rate, _kind in run]
        yield " … ".join(dict.fromkeys((rates[0], rates[-1]))), str(len(rates)), kind


def _of_batches(paths: Paths) -> str:
    said = _("Each step sees a mini-batch of {size} examples: {name} and the gradient are those of the mini-batch.")
    return said.format(size=paths.batch_size, name=value_name(paths.names))


def _limits_lines(limits: StabilityLimits, paths: Paths) -> list[str]:
    at = place_text(limits.point, paths.names)
    if limits.reason:
        return [_("No stability limit at {at}: {reason}").format(at=at, reason=limits.reason)]
    curvature, lowest = (
        printed(np.asarray(number, limits.point.dtype)) for number in (limits.curvature, limits.lowest_curvature)
    )
    if limits.point.size == 1:
        lines = [_("Curvature at {at}, by nested tapes: λ = {curvature}.").format(at=at, curvature=curvature)]
    else:
        lines = [
            _("Hessian at {at}, by nested tapes: largest eigenvalue λ = {curvature}, smallest {lowest}.").format(
                at=at, curvature=curvature, lowest=lowest
            )
        ]
    if limits.is_saddle:
        lines.append(_("Along another direction f curves downward there: this is a saddle point, not a minimum."))
        return lines
    numbers = {"fastest": f"{limits.fastest:.6g}", "limit": f"{limits.limit:.6g}"}
    if paths.batch_size is not None:
        sentence = _(
            "Close to this minimum, SGD over all data at once would converge at learning rates below 2/λ = {limit}. "
            "Each mini-batch has a minimum and a curvature of its own, so for these paths that is no certain limit."
        )
        return [*lines, sentence.format(**numbers)]
    sentence = _(
        "Close to this minimum, SGD converges at learning rates below 2/λ = {limit}; above 1/λ = {fastest} it jumps "
        "from side to side where f curves most."
    )
    return [*lines, sentence.format(**numbers)]


def limits_for(paths: Paths, limits: StabilityLimits) -> StabilityLimits | None:
    """Return StabilityLimits if they hold for these paths: they are plain SGD's, at a learning rate that stays."""
    return limits if optimizer_named(paths.optimizer).is_plain and paths.scheduled_rates is None else None


def marks(limits: StabilityLimits | None) -> list[tuple[str, float, str]]:
    """Return the learning rates to mark on the slider: what each is called, the rate, both as text."""
    if limits is None or not limits.fastest or not limits.limit:
        return []
    return [(name, rate, f"{name} = {rate:.6g}") for name, rate in (("1/λ", limits.fastest), ("2/λ", limits.limit))]


def choices(
    own: str, f: Function, optimizer: str = PLAIN.name, schedule: str = CONSTANT
) -> dict[str, list[tuple[str, str]]]:
    """Return the menus by trait, each entry as (value, text).

    Args:
        own: the value of the learner's own function.
        f: that function.
        optimizer: the one that is shown, which may be another than the menu has.
        schedule: likewise.

    Returns:
        The menus.
    """
    optimizers = {**OPTIMIZERS, optimizer: optimizer_named(optimizer)}
    schedules = {**SCHEDULES, schedule: SCHEDULES.get(schedule, schedule)}
    if optimizers[optimizer].schedule:
        schedules[CONSTANT] = _("the optimizer's own")
    return {
        "function": [
            (own, title_of(f)),
            *((name, landscape.label) for name, landscape in LANDSCAPES.items()),
        ],
        "optimizer": [(name, record.label) for name, record in optimizers.items()],
        "schedule": list(schedules.items()),
        "dtype": [("float32", "float32"), ("float64", "float64")],
    }


def run_line(paths: Paths, at: int, iterations: int) -> str:
    """Return what a run shows after some iterations, on one line: the rate at position `at`, and what is printed."""
    template = _("Learning rate {rate}, iterations {iterations}: {readout}")
    last = readout(paths.y[iterations, at], paths.x[iterations, at], paths.names)
    return template.format(rate=float(paths.learning_rates[at]), iterations=iterations, readout=last)


def verdict_line(paths: Paths, at: int) -> str:
    """Return the verdict on one path with the iterations that it is about, which may be more than are shown."""
    verdict = verdict_sentence(paths.verdicts[at], paths.x[:, at], paths.y[:, at], paths.names, says_steps=False)
    count = paths.iterations
    template = (
        _("Over {iterations} iterations the path {verdict}") if count != 1 else _("Over 1 iteration the path {verdict}")
    )
    return template.format(iterations=count, verdict=verdict)


def explorer_text(
    paths: Paths,
    surface: LossSurface,
    at: int,
    iterations: int,
    kept: Iterable[tuple[KeptRun, tuple[int | None, bool] | None]],
    fit: Fit | None = None,
    details: str = "",
    more: Sequence[str] = (),
) -> str:
    """Return an explorer as text: all verdicts, the limits, the run shown, its data, and the kept runs.

    The learning rate of the run shown is at position `at`; each kept run comes with what `first_difference_from` says
    of it; `details` are those of the run shown; `more` is what else is said. Equal explorers have equal text.
    """
    limits = limits_for(paths, surface.stability)
    lines = [paths_text(paths, limits)]
    lines += [_("Computed with: {details}").format(details=details)] if details else []
    lines += [run_line(paths, at, iterations), verdict_line(paths, at)]
    if fit is not None:
        lines += data_lines(fit, iterations, paths.x[iterations, at], surface.minimum_point)
    for run, difference in kept:
        value = value_at(run, iterations)
        known = "" if value is None else f"{value_name(paths.names)} = {printed(value)}"
        said = clauses([_kept_run_title(run), known, _difference(difference)])
        lines.append(_("Kept: {run}").format(run=said))
    lines += filter(None, more)
    return "\n".join(lines)


def _difference(found: tuple[int | None, bool] | None) -> str:
    """Return where a kept run differs from the run shown: at a step, by a step, or nowhere; None: from the start."""
    if found is None:
        return WORDS["its parameters belong to other features"]
    step, is_exact = found
    if step is None:
        return WORDS["the same as the run shown" if is_exact else "the same as the run shown in all that is compared"]
    key = "first differs from the run shown at step {step}" if is_exact else "differs from the run shown by step {step}"
    return WORDS[key].format(step=step)


def _kept_run_title(run: KeptRun) -> str:
    template, label = WORDS["{rate}, {optimizer}, {dtype}, from {start}"], optimizer_named(run["optimizer"]).label
    title = template.format(rate=run["learning_rate"], optimizer=label, dtype=run["dtype"], start=run["start"])
    return listed([title, run["details"]])
