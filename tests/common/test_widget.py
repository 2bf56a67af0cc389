"""What all views share: what is not a setting of theirs is refused, with what may have been meant; and pictures."""

import base64
import io
import sys

import numpy as np
import pytest
import tensorflow as tf
import traitlets
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from widgets import DerivativeExplorer, DescentExplorer, TapeDeck
from widgets.common import prediction_gate
from widgets.common.outlined_text import OutlineCanvas
from widgets.common.widget import View, png_of


class Dial(View):
    """A view of nothing."""

    _bundle = "race"

    turned = traitlets.Int(0).tag(sync=True)
    first = traitlets.Bytes(b"").tag(sync=True)
    kept = traitlets.List([]).tag(sync=True)


def test_a_setting_that_is_spelled_wrongly_is_not_ignored():
    with pytest.raises(TypeError, match=r"^Dial\(\) has no setting turnd\. Did you mean turned\?$"):
        Dial(turnd=3)
    assert Dial(turned=3).turned == 3


@pytest.mark.parametrize("path", [(), (3,), ("",), ("no such folder/x.html",), (".",)])
def test_a_page_that_cannot_be_written_is_refused_with_an_example(path):
    with pytest.raises((TypeError, FileNotFoundError, IsADirectoryError), match=r'save_html\("(.*/)?race.html"\)'):
        Dial().save_html(*path)


def test_a_page_without_an_ending_gets_one(tmp_path):
    assert TapeDeck(lambda: None).save_html(tmp_path / "deck") == tmp_path / "deck.html"


def test_so_it_is_for_a_learners_widgets():
    with pytest.raises(TypeError, match="Did you mean learning_rate"):
        DescentExplorer(tf.square, start=1.0, learning_rat=0.1)
    with pytest.raises(TypeError, match="has no setting qqq"):
        DerivativeExplorer(tf.sin, qqq=1)


@pytest.mark.parametrize(
    "text", ["x = 3.0 | -4.0e-07", "two\nlines", "µ → α", "بايثون", "e\u0301", r"$\frac{1}{2}$", " "]
)
def test_a_text_takes_the_room_and_the_place_that_matplotlib_gives_it(text):
    figure = Figure(figsize=(2.0, 1.0), dpi=100)
    written = figure.text(0.5, 0.5, text, ha="center", va="center")
    extents, pictures = [], []
    for canvas in (FigureCanvasAgg(figure), OutlineCanvas(figure)):
        with rc_context({"text.hinting": "none"}):
            canvas.draw()
        extents.append(written.get_window_extent(canvas.get_renderer()).extents)
        pictures.append(255.0 - np.asarray(canvas.buffer_rgba())[:, :, 0])
    assert np.abs(extents[0] - extents[1]).max() < 2.0
    theirs, ours = (picture.reshape(5, 20, 10, 20).sum((1, 3)) for picture in pictures)
    assert np.abs(ours - theirs).sum() <= 0.2 * theirs.sum()


def test_bytes_are_text_for_colab_in_all_but_the_first_message(monkeypatch):
    dial = Dial(first=b"\0\1\2", kept=[{"x": b"\xff"}])
    assert dial.get_state(["first"])["first"] == b"\0\1\2"
    monkeypatch.setitem(sys.modules, "google.colab", sys)
    told = dial.get_state()
    assert told["first"] == {"base64": "AAEC"} and told["kept"] == [{"x": {"base64": "/w=="}}]
    dial.comm = None  # before it is open
    assert dial.get_state(["first"])["first"] == b"\0\1\2"


def test_a_lock_says_to_run_the_cell_again_where_it_does_not_hear_of_the_prediction(monkeypatch):
    monkeypatch.setattr(prediction_gate, "_open_predictions", lambda: ("slope",))
    for host, message, name in (("a", "First predict: slope", "slope"), ("google.colab", "run this cell again", "")):
        monkeypatch.setitem(sys.modules, host, sys)
        dial = Dial()
        dial._wait_for_predictions()
        assert message in dial.locked and dial.lock["name"] == name
    monkeypatch.setattr(prediction_gate, "_open_predictions", tuple)
    dial._wait_for_predictions()
    assert dial.locked == ""


def test_a_picture_has_the_pixels_of_the_figure_but_for_what_nobody_sees():
    figure = Figure(figsize=(3.0, 1.5), dpi=80, facecolor="#ffeedd")
    figure.text(0.2, 0.4, "x = 3.0")
    with Image.open(io.BytesIO(base64.b64decode(png_of(figure)))) as image:
        assert image.size == (240, 120) and round(image.info["dpi"][0]) == 80
        drawn = np.asarray(FigureCanvasAgg.buffer_rgba(figure.canvas))[:, :, :3]
        assert np.abs(np.asarray(image.convert("RGB"), int) - drawn).max() < 16


def test_a_picture_of_any_size_is_a_png():
    pictures = [png_of(Figure(figsize=(2.0, height), dpi=100)) for height in (4.06, 1.15, 0.29)]  # 405.99… pixels
    assert all(base64.b64decode(picture).startswith(b"\x89PNG") for picture in pictures)
