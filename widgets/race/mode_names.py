"""One contestant of a race in words: its name, its time and how sure that is, its traces, and where it arrived."""

from widgets.common.catalogue import Spoken, _
from widgets.common.numbers import printed
from widgets.race.compute import COMPILED, EAGER, NOT_RUN, RETRACED, RUNNING, TRACED

NAMES = Spoken(
    lambda: {
        EAGER: _("eager"),
        TRACED: "tf.function",
        RETRACED: _("tf.function, Python numbers"),
        COMPILED: _("tf.function with XLA"),
    }
)
ABOUT = Spoken(
    lambda: {
        EAGER: _("Python runs every operation of every step."),
        TRACED: _("Python runs once, to trace a graph; TensorFlow runs the graph."),
        RETRACED: _("The same, but each call brings another learning rate as a Python number."),
        COMPILED: _("jit_compile=True: the graph becomes machine code."),
    }
)
_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))


def duration(seconds):
    """Return seconds as text, three digits of them: `1.38 s`, `10.3 ms`, `479 µs`."""
    size, unit = next((row for row in _UNITS if seconds >= 0.9995 * row[0]), _UNITS[-1])
    value = seconds / size
    digits = max(0, 2 - sum(value >= 0.9995 * power for power in (10, 100)))
    return f"{value:,.{digits}f} {unit}"


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


def warning(result):
    """Return the first sentence of what TensorFlow itself warned of while a contestant ran, or nothing."""
    return (
        _("TensorFlow warns: {words}").format(words=result.said[0].split(". ")[0].rstrip(".") + ".")
        if result.said
        else ""
    )
