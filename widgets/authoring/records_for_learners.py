"""The records that learners get: without the solution, and without the samples of wrong answers."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from widgets.common.catalogue import _
from widgets.exercises.own_exercise import OwnExercise

_KEPT = ("solution", "sample")
"""The arguments whose values stay with the teacher."""


def without_answers(source: str) -> str:
    """Return the text of a record with an empty text in the place of each answer."""
    lines = [line.encode() for line in source.splitlines(keepends=True)]  # columns of a syntax tree are of bytes
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    found = [word.value for call in calls for word in call.keywords if word.arg in _KEPT]
    for value in sorted(found, key=lambda value: (value.lineno, value.col_offset), reverse=True):
        assert value.end_lineno is not None and value.end_col_offset is not None  # of what was parsed
        before, after = lines[value.lineno - 1][: value.col_offset], lines[value.end_lineno - 1][value.end_col_offset :]
        lines[value.lineno - 1 : value.end_lineno] = [before + b'""' + after]
    return b"".join(lines).decode()


def answers_left(source: str, own: OwnExercise) -> Iterator[str]:
    """Yield a sentence for each answer that learners would get all the same, since it stands elsewhere in the file."""
    tree = ast.parse(without_answers(source))
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    answers = {"solution": own.solution, **{f"the sample of {one.code}": one.sample for one in own.misconceptions}}
    for what, code in answers.items():
        if code in texts:
            yield _("{what} stands outside of its argument, where learners could read it; write it in place").format(
                what=what
            )
