"""Nothing but a slider and a box that changes its colour: at once, and 100 milliseconds later. What the eye adds."""

import anywidget
import traitlets
from IPython.display import display

_SCRIPT = """
export default {
  render({ model, el }) {
    const box = document.createElement("div");
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min: 0, max: 240, value: 120 });
    slider.style.width = box.style.width = "1000px";
    box.style.height = "320px";
    box.className = "box";
    const paint = () => (box.style.background = `hsl(${slider.value} 80% 50%)`);
    const later = model.get("wait");
    slider.addEventListener("input", () => (later ? setTimeout(paint, later) : paint()));
    paint();
    el.append(slider, box);
  },
};
"""


class Box(anywidget.AnyWidget):
    """A box that changes its colour `wait` milliseconds after its slider has moved."""

    _esm = _SCRIPT
    wait = traitlets.Int(0).tag(sync=True)


def at_once():
    """Show a box that changes while the input event is handled."""
    display(Box())


def later():
    """Show a box that changes 100 ms after the input event."""
    display(Box(wait=100))
