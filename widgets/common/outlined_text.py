"""A canvas for pictures whose letters are outlines, each worked out once.

matplotlib lays out and paints every text anew, which takes longer than all the rest of a picture. Here a text is put
together from the outlines of its letters, and painted as one shape. A figure keeps its texts: only how they are painted
differs. What needs more than letters in a row, such as formulas, Arabic or Hindi, is left to matplotlib.
"""

from __future__ import annotations

import bisect
import functools
import itertools
import string
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias, cast

import numpy as np
import numpy.typing as npt
from matplotlib import rcParams
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D

from widgets.common import columns

_FontKey: TypeAlias = tuple[Any, ...]
_STOP = "|"
"""Stands behind a letter to show where the letter ends: a blank has no outline."""


class OutlineCanvas(FigureCanvasAgg):
    """Paints a figure as FigureCanvasAgg does, its letters by their outlines."""

    _size: tuple[float, ...] = ()

    def get_renderer(self) -> RendererAgg:
        """Return what paints on this canvas: the same while the figure keeps its size."""
        size = (*self.figure.bbox.size, self.figure.dpi)
        if size != self._size:
            self.renderer, self._size = _OutlineRenderer(*size), size  # type: ignore[no-untyped-call]
        renderer: RendererAgg = self.renderer
        return renderer


def canvas_of(figure: Figure) -> OutlineCanvas:
    """Return the canvas of a figure, a new one if it has another kind: what has been measured there stays measured."""
    canvas = figure.canvas
    return canvas if isinstance(canvas, OutlineCanvas) else OutlineCanvas(figure)


def prepare_letters() -> None:
    """Work out the outlines of the letters that most pictures have, before anyone waits for one."""
    font = _font_key(FontProperties())
    for letter in string.ascii_letters + string.digits + string.punctuation:
        _letter(letter, font)


def lines_within(figure: Figure, text: str, size: float, room: float, most: int) -> list[str]:
    """Return a text as lines that fit into a figure: as it is where they do, else wrapped, and shortened if need be.

    Args:
        figure: where the text will stand.
        text: the text, which may have several lines already.
        size: of its letters, in points.
        room: how wide a line may be, in pixels.
        most: lines at most; the last one ends with "…" where there would be more.

    Returns:
        The lines.
    """
    renderer, font = canvas_of(figure).get_renderer(), FontProperties(size=size)

    def fits(line: str) -> bool:
        return bool(renderer.get_text_width_height_descent(line, font, False)[0] <= room)  # type: ignore[no-untyped-call]

    lines = [part for line in text.split("\n") for part in ([line] if fits(line) else _wrapped(line, fits))]
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while not fits(f"{last} …"):
        last = last[:-1].rstrip()
    return [*lines[: most - 1], f"{last} …"]


def _wrapped(line: str, fits: Callable[[str], bool]) -> list[str]:
    """Return a line that is too long as several that fit, each as full as it can be."""
    lines, line = list[str](), " ".join(line.split())
    while line and not fits(line):
        # The most columns whose first line fits: which do is found by halving, since a long text has many.
        wanted = bisect.bisect_left(range(2, columns.width(line)), True, key=lambda n: not fits(_first(line, n))) + 1
        first = _first(line, max(wanted, 2))
        while len(first) > 1 and not fits(first):  # a long word among wide letters
            first = first[:-1]
        lines.append(first)
        line = line[len(first) :].lstrip()
    return [*lines, line] if line else lines


def _first(line: str, wanted: int) -> str:
    """Return the first of the lines of a text that is so many columns wide."""
    return columns.wrapped(line, wanted)[0]


class _OutlineRenderer(RendererAgg):
    def draw_text(  # type: ignore[no-untyped-def]
        self, gc, x, y, s, prop, angle, ismath=False, mtext=None
    ) -> None:
        """Paint a text: matplotlib's own signature, in pixels from the upper left corner."""
        outline = None if ismath else _outline(s, _font_key(prop))
        if outline is None:
            super().draw_text(gc, x, y, s, prop, angle, ismath=ismath, mtext=mtext)  # type: ignore[no-untyped-call]
        elif len(outline.codes):
            path = Path(outline.vertices, outline.codes)
            place = Affine2D().scale(self._scale(prop)).rotate_deg(angle)
            gc.set_linewidth(0.0)
            gc.set_snap(False)
            # On whole pixels, as matplotlib paints letters: rows of them have sharp edges.
            self.draw_path(gc, path, place.translate(round(x), round(self.height - y)), gc.get_rgb())  # type: ignore[no-untyped-call]

    def get_text_width_height_descent(  # type: ignore[no-untyped-def]
        self, s, prop, ismath
    ) -> tuple[float, float, float]:
        """Return how much room a text takes, in pixels: matplotlib's own signature."""
        outline = None if ismath else _outline(s, _font_key(prop))
        if outline is None:
            width, height, descent = super().get_text_width_height_descent(s, prop, ismath)  # type: ignore[no-untyped-call]
            return width, height, descent
        scale = self._scale(prop)
        return outline.width * scale, (outline.top - outline.bottom) * scale, -outline.bottom * scale

    def _scale(self, prop: FontProperties) -> float:
        pixels: float = self.points_to_pixels(prop.get_size_in_points())  # type: ignore[no-untyped-call]
        return pixels / text_to_path.FONT_SCALE


class _Outline(NamedTuple):
    """A text or a letter: its shape from the start of its baseline, and how far it reaches."""

    vertices: npt.NDArray[np.float64]
    codes: npt.NDArray[np.uint8]
    width: float
    bottom: float
    top: float


_NOTHING = _Outline(np.empty((0, 2)), np.empty(0, np.uint8), 0.0, 0.0, 0.0)


def _font_key(prop: FontProperties) -> _FontKey:
    """Return what tells one font from another, whatever its size."""
    family, settings = tuple(prop.get_family()), cast(Mapping[str, Any], rcParams)
    generic = tuple(tuple(settings.get(f"font.{name}", ())) for name in family)
    return family, generic, prop.get_style(), prop.get_variant(), prop.get_weight(), prop.get_stretch()


@functools.lru_cache(maxsize=1024)
def _outline(text: str, font: _FontKey) -> _Outline | None:
    """Return a line of text, or None if its letters do not simply stand in a row."""
    letters = [_letter(letter, font) for letter in text]
    known = [letter for letter in letters if letter is not None]
    if len(known) < len(letters):
        return None
    ends = itertools.accumulate((letter.width for letter in known), initial=0.0)
    *starts, width = ends
    inked = [(letter, start) for letter, start in zip(known, starts, strict=True) if len(letter.codes)]
    if not inked:
        return _NOTHING._replace(width=width)
    vertices = np.concatenate([letter.vertices + np.array((start, 0.0)) for letter, start in inked])
    codes = np.concatenate([letter.codes for letter, _ in inked])
    bottom, top = min(letter.bottom for letter, _ in inked), max(letter.top for letter, _ in inked)
    return _Outline(vertices, codes, width, bottom, top)


@functools.lru_cache(maxsize=4096)
def _letter(letter: str, font: _FontKey) -> _Outline | None:
    """Return a letter; None for one whose shape or place depends on its neighbors."""
    if unicodedata.category(letter) in ("Mn", "Mc", "Me", "Cf", "Cs") or _runs_leftward(letter):
        return None
    family, _generic, style, variant, weight, stretch = font
    prop = FontProperties(family=list(family), style=style, variant=variant, weight=weight, stretch=stretch)
    vertices, codes = _shape(prop, letter)
    width = float(_shape(prop, letter + _STOP)[0][:, 0].max() - _shape(prop, _STOP)[0][:, 0].max())
    if not len(codes):
        return _NOTHING._replace(width=width)
    return _Outline(vertices, codes, width, float(vertices[:, 1].min()), float(vertices[:, 1].max()))


def _runs_leftward(letter: str) -> bool:
    return unicodedata.bidirectional(letter) in ("R", "AL")


def _shape(prop: FontProperties, text: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.uint8]]:
    vertices, codes = text_to_path.get_text_path(prop, text)
    return np.asarray(vertices, np.float64).reshape(-1, 2), np.asarray(codes, np.uint8)
