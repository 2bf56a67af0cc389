"""One contestant's way through a race: a first call, the search for a size, the run to compare, and more heats."""

import contextlib
import dataclasses
import logging

import numpy as np
import tensorflow as tf

from widgets.race.compute import EAGER, FAILED, FINISHED, RETRACED, RUNNING, STEPS, Heat, Result
from widgets.race.execution_modes import way

LONGEST = 0.1
"""Seconds that a heat should not exceed: beside a first call, so long a stop may have to wait."""

FEWEST, MOST, MOST_TRACES = 5, 200, 20
"""Heats at least, at most, and at most where each leaves another graph in memory."""

_SIZES = tuple(size for size in range(1, STEPS + 1) if STEPS % size == 0)  # so that heats meet at 1,000 steps
_TICK = 1e-9  # seconds: to a coarse clock a short call may seem to take none


class Contestant:
    """One contestant on the track. `result` is what is known of it so far."""

    def __init__(self, kind, f, race, clock):
        self.result = Result(kind, RUNNING)
        self._minimise, self._race, self._clock = way(kind, f), race, clock
        self._x, self._rate = tf.Variable(race.start), race.learning_rate
        self._goal = race.eager.after or STEPS

    def heats(self):
        """Yield the Result after every call. An Exception ends this contestant, not the race."""
        try:
            yield self._know(first=self._call(1))
            size = yield from self._sized()
            yield from self._arrive(size)
            yield from self._repeat(size)
            yield self._know(state=FINISHED)
        except Exception as error:
            yield self._know(state=FAILED, failure=_message(error))

    def _sized(self):
        """Find how many steps fit into a heat; these calls count for nothing else."""
        size = 1
        while True:
            self._call(size)  # XLA compiles for every new number of steps
            yield self.result
            fits = LONGEST / self._call(size).pace * STEPS
            yield self.result
            larger = max((s for s in _SIZES if s <= fits), default=1)
            if larger <= size:
                return larger
            size = min(larger, 10 * size)  # a short call says little about a long one

    def _arrive(self, size):
        """Run as many steps as eager did, or 1,000; eager itself stops short of that when its time is over."""
        self._x.assign(self._race.start)
        done = 0
        while done < self._goal and not (self.result.kind == EAGER and done and self._is_over()):
            heat = self._call(min(size, self._goal - done), anew=False)
            done += heat.steps
            counts = heat.steps == size and self.result.kind != RETRACED
            yield self._count(heat) if counts else self.result
        x, eager = frozen(self._x), self._race.eager
        yield self._know(x=x, after=done, same=None if eager.x is None else _same(x, eager.x))

    def _repeat(self, size):
        """Run more heats until the time is over. Where numbers are traced, each gets another learning rate."""
        while len(self.result.heats) < FEWEST or not self._is_over():
            if self.result.kind == RETRACED:
                self._rate = self._race.learning_rate * (1 - (len(self.result.heats) + 1) / STEPS)
            yield self._count(self._call(size))

    def _is_over(self):
        most = MOST_TRACES if self.result.kind == RETRACED else MOST
        return self.result.spent >= self._race.seconds or len(self.result.heats) >= most

    def _call(self, steps, anew=True):
        """Time one call, from the start or on from where x is."""
        if anew:
            self._x.assign(self._race.start)
        rate = self._rate if self.result.kind == RETRACED else tf.constant(self._rate, self._race.dtype)
        said = []
        with _listening(said):
            seconds = self._timed(rate, tf.constant(steps))
        self._know(
            calls=self.result.calls + 1,
            traces=None if self.result.kind == EAGER else self._minimise.experimental_get_tracing_count(),
            said=tuple(dict.fromkeys((*self.result.said, *said))),
            spent=self.result.spent + seconds,
        )
        return Heat(steps, seconds)

    def _timed(self, rate, steps):
        begin = self._clock()
        self._minimise(self._x, rate, steps)
        self._x.numpy()  # on a GPU a call returns before its result is there
        return max(self._clock() - begin, _TICK)

    def _count(self, heat):
        return self._know(heats=(*self.result.heats, heat))

    def _know(self, **more):
        self.result = dataclasses.replace(self.result, **more)
        return self.result


def frozen(tensor):
    """Return a tensor's value as a read-only array."""
    array = np.array(tensor.numpy())
    array.flags.writeable = False
    return array


@contextlib.contextmanager
def _listening(said):
    """Collect TensorFlow's warnings: printed, they would land under whatever cell the learner ran last."""

    def keep(record):
        if record.levelno >= logging.WARNING:
            said.append(record.getMessage())
        return record.levelno < logging.WARNING

    logger = tf.get_logger()
    logger.addFilter(keep)
    try:
        yield
    finally:
        logger.removeFilter(keep)


def _same(x, other):
    """Say whether two arrays are equal bit for bit; all nan are one."""
    return np.where(np.isnan(x), np.nan, x).tobytes() == np.where(np.isnan(other), np.nan, other).tobytes()


def _message(error):
    """Return an exception in TensorFlow's own words, without the walk through files that stands around them."""
    paragraphs = [text for text in str(error).split("\n\n") if text.strip()] or [""]
    through_code = paragraphs[0].startswith("in user code")
    words = paragraphs[-1].strip().removeprefix(f"{type(error).__name__}: ") if through_code else paragraphs[0]
    return f"{type(error).__name__}: {words.splitlines()[0]}" if words else type(error).__name__
