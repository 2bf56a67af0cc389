"""Descents over many rates, optimizers, starts, and seeds, as one table of how each ended."""

from __future__ import annotations

import contextlib
import csv
import dataclasses
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
from widgets.descent.loss import loss_of
from widgets.descent.model import Paths
from widgets.descent.optimizers import optimizer_named

COLUMNS = ("optimizer", "start", "seed", "learning_rate", "iterations", "verdict", "sentence", "first_y", "last_y",
           "lowest_y", "last_gradient", "last_x", "how", "note")  # fmt: skip
"""Of a Sweep: what was asked for, then what became of it."""

Row = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Sweep:
    """What became of each path.

    Attributes:
        rows: one for each path, with a value for each of the columns.
        columns: their names: what was asked for; the verdict and its sentence; the first, last, and lowest y; the
            largest component of the last gradient; the last x; how it was computed, and what may differ.
    """

    rows: tuple[Row, ...]
    columns: tuple[str, ...] = COLUMNS

    def to_csv(self, path: str | os.PathLike[str]) -> Path:
        """Write the table as CSV, and return its path."""
        path = Path(path)
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, self.columns)
            writer.writeheader()
            writer.writerows(self.rows)
        return path

    def to_frame(self) -> Any:
        """Return the table as a pandas DataFrame."""
        try:
            import pandas
        except ImportError as error:
            raise ImportError(_("to_frame() needs pandas: pip install pandas. to_csv(...) works without.")) from error
        return pandas.DataFrame(list(self.rows), columns=list(self.columns))

    def __len__(self) -> int:
        return len(self.rows)

    def __str__(self) -> str:
        shown = [[_short(row[name]) for name in COLUMNS[:10] if name != "sentence"] for row in self.rows]
        names = [name for name in COLUMNS[:10] if name != "sentence"]
        widths = [max(map(len, column)) for column in zip(names, *shown, strict=True)]
        lines = [names, *shown]
        return "\n".join(
            "  ".join(text.ljust(w) for text, w in zip(line, widths, strict=True)).rstrip() for line in lines
        )


def _short(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


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
    waiting = [part for part in parts if task.key(part) not in done.rows]
    results = _on_dask(dask, task, waiting) if dask else _here(task, waiting)
    with contextlib.closing(results):
        for part, rows in results:
            done.add(task.key(part), rows)
            if progress:
                said = _("{done} of {all} combinations")
                end = "\n" if len(done.rows) == len(parts) else ""
                print(f"\r{said.format(done=len(done.rows), all=len(parts))}", end=end, file=sys.stderr, flush=True)
    return Sweep(tuple(row for part in parts for row in done.rows[task.key(part)]))


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

    def key(self, part: tuple[Any, Any, Any]) -> str:
        """Return what tells a combination from all others, also in a later process."""
        optimizer, start, seed = part
        record = optimizer_named(optimizer)
        named = [record.keras_class.__name__, sorted(record.options.items()), text_of(start), seed, self._rates]
        text = repr((named, self._others_text, self._f_text))
        return hashlib.sha256(text.encode()).hexdigest()[:24]

    def __call__(self, part: tuple[Any, Any, Any]) -> list[Row]:
        optimizer, start, seed = part
        paths = descend(self._f, start, self._rates, optimizer=optimizer, seed=seed, **self._settings)
        return [_row(paths, at, start, seed) for at in range(len(self._rates))]


def _row(paths: Paths, at: int, start: Any, seed: int | None) -> Row:
    y, x = paths.y[:, at].astype(float), paths.x[-1, at]
    finite = y[np.isfinite(y)]
    return {
        "optimizer": paths.optimizer,
        "start": _numbers(paths.start.tolist()),
        "seed": seed,
        "learning_rate": float(paths.learning_rates[at]),
        "iterations": paths.iterations,
        "verdict": paths.verdicts[at].kind,
        "sentence": paths.verdict_sentence(at),
        "first_y": float(y[0]),
        "last_y": float(y[-1]),
        "lowest_y": float(finite.min()) if finite.size else float("nan"),
        "last_gradient": float(np.abs(paths.gradient[-1, at]).max()),
        "last_x": _numbers(x.tolist()),
        "how": paths.how,
        "note": paths.note,
    }


def _numbers(numbers: Any) -> str:
    if isinstance(numbers, list) and len(numbers) > 20:
        return f"[{', '.join(map(str, numbers[:20]))}, ...]"
    return str(numbers)


class _Done:
    """The combinations that are done, by their keys; kept in a file where one is named."""

    def __init__(self, path: str | os.PathLike[str] | None, keys: Sequence[str]) -> None:
        self._path, self.rows = Path(path) if path is not None else None, {}  # type: Path | None, dict[str, list[Row]]
        if self._path is not None and self._path.exists():
            for line in self._path.read_text("utf-8").splitlines():
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


def _here(task: _Task, parts: Sequence[Any]) -> Generator[tuple[Any, list[Row]], None, None]:
    for part in parts:
        yield part, task(part)


def _on_dask(address: str, task: _Task, parts: Sequence[Any]) -> Generator[tuple[Any, list[Row]], None, None]:
    """Yield each combination with its rows as workers return them; of an interrupt, what is left is cancelled."""
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise ImportError(_('dask= needs Dask: pip install "gradient-tapedeck[class]".')) from error
    try:
        client = Client(address, set_as_default=False)
    except (OSError, ValueError) as error:
        said = _("There is no Dask scheduler at {address}: {reason}")
        raise FunctionError(said.format(address=address, reason=error)) from error
    with client:
        futures = {client.submit(task, part, pure=False, retries=3): part for part in parts}
        try:
            for future in as_completed(futures, loop=client.loop):
                yield futures[future], future.result()
        finally:
            client.cancel(list(futures))
