"""The words on the deck itself: buttons, headings, badges. The front end has none of its own."""

from widgets.words.catalogue import _

WORDS = {
    "central difference": _("central difference, h = {h}"),
}
