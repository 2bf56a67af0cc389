"""A Chromium whose mouse does not wait for the page."""

import json
import os
import shutil
import socket
import time
import urllib.request

import websocket

from tests.browser.conftest import NAMES, QUIET

REPORTS = 125  # places a second that a mouse tells, as most do
VIEWPORT = {"width": 1200, "height": 900}


class Browser:
    """Chromium, found as the tests of the browser find it."""

    def __init__(self, playwright):
        path = os.environ.get("TAPEDECK_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self._door = one.getsockname()[1]
        flags = [*QUIET, f"--remote-debugging-port={self._door}"]
        self.chromium = playwright.chromium.launch(executable_path=path, args=flags)
        self.version = self.chromium.version

    def new_page(self):
        """Open an empty page in a context of its own."""
        return self.chromium.new_context(viewport=VIEWPORT).new_page()

    def mouse(self, page):
        """Return a mouse for a page, before the page has gone anywhere."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self._door}/json", timeout=10) as answer:
            targets = json.load(answer)
        address = next(target["webSocketDebuggerUrl"] for target in targets if target["url"] == page.url)
        return Mouse(websocket.create_connection(address, suppress_origin=True))

    def close(self):
        """End the browser."""
        self.chromium.close()


class Mouse:
    """Moves at its own pace. Playwright's waits, with each move, until the page has answered the one before."""

    def __init__(self, connection):
        self._connection = connection

    def drag(self, places, seconds):
        """Press the button at the first of three places (x, y), go from the second to the third, and let go."""
        grip, begin, end = places
        self._tell("mousePressed", *grip)
        start, reports = time.perf_counter(), round(seconds * REPORTS)
        for report in range(reports + 1):
            time.sleep(max(0, start + report / REPORTS - time.perf_counter()))
            x, y = (low + (high - low) * report / reports for low, high in zip(begin, end, strict=True))
            self._tell("mouseMoved", x, y)
        self._tell("mouseReleased", *end)

    def _tell(self, kind, x, y):
        event = {"type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1}
        self._connection.send(json.dumps({"id": 1, "method": "Input.dispatchMouseEvent", "params": event}))
