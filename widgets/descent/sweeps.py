"""Descents over many rates, optimizers, starts, and seeds, as one table of how each ended."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import itertools
import json
import os
import sys
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from widgets.common.arrays import Tensor
from widgets.common.catalogue import _
from widgets.common.errors import FunctionError
from widgets.descent.engine import descend
from widgets.descent.function_text import function_text, text_of
from widgets.descent.limits import checked_iterations, checked_rates
from widgets.descent.losses.loss import loss_of
from widgets.descent.optimizers import optimizer_named
from widgets.descent.sweep_table import Row, Sweep, rows_of

_RETRIES = 3  # of a combination that raised an error on a worker: its memory may be full, and another's not


def sweep(
    f: Callable[..., Tensor],
    *,
    rates: npt.ArrayLike,
    optimizers: Sequence[Any] = ("sgd",),
    starts: Sequence[Any] = (0.0,),
    seeds: Sequence[int | None] = (None,),
    iterations: int = 100,
    dtype: str = "float32",
    data: Any = None,
    batch_size: int | None = None,
    schedule: Any = None,
    resume: str | os.PathLike[str] | None = None,
    dask: str | None = None,
    progress: bool = True,
) -> Sweep:
    """Run `descend` for each optimizer, start, and seed, at all learning rates, and return how each path ended.

    Each combination is one call of `descend`, with its bits. What is done is kept in the file `resume`, if one is
    named: after an interrupt the same call goes on where it stopped.

    Args:
        f: as `descend` takes it.
        rates: learning rates, at least one.
        optimizers: names or Keras optimizers.
        starts: a list of starts.
        seeds: of mini-batches; None: not shuffled.
        iterations: of each path.
        dtype: "float32" or "float64".
        data: as `descend` takes it.
        batch_size: as `descend` takes it.
        schedule: as `descend` takes it.
        resume: a file, of JSON lines, for what is done; it may not exist yet.
        dask: the address of a Dask scheduler, such as "tcp://127.0.0.1:8786", to run on its workers; None: here. A
            combination whose worker is lost runs again on another.
        progress: whether to say on stderr how far it is.

    Returns:
        A Sweep: `.rows`, `.to_csv(path)`, `.to_frame()`.

    Raises:
        FunctionError: an argument is not as described. All are checked before anything runs.

    Example:
        >>> from widgets import sweep
        >>> table = sweep(lambda x: x * x, rates=[0.1, 1.5], optimizers=["sgd", "adam"], starts=[1.0], progress=False)
        >>> [(row["optimizer"], row["learning_rate"], row["verdict"]) for row in table.rows][:2]
        [('sgd', 0.1, 'approaches'), ('sgd', 1.5, 'overflows')]
    """
    checked = checked_rates(rates).tolist()
    settings = {"iterations": checked_iterations(iterations), "dtype": dtype, "batch_size": batch_size}
    for name, values in {"optimizers": optimizers, "starts": starts, "seeds": seeds}.items():
        _require_list(name, values)
    for optimizer, start, seed in itertools.product(optimizers, starts, seeds):
        optimizer_named(optimizer)
        loss_of(f, start, dtype, data, batch_size, seed)
    parts = list(itertools.product(optimizers, starts, seeds))
    task = _Task(f, checked, {**settings, "data": data, "schedule": schedule})
    done = _Done(resume, [task.key(part) for part in parts])
    if resume is not None and not task.is_comparable:
        print(_("f uses something that two calls cannot be compared by: resume= will run all again."), file=sys.stderr)
    waiting = [part for part in parts if task.key(part) not in done.rows]
    results = _on_dask(dask, task, waiting) if dask else _here(task, waiting)
    report = functools.partial(_report, len(parts), resume) if progress else _silent
    report(len(done.rows))
    with contextlib.closing(results):
        try:
            for part, rows in results:
                done.add(task.key(part), rows)
                report(len(done.rows))
        except BaseException:  # an interrupt most of all
            report(len(done.rows), is_over=True)
            raise
    return Sweep(tuple(row for part in parts for row in done.rows[task.key(part)]))


def _report(count: int, resume: str | os.PathLike[str] | None, done: int, is_over: bool = False) -> None:
    """Say how far a sweep is; where it ends too soon, also what of it is kept."""
    counted = _("{done} of {all} combinations").format(done=done, all=count)
    print(f"\r{counted}", end="", file=sys.stderr, flush=True)
    if is_over and resume is not None:
        said = _(". They are kept in {path}: the same call goes on from there.").format(path=resume)
        print(said, file=sys.stderr)
    elif is_over:
        print(_('. None is kept: resume="sweep.jsonl" would keep them.'), file=sys.stderr)
    elif done == count:
        print(file=sys.stderr)


def _silent(_done: int, is_over: bool = False) -> None:
    """Say nothing."""


def _require_list(name: str, values: object) -> None:
    if isinstance(values, (str, dict)) or not isinstance(values, (Sequence, np.ndarray)) or not len(values):
        example = {"optimizers": '["sgd", "adam"]', "starts": "[0.0, 1.0]", "seeds": "[0, 1]"}[name]
        said = _("{name} must be a list of at least one, for example {name}={example}; got {found!r}.")
        raise FunctionError(said.format(name=name, example=example, found=values))


class _Task:
    """One combination's descents: what runs here, or on a worker."""

    def __init__(self, f: Callable[..., Tensor], rates: list[float], settings: dict[str, Any]) -> None:
        self._f, self._rates, self._settings = f, rates, settings

    @functools.cached_property
    def _others_text(self) -> list[tuple[str, str]]:
        return [(name, text_of(value)) for name, value in sorted(self._settings.items())]

    @functools.cached_property
    def _f_text(self) -> str:
        return function_text(self._f)

    @property
    def is_comparable(self) -> bool:
        """Whether a later process can find out that it has the same f."""
        return self._f_text == function_text(self._f)

    def key(self, part: tuple[Any, Any, Any]) -> str:
        """Return what tells a combination from all others, also in a later process."""
        optimizer, start, seed = part
        record = optimizer_named(optimizer)
        named = [record.keras_class.__name__, sorted(record.options.items()), text_of(start), seed, self._rates]
        text = repr((named, self._others_text, self._f_text))
        return hashlib.sha256(text.encode()).hexdigest()[:24]

    def __call__(self, part: tuple[Any, Any, Any]) -> list[Row]:
        optimizer, start, seed = part
        return rows_of(descend(self._f, start, self._rates, optimizer=optimizer, seed=seed, **self._settings), seed)


class _Done:
    """The combinations that are done, by their keys; kept in a file where one is named."""

    def __init__(self, path: str | os.PathLike[str] | None, keys: Sequence[str]) -> None:
        self._path, self.rows = Path(path) if path is not None else None, {}  # type: Path | None, dict[str, list[Row]]
        if self._path is not None:
            for line in _lines_of(self._path):
                with contextlib.suppress(ValueError, KeyError, TypeError):  # the last one may have been cut off
                    kept = json.loads(line)
                    if kept["key"] in keys:
                        self.rows[kept["key"]] = kept["rows"]

    def add(self, key: str, rows: list[Row]) -> None:
        """Keep what is done."""
        self.rows[key] = rows
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"\n{json.dumps({'key': key, 'rows': rows})}\n")


def _lines_of(path: Path) -> list[str]:
    """Return the lines of a file that can be written to, a new one if there is none: better known now than later."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+", encoding="utf-8") as file:
            file.seek(0)
            return file.read().splitlines()
    except (OSError, UnicodeError) as error:
        said = _('resume must be a file that can be written, for example resume="sweep.jsonl"; {path}: {reason}')
        raise FunctionError(said.format(path=path, reason=error)) from error


def _here(task: _Task, parts: Sequence[Any]) -> Generator[tuple[Any, list[Row]], None, None]:
    for part in parts:
        yield part, task(part)


def _on_dask(address: str, task: _Task, parts: Sequence[Any]) -> Generator[tuple[Any, list[Row]], None, None]:
    """Yield each combination with its rows as workers return them; of an interrupt, what is left is cancelled."""
    try:
        from distributed import as_completed

        from widgets.common.dask_client import NoScheduler, connect, message_without_workers
    except ImportError as error:
        raise ImportError(_('dask= needs Dask: pip install "gradient-tapedeck[class]".')) from error
    try:
        client = connect(address)
    except NoScheduler as error:
        raise FunctionError(str(error)) from error
    with client, message_without_workers(client, address):
        futures = {client.submit(task, part, pure=False, retries=_RETRIES): part for part in parts}
        try:
            for future in as_completed(futures, loop=client.loop):
                yield futures[future], future.result()
        finally:
            client.cancel(list(futures))
