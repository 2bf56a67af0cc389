"""The lock: what is shown after an open prediction stays shut until the learner has committed to one."""

from widgets.common.catalogue import _
from widgets.exercises import predicting


class Lock:
    """What a view waits for: the predictions that were open when it was shown, or none at all without a `tell`.

    `tell(says)` is called now, and with every change until all are committed: with what to predict first, and then "".
    """

    def __init__(self, tell=None):
        self._tell = tell
        self._names = predicting.still_open() if tell else ()
        self.leave = predicting.listen(self._hear) if self._names else _nothing
        if tell:
            tell(self.says())

    def says(self):
        """Return what to predict first, or nothing."""
        still_open = predicting.still_open()
        waiting = [name for name in self._names if name in still_open]
        return _("First predict: {name}").format(name=waiting[0]) if waiting else ""

    def _hear(self, *_change):
        says = self.says()
        self._tell(says)
        if not says:
            self.leave()


def _nothing():
    """Leave a lock that waits for nothing."""
