"""`interact` and `plt.show` with one figure that is kept, and only its paths changed: as fast as it can be made."""

from axes import new_figure
from ipywidgets import interact
from matplotlib import pyplot as plt
from matplotlib_inline.config import InlineBackend
from sliders import rate_slider


def show():
    """Show a slider, and the picture of its rate below."""
    InlineBackend.instance().close_figures = False
    with plt.ioff():  # else it would be shown once more, at the end of the cell
        _, draw_path = new_figure()

    def draw(rate):
        draw_path(rate)
        plt.show()

    interact(draw, rate=rate_slider())
