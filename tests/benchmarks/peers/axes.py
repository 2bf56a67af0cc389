"""The picture in matplotlib, for all techniques that draw with it."""

import picture
from matplotlib import pyplot as plt


def new_figure():
    """Return a figure with everything but a path on it, and a function that puts the path of a rate there."""
    figure, (curve, values) = plt.subplots(1, 2, figsize=picture.SIZE, layout="tight")
    curve.plot(picture.CURVE_X, picture.CURVE_Y)
    curve.set(xlim=picture.X, ylim=picture.Y, xlabel="x", ylabel="y")
    values.set(xlim=(0, picture.ITERATIONS), ylim=picture.Y, xlabel="iteration", ylabel="y")
    (on_curve,) = curve.plot([], [], "o-", markersize=4)
    (on_values,) = values.plot([], [], "o-", markersize=4)

    def draw_path(index):
        x, y = picture.path(index)
        on_curve.set_data(x, y)
        on_values.set_data(picture.STEPS, y)

    return figure, draw_path
