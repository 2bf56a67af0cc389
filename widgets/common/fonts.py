"""Fonts for a figure: one with Chinese letters where one is installed, and English words where none is."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import matplotlib
from matplotlib import font_manager
from matplotlib.figure import Figure

from widgets.common.catalogue import LANGUAGE, in_english

CHINESE = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Heiti SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "Droid Sans Fallback",
    "Arial Unicode MS",
)
"""Fonts with Chinese letters that come with Linux, Windows and macOS, the better ones first."""

IS_CHINESE = LANGUAGE.startswith("zh")
BOLD = "normal" if IS_CHINESE else "bold"
"""The weight of headings. Chinese fonts seldom come in bold, and matplotlib warns about each that does not."""

_INK, _PAPER, _RULE = "#5f6770", "#ffffff", "#c8ccd1"


def installed_fonts() -> list[str]:
    """Return those of the Chinese fonts that matplotlib finds here."""
    known = set(font_manager.get_font_names())
    return [name for name in CHINESE if name in known]


@contextlib.contextmanager
def _set_for_a_while(settings: dict[Any, Any]) -> Iterator[None]:
    """Change some of matplotlib's settings for a block: its own `rc_context` copies all 300 of them, which takes ms."""
    before = {name: matplotlib.rcParams[name] for name in settings}
    matplotlib.rcParams.update(settings)
    try:
        yield
    finally:
        matplotlib.rcParams.update(before)


@contextlib.contextmanager
def readable_fonts() -> Iterator[None]:
    """Draw inside, or in a function that this decorates, with letters that some font here has."""
    fonts = installed_fonts() if IS_CHINESE else []
    family: dict[Any, Any] = {"font.family": [*matplotlib.rcParams["font.family"], *fonts]} if fonts else {}
    with (
        _set_for_a_while(family),
        contextlib.nullcontext() if fonts or not IS_CHINESE else in_english(),
    ):
        yield


@readable_fonts()
def locked_figure(message: Callable[[], str]) -> Figure:
    """Return a locked view as a figure: a quiet panel with `message()`, asked for in a language that can be drawn."""
    figure = Figure(figsize=(9.0, 1.2), dpi=100, facecolor=_PAPER, edgecolor=_RULE, linewidth=1.0)
    figure.text(0.5, 0.5, message(), ha="center", va="center", color=_INK, fontsize=12, parse_math=False, wrap=True)
    return figure
