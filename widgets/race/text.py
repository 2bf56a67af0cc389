"""A race in words: what is run, how it stands, and what the times mean."""

from widgets.common.catalogue import _
from widgets.common.columns import table
from widgets.common.numbers import printed
from widgets.race.compute import EAGER, FINISHED, KINDS, NOT_RUN, RETRACED, RUNNING, STOPPED, TRACED
from widgets.race.mode_names import NAMES, standing


def title(race):
    """Return what is raced."""
    return _("Race: gradient descent on {f}").format(f=race.title)


def about(race):
    """Return the settings of a race, the same for everyone."""
    return _("From x = {start}, learning rate {rate:g}, {dtype}. Times are for 1,000 steps.").format(
        start=printed(race.start), rate=race.learning_rate, dtype=race.dtype
    )


def machine(race):
    """Return whose times these are."""
    here = race.machine
    parts = _("Measured on this machine: {count} × {processor}, {system}, TensorFlow {version}").format(
        count=here.cpus, processor=here.processor, system=here.system, version=here.tensorflow
    )
    return parts + (_(", {count} GPU").format(count=here.gpus) if here.gpus else "")


def times(ratio):
    """Return how many times, two digits of it: `1.3`, `25`, `2,900`."""
    if ratio < 9.95:
        return f"{ratio:.1f}"
    return f"{float(f'{ratio:.2g}'):,.0f}"


def says(race):
    """Return the sentences about a race as it stands."""
    if race.state == NOT_RUN:
        seconds = race.seconds * len(race.results)
        return _(
            "Not run yet. The same few lines will run in four ways, one after the other, for about {seconds:.0f} s. "
            "You will see what a first call costs, how long later calls take and how sure that is, how often Python "
            "code was traced, and whether all arrive at the same x."
        ).format(seconds=seconds)
    if race.state == RUNNING:
        runner = next((result for result in race.results if result.state == RUNNING), race.results[-1])
        return _("Running: {name}.").format(name=NAMES[runner.kind])
    found = [sentence for kind in KINDS for sentence in _meaning(race, race.result(kind))]
    stopped = [_("Stopped before the end.")] if race.state == STOPPED else []
    return " ".join([*stopped, *found]) or _("Nobody could run this f.")


def _meaning(race, result):
    """Yield what a finished contestant shows, in sentences."""
    if result.state != FINISHED or result.kind == EAGER:
        return
    if result.kind == RETRACED:
        yield from _retraced(race, result)
        return
    ratio, name = race.times_faster(result.kind), NAMES[result.kind]
    if ratio and ratio >= 1:
        yield _("{name} was {times} times faster than eager here{paid}.").format(
            name=name, times=times(ratio), paid=_paid(race.paid_back(result.kind))
        )
    elif ratio:
        yield _("{name} was {times} times slower than eager here.").format(name=name, times=times(1 / ratio))
    if result.same is False:
        yield _(
            "Its x differs from eager's in the last bits: a graph may fuse a multiplication and an addition, or "
            "reorder them, and then rounds once where eager rounds twice."
        )


def _retraced(race, result):
    yield _("With a new Python number at each call it was traced {traces} times, with a tensor once").format(
        traces=result.traces
    ) + _times_as_long(result.spread, race.result(TRACED).spread)


def _times_as_long(spread, other):
    if spread is None or other is None:
        return "."
    return _(": 1,000 steps took {times} times as long.").format(times=times(spread.median / other.median))


def _paid(steps):
    if steps is None:
        return ""
    return _(", and its first call had paid for itself after {steps:,} steps").format(steps=steps)


def race_twin(race):
    """Return a race as text: deterministic until it has run, then with the times of this machine."""
    rows = table((NAMES[result.kind], "; ".join(standing(result))) for result in race.results)
    measured = [] if race.state == NOT_RUN else [machine(race)]
    return "\n".join([title(race), about(race), *(f"  {row}" for row in rows), says(race), *measured])
