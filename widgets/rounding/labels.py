"""The words on the microscope itself: sliders, buttons, headings. The front end has none of its own."""

from widgets.common.catalogue import words

WORDS = words(
    lambda _: (
        _("all in this band rounds to x"),
        _("another rate"),
        _("distance from x"),
        _("each line is a {dtype}"),
        _("f(x)"),
        _("Floats"),
        _("Go to step {step}: from there on x never moves"),
        _("gradient"),
        _("half a tick"),
        _("How long the updates are"),
        _("Learning rate"),
        _("learning rate"),
        _("next x"),
        _("No rate moves this x."),
        _("number"),
        _("Numbers"),
        _("once x has stalled"),
        _("rate for half a tick"),
        _("Show the whole run"),
        _("step"),
        _("Steps taken"),
        _(
            "The length of each update in half ticks"
            ", for every learning rate, against the step: a run stalls where it comes down to 1."
        ),
        _("This run does not stall"),
        _("this step"),
        _("Try another rate for the next step"),
        _("Under the bar, up to {most}: too small to move this x."),
        _("Under the bar, x no longer moves."),
        _("update"),
        _("update, in half ticks"),
        _("Where each learning rate stalls"),
        _("with {rate}"),
        _("x is not on the number line any more"),
        _("x"),
        _("Zoom in to the floats"),
        _("Zoom"),
        _("{name}; dashed: all the floats that float32 has here"),
        _("{share} × half a tick"),
        _("{span} across"),
        _("{what}: far longer than half a tick"),
        _("{what}: {share} × half a tick"),
        _("{what}: {share} × half a tick, too short to be seen here"),
    )
)
