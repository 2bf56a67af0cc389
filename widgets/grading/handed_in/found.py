"""What a walk over the submissions finds, as frozen facts: files to grade, and paths with nothing to grade."""

import dataclasses

from widgets.grading.facts import Submission


@dataclasses.dataclass(frozen=True)
class Found:
    """A file that was handed in; or a link, or a folder, that is not looked into.

    Attributes:
        submission: whose it is and where, as far as its place says.
        key: what belongs to it in OUT, such as "alice/01_the_tape": parts that are safe in any file system.
        problem: why it is not looked into, in a sentence; "" if it may be.
    """

    submission: Submission
    key: str
    problem: str = ""


@dataclasses.dataclass(frozen=True)
class Refused:
    """A path that nothing can be graded in, with the reason in a sentence."""

    path: str
    reason: str
