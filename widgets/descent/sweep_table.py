"""How paths ended, as a table: a row for each, to read, to save, and to take into pandas."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import Any

import numpy as np

from widgets.common import columns
from widgets.common.catalogue import _
from widgets.common.spreadsheet import as_cell, csv_text
from widgets.common.writing import write
from widgets.descent.model import Paths

COLUMNS = ("optimizer", "start", "seed", "learning_rate", "iterations", "verdict", "sentence", "first_y", "last_y",
           "lowest_y", "last_gradient", "last_x", "how", "note")  # fmt: skip
"""Of a Sweep: what was asked for, then what became of it."""

_SHOWN = ("optimizer", "start", "seed", "learning_rate", "iterations", "verdict", "first_y", "last_y", "lowest_y")
_MOST_NUMBERS = 20  # of a start or an x that are written out

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
        """Write the table as CSV, and return its path. Texts that a spreadsheet would run as formulas are quoted."""
        path = Path(path)
        write(path, csv_text([self.columns, *([as_cell(row[name]) for name in self.columns] for row in self.rows)]))
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
        return "\n".join(columns.table([_SHOWN, *([_short(row[name]) for name in _SHOWN] for row in self.rows)]))


def rows_of(paths: Paths, seed: int | None = None) -> list[Row]:
    """Return a row for each learning rate of some paths; `seed` is that of their mini-batches."""
    return [_row(paths, at, seed) for at in range(paths.learning_rates.size)]


def _row(paths: Paths, at: int, seed: int | None) -> Row:
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
    if isinstance(numbers, list) and len(numbers) > _MOST_NUMBERS:
        return f"[{', '.join(map(str, numbers[:_MOST_NUMBERS]))}, ...]"
    return str(numbers)


def _short(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
