"""Chromium's own trace: when things happened in a page, and when each of its frames was presented."""

import json

CATEGORIES = ["cc", "benchmark", "blink.user_timing"]


class Trace:
    """What was recorded between `start` and here. All times are milliseconds of one clock.

    `marks` are (ms, name) of `eye.js`, in order. `frames` are (ms, ms): when the page had finished its part of a frame,
    and when Chromium presented that frame, that is, had all of its pixels on the screen.
    """

    def __init__(self, chromium):
        events = json.loads(chromium.stop_tracing())["traceEvents"]
        found = [event for event in events if event["name"].startswith("eye:")]
        self.marks = sorted((event["ts"] / 1000, event["name"].removeprefix("eye:")) for event in found)
        pids = {event["pid"] for event in found}
        self.frames = sorted(_frames([event for event in events if event["pid"] in pids]))

    @staticmethod
    def start(chromium, page):
        """Begin to record."""
        chromium.start_tracing(page=page, categories=CATEGORIES)

    def times(self, name):
        """Return when a mark was set, each time."""
        return [at for at, found in self.marks if found == name]

    def presented(self, mark):
        """Return when the first frame was presented that the page finished after a mark."""
        return next((shown for finished, shown in self.frames if finished >= mark), None)


def _frames(events):
    """Yield the frames that were presented. Those of a page have its main thread's part: they bear the same number."""
    finished = {
        event["args"]["begin_frame_id"]: event["ts"] + event["dur"]
        for event in events
        if event["name"] == "ProxyMain::BeginMainFrame" and event["ph"] == "X"
    }
    shown = {}
    for reporter, end in _reporters(events):
        if reporter["state"].startswith("STATE_PRESENTED"):  # in parts, where the page was late: the last part counts
            shown[reporter["frame_sequence"]] = max(shown.get(reporter["frame_sequence"], 0), end)
    yield from ((finished[number] / 1000, at / 1000) for number, at in shown.items() if number in finished)


def _reporters(events):
    """Yield what Chromium reports of a frame, and when that frame came to its end. Its ids are used again and again."""
    begun = {}
    found = (event for event in events if event["name"] == "PipelineReporter")
    for event in sorted(found, key=lambda event: (event["ts"], event["ph"] == "b")):
        if event["ph"] == "b":
            begun[event["id2"]["local"]] = event["args"]["frame_reporter"]
        elif event["id2"]["local"] in begun:
            yield begun.pop(event["id2"]["local"]), event["ts"]
