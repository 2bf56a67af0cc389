"""From a key or a drag to changed pixels, in a page of Chromium: see `eye.js` for how it looks."""

import math
import random
import time
from pathlib import Path

STILL = 200  # ms without a change before the next key: more than the round trip that is added
STILL_AT_FIRST = 1000
PATIENCE = 5000  # ms that a picture may take
DRAG = 2.0  # seconds
SWEEP = (0.02, 0.8)  # parts of the track from which to which it leads: beyond, paths leave the picture and look alike
THUMB = 5  # pixels from the beginning of the track, where the thumb is after Home


class Eye:
    """Looks at a part of a page: at all that the CSS selector `place` finds. Somebody must have clicked on the page."""

    def __init__(self, page, place):
        self._page = page
        page.evaluate(Path(__file__).with_name("eye.js").read_text("utf-8"))
        page.evaluate("place => eye.open(place)", place)

    def awaits(self, selector):
        """Note, among the events, when an element first appears in the page."""
        self._page.evaluate("selector => eye.awaits(selector)", selector)

    def settle(self, still=STILL):
        """Wait for a change since the last event, then until all has been still for a while."""
        self._page.evaluate("times => eye.settled(...times)", [still, PATIENCE])

    def take(self):
        """Return the frames that brought a change as (ms, hash) and the events as (ms, kind) since the last time."""
        taken = self._page.evaluate("eye.take()")
        return taken["frames"], taken["events"]


def key_delays(page, eye, moves):
    """Press ← on the slider that has the focus, then → as often; return for each key its delay in ms."""
    eye.settle(STILL_AT_FIRST)
    eye.take()
    for move in range(moves):
        page.keyboard.press("ArrowLeft" if move < moves // 2 else "ArrowRight")
        eye.settle()
        time.sleep(random.uniform(0, 1 / 60))  # frames have a rhythm: be out of step with it
    frames, events = eye.take()
    keys = [at for at, kind in events if kind == "keydown"]
    return [delay(frames, key, until) for key, until in zip(keys, [*keys[1:], math.inf], strict=True)]


def drag_rate(page, eye, mouse, slider):
    """Drag a slider through its rates; return how many distinct pictures there were in a second."""
    page.keyboard.press("Home")
    eye.settle(STILL_AT_FIRST)
    eye.take()
    track = slider.evaluate("slider => (slider.closest('.noUi-base') ?? slider).getBoundingClientRect()")
    across = [THUMB, *(track["width"] * part for part in SWEEP)]
    mouse.drag([(track["x"] + x, track["y"] + track["height"] / 2) for x in across], DRAG)
    eye.settle(STILL_AT_FIRST)
    frames, events = eye.take()
    begin = next((event for event, kind in events if kind == "pointermove"), math.inf)
    return len({look for at, look in frames if begin < at <= begin + 1000 * DRAG}) / DRAG


def delay(frames, event, until=math.inf):
    """Return ms from an event to the first change after it, or None if there is none until the next event."""
    return next((at - event for at, _ in frames if event < at < until), None)
