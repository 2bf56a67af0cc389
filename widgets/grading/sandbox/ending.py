"""How a kernel ended, as far as it can be told from outside."""

import dataclasses
import signal

from widgets.grading.verdicts import DIED, MEMORY, TIMEOUT

_BY_SIGNAL = 128  # a shell's and bubblewrap's way to say that a signal ended it


@dataclasses.dataclass(frozen=True)
class Ending:
    """The end of a kernel.

    Attributes:
        kind: DIED, MEMORY or TIMEOUT (of processor time), as in `facts`.
        status: the exit status; the negative number of a signal that ended it.
        complaint: the last that bubblewrap or the starting kernel wrote to stderr. Learner's code can write there too.
    """

    kind: str
    status: int
    complaint: str = ""


def ending(status, ran_out_of_memory=False, complaint=""):
    """Return the `Ending` that an exit status tells of."""
    status = _BY_SIGNAL - status if status > _BY_SIGNAL else status
    if ran_out_of_memory:
        return Ending(MEMORY, status, complaint)
    return Ending(TIMEOUT if status == -signal.SIGXCPU else DIED, status, complaint)
