"""bqplot: two Figures, only the data of their marks changed, x and y of a mark in one message."""

import picture
from bqplot import Axis, Figure, LinearScale, Lines
from ipywidgets import HBox, Layout, VBox
from sliders import rate_slider


def show():
    """Return a slider with both figures below."""
    height = LinearScale(min=picture.Y[0], max=picture.Y[1])
    on = {"x": LinearScale(min=picture.X[0], max=picture.X[1]), "y": height}
    along = {"x": LinearScale(min=0, max=picture.ITERATIONS), "y": height}
    curve = Lines(x=picture.CURVE_X, y=picture.CURVE_Y, scales=on)
    dots = {"marker": "circle", "marker_size": 20}
    on_curve = Lines(x=[], y=[], scales=on, colors=["darkorange"], **dots)
    on_values = Lines(x=picture.STEPS, y=picture.STEPS, scales=along, **dots)

    def draw(rate):
        x, y = picture.path(rate)
        with on_curve.hold_sync():
            on_curve.x, on_curve.y = x, y
        on_values.y = y

    figures = [_figure([curve, on_curve], on, "x"), _figure([on_values], along, "iteration")]
    return VBox([rate_slider(draw), HBox(figures)])


def _figure(marks, scales, name):
    across = Axis(scale=scales["x"], label=name)
    up = Axis(scale=scales["y"], label="y", orientation="vertical")
    width, height = 100 * picture.SIZE[0] / 2, 100 * picture.SIZE[1]
    margin = {"top": 20, "bottom": 40, "left": 50, "right": 20}
    layout = Layout(width=f"{width}px", height=f"{height}px", min_width="0", min_height="0")
    return Figure(marks=marks, axes=[across, up], layout=layout, fig_margin=margin)
