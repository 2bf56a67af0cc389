"""Pictures in Chinese: no letter that no font has, whether there is a Chinese font or not."""

import pytest

from tests.notebooks.forked_kernels import run_python
from widgets.common import fonts

DRAW = """
import io, logging, re, sys, warnings

import tensorflow as tf
from matplotlib.text import Text

from widgets import DerivativeExplorer, DescentExplorer, ExecutionRace, PrecisionMicroscope, TapeDeck
from widgets.common import fonts

warnings.simplefilter("error", UserWarning)  # matplotlib's, where a font lacks a letter
logging.getLogger("matplotlib").addHandler(logging.StreamHandler(sys.stdout))

def course(x):
    return tf.pow(x, 2) - 2.0 * x + 1.0

def slope(start):
    x = tf.Variable(start, name="x")
    with tf.GradientTape() as tape:
        y = tf.sin(x * x) + 2.0 * x
    return tape.gradient(y, x)

race = ExecutionRace(course, seconds=0.05)
race.run()
views = [TapeDeck(slope, start=3.0), DerivativeExplorer(course), DescentExplorer(course), PrecisionMicroscope(course)]
for installed in ("with", "without"):
    for view in (*views, race):
        figure = view.figure()
        figure.savefig(io.BytesIO(), format="png")
        said = " ".join(text.get_text() for text in figure.findobj(Text))
        print(installed, type(view).__name__, "chinese" if re.search("[\\u4e00-\\u9fff]", said) else "english")
        assert re.search("[\\u4e00-\\u9fff]", view.text), "the text twin is in Chinese, whatever fonts there are"
    fonts.installed_fonts = lambda: []
"""


@pytest.fixture(scope="module")
def drawn():
    """The languages of what a process that speaks Chinese draws, `with` the fonts that are installed and `without`."""
    said = {"with": set(), "without": set()}
    for line in run_python(DRAW, TAPEDECK_LANG="zh").splitlines():  # anything else is what matplotlib warns of
        installed, _view, language = line.split()
        said[installed].add(language)
    return said


def test_without_a_chinese_font_pictures_are_in_english(drawn):
    assert drawn["without"] == {"english"}


@pytest.mark.skipif(not fonts.installed_fonts(), reason="no Chinese font: `apt install fonts-noto-cjk`")
def test_with_a_chinese_font_pictures_are_in_chinese(drawn):
    assert drawn["with"] == {"chinese"}
