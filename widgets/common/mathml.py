"""Formulas in TeX as MathML, which browsers draw by themselves: what lessons use of TeX, and no more.

See https://www.w3.org/TR/mathml-core/.
"""

from __future__ import annotations

import re
from html import escape

from nbconvert.filters.markdown_mistune import IPythonRenderer

_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|\S")
_SYMBOLS = {
    **{r"\cdot": "·", r"\times": "×", r"\pm": "±", r"\leftarrow": "←", r"\rightarrow": "→", r"\to": "→"},
    **{r"\approx": "≈", r"\neq": "≠", r"\le": "≤", r"\leq": "≤", r"\ge": "≥", r"\geq": "≥", r"\ldots": "…"},
    **{r"\dots": "…", r"\partial": "∂", r"\nabla": "∇", r"\sum": "∑", r"\prod": "∏", r"\int": "∫", r"\in": "∈"},
    **{r"\{": "{", r"\}": "}", r"\|": "‖", "-": "\u2212", "*": "∗"},
}
_LETTERS = {
    **{r"\alpha": "α", r"\beta": "β", r"\gamma": "γ", r"\delta": "δ", r"\epsilon": "ε", r"\eta": "η", r"\theta": "θ"},
    **{r"\lambda": "λ", r"\mu": "μ", r"\pi": "π", r"\rho": "ρ", r"\sigma": "σ", r"\phi": "φ", r"\omega": "ω"},
    **{r"\Delta": "Δ", r"\infty": "∞", r"\ell": "ℓ"},
}
_SPACES = {r"\,": "0.17em", r"\:": "0.22em", r"\;": "0.28em", r"\ ": "0.3em", r"\quad": "1em", r"\qquad": "2em"}
_FUNCTIONS = ("sin", "cos", "tan", "tanh", "exp", "log", "ln", "max", "min", "lim")
_ROW_ENDS = ("}", "", r"\right")


class NotUnderstood(ValueError):
    """A formula has something that is not translated."""


def mathml(tex: str, is_block: bool = False) -> str:
    """Return a formula as MathML; one that is not understood as its TeX, as code.

    Args:
        tex: the formula, without its dollar signs.
        is_block: whether it stands on lines of its own.

    Returns:
        HTML.

    Example:
        >>> mathml("x^2")
        '<math><msup><mi>x</mi><mn>2</mn></msup></math>'
    """
    try:
        formula = _Reader(tex).whole()
    except NotUnderstood:
        return f"<code>{escape(tex)}</code>"
    return f'<math display="block">{formula}</math>' if is_block else f"<math>{formula}</math>"


class FormulaRenderer(IPythonRenderer):
    """Renders the Markdown of a notebook as nbconvert does, but for its formulas, which need no script this way."""

    def block_math(self, body: str) -> str:
        """Return a formula that stands on lines of its own."""
        return mathml(body, is_block=True)

    def inline_math(self, body: str) -> str:
        """Return a formula within a line."""
        return mathml(body)


class _Reader:
    """Reads a formula from left to right."""

    def __init__(self, tex: str) -> None:
        self._tex, self._at = tex, 0

    def whole(self) -> str:
        """Return the whole formula."""
        row = self._row()
        if self._next():
            raise NotUnderstood(self._tex)
        return row

    def _next(self) -> str:
        """Return the next token, and leave it there; "" at the end."""
        found = _TOKEN.search(self._tex, self._at)
        return found[0] if found else ""

    def _take(self) -> str:
        found = _TOKEN.search(self._tex, self._at)
        if not found:
            raise NotUnderstood(self._tex)
        self._at = found.end()
        return found[0]

    def _row(self) -> str:
        parts = []
        while self._next() not in _ROW_ENDS:
            parts.append(self._scripted())
        return "".join(parts)

    def _scripted(self) -> str:
        """Return what comes next, with what stands below and above it; primes are a part of their letter."""
        base, below, above = self._one(), "", ""
        while self._next() == "'":
            self._take()
            base += '<mo lspace="0" rspace="0">′</mo>'
        base = f"<mrow>{base}</mrow>" if "′" in base else base
        while (mark := self._next()) in ("^", "_"):
            self._take()
            if mark == "_":
                below = self._one()
            else:
                above = self._one()
        if below and above:
            return f"<msubsup>{base}{below}{above}</msubsup>"
        if below:
            return f"<msub>{base}{below}</msub>"
        return f"<msup>{base}{above}</msup>" if above else base

    def _one(self) -> str:
        token = self._take()
        if token == "{":
            return f"<mrow>{self._group()}</mrow>"
        if token == r"\frac":
            return f"<mfrac>{self._one()}{self._one()}</mfrac>"
        if token == r"\sqrt":
            return f"<msqrt>{self._one()}</msqrt>"
        if token in (r"\text", r"\mathrm", r"\textrm", r"\operatorname"):
            return f"<mtext>{self._text()}</mtext>"
        if token == r"\left":
            return self._fenced()
        return _leaf(token, self._tex)

    def _group(self) -> str:
        row = self._row()
        if self._take() != "}":
            raise NotUnderstood(self._tex)
        return row

    def _fenced(self) -> str:
        opening, row, right, closing = self._take(), self._row(), self._take(), self._take()
        if right != r"\right":
            raise NotUnderstood(self._tex)
        return f"<mrow><mo>{escape(opening)}</mo>{row}<mo>{escape(closing)}</mo></mrow>"

    def _text(self) -> str:
        found = re.compile(r"\s*\{([^{}]*)\}").match(self._tex, self._at)
        if not found:
            raise NotUnderstood(self._tex)
        self._at = found.end()
        return escape(found[1]).replace(" ", "&nbsp;")


def _leaf(token: str, tex: str) -> str:
    """Return one letter, number, operator, or space."""
    if token in _SPACES:
        return f'<mspace width="{_SPACES[token]}"></mspace>'
    if token in _SYMBOLS:
        return f"<mo>{_SYMBOLS[token]}</mo>"
    if token.lstrip("\\") in _FUNCTIONS and token.startswith("\\"):
        return f'<mi>{token[1:]}</mi><mspace width="0.17em"></mspace>'
    if token in _LETTERS or token.isalpha():
        return f"<mi>{_LETTERS.get(token, token)}</mi>"
    if token[0].isdigit():
        return f"<mn>{token}</mn>"
    if token.startswith("\\") or token in "^_&#":
        raise NotUnderstood(tex)
    return f'<mo stretchy="false">{token}</mo>' if token in "()[]|" else f"<mo>{escape(token)}</mo>"
