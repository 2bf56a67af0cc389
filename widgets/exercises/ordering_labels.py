"""The words on lines that are put in order. The front end has none of its own; English is the key."""

from widgets.common.catalogue import words

WORDS = words(
    lambda _: (
        _("In code:"),
        _("Lines to choose from"),
        _("Move down"),
        _("Move up"),
        _("Not every line belongs. Enter takes the chosen line in or out, Alt and an arrow key move it."),
        _("Put in order: {name}"),
        _("Take in"),
        _("Take out"),
        _("There are no lines here."),
        _("Your program"),
        _("indented by {count}"),
        _("{line}: taken out"),
        _("{line}: {place} of {count}"),
    )
)
