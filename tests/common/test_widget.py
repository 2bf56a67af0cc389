"""What all views share: what is not a setting of theirs is refused, with what may have been meant; and pictures."""

import base64
import io

import numpy as np
import pytest
import tensorflow as tf
import traitlets
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from widgets import DerivativeExplorer, DescentExplorer
from widgets.common.widget import View, png_of


class Dial(View):
    """A view of nothing."""

    _bundle = "race"

    turned = traitlets.Int(0).tag(sync=True)


def test_a_setting_that_is_spelled_wrongly_is_not_ignored():
    with pytest.raises(TypeError, match=r"^Dial\(\) has no setting turnd\. Did you mean turned\?$"):
        Dial(turnd=3)
    assert Dial(turned=3).turned == 3


def test_so_it_is_for_a_learners_widgets():
    with pytest.raises(TypeError, match="Did you mean learning_rate"):
        DescentExplorer(tf.square, start=1.0, learning_rat=0.1)
    with pytest.raises(TypeError, match="has no setting qqq"):
        DerivativeExplorer(tf.sin, qqq=1)


def test_a_picture_has_the_pixels_of_the_figure_but_for_what_nobody_sees():
    figure = Figure(figsize=(3.0, 1.5), dpi=80, facecolor="#ffeedd")
    figure.text(0.2, 0.4, "x = 3.0")
    with Image.open(io.BytesIO(base64.b64decode(png_of(figure)))) as image:
        assert image.size == (240, 120) and round(image.info["dpi"][0]) == 80
        drawn = np.asarray(FigureCanvasAgg.buffer_rgba(figure.canvas))[:, :, :3]
        assert np.abs(np.asarray(image.convert("RGB"), int) - drawn).max() < 16
