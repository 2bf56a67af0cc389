"""A race in words: what runs, how far it is, what the times mean, and the words of its controls."""

from __future__ import annotations

from collections.abc import Iterator

from widgets.common.catalogue import Spoken, _, clauses, words
from widgets.common.columns import table
from widgets.common.numbers import printed
from widgets.race.model import (
    COMPILED,
    EAGER,
    FINISHED,
    MODES,
    NOT_RUN,
    RETRACED,
    RUNNING,
    STOPPED,
    TRACED,
    Race,
    Result,
)

NAMES = Spoken(
    lambda: {
        EAGER: _("eager"),
        TRACED: "tf.function",
        RETRACED: _("tf.function, Python numbers"),
        COMPILED: _("tf.function with XLA"),
    }
)
"""What each execution mode is called."""

DESCRIPTIONS = Spoken(
    lambda: {
        EAGER: _("Python runs every operation of every step."),
        TRACED: _("Python runs once, to trace a graph; TensorFlow runs the graph."),
        RETRACED: _("The same, but each call passes a different learning rate as a Python number."),
        COMPILED: _("jit_compile=True: XLA compiles the graph to machine code."),
    }
)
"""What each execution mode does, in a sentence."""

CONTROLS = words(
    lambda _: (
        _("Code"),
        _("Copied."),
        _("Copy"),
        _("Code of {name}"),
        _("Execution modes"),
        _("Progress"),
        _("Start the race"),
        _("Stop"),
        _("Stopped before the end."),
        _("Run it again"),
        _("The browser does not allow copying."),
        _("The kernel has stopped, and the race with it. The times measured so far are shown."),
        _("The kernel hasn't responded for {seconds} s. It may be busy, or it may have stopped."),
        _("This is a saved page. Open the notebook to run the race."),
        _("Waiting for the kernel."),
        _("seconds: full bars for 1,000 steps, outlined bars for the first call"),
        _("{percent} %"),
    )
)
"""What the view itself says, keyed by its English: the front end has no words of its own."""

_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))


def race_text(race: Race) -> str:
    """Return a race as plain text: the same every time until it has run, then with the times of this machine."""
    rows = table((NAMES[result.mode], details(result)) for result in race.results)
    measured = [] if race.state == NOT_RUN else [machine(race)]
    return "\n".join([title(race), settings(race), *(f"  {row}" for row in rows), summary(race), *measured])


def title(race: Race) -> str:
    """Return what is raced."""
    return _("Race: gradient descent on {f}").format(f=race.title)


def settings(race: Race) -> str:
    """Return the settings of a race, the same for every mode."""
    return _("From x = {start}, learning rate {rate:g}, {dtype}. Times are for 1,000 steps.").format(
        start=printed(race.start), rate=race.learning_rate, dtype=race.dtype
    )


def machine(race: Race) -> str:
    """Return what the times were measured on."""
    here = race.machine
    sentence = (
        _("Measured on this machine: {count} × {processor}, {system}, TensorFlow {version}, {gpus} GPU")
        if here.gpus
        else _("Measured on this machine: {count} × {processor}, {system}, TensorFlow {version}")
    )
    return sentence.format(
        count=here.cpus, processor=here.processor, system=here.system, version=here.tensorflow, gpus=here.gpus
    )


def summary(race: Race) -> str:
    """Return the sentences about a race as it stands."""
    if race.state == NOT_RUN:
        return _(
            "Not run yet. The same loop will run in four execution modes, one after the other, for about "
            "{seconds:.0f} s in all. You will see how long the first call and later calls take, how much the times "
            "vary, how often the code is traced, and whether all modes arrive at the same x."
        ).format(seconds=race.seconds * len(race.results))
    if race.state == RUNNING:
        current = next((result for result in race.results if result.state == RUNNING), race.results[-1])
        return _("Running: {name}.").format(name=NAMES[current.mode])
    findings = [sentence for mode in MODES for sentence in _findings(race, race.result(mode))]
    stopped = [_("Stopped before the end.")] if race.state == STOPPED else []
    return " ".join([*stopped, *findings]) or _("None of the four versions could run this function.")


def _findings(race: Race, result: Result) -> Iterator[str]:
    """Yield what the times of a finished mode mean, in sentences."""
    if result.state != FINISHED or result.mode == EAGER:
        return
    if result.mode == RETRACED:
        yield _about_retracing(race, result)
        return
    ratio, name, even = race.times_faster(result.mode), NAMES[result.mode], race.break_even_steps(result.mode)
    if ratio and ratio < 1:
        yield _("{name} was {times} times slower than eager here.").format(name=name, times=two_digits(1 / ratio))
    elif ratio and even is not None:
        yield _(
            "{name} was {times} times faster than eager here, and its first call paid for itself after {steps:,} steps."
        ).format(name=name, times=two_digits(ratio), steps=even)
    elif ratio:
        yield _("{name} was {times} times faster than eager here.").format(name=name, times=two_digits(ratio))
    if result.same_as_eager is False:
        yield _(
            "Its x differs from eager's in the last bits: a graph may fuse a multiplication and an addition, or "
            "reorder them, and then round once where eager rounds twice."
        )


def _about_retracing(race: Race, result: Result) -> str:
    spread, once = result.spread, race.result(TRACED).spread
    if spread is None or once is None:
        return _("With a new Python number at each call, it was traced {traces} times instead of once.").format(
            traces=result.traces
        )
    return _(
        "With a new Python number at each call, it was traced {traces} times instead of once, and 1,000 steps took "
        "{times} times as long."
    ).format(traces=result.traces, times=two_digits(spread.median / once.median))


def details(result: Result) -> str:
    """Return all that is known of one mode."""
    known = [duration(result.spread.median), spread(result)] if result.spread else [pending(result)]
    return clauses([*known, first_call(result), traces(result), arrival(result), failure(result)])


def pending(result: Result) -> str:
    """Return why a mode has no time yet."""
    if result.state == RUNNING:
        return _("running")
    return _("not run yet") if result.state == NOT_RUN else ""


def spread(result: Result) -> str:
    """Return how much the times vary: their quartiles, and over how many calls; "" without any."""
    found = result.spread
    if not found:
        return ""
    return _("middle half of {calls} calls: {lower} to {upper}").format(
        calls=len(result.timings), lower=duration(found.lower), upper=duration(found.upper)
    )


def first_call(result: Result) -> str:
    """Return how long the first call took, which is of one step; "" before it."""
    return _("first call (one step) {time}").format(time=duration(result.first.seconds)) if result.first else ""


def traces(result: Result) -> str:
    """Return how often the code was traced; "" before the first call."""
    if not result.first:
        return ""
    if result.mode == EAGER:
        return _("never traced; {calls} calls").format(calls=result.calls)
    return _("traced {traces} × in {calls} calls").format(traces=result.traces, calls=result.calls)


def arrival(result: Result) -> str:
    """Return where a mode arrived, and whether bit for bit where eager did; "" if it has not arrived."""
    if result.x is None:
        return ""
    sentences = {
        None: _("x = {x} after {steps} steps"),
        True: _("x = {x} after {steps} steps: the same bits as eager"),
        False: _("x = {x} after {steps} steps: not the same bits as eager"),
    }
    return sentences[result.same_as_eager].format(x=printed(result.x), steps=result.steps)


def failure(result: Result) -> str:
    """Return why a mode cannot run the function, in TensorFlow's own words, or ""."""
    return _("cannot run this function: {failure}").format(failure=result.failure) if result.failure else ""


def warning(result: Result) -> str:
    """Return the first sentence of TensorFlow's own warnings about a mode, or ""."""
    if not result.warnings:
        return ""
    return _("TensorFlow warns: {words}").format(words=result.warnings[0].split(". ")[0].rstrip(".") + ".")


def duration(seconds: float) -> str:
    """Return seconds as text with three digits: `1.38 s`, `10.3 ms`, `479 µs`."""
    size, unit = next((row for row in _UNITS if seconds >= 0.9995 * row[0]), _UNITS[-1])
    value = seconds / size
    digits = max(0, 2 - sum(value >= 0.9995 * power for power in (10, 100)))
    return f"{value:,.{digits}f} {unit}"


def two_digits(ratio: float) -> str:
    """Return a ratio as text with two digits: `1.3`, `25`, `2,900`."""
    return f"{ratio:.1f}" if ratio < 9.95 else f"{float(f'{ratio:.2g}'):,.0f}"
