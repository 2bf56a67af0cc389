"""What a step of the deck costs where its graph is large, and how smoothly that graph moves.

    python -m tests.benchmarks.graph_steps

A page without Jupyter in headless Chromium; the facts are made by hand, so that TensorFlow takes no part. For graphs of
10, 1,000 and 10,000 nodes it measures, all in one run:

- opened: from the facts to the first picture, and until the graph has been laid out, while the page is idle;
- step: from a new position to a page that is drawn and laid out (p50 and p95), when the graph is first opened, and when
  all of it is in sight, as blocks;
- pictures a second, while the graph is dragged, or zoomed in and out, by an event for each frame.

The table ends with p95 of a step as a multiple of that of the smallest graph: the machine's pace is in both. A frame is
16.7 ms. Close other programs first.
"""

import random
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.benchmarks.browser import Browser
from tests.browser import hand_made as facts
from widgets.common.widget import STATIC, write_page

SIZES = (10, 1_000, 10_000)
STEPS = 120
HEAD = (
    "| nodes | opened | graph after | step p50 / p95 | in whole | dragged | zoomed | p95 to smallest |",
    "|---|---|---|---|---|---|---|---|",
)
OPEN = """async () => {
    document.querySelector("main").replaceChildren();
    const el = document.querySelector("main").appendChild(document.createElement("div"));
    const start = performance.now();
    tapedeck.view.render({ model: tapedeck.model, el });
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const seen = performance.now() - start;
    while (!document.querySelector(".deck-world")) await new Promise((done) => setTimeout(done, 5));
    return [seen, performance.now() - start];
}"""
STEP = """async ([from, reach, count]) => {
    const times = [];
    for (let step = -20; step < count; step += 1) { // the first ones warm up
        const position = from + ((step + 20) % reach);
        await new Promise(requestAnimationFrame);
        const start = performance.now();
        tapedeck.model.set("position", position);
        await null; // the deck has drawn
        document.body.offsetTop;
        if (step >= 0) times.push(performance.now() - start);
    }
    return times;
}"""
MOVE = """async (kind) => {
    const view = document.querySelector(".deck-graph-view");
    const { left, top, width, height } = view.getBoundingClientRect();
    const place = (x) => ({ clientX: left + x, clientY: top + height / 2, bubbles: true, pointerId: 1, button: 0 });
    view.setPointerCapture = () => {};
    if (kind === "drag") view.dispatchEvent(new PointerEvent("pointerdown", place(width / 2)));
    const start = performance.now();
    let frames = 0;
    for (; performance.now() - start < 1500; frames += 1) {
        const phase = Math.sin(frames / 12);
        if (kind === "drag") view.dispatchEvent(new PointerEvent("pointermove", place(width * (1 + phase) / 2)));
        else {
            const turn = { deltaY: 60 * phase, ctrlKey: true, cancelable: true, ...place(width / 2) };
            view.dispatchEvent(new WheelEvent("wheel", turn));
        }
        await new Promise(requestAnimationFrame);
    }
    if (kind === "drag") view.dispatchEvent(new PointerEvent("pointerup", place(0)));
    return frames / ((performance.now() - start) / 1000);
}"""


def graph(size):
    """Return the facts of a program of `size` ops that take one or two earlier results each, and play them back."""
    chance, made = random.Random(size), facts.chain(size - 1)
    for number, entry in enumerate(made["entries"]):
        if number > 4 and chance.random() < 0.5:
            entry["inputs"] = [number, chance.randrange(max(0, number - 30), number)]
    for step in made["steps"]:
        if step["kind"] == "pullback":
            step["contributions"][0] |= {"norm": 10.0 ** chance.uniform(-4, 1), "sign": 1, "local": "0.5"}
    return made


def main():
    """Measure each size, and print the table."""
    with tempfile.TemporaryDirectory() as room, sync_playwright() as playwright:
        browser = Browser(playwright)
        print(f"Chromium {browser.version}", *HEAD, sep="\n", flush=True)
        smallest = 0.0
        for size in SIZES:
            path = write_page(Path(room, f"{size}.html"), "A deck", STATIC / "deck", facts.state(graph(size)))
            cells, worst = measure(browser, path.as_uri(), size)
            smallest = smallest or worst
            print(f"| {size:,} | {' | '.join(cells)} | {worst / smallest:.1f} |", flush=True)
        browser.close()


def measure(browser, address, size):
    """Return the cells of a size's row, and the slower of its two p95."""
    page = browser.new_page()
    page.goto(address)
    page.wait_for_selector(".deck-world")
    opened = page.evaluate(OPEN)
    reach = min(STEPS + 20, size)
    steps = page.evaluate(STEP, [size + 3, reach, STEPS])
    moves = [f"{page.evaluate(MOVE, kind):.0f}" for kind in ("drag", "zoom")]
    page.locator(".deck").focus()
    page.keyboard.press("0")
    page.wait_for_timeout(400)
    whole = page.evaluate(STEP, [2, reach, STEPS])
    page.context.close()
    cells = [f"{opened[0]:.0f} ms", f"{opened[1]:.0f} ms", *(percentiles(times) for times in (steps, whole)), *moves]
    return cells, max(p95(steps), p95(whole))


def p95(times):
    """Return the time that 95 of 100 stay under."""
    return statistics.quantiles(times, n=20)[-1]


def percentiles(times):
    """Return "p50 / p95" in milliseconds."""
    return f"{statistics.median(times):.1f} / {p95(times):.1f} ms"


if __name__ == "__main__":
    main()
