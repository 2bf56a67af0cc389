"""From a key or a drag to changed pixels, in a page of Chromium: `eye.js` marks changes, `trace.py` tells the rest."""

import math
import random
import time
from pathlib import Path

from tests.benchmarks.trace import Trace

STILL = 200  # ms without a change before the next key: more than the round trip that is added
STILL_AT_FIRST = 1000
PATIENCE = 5000  # ms that a picture may take
DRAG = 2.0  # seconds
SWEEP = (0.02, 0.8)  # parts of the track from which to which it leads: beyond, paths leave the picture and look alike
THUMB = 5  # pixels from the beginning of the track, where the thumb is after Home


class Eye:
    """Looks at a page: `open` at what a selector finds there, or `awaits` its first element."""

    def __init__(self, page):
        self._page = page
        page.evaluate(Path(__file__).with_name("eye.js").read_text("utf-8"))

    def open(self, selector):
        """Mark what changes in the elements of a CSS selector from now on."""
        self._page.evaluate("selector => eye.open(selector)", selector)

    def awaits(self, selector):
        """Mark when the first element of a CSS selector appears."""
        self._page.evaluate("selector => eye.awaits(selector)", selector)

    def settle(self, still=STILL):
        """Wait for a change since the last event, then until all has been still for a while."""
        self._page.evaluate("times => eye.settled(...times)", [still, PATIENCE])


def key_delays(chromium, page, eye, moves):
    """Press ← on the slider that has the focus, then → as often; return for each key its delay in ms, or None."""
    eye.settle(STILL_AT_FIRST)
    Trace.start(chromium, page)
    for move in range(moves):
        page.keyboard.press("ArrowLeft" if move < moves // 2 else "ArrowRight")
        eye.settle()
        time.sleep(random.uniform(0, 1 / 60))  # frames have a rhythm: be out of step with it
    trace = Trace(chromium)
    keys = trace.times("keydown")
    return [_delay(trace, key, until) for key, until in zip(keys, [*keys[1:], math.inf], strict=True)]


def _delay(trace, key, until):
    """Return ms from a key to the frame with the first change before the next key, or None if nothing changed."""
    change = next((at for at in trace.times("change") if key < at < until), None)
    shown = change and trace.presented(change)
    return shown and shown - key


def drag_rate(chromium, page, eye, mouse, slider):
    """Drag a slider through its rates; return how many frames in a second brought another picture."""
    page.keyboard.press("Home")
    eye.settle(STILL_AT_FIRST)
    track = slider.evaluate("slider => (slider.closest('.noUi-base') ?? slider).getBoundingClientRect()")
    across = [THUMB, *(track["width"] * part for part in SWEEP)]
    Trace.start(chromium, page)
    mouse.drag([(track["x"] + x, track["y"] + track["height"] / 2) for x in across], DRAG)
    eye.settle(STILL_AT_FIRST)
    trace = Trace(chromium)
    begin = min(trace.times("pointermove"), default=math.inf)
    shown = {trace.presented(change) for change in trace.times("change")} - {None}
    return sum(begin < at <= begin + 1000 * DRAG for at in shown) / DRAG
