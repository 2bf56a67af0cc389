"""Real answers as examples of misconceptions, with nothing in them that names their learner.

Comments and the learner's own texts are taken out. An answer that still has a word of a learner's name in it, or a
number like an account's, is no example.
"""

from __future__ import annotations

import ast
import builtins
import functools
import io
import keyword
import re
import tokenize
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping

from widgets.common.notebook_text import source_of
from widgets.grading.lesson_reference import LessonReference
from widgets.grading.untrusted import display_text

MOST_LINES = 30
"""Of an example; a longer answer is none."""

_LEFT_OUT = "…"
_WORDS = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"\d{4,}")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SHORTEST_PART = 3
"""Of a name that is looked for inside other words."""


def example(answers: Mapping[str, str], lesson: LessonReference, learners: Collection[str]) -> str:
    """Return one of some answers to an exercise as an example.

    Args:
        answers: the sources by learner.
        lesson: the lesson of the exercise. Its own words name nobody.
        learners: what all learners of the class are called, as far as it is known.

    Returns:
        The shortest of those that can be one, as code; "" if none can.
    """
    candidates = (anonymous(source, lesson, learner, learners) for learner, source in answers.items())
    return min(filter(None, candidates), key=lambda source: (len(source), source), default="")


def anonymous(source: str, lesson: LessonReference, learner: str, learners: Iterable[str] = ()) -> str:
    """Return an answer without what names its learner.

    Args:
        source: the answer.
        lesson: the lesson of the exercise.
        learner: what its learner is called: of this name not even parts may be in it.
        learners: what the others are called: their names may not be in it as words.

    Returns:
        The answer's code, laid out as Python does it; "" if it cannot be shown.
    """
    known, texts = _known_in(tuple(_code_of(lesson)))
    try:
        code = ast.unparse(_WithoutTexts(texts).visit(ast.parse(source)))
        tokens = [*tokenize.generate_tokens(io.StringIO(code).readline)]
    except (tokenize.TokenError, SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    names = {token.string for token in tokens if token.type == tokenize.NAME} - known
    own, others = _parts(learner), {part for name in learners for part in _parts(name)}
    for name in names:
        inside = any(part in _folded(name) for part in own if len(part) >= _SHORTEST_PART)
        if inside or _parts(name) & (own | others):
            return ""
    if any(number in learner for number in _DIGITS.findall(code)) or len(code.splitlines()) > MOST_LINES:
        return ""
    return code if display_text(code) == code else ""


class _WithoutTexts(ast.NodeTransformer):
    """Takes out docstrings, and the texts that the lesson does not have."""

    def __init__(self, texts: Collection[str]) -> None:
        self._texts = texts

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Take out each text that stands by itself: it says something to whoever reads the code."""
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block:
                kept = [one for one in block if not (isinstance(one, ast.Expr) and _is_text(one.value))]
                setattr(node, name, kept or ([] if isinstance(node, ast.Module) else [ast.Pass()]))
        return super().generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        """Replace a text of the learner's own."""
        is_own = isinstance(node.value, str | bytes) and node.value not in self._texts
        return ast.copy_location(ast.Constant(_LEFT_OUT), node) if is_own else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        """Replace a formatted text."""
        return ast.copy_location(ast.Constant(_LEFT_OUT), node)


def _is_text(node: ast.AST) -> bool:
    is_plain = isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
    return is_plain or isinstance(node, ast.JoinedStr)


def _code_of(lesson: LessonReference) -> Iterator[str]:
    """Yield the sources of the lesson's cells with code. Words of its text may be names of people."""
    for cell in lesson.solution["cells"]:
        if cell.get("cell_type") == "code":
            yield source_of(cell)


@functools.lru_cache(maxsize=64)
def _known_in(sources: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words of some code, with Python's own, and its texts."""
    words = {word for source in sources for word in re.findall(r"\w+", source)}
    texts = {text for source in sources for text in re.findall(r"'([^'\n]*)'|\"([^\"\n]*)\"", source)}
    python = {*keyword.kwlist, *keyword.softkwlist, *dir(builtins)}
    return frozenset(words | python), frozenset(one for pair in texts for one in pair if one)


def _folded(text: str) -> str:
    """Return a text in small letters without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _parts(name: str) -> set[str]:
    """Return the words that a name is made of: `AdaLovelace_12` of two."""
    return {_folded(word) for word in _WORDS.findall(_HUMP.sub(" ", name)) if len(word) > 1}
