"""What is wrong with a record of an exercise, as far as it can be seen without running an answer.

Each problem is a sentence that says what to write instead: a teacher reads it, and nobody else.
"""

from __future__ import annotations

import ast
import builtins
import keyword
import math
import re
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from widgets.answers.plain_values import Plain, as_plain
from widgets.common.catalogue import _
from widgets.common.grader_protocol import misconception_table
from widgets.common.lessons import LESSONS
from widgets.exercises.exercise import generator
from widgets.exercises.own_exercise import (
    OWN_USES,
    Given,
    OwnExercise,
    OwnMisconception,
    arguments,
    numbers_due,
    numbers_of,
)
from widgets.exercises.own_records import told
from widgets.grading.advisories import names_in_cell

SEEDS = ("tapedeck", "spring", "summer", "autumn", "winter")
"""With which questions are drawn to be looked at. The first is that of everybody's own notebook."""

_TAKEN = {*dir(builtins), "tf", "np", "check", "hint", "predict", "progress", "explain"}
_MOST_QUESTIONS, _MOST_NUMBERS, _MOST_PARTS = 20, 256, 100
_CODE = re.compile(r"[A-Z][A-Z0-9_]*")
_PUBLIC = "widgets.teaching"


def name_problem(name: str) -> str:
    """Return why an exercise cannot have this name; "" if it can."""
    if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
        return _(
            "an exercise has the name of its file, which Python has to take for a function: slope.py, not {name}.py"
        ).format(name=name)
    if name in _TAKEN:
        return _("{name} means something else in a notebook; choose another name").format(name=name)
    if any(name in (*lesson.exercises, *lesson.predictions) for lesson in LESSONS):
        return _("Tapedeck has an exercise {name} of its own; choose another name").format(name=name)
    return ""


def import_problems(source: str) -> Iterator[str]:
    """Yield what a record imports and must not: it is one file, and learners have nothing else."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return  # which reading it says
    for node in ast.walk(tree):
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        modules += [node.module or "." * node.level] if isinstance(node, ast.ImportFrom) else []
        for module in modules:
            if module != _PUBLIC and module.split(".")[0] not in {*sys.stdlib_module_names, "numpy"}:
                said = _(
                    "line {line} imports {module}; a record may import widgets.teaching, numpy and Python's own modules"
                )
                yield said.format(line=getattr(node, "lineno", 0), module=module)


def field_problems(name: str, own: OwnExercise) -> Iterator[str]:
    """Yield what is wrong with the fields of a record."""
    yield from _text_problems(own)
    for field in ("stub", "solution"):
        yield from _code_problems(field, getattr(own, field), name)
    points = own.points
    if isinstance(points, bool) or not isinstance(points, int | float) or not 0 < points < math.inf:
        yield _("points is {value}; it is a number such as 1").format(value=repr(points))
    if own.use not in OWN_USES:
        yield _("use is {value}; it is one of: {names}").format(value=repr(own.use), names=", ".join(OWN_USES))
    if not isinstance(own.columns, tuple) or not all(isinstance(column, str) and column for column in own.columns):
        yield _('columns is {value}; it is a tuple of texts, such as ("value", "slope")').format(
            value=repr(own.columns)
        )
    for field in ("inputs", "due"):
        if not callable(getattr(own, field)):
            yield _("{field} is no function; it begins with `lambda`, or is the name of one").format(field=field)
    yield from _misconception_problems(name, own)


def _text_problems(own: OwnExercise) -> Iterator[str]:
    for field in ("question", "right"):
        if not _is_said(getattr(own, field)):
            yield _("{field} is empty; it is a sentence for the learner").format(field=field)
    if not isinstance(own.hints, tuple | list) or len(own.hints) != 3 or not all(map(_is_said, own.hints)):
        yield _("hints are three texts, none of them empty: a nudge, more, and a worked line")


def _code_problems(field: str, code: Any, name: str) -> Iterator[str]:
    if not _is_said(code):
        yield _("{field} is empty; it is the code of a cell").format(field=field)
        return
    try:
        ast.parse(code)
    except (SyntaxError, ValueError) as error:
        yield _("{field} is no Python: {error}").format(field=field, error=told(error))
        return
    if name not in names_in_cell(code)[1]:
        yield _("{field} does not define {name}, which the check asks for").format(field=field, name=name)


def _misconception_problems(name: str, own: OwnExercise) -> Iterator[str]:
    several = own.misconceptions
    if not isinstance(several, tuple | list) or not all(isinstance(one, OwnMisconception) for one in several):
        yield _("misconceptions is a tuple of OwnMisconception(...); with one, a comma follows it")
        return
    codes = [one.code for one in several]
    for one in several:
        if not isinstance(one.code, str) or not _CODE.fullmatch(one.code):
            yield _("misconception {code}: its code is written in capitals, such as SIGN_LOST").format(
                code=repr(one.code)
            )
            continue
        where = _("misconception {code}").format(code=one.code)
        if codes.count(one.code) > 1:
            yield _("{where}: there are two of this code").format(where=where)
        if one.code in misconception_table():
            yield _("{where}: Tapedeck has this code already; choose another").format(where=where)
        if not _is_said(one.sentence):
            yield _("{where}: sentence is empty; it tells the learner what is wrong").format(where=where)
        if (one.formula is None) == (one.test is None) or not callable(one.formula or one.test):
            yield _("{where}: it has a formula or a test, and both are functions").format(where=where)
        yield from (f"{where}: {problem}" for problem in _code_problems("sample", one.sample, name))


def question_problems(name: str, own: OwnExercise) -> Iterator[str]:
    """Yield what is wrong with the questions that a record draws. Its fields must be right by now."""
    counts = set()
    for seed in SEEDS:
        try:
            drawn = [arguments(given) for given in own.inputs(generator(name, seed))]
            again = [arguments(given) for given in own.inputs(generator(name, seed))]
        except Exception as error:  # whatever a teacher's own code does
            yield _("inputs fails: {error}").format(error=told(error))
            return
        if not 0 < len(drawn) <= _MOST_QUESTIONS:
            yield _("inputs draws {count} inputs; from 1 to {most} are asked for").format(
                count=len(drawn), most=_MOST_QUESTIONS
            )
            return
        if _plain(drawn) != _plain(again):
            yield _("inputs draws others each time; draw from the generator that it is given, and from nothing else")
            return
        for given in drawn:
            if problem := next(filter(None, map(_part_problem, given)), "") or _due_problem(own, given):
                yield problem
                return
            counts.add(len(numbers_due(own, given)))
            yield from _formula_problems(own, given)
    if len(counts) > 1:
        said = _("due returns {counts} numbers; it returns as many for each question")
        yield said.format(counts=_(" or ").join(map(str, sorted(counts))))
    elif own.columns and counts != {len(own.columns)}:
        said = _("due returns {counts} numbers and columns has {columns} names; each question has one for each column")
        yield said.format(counts=counts.pop(), columns=len(own.columns))


def _plain(drawn: list[tuple[Any, ...]]) -> list[list[Plain]]:
    return [[as_plain(part.described if isinstance(part, Given) else part) for part in given] for given in drawn]


def _part_problem(part: Any) -> str:
    """Return why something cannot be handed over to an answer that runs elsewhere; "" if it can."""
    plain = as_plain(part.described if isinstance(part, Given) else part)
    if "other" in _kinds(plain):
        said = _('inputs has a {kind}; hand over numbers, lists and arrays, or Given("the code that makes it", value)')
        return said.format(kind=type(part).__name__)
    if np.size(part) > _MOST_NUMBERS if isinstance(part, np.ndarray) else _longest(part) > _MOST_PARTS:
        said = _(
            "inputs has an array or a list that is too long; arrays have up to {numbers} numbers, lists {parts} parts"
        )
        return said.format(numbers=_MOST_NUMBERS, parts=_MOST_PARTS)
    return ""


def _kinds(plain: Plain) -> set[str]:
    parts = plain[1] if plain[0] in ("list", "tuple") else []
    return {plain[0]}.union(*map(_kinds, parts))


def _longest(part: Any) -> int:
    return max([len(part), *map(_longest, part)]) if isinstance(part, list | tuple) else 0


def _due_problem(own: OwnExercise, given: tuple[Any, ...]) -> str:
    try:
        numbers = numbers_due(own, given)
    except Exception as error:  # whatever a teacher's own code does
        return _("due fails at {given}: {error}").format(given=given, error=told(error))
    if not numbers or not all(map(math.isfinite, numbers)):
        return _("due is {numbers} at {given}; it is one or more finite numbers").format(numbers=numbers, given=given)
    return ""


def _formula_problems(own: OwnExercise, given: tuple[Any, ...]) -> Iterator[str]:
    for one in own.misconceptions:
        if one.formula is None:
            continue
        try:
            count = len(numbers_of(one.formula, given))
        except Exception as error:  # whatever a teacher's own code does
            yield _("misconception {code}: its formula fails at {given}: {error}").format(
                code=one.code, given=given, error=told(error)
            )
            return
        if count not in (1, len(numbers_due(own, given))):
            said = _("misconception {code}: its formula returns {count} numbers, and due returns {due}")
            yield said.format(code=one.code, count=count, due=len(numbers_due(own, given)))
            return


def _is_said(text: Any) -> bool:
    return isinstance(text, str) and bool(text.strip())
