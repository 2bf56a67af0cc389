"""Which of pytest-xdist's workers runs which file of tests."""

from xdist.scheduler import LoadFileScheduling

BROWSER = "tests/browser/"


class BrowserApart(LoadFileScheduling):
    """Give one worker the browser's files from the start, and the others all else before they help it.

    A page, a server and a kernel let their worker wait, while the others calculate; and one Chromium and one JupyterLab
    do for most of the files. Whoever has had such a file gets no other any more: Playwright leaves an event loop
    running in its thread, where other tests start theirs.
    """

    def __init__(self, config, log=None):
        super().__init__(config, log)
        self.browsing = set()

    def _reschedule(self, node):
        """Let a worker end that has had files of the browser when there are no more of them: the rest is for others."""
        if node in self.browsing and self.workqueue and not any(map(_is_of_the_browser, self.workqueue)):
            node.shutdown()
        else:
            super()._reschedule(node)

    def _assign_work_unit(self, node):
        """Put in front of the queue what this worker is to have next, and assign it."""
        browser = next(filter(_is_of_the_browser, self.workqueue), None)
        if browser and not self.browsing and len(self.nodes) > 1:
            self.browsing.add(node)
        if node in self.browsing:
            scope = browser
        else:
            scope = next((one for one in self.workqueue if not _is_of_the_browser(one)), browser)
        self.workqueue.move_to_end(scope, last=False)
        if scope == browser:
            self.browsing.add(node)
        super()._assign_work_unit(node)


def _is_of_the_browser(scope):
    return scope.startswith(BROWSER)
