"""plotly: one FigureWidget, only the data of its traces changed, all in one message."""

import picture
from ipywidgets import VBox
from plotly import graph_objects as go
from plotly.subplots import make_subplots
from sliders import rate_slider


def show():
    """Return a slider with a figure below."""
    figure = go.FigureWidget(make_subplots(1, 2))
    figure.add_scatter(x=picture.CURVE_X, y=picture.CURVE_Y, mode="lines", row=1, col=1)
    figure.add_scatter(mode="lines+markers", row=1, col=1)
    figure.add_scatter(mode="lines+markers", row=1, col=2)
    _, on_curve, on_values = figure.data
    figure.update_xaxes(range=picture.X, title="x", row=1, col=1)
    figure.update_xaxes(range=(0, picture.ITERATIONS), title="iteration", row=1, col=2)
    figure.update_yaxes(range=picture.Y, title="y")
    width, height = (100 * inches for inches in picture.SIZE)
    figure.update_layout(width=width, height=height, showlegend=False, margin=dict.fromkeys("lrtb", 40))

    def draw(rate):
        x, y = picture.path(rate)
        with figure.batch_update():
            on_curve.x, on_curve.y = x, y
            on_values.x, on_values.y = picture.STEPS, y

    return VBox([rate_slider(draw), figure])
