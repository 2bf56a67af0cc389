"""The one table of misconceptions: a row for every code that a learner can meet, and none for any other."""

import ast
import functools
import importlib
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from tests.exercises.corpora import WRONG
from widgets.common.grader_protocol import TABLE_PATH, misconception_table, table_as_json
from widgets.common.lessons import LESSONS as RECORDS
from widgets.diagnosis import causes as tape
from widgets.diagnosis.cause import Cause
from widgets.exercises import general_misconceptions, shared_misconceptions
from widgets.exercises.exercise import MisconceptionKind
from widgets.exercises.registry import EXERCISES, LESSON_OF, LESSONS, misconceptions, misconceptions_by_code

HOUSE = Path(__file__).parents[2] / "widgets"
CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
SHORTEST = 4
SETTINGS = ("TAPEDECK_", "NBGRADER_", "EXERCISE")  # environment variables look like codes, as does a record's name
UNPRACTICED = {
    cause.code
    for path in HOUSE.glob("diagnosis/*.py")
    for cause in vars(importlib.import_module(f"widgets.diagnosis.{path.stem}")).values()
    if isinstance(cause, Cause) and cause.code and not cause.exercise
}
"""Codes that no exercise practices: they are for those who ask `explain`, and in no table."""

KINDS = vars(general_misconceptions) | vars(shared_misconceptions)

SAYS_CODES = [
    path
    for room in ("exercises", "diagnosis")
    for path in HOUSE.glob(f"{room}/*.py")
    if not path.name.startswith(("__init__", "lesson_", "shared_", "general_", "registry"))
]
"""Modules that say codes themselves, as text or by the name of a record. The exercises are asked, not read."""

ROWS = misconceptions()


@functools.cache
def in_modules():
    """Every code in those modules -> their names: a text all in capitals is a code, and so is the name of a record."""
    found = defaultdict(list)
    for path in SAYS_CODES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Load):
                code = getattr(node, "attr", None) or node.id
                code = code if isinstance(KINDS.get(code), MisconceptionKind) else ""
            else:
                code = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            if len(code) >= SHORTEST and CODE.fullmatch(code):
                found[code].append(f"{path.parent.name}/{path.name}")
    return {code: names for code, names in found.items() if not code.startswith(SETTINGS)}


@functools.cache
def in_exercises():
    """Every code of an exercise's own misconceptions -> where it is, as lesson/exercise."""
    found = defaultdict(list)
    for exercise in EXERCISES.values():
        for misconception in exercise.misconceptions:
            found[misconception.code].append(f"{LESSON_OF[exercise.name]}/{exercise.name}")
    return dict(found)


def test_a_lessons_record_names_its_exercises():
    assert {lesson.number: lesson.exercises for lesson in RECORDS} == {
        number: tuple(exercise.name for exercise in exercises) for number, exercises in LESSONS.items()
    }


def test_a_code_has_one_row():
    codes = [row.code for row in ROWS]
    assert sorted({code for code in codes if codes.count(code) > 1}) == []


def test_every_code_that_is_said_has_a_row_and_every_row_has_a_code_that_is_said():
    rows, used = misconceptions_by_code(), {**in_exercises(), **in_modules()}
    assert {code: places for code, places in used.items() if code not in {*rows, *UNPRACTICED}} == {}
    assert [code for code in rows if code not in used] == []


def test_the_lesson_of_a_row_is_there_and_has_its_exercise(pytestconfig):
    lessons = {path.name[:2] for path in pytestconfig.rootpath.glob("solutions/[0-9][0-9]_*.py")}
    assert [row for row in ROWS if row.lesson not in lessons or LESSON_OF.get(row.exercise) != row.lesson] == []


def test_the_exercise_of_a_row_practises_it():
    """What a tape itself shows is for `explain`; every other row has an exercise that answers with its code."""
    met = {exercise: {code for code, _ in cases} for exercise, cases in WRONG.items()}
    assert [row for row in ROWS if row.code not in tape.CAUSE_OF and row.code not in met[row.exercise]] == []


def test_each_part_is_one_sentence():
    for said in (sentence for row in ROWS for sentence in (row.cause, row.repair)):
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
