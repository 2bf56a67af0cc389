"""What was handed in, made fit to be shown: letters only, and not too many of them."""

import re

from widgets.common.catalogue import _
from widgets.grading.handed_in.names import shown

MOST = 10_000
"""How many characters of an answer, or of what a check said, are shown."""

_COLOURS = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")


def harmless(text, most=MOST):
    """Return text without a terminal's colours, other controls as Python escapes them, and cut after `most` letters."""
    plain = _COLOURS.sub("", text)
    kept = shown(plain[:most], but="\n\t")
    if len(plain) > most:
        kept += "\n" + _("… and {count} more characters, not shown here").format(count=len(plain) - most)
    return kept
