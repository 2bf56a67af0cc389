"""The facts of a race: one minimisation run in several ways, in seconds on this machine, frozen.

A race is read like this: its `results`, one for each contestant; each has a first call, shown apart, and later calls
("heats"), whose median and quartiles are its time. `NOT_RUN` facts have no times at all.
"""

import dataclasses
import math
import statistics

import numpy as np

STEPS = 1000
"""Times are given for so many steps, and so many are run, where there is time."""

EAGER, TRACED, RETRACED, COMPILED = "eager", "tf.function", "retraced", "XLA"
KINDS = (EAGER, TRACED, RETRACED, COMPILED)
"""The contestants, in the order in which they run: the others are compared with eager."""

NOT_RUN, RUNNING, STOPPED, FINISHED, FAILED = "not run", "running", "stopped", "finished", "failed"
"""Where a race or a contestant is. Only a contestant fails; the others go on."""

_fact = dataclasses.dataclass(frozen=True)


@_fact
class Machine:
    """What the times belong to: how many processors Python sees, their kind, the system, and TensorFlow's version."""

    cpus: int
    processor: str
    system: str
    tensorflow: str
    gpus: int = 0


@_fact
class Heat:
    """One timed call: how many steps of gradient descent it ran, and the seconds from call to value."""

    steps: int
    seconds: float

    @property
    def pace(self):
        """Seconds for 1,000 steps at this speed."""
        return self.seconds * STEPS / self.steps


@_fact
class Spread:
    """Seconds for 1,000 steps: the median of the later calls, and the quartiles between which half of them lie."""

    median: float
    lower: float
    upper: float


@_fact
class Result:
    """What one contestant did.

    `first` is its first call, of one step; `heats` the later ones that count. `calls` and `traces` count everything,
    with the calls that found a size for the heats; `traces` is TensorFlow's own count, None where nothing is traced.
    `x` is where it arrived `after` so many steps, `same` whether bit for bit where eager was after as many (None:
    not compared). `said` are TensorFlow's own warnings, `failure` its error; `spent` the seconds of all calls.
    """

    kind: str
    state: str = NOT_RUN
    first: Heat | None = None
    heats: tuple[Heat, ...] = ()
    calls: int = 0
    traces: int | None = None
    x: np.ndarray | None = None
    after: int = 0
    same: bool | None = None
    said: tuple[str, ...] = ()
    failure: str = ""
    spent: float = 0.0

    @property
    def spread(self):
        """The Spread of the heats, None without any."""
        paces = [heat.pace for heat in self.heats]
        if not paces:
            return None
        lower, median, upper = statistics.quantiles(paces, n=4, method="inclusive") if len(paces) > 1 else paces * 3
        return Spread(median, lower, upper)


@_fact
class Race:
    """A race of `f`, called `title`, from `start` by `learning_rate`; `seconds` of time for each contestant."""

    title: str
    start: np.ndarray
    learning_rate: float
    seconds: float
    dtype: str
    machine: Machine
    results: tuple[Result, ...]
    state: str = NOT_RUN

    def result(self, kind):
        """Return the Result of one contestant."""
        return next(result for result in self.results if result.kind == kind)

    @property
    def eager(self):
        """The Result that the others are compared with."""
        return self.result(EAGER)

    @property
    def progress(self):
        """How much of the race is over, from 0 to 1, by the time that each contestant has."""
        return sum(map(self._share, self.results)) / len(self.results)

    def _share(self, result):
        over = result.state in (FINISHED, FAILED)
        return 1.0 if over else min(result.spent / self.seconds, 1.0)

    def times_faster(self, kind):
        """Return eager's median over this contestant's, or None where one of them has none."""
        eager, other = self.eager.spread, self.result(kind).spread
        return eager.median / other.median if eager and other else None

    def paid_back(self, kind):
        """Return after how many steps the first call has paid for itself against eager, None if it never does."""
        eager, other = self.eager, self.result(kind)
        if not (eager.spread and other.spread and other.spread.median < eager.spread.median):
            return None
        saved = (eager.spread.median - other.spread.median) / STEPS
        return math.ceil(max(other.first.seconds - eager.first.seconds, 0.0) / saved)


def stopped(race):
    """Return a Race that runs no longer: before its end, unless it is FINISHED or was never begun."""
    return dataclasses.replace(race, state=STOPPED) if race.state == RUNNING else race
