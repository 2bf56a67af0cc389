"""The slider of ipywidgets that moves the pictures: one position for each learning rate."""

import picture
from ipywidgets import Layout, SelectionSlider


def rate_slider(draw=None):
    """Return a slider as wide as the picture; `draw` is called with its position, while it is dragged."""
    options = [(label, index) for index, label in enumerate(picture.LABELS)]
    slider = SelectionSlider(options=options, value=picture.FIRST, description="rate", layout=Layout(width="1000px"))
    if draw:
        draw(picture.FIRST)
        slider.observe(lambda change: draw(change["new"]), "value")
    return slider
