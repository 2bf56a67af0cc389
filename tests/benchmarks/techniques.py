"""The techniques that are measured: a notebook's code for each, where its slider is, and where its pictures are."""

import dataclasses

NATIVE, IPYWIDGETS = "input[type=range]", ".noUi-handle"


@dataclasses.dataclass(frozen=True)
class Technique:
    """One way to slide a learning rate: its short `name`, its `title` in the table, and its code.

    `code` is a cell of a notebook beside the files of `peers`. `slider` and `pictures` are CSS selectors: of what takes
    the keys, and of what the pictures are in. Where `is_local`, there is nothing that a kernel far away could change.
    """

    name: str
    title: str
    code: str
    slider: str
    pictures: str
    is_local: bool = False


def _peer(name, title, pictures, slider=IPYWIDGETS):
    return Technique(name, title, f"import by_{name}\n\nby_{name}.show()", slider, pictures)


def _box(name, title, show):
    return Technique(name, title, f"import calibration\n\ncalibration.{show}()", NATIVE, ".box", is_local=True)


OUTPUT = ".widget-output"
TECHNIQUES = (
    _box("calibration", "*calibration: a box that changes at once*", "at_once"),
    _box("calibration100", "*calibration: after 100 ms*", "later"),
    _peer("interact", "`interact` + `plt.show`", OUTPUT),
    _peer("interact_kept", "`interact` + `plt.show`, the figure kept", OUTPUT),
    _peer("ipympl", "ipympl", ".jupyter-matplotlib"),
    _peer("plotly", "plotly FigureWidget", ".js-plotly-plot"),
    _peer("bqplot", "bqplot", ".bqplot > svg"),
    _peer("explorer", "**DescentExplorer**", ".tapedeck .view-plot", ".descent-rate .view-slider"),
    _peer(
        "reference",
        "**DescentExplorer**, a loss over data, kept runs",
        ".tapedeck .view-plot",
        ".descent-rate .view-slider",
    ),
)
