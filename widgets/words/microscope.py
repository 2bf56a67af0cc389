"""The words on the microscope itself: sliders, buttons, headings. The front end has none of its own."""

from widgets.words.catalogue import _

WORDS = {
    english: _(english)
    for english in (
        "all in this band rounds to x",
        "another rate",
        "distance from x",
        "each line is a {dtype}",
        "f(x)",
        "Floats",
        "Go to step {step}: from there on x never moves",
        "gradient",
        "half a tick",
        "How long the updates are",
        "Learning rate",
        "learning rate",
        "next x",
        "No rate moves this x.",
        "number",
        "Numbers",
        "once x has stalled",
        "rate for half a tick",
        "Show the whole run",
        "step",
        "Steps taken",
        "The length of each update in half ticks"
        ", for every learning rate, against the step: a run stalls where it comes down to 1.",
        "This run does not stall",
        "this step",
        "Try another rate for the next step",
        "Under the bar, up to {most}: too small to move this x.",
        "Under the bar, x no longer moves.",
        "update",
        "update, in half ticks",
        "Where each learning rate stalls",
        "with {rate}",
        "x is not on the number line any more",
        "x",
        "Zoom in to the floats",
        "Zoom",
        "{name}; dashed: all the floats that float32 has here",
        "{share} × half a tick",
        "{span} across",
        "{what}: far longer than half a tick",
        "{what}: {share} × half a tick",
        "{what}: {share} × half a tick, too short to be seen here",
    )
}
