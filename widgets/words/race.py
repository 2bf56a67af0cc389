"""A race in words: who runs, how long each took and how sure that is, and what it means."""

from widgets.descent.race import COMPILED, EAGER, FINISHED, KINDS, NOT_RUN, RETRACED, RUNNING, STOPPED, TRACED
from widgets.words.catalogue import _
from widgets.words.numbers import printed

NAMES = {
    EAGER: _("eager"),
    TRACED: "tf.function",
    RETRACED: _("tf.function, Python numbers"),
    COMPILED: _("tf.function with XLA"),
}
ABOUT = {
    EAGER: _("Python runs every operation of every step."),
    TRACED: _("Python runs once, to trace a graph; TensorFlow runs the graph."),
    RETRACED: _("The same, but each call brings another learning rate as a Python number."),
    COMPILED: _("jit_compile=True: the graph becomes machine code."),
}
_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))


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


def duration(seconds):
    """Return seconds as text, three digits of them: `1.38 s`, `10.3 ms`, `479 µs`."""
    size, unit = next((row for row in _UNITS if seconds >= 0.9995 * row[0]), _UNITS[-1])
    value = seconds / size
    digits = max(0, 2 - sum(value >= 0.9995 * power for power in (10, 100)))
    return f"{value:,.{digits}f} {unit}"


def times(ratio):
    """Return how many times, two digits of it: `1.3`, `25`, `2,900`."""
    if ratio < 9.95:
        return f"{ratio:.1f}"
    return f"{float(f'{ratio:.2g}'):,.0f}"


def spread(result):
    """Return how noisy the time is: its quartiles, and from how many calls."""
    found = result.spread
    return _("half of {calls} calls: {lower} to {upper}").format(
        calls=len(result.heats), lower=duration(found.lower), upper=duration(found.upper)
    )


def first(result):
    """Return how long the first call took, which is of one step."""
    return _("first call (one step) {time}").format(time=duration(result.first.seconds))


def traces(result):
    """Return the trace counter."""
    if result.kind == EAGER:
        return _("never traced; {calls} calls").format(calls=result.calls)
    return _("traced {traces} × in {calls} calls").format(traces=result.traces, calls=result.calls)


def arrival(result):
    """Return where a contestant arrived, and whether bit for bit where eager did."""
    where = _("x = {x} after {steps} steps").format(x=printed(result.x), steps=result.after)
    if result.same is None:
        return where
    same = _("the same bits as eager") if result.same else _("not the same bits as eager")
    return _("{where}: {same}").format(where=where, same=same)


def waits(result):
    """Return why a contestant has no time yet."""
    if result.state == RUNNING:
        return _("running")
    return _("not run yet") if result.state == NOT_RUN else ""


def cannot(result):
    """Return why a contestant cannot run this f, in TensorFlow's own words, or nothing."""
    return _("cannot run this f. {failure}").format(failure=result.failure) if result.failure else ""


def standing(result):
    """Return all that is known of one contestant, in pieces."""
    said = [duration(result.spread.median), spread(result)] if result.spread else [waits(result)]
    if result.first:
        said += [first(result), traces(result)]
    if result.x is not None:
        said.append(arrival(result))
    return [piece for piece in (*said, cannot(result)) if piece]


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


def warning(result):
    """Return the first sentence of what TensorFlow itself warned of while a contestant ran, or nothing."""
    return (
        _("TensorFlow warns: {words}").format(words=result.said[0].split(". ")[0].rstrip(".") + ".")
        if result.said
        else ""
    )


def race_twin(race):
    """Return a race as text: deterministic until it has run, then with the times of this machine."""
    wide = max(map(len, NAMES.values()))
    rows = [f"  {NAMES[result.kind]:{wide}}  {'; '.join(standing(result))}" for result in race.results]
    measured = [] if race.state == NOT_RUN else [machine(race)]
    return "\n".join([title(race), about(race), *rows, says(race), *measured])
