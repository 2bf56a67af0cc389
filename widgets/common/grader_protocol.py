"""What checks and the grader have agreed on: tolerances, whether one grades, and the table of misconceptions.

The misconceptions are plain data here. Their records stand in the exercises (`widgets.exercises.registry` collects
them); `tapedeck build` writes what is said of each of them into `misconceptions.json`.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from widgets.common import catalogue

RELATIVE = ABSOLUTE = 1e-4  # a right float32 answer is within about 1e-6 of a float64 witness for numbers near 1

GRADING = "TAPEDECK_GRADING"
"""The environment variable that makes checks silent, if it is set to anything: a grader asks by itself."""

TABLE_PATH = Path(__file__).with_name("misconceptions.json")


def is_grading() -> bool:
    """Whether this process runs for a grader."""
    return bool(os.environ.get(GRADING))


@dataclass(frozen=True)
class MisconceptionRow:
    """One row of the table of misconceptions.

    Attributes:
        code: the stable code.
        cause: what went wrong, one sentence.
        repair: what to do about it, one sentence.
        lesson: the number of the lesson that treats it ("02").
        exercise: the name of the exercise that practices it.
        is_general: whether it says what came back and not why, so that any wrong answer may get it.
    """

    code: str
    cause: str
    repair: str
    lesson: str
    exercise: str
    is_general: bool = False


def table_as_json(rows: Iterable[MisconceptionRow]) -> str:
    """Return the text of `misconceptions.json` for these rows, whose sentences must be in English."""
    return json.dumps([dataclasses.asdict(row) for row in rows], ensure_ascii=False, indent=1) + "\n"


@functools.cache
def misconception_table() -> Mapping[str, MisconceptionRow]:
    """Return the rows of `misconceptions.json` by code, in the learner's language."""
    rows = [MisconceptionRow(**fields) for fields in json.loads(TABLE_PATH.read_text(encoding="utf-8"))]
    return MappingProxyType(
        {
            row.code: dataclasses.replace(row, cause=catalogue._(row.cause), repair=catalogue._(row.repair))
            for row in rows
        }
    )
