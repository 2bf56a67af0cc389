"""The facts of a race: gradient descent on one function in four execution modes, timed on this machine.

A `Race` has one `Result` for each execution mode. A Result keeps its first call, which pays for tracing and
compiling, apart from the later ones, whose median and quartiles are its time.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import Literal, TypeAlias

from widgets.common.arrays import Floats
from widgets.common.deprecation import RenamedAttribute

STEPS = 1000
"""Times are given for this many steps of gradient descent, and this many are run if there is time."""

Mode: TypeAlias = Literal["eager", "tf.function", "retraced", "XLA"]
"""How the loop is executed: https://www.tensorflow.org/guide/function explains the last three."""

EAGER: Literal["eager"] = "eager"
TRACED: Literal["tf.function"] = "tf.function"
RETRACED: Literal["retraced"] = "retraced"
COMPILED: Literal["XLA"] = "XLA"
MODES: tuple[Mode, ...] = (EAGER, TRACED, RETRACED, COMPILED)
"""The modes in the order in which they run. Eager is first, since the others are compared with it."""

State: TypeAlias = Literal["not run", "running", "stopped", "finished", "failed"]
"""Where a race or one of its modes is. Only a mode can fail; the others still run."""

NOT_RUN: Literal["not run"] = "not run"
RUNNING: Literal["running"] = "running"
STOPPED: Literal["stopped"] = "stopped"
FINISHED: Literal["finished"] = "finished"
FAILED: Literal["failed"] = "failed"

_SCALE = (1e-4, 10.0)  # seconds: the ends of the time scale unless something is shorter or longer


@dataclass(frozen=True)
class Machine:
    """What the times were measured on.

    Attributes:
        cpus: the number of processors that Python sees.
        processor: their kind, such as "x86_64".
        system: the operating system, such as "Linux".
        tensorflow: TensorFlow's version.
        gpus: the number of GPUs that TensorFlow sees.
    """

    cpus: int
    processor: str
    system: str
    tensorflow: str
    gpus: int = 0


@dataclass(frozen=True)
class Timing:
    """One timed call.

    Attributes:
        steps: how many steps of gradient descent it ran.
        seconds: from the call until its result could be read.
    """

    steps: int
    seconds: float

    @property
    def per_1000_steps(self) -> float:
        """Seconds for 1,000 steps at this speed."""
        return self.seconds * STEPS / self.steps


@dataclass(frozen=True)
class Spread:
    """The times of the later calls, in seconds for 1,000 steps.

    Attributes:
        median: half of the calls took longer.
        lower: the first quartile.
        upper: the third quartile; the middle half of the calls lies between the two.
    """

    median: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Result:
    """What one execution mode did.

    Attributes:
        mode: which one.
        state: where it is.
        first: its first call, of one step; None before that.
        timings: the later calls that count for its time.
        calls: the number of all calls, those that searched for a call's length included.
        traces: TensorFlow's own count of traces in all calls; None in eager mode, where nothing is traced.
        x: where gradient descent arrived after `steps` steps, a read-only array; None if it has not arrived.
        steps: the number of steps after which `x` was read.
        same_as_eager: whether `x` equals eager's bit for bit after as many steps; None if not compared.
        warnings: TensorFlow's warnings during the calls.
        failure: TensorFlow's error if this mode cannot run the function, else "".
        seconds_spent: the seconds of all calls together.
    """

    mode: Mode
    state: State = NOT_RUN
    first: Timing | None = None
    timings: tuple[Timing, ...] = ()
    calls: int = 0
    traces: int | None = None
    x: Floats | None = None
    steps: int = 0
    same_as_eager: bool | None = None
    warnings: tuple[str, ...] = ()
    failure: str = ""
    seconds_spent: float = 0.0

    kind = RenamedAttribute("mode")
    heats = RenamedAttribute("timings")
    after = RenamedAttribute("steps")
    same = RenamedAttribute("same_as_eager")
    said = RenamedAttribute("warnings")
    spent = RenamedAttribute("seconds_spent")

    @property
    def spread(self) -> Spread | None:
        """The median and quartiles of the timings; None before the first."""
        seconds = [timing.per_1000_steps for timing in self.timings]
        if not seconds:
            return None
        if len(seconds) == 1:
            return Spread(*seconds * 3)
        lower, median, upper = statistics.quantiles(seconds, n=4, method="inclusive")
        return Spread(median, lower, upper)


@dataclass(frozen=True)
class Race:
    """A race: gradient descent on one function in every execution mode.

    Attributes:
        title: what the function is called.
        start: where gradient descent starts: a read-only array of shape () or (n,).
        learning_rate: the learning rate of all modes.
        seconds: about how long each mode runs.
        dtype: "float32" or "float64".
        machine: what the times were measured on.
        results: one for each mode, in the order of MODES.
        state: where the race is.
    """

    title: str
    start: Floats
    learning_rate: float
    seconds: float
    dtype: str
    machine: Machine
    results: tuple[Result, ...]
    state: State = NOT_RUN

    paid_back = RenamedAttribute("break_even_steps")

    def result(self, mode: Mode) -> Result:
        """Return the Result of one execution mode, such as `race.result("tf.function")`."""
        return next(result for result in self.results if result.mode == mode)

    @property
    def eager(self) -> Result:
        """The Result that the others are compared with."""
        return self.result(EAGER)

    @property
    def progress(self) -> float:
        """How much of the race is over, from 0.0 to 1.0, by the seconds that each mode has."""
        return sum(map(self._share_done, self.results)) / len(self.results)

    def _share_done(self, result: Result) -> float:
        is_over = result.state in (FINISHED, FAILED)
        return 1.0 if is_over else min(result.seconds_spent / self.seconds, 1.0)

    @property
    def time_scale(self) -> tuple[float, float]:
        """The seconds at both ends of a logarithmic scale: powers of ten around all that was measured."""
        seconds = [*_SCALE]
        for result in self.results:
            seconds += [result.first.seconds] if result.first else []
            seconds += [result.spread.lower, result.spread.upper] if result.spread else []
        return 10.0 ** math.floor(math.log10(min(seconds))), 10.0 ** math.ceil(math.log10(max(seconds)))

    def times_faster(self, mode: Mode) -> float | None:
        """Return eager's median time divided by this mode's, or None if one of them has none."""
        eager, other = self.eager.spread, self.result(mode).spread
        return eager.median / other.median if eager and other else None

    def break_even_steps(self, mode: Mode) -> int | None:
        """Return after how many steps this mode has made up for its longer first call, or None if it never does."""
        eager, other = self.eager, self.result(mode)
        if not (eager.spread and other.spread and eager.first and other.first):
            return None
        saved_per_step = (eager.spread.median - other.spread.median) / STEPS
        if saved_per_step <= 0:
            return None
        return math.ceil(max(other.first.seconds - eager.first.seconds, 0.0) / saved_per_step)
