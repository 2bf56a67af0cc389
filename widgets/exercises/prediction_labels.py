"""The words on the form of a prediction. The front end has none of its own; English is the key."""

from widgets.common.catalogue import words

WORDS = words(
    lambda _: (
        _("A wrong prediction teaches more than none."),
        _("Alt and an arrow key move the line; so do the buttons, and the mouse."),
        _("Choose one"),
        _("Commit"),
        _("Draw in the plot, or choose a point with ← and → and move it with ↑ and ↓."),
        _("Draw your curve first."),
        _("First to last"),
        _("It is"),
        _("Move down"),
        _("Move up"),
        _("Predict: {name}"),
        _("Take in"),
        _("Take out"),
        _("The curve, and how you see it"),
        _("There are no lines here."),
        _("This is a saved page: a prediction takes a kernel."),
        _("Waiting for the kernel."),
        _("Well seen."),
        _("Why?"),
        _("You predict"),
        _("You predicted"),
        _("Your curve"),
        _("Your prediction"),
        _("at x = {x}"),
        _("{line}: taken out"),
        _("{line}: {place} of {count}"),
    )
)
