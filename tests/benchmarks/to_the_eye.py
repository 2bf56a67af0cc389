"""From a key on a slider to changed pixels: the explorer, and the same picture made with other libraries.

    python -m tests.benchmarks.to_the_eye

Real JupyterLab, headless Chromium, all techniques in one run. What is measured, for each technique:

- the time from the `timeStamp` of a trusted key event to the presentation of the first frame with another picture: key
  by key, each when all has been still for a while. The first change counts, even if more of the picture comes later;
- how many frames in a second bring another picture, in a drag of two seconds with 125 reports of the mouse a second.

A picture has changed when its DOM or SVG has, when its canvas was drawn on, when its image has loaded; which frame had
it, and when Chromium had presented all its pixels, is in Chromium's own trace. (Tab capture would see the pixels, but
makes Chromium draw each frame in full: 8 ms instead of 1.5.) The calibrations show what of it is not the technique's:
a box whose colour changes while the input event is handled, and 100 ms later. The resolution is a frame, 16.7 ms.

All pictures show the same paths, from one call of `descend` before anything slides; artists and traces are changed in
place. All traffic goes through a delay line: 0 ms at first, then 75 ms each way. Close other programs first. Needs the
extra `benchmark`.
"""

import argparse
import os
import platform
import shutil
import statistics
import tempfile
import types
from importlib.metadata import packages_distributions, version
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

from tests.benchmarks.browser import Browser
from tests.benchmarks.eye import Eye, drag_rate, key_delays
from tests.benchmarks.first_picture import first_picture
from tests.benchmarks.proxy import DelayLine
from tests.benchmarks.techniques import TECHNIQUES
from tests.browser import lab as labs

FAR = 0.075  # seconds each way
PACKAGES = ("jupyterlab", "ipywidgets", "matplotlib", "ipympl", "plotly", "bqplot", "anywidget")
HEAD = (
    "| technique | p50 / p95 | pictures/s | p50 / p95, 150 ms away | pictures/s |",
    "|---|---|---|---|---|",
)


def main():
    """Measure what was asked for, and print the table."""
    asked = _options()
    chosen = [technique for technique in TECHNIQUES if not asked.only or technique.name in asked.only]
    with tempfile.TemporaryDirectory() as room, labs.running(Path(room)) as lab, sync_playwright() as playwright:
        shutil.copytree(Path(__file__).with_name("peers"), lab.files, dirs_exist_ok=True)
        browser = Browser(playwright)
        print(machine(browser), *HEAD, sep="\n", flush=True)
        for technique in chosen:
            print(row(browser, lab, technique, asked), flush=True)
        if asked.first:
            print(first_picture(browser, lab, asked.first), flush=True)
        browser.close()


def _options():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = ",".join(technique.name for technique in TECHNIQUES)
    options.add_argument("--only", type=lambda text: text.split(","), help=f"some of {names}")
    options.add_argument("--moves", type=int, default=60, help="key presses for each figure")
    options.add_argument("--first", type=int, default=3, help="how often to measure the first picture")
    options.add_argument("--screenshots", type=Path, help="a folder for a picture of each technique")
    return options.parse_args()


def row(browser, lab, technique, asked):
    """Measure one technique, and return its row. What is not installed, or does not work, keeps no other from it."""
    page = browser.new_page()
    try:
        cells = measure(browser, page, lab, technique, asked)
    except (Error, AssertionError) as error:
        cells = ["no figures: " + str(error).splitlines()[0]] + 3 * [""]
    finally:
        page.context.close()
        _end_kernels(lab)
    return f"| {' | '.join([technique.title, *cells])} |"


def measure(browser, page, lab, technique, asked):
    """Return four cells, near and far: p50 / p95 of the moves in ms, and the pictures in a second of a drag."""
    name, mouse = lab.write(f"{technique.name}.ipynb", technique.code), browser.mouse(page)
    with DelayLine(int(lab.address.rsplit(":", 1)[1])) as line:
        notebook = labs.Notebook(page, types.SimpleNamespace(address=f"http://127.0.0.1:{line.port}"), name)
        notebook.run(0)
        notebook.panel.locator(technique.pictures).first.wait_for(timeout=labs.PATIENCE)
        notebook.wait_until_run(0)
        slider = _focused(notebook.panel.locator(technique.slider).first)
        eye, cells, chromium = Eye(page), [], browser.chromium
        eye.open(technique.pictures)
        for line.delay in (0.0,) if technique.is_local else (0.0, FAR):
            delays = key_delays(chromium, page, eye, asked.moves)
            cells += [percentiles(delays), f"{drag_rate(chromium, page, eye, mouse, slider):.1f}"]
    if asked.screenshots:
        page.screenshot(path=asked.screenshots / f"{technique.name}.png")
    return cells + ["–"] * (4 - len(cells))


def _focused(slider):
    """Click a slider. In command mode JupyterLab swallows the arrow keys of those that do not ask for them: so ask."""
    slider.click()
    slider.evaluate("slider => { slider.dataset.lmSuppressShortcuts = true; slider.focus() }")
    return slider


def _end_kernels(lab):
    for kernel in lab.ask("kernels"):
        lab.ask(f"kernels/{kernel['id']}", "DELETE")


def percentiles(delays):
    """Return "p50 / p95", and how many moves were without effect, if any."""
    seen = sorted(delay for delay in delays if delay is not None)
    if len(seen) < 2:
        return "nothing changed"
    blind = f" ({len(delays) - len(seen)} of {len(delays)} changed nothing)" if len(seen) < len(delays) else ""
    return f"{statistics.median(seen):.0f} / {statistics.quantiles(seen, n=20, method='inclusive')[18]:.0f}{blind}"


def machine(browser):
    """Return a line that says what all this was measured on."""
    installed = {name for names in packages_distributions().values() for name in names}
    versions = ", ".join(f"{package} {version(package)}" for package in PACKAGES if package in installed)
    return f"{os.cpu_count()} processors, {platform.system()}, Chromium {browser.version}, {versions}\n"


if __name__ == "__main__":
    main()
