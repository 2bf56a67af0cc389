"""ipympl: one live canvas of matplotlib, only its paths changed."""

from axes import new_figure
from ipywidgets import VBox
from matplotlib import pyplot as plt
from sliders import rate_slider


def show():
    """Return a slider with a canvas below, which has nothing around it."""
    plt.switch_backend("module://ipympl.backend_nbagg")
    with plt.ioff():
        figure, draw_path = new_figure()
    canvas = figure.canvas
    canvas.toolbar_visible = canvas.header_visible = canvas.footer_visible = canvas.resizable = False

    def draw(rate):
        draw_path(rate)
        canvas.draw_idle()

    return VBox([rate_slider(draw), canvas])
