"""Letters for a picture: of a font that has Chinese ones where one is installed, and English words where none is."""

import contextlib

import matplotlib
from matplotlib import font_manager

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
"""How headings are set. Chinese fonts seldom come in bold, and matplotlib remarks on each that does not."""


def installed():
    """Return those of them that matplotlib finds here."""
    known = set(font_manager.get_font_names())
    return [name for name in CHINESE if name in known]


@contextlib.contextmanager
def letters():
    """Draw inside, or in a function that this decorates, no letter that no font has."""
    fonts = installed() if IS_CHINESE else []
    family = [*matplotlib.rcParams["font.family"], *fonts]
    with (
        matplotlib.rc_context({"font.family": family}),
        contextlib.nullcontext() if fonts or not IS_CHINESE else in_english(),
    ):
        yield
