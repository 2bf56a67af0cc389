"""`interact` and `plt.show`, as the documentation of ipywidgets has it: each picture is a new figure."""

from axes import new_figure
from ipywidgets import interact
from matplotlib import pyplot as plt
from sliders import rate_slider


def show():
    """Show a slider, and the picture of its rate below."""

    def draw(rate):
        new_figure()[1](rate)
        plt.show()

    interact(draw, rate=rate_slider())
