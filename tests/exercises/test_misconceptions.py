"""The one table of misconceptions: a row for every code that a learner can meet, and none for any other."""

import ast
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.exercises.corpora import WRONG
from widgets.common.grader_protocol import TABLE_PATH, misconception_table, table_as_json
from widgets.diagnosis import causes as tape
from widgets.exercises.registry import EXERCISES, LESSON_OF, misconceptions, misconceptions_by_code

HOUSE = Path(__file__).parents[2] / "widgets"
CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
SHORTEST = 4
SETTINGS = ("TAPEDECK_", "NBGRADER_")  # environment variables look like codes
DECLARES_ONLY = ("__init__.py", "shared_misconceptions.py", "general_misconceptions.py")
SAYS_CODES = [path for room in ("exercises", "diagnosis") for path in HOUSE.glob(f"{room}/*.py")]
"""Modules in which a text all in capitals is a code. The exercises themselves are asked, not read."""

ROWS = misconceptions()


def in_modules():
    """Every code in those modules -> their names."""
    found = defaultdict(list)
    for path in SAYS_CODES:
        if path.name in DECLARES_ONLY:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            value = getattr(node, "value", None) if isinstance(node, ast.Constant) else None
            if isinstance(value, str) and len(value) >= SHORTEST and CODE.fullmatch(value):
                found[value].append(f"{path.parent.name}/{path.name}")
    return {code: names for code, names in found.items() if not code.startswith(SETTINGS)}


def in_exercises():
    """Every code of an exercise's own misconceptions -> where it is, as lesson/exercise."""
    found = defaultdict(list)
    for exercise in EXERCISES.values():
        for misconception in exercise.misconceptions:
            found[misconception.code].append(f"{LESSON_OF[exercise.name]}/{exercise.name}")
    return dict(found)


USED = {code: in_modules().get(code, []) + in_exercises().get(code, []) for code in {**in_modules(), **in_exercises()}}
AS_ROWS = [pytest.param(row, id=row.code) for row in ROWS]


def test_a_code_has_one_row():
    codes = [row.code for row in ROWS]
    assert sorted({code for code in codes if codes.count(code) > 1}) == []


@pytest.mark.parametrize("code", sorted(USED))
def test_every_code_that_is_said_has_a_row(code):
    assert code in misconceptions_by_code(), f"no row for {code}, which these say: {', '.join(USED[code])}"


@pytest.mark.parametrize("row", AS_ROWS)
def test_every_row_is_of_a_code_that_is_said(row):
    assert row.code in USED, f"nothing says {row.code}"


@pytest.mark.parametrize("row", AS_ROWS)
def test_its_lesson_is_there_and_has_its_exercise(row, pytestconfig):
    assert list(pytestconfig.rootpath.glob(f"solutions/{row.lesson}_*.py")), f"there is no lesson {row.lesson}"
    assert row.exercise in EXERCISES, f"there is no exercise {row.exercise}"
    assert LESSON_OF[row.exercise] == row.lesson


@pytest.mark.parametrize("row", [pytest.param(row, id=row.code) for row in ROWS if row.code not in tape.CAUSE_OF])
def test_its_exercise_practises_it(row):
    """What a tape itself shows is for `explain`; every other row has an exercise that answers with its code."""
    assert row.code in {code for code, _ in WRONG[row.exercise]}, f"{row.exercise} never answers with {row.code}"


@pytest.mark.parametrize("row", AS_ROWS)
@pytest.mark.parametrize("part", ["cause", "repair"])
def test_each_part_is_one_sentence(row, part):
    said = getattr(row, part)
    assert re.match(r"[A-Z`]|\d/|x ", said) and said.endswith("."), said
    assert not re.search(r"[.?!] +[A-Z]", said), f"more than one sentence: {said}"


def test_no_two_rows_say_the_same():
    said = [sentence for row in ROWS for sentence in (row.cause, row.repair)]
    assert sorted({sentence for sentence in said if said.count(sentence) > 1}) == []


def test_the_grader_reads_the_same_table():
    """`tapedeck build` writes it."""
    assert TABLE_PATH.read_text(encoding="utf-8") == table_as_json(ROWS), "run `tapedeck build`"
    assert list(misconception_table().values()) == list(ROWS)


def test_a_code_has_one_kind():
    """A mistake that several exercises meet is declared once, and the others refer to it."""
    kinds = {misconception.kind for exercise in EXERCISES.values() for misconception in exercise.misconceptions}
    codes = [kind.code for kind in kinds]
    assert sorted({code for code in codes if codes.count(code) > 1}) == []


def test_the_grader_does_without_tensorflow():
    program = """
import sys
from widgets.common.grader_protocol import misconception_table
print(len(misconception_table()), "tensorflow" in sys.modules)
"""
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout == f"{len(ROWS)} False\n"
