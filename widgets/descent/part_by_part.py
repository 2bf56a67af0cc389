"""An explorer whose paths are computed in parts: what is missing follows between the messages of the kernel."""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Generator, Iterator
from typing import Any

import traitlets

from widgets.common.cooperative_runner import WorkingView
from widgets.common.errors import first_line
from widgets.descent.best_runs import BestRuns
from widgets.descent.computation import Computation
from widgets.descent.loss_settings import LossSettings
from widgets.descent.model import Paths


class PartByPart(WorkingView, LossSettings):
    """Computes what is missing of a Computation; a subclass shows it, in `_take`.

    Args:
        **traits: traits to set, by name.

    Attributes:
        computing: whether what is missing is being computed. Set it to stop, or to go on.
        progress: how far it is: `share`, from 0.0 to 1.0, and `text`; empty once all is there, or where it soon is.
    """

    paths: Paths
    _steps: list[int]

    computing = traitlets.Bool(False).tag(sync=True)
    progress = traitlets.Dict().tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        self._shown: dict[str, Any] = {}
        self._is_rate_chosen = "learning_rate" in traits
        self._is_ready = False  # whether there are paths that a change could make outdated
        self._computation: Computation | None = None
        self._version = 0  # of what is shown
        self._is_left = False  # whether what is missing is not to be computed for now
        super().__init__(**traits)

    def _compute(self, began: float) -> None:
        """Compute what the settings ask for; `began` is when the learner began to wait, by `time.perf_counter`."""
        raise NotImplementedError

    def _take(self, job: Computation, is_new: bool = False, is_other: bool = False) -> None:
        """Show what a computation has. Its loss surface may be new, and that of another function."""
        raise NotImplementedError

    @property
    def _job(self) -> Computation:
        if self._computation is None:
            raise ValueError("nothing is computed yet")
        return self._computation

    @property
    def _in_work(self) -> Computation | BestRuns:
        """What is computed now, or next."""
        return self._job

    def _go_on(self) -> None:
        """Have computed what is missing, if there is an event loop on which that can be."""
        self._is_left = False
        if not self._job.is_done and self._runner.has_loop:
            self._runner.start()
        self._show()

    @traitlets.observe(*LossSettings.COMPUTED, "learning_rate", "iterations")
    def _update(self, change: dict[str, Any]) -> None:
        """Compute what is not there yet. Most positions of the sliders are."""
        if not self._is_ready:
            return
        if change["name"] == "learning_rate":
            self._is_rate_chosen = True
        if change["name"] == "scaled":
            self._is_rate_chosen = False  # a rate that suits the one loss does not suit the other
        if change["name"] == "schedule":
            self._restore({"decay_steps": max(1, self.iterations)})
        if change["name"] == "function" and not self._is_computed():
            self.start = self.landscape.start
        if self._is_computed():
            return
        try:
            if not (self._is_same and self._reaches()):
                self._compute(time.perf_counter())
        except BaseException as error:  # an interrupt, too; and f may raise anything, even far from the start
            self._restore({change["name"]: change["old"]} | {name: self._shown[name] for name in self.COMPUTED})
            if isinstance(error, Exception):
                raise traitlets.TraitError(str(error)) from error
            raise

    def _restore(self, values: dict[str, Any]) -> None:
        self._is_ready = False  # so that nothing is computed meanwhile
        with self.cross_validation_lock:  # what was right before needs no check, which might fail now
            for name, value in values.items():
                setattr(self, name, value)
        self._is_ready = True

    @property
    def _is_same(self) -> bool:
        """Whether the paths are those of the settings, but for the learning rate and the iterations."""
        return all(getattr(self, name) == self._shown[name] for name in self.COMPUTED)

    def _is_computed(self) -> bool:
        comes = not self._job.is_done and self.iterations <= self._job.iterations
        is_known = self.learning_rate in self.paths.learning_rates and (comes or self.iterations in self._steps)
        return self._is_same and is_known

    def _reaches(self) -> bool:
        """Compute the path of a learning rate that would come later; return False if it would not come."""
        job = self._job
        if job.is_done or self.learning_rate not in job.rates or self.iterations > job.iterations:
            return False
        job.want(self.learning_rate)
        work = job.work()
        while not job.has(self.learning_rate):
            next(work)
        self._take(job)
        return True

    def _work(self) -> Generator[None, None, None]:
        """Compute what is missing, of the computation that is the last one when its turn comes."""
        while not self._job.is_done and not self._is_left:
            job = self._job
            try:
                for _piece in job.work():
                    yield
                    if job is not self._job:
                        break
            except Exception as error:  # a learner's f may raise anything
                self.problem = first_line(error, with_type=True)
                return

    def _show(self) -> None:
        job = self._job
        with self._state_lock, self.hold_sync():
            if not self._runner.is_running:
                self._is_left = True
                job.settle()
            if job.version != self._version:
                self._take(job)
            self.computing = self._runner.is_running
            work = self._in_work
            if work.is_done or (self.computing and work.is_brief and not self.progress):
                self.progress = {}
            else:
                self.progress = {"share": round(work.share, 3), "text": work.so_far}

    @traitlets.observe("computing")
    def _start_or_stop(self, change: dict[str, Any]) -> None:
        if self._is_ready and change["new"] != self._runner.is_running and not self._in_work.is_done:
            self._is_left = not change["new"]
            self._runner.start() if change["new"] else self._runner.stop()

    def finish(self) -> None:
        """Compute what is missing, here and now. An interrupt ends that: what is there stays, and it can go on."""
        self._is_left = False
        self._runner.finish()

    def _page_state(self) -> dict[str, Any]:
        return super()._page_state() | {"computing": False}


@contextlib.contextmanager
def collected_later() -> Iterator[None]:
    """Keep Python from looking for garbage meanwhile.

    Tracing makes so many objects that Python looks through all there are, TensorFlow's too: for a quarter of a second,
    for which a first picture would wait. It does so soon after.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
