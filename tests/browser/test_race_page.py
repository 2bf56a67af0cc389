"""The race's front end in a bare page, with facts made by hand; and once in a real JupyterLab, with a real race."""

import dataclasses
import json
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser import lab as labs
from tests.browser.pages import check_schemes_with_axe, check_with_axe, settle
from widgets.common.widget import STATIC, write_page
from widgets.race.model import (
    COMPILED,
    EAGER,
    FAILED,
    FINISHED,
    MODES,
    RETRACED,
    RUNNING,
    STEPS,
    TRACED,
    Machine,
    Race,
    Result,
    Timing,
)
from widgets.race.text import NAMES, summary
from widgets.race.widget import settings_payload, standings_payload

SPY = "() => { globalThis.saved = []; tapedeck.model.save_changes = () => saved.push(tapedeck.model.get('racing')); }"
OUTSIDE = """view => {
    const edge = view.getBoundingClientRect().right + 1;
    const out = [...view.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > edge);
    const isWide = (e) => e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1;
    const wide = [view, ...view.querySelectorAll("*")].filter(isWide);
    return [...out, ...wide].filter((e) => !e.closest(".view-unseen")).map((e) => `${e.tagName} ${e.className}`);
}"""


def done(mode, seconds, first, *, traces=1, same=True, x=0.999998569, warnings=()):
    timings = tuple(Timing(STEPS, seconds * share) for share in (0.9, 1.0, 1.2))
    return Result(mode, FINISHED, Timing(1, first), timings, 210, traces, np.float32(x), STEPS, same, warnings, "", 1.5)


WARNING = "5 out of the last 5 calls to <function minimise at 0x7f3a> triggered tf.function retracing. Tracing is dear."
ALL = (
    done(EAGER, 1.38, 0.0046, traces=None, same=None),
    done(TRACED, 0.0103, 0.102),
    done(RETRACED, 0.0554, 0.0454, traces=21, warnings=(WARNING,)),
    done(COMPILED, 0.000479, 0.0826, same=False, x=0.9999985),
)
FAILURE = "InvalidArgumentError: Detected unsupported operations when trying to compile graph on XLA_CPU_JIT: AsString"
BEFORE = Race(
    "f", np.float32(0), 0.1, 1.5, "float32", Machine(2, "x86_64", "Linux", "2.21.0"), tuple(map(Result, MODES))
)
ON_ITS_WAY = dataclasses.replace(
    BEFORE,
    state=RUNNING,
    results=(*ALL[:2], Result(RETRACED, RUNNING, ALL[2].first, seconds_spent=0.5), Result(COMPILED)),
)
AFTER = dataclasses.replace(BEFORE, state=FINISHED, results=ALL)
WITHOUT_XLA = dataclasses.replace(AFTER, results=(*ALL[:3], Result(COMPILED, FAILED, failure=FAILURE)))


def shown(race, *, alive=True, problem=""):
    return {
        "facts": settings_payload(race),
        "standings": standings_payload(race),
        "progress": race.progress,
        "racing": race.state == RUNNING,
        "alive": alive,
        "problem": problem,
    }


@pytest.fixture
def show(tmp_path, page):
    """Return a function that opens a page with a race; by default in the ordinary page."""

    def open_race(race, *, on=page, **state):
        on.goto(write_page(tmp_path / "race.html", "A race", STATIC / "race", shown(race, **state)).as_uri())
        on.locator(".race .view-says-seen:not(:empty)").wait_for(state="attached")
        return on

    return open_race


def tell(page, race):
    """Change the traits as Python does."""
    page.evaluate(
        "state => Object.entries(state).forEach(([key, value]) => tapedeck.model.set(key, value))", shown(race)
    )
    settle(page)


def button(page):
    return page.locator(".race-button")


def row(page, mode):
    return page.locator(".race-mode").nth(MODES.index(mode))


# What is shown


def test_before_it_runs_the_view_invites(show):
    page = show(BEFORE)
    assert button(page).inner_text() == "Start the race"
    assert page.locator(".race-name").all_inner_texts() == [NAMES[mode] for mode in MODES]
    expect(page.get_by_role("status").first).to_have_text(summary(BEFORE))
    assert page.get_by_text("not run yet", exact=True).count() == len(MODES)
    assert page.get_by_role("progressbar", name="Progress").evaluate("bar => bar.value") == 0


def test_bars_are_as_long_as_the_seconds_are_on_the_scale(show):
    page = show(AFTER)
    for result in ALL:
        bars = row(page, result.mode).locator(".race-bars")
        full, first = (
            bars.locator(name).evaluate("e => e.getBBox().width / e.ownerSVGElement.clientWidth")
            for name in (".race-full", ".race-first")
        )
        expected = [(np.log10(seconds) + 4) / 5 for seconds in (result.spread.median, result.first.seconds)]
        assert [full, first] == pytest.approx(expected, abs=0.01)
        assert bars.get_attribute("role") == "img" and NAMES[result.mode] in bars.get_attribute("aria-label")
    assert page.locator(".race-ticks span").all_inner_texts() == ["1e-4", "0.001", "0.01", "0.1", "1", "10"]


def test_every_number_stands_beside_its_bar(show):
    page = show(AFTER)
    text = row(page, COMPILED).inner_text()
    assert (
        "479 µs" in text
        and "middle half of 3 calls: 455 µs to 527 µs" in text
        and "first call (one step) 82.6 ms" in text
    )
    assert "traced 1 × in 210 calls" in text and "x = 0.99999851 after 1000 steps: not the same bits as eager" in text
    assert "TensorFlow warns: 5 out of the last 5 calls" in row(page, RETRACED).inner_text()
    assert (
        page.locator(".race-machine").inner_text() == "Measured on this machine: 2 × x86_64, Linux, TensorFlow 2.21.0"
    )
    assert page.locator(".view-says-seen").inner_text() == summary(AFTER)


def test_a_mode_that_cannot_run_has_words_and_no_bar(show):
    failed = row(show(WITHOUT_XLA), COMPILED)
    assert f"cannot run this function: {FAILURE}" in failed.inner_text()
    assert failed.locator(".race-full").get_attribute("width") == "0%"


def test_the_code_is_folded_away_and_opens_by_key_and_is_copied(show, new_page):
    page = show(BEFORE, on=new_page(permissions=["clipboard-read", "clipboard-write"]))
    code = row(page, COMPILED).locator("pre")
    expect(code).to_be_hidden()
    page.get_by_label(f"Code of {NAMES[COMPILED]}").focus()
    page.keyboard.press("Enter")
    expect(code).to_be_visible()
    row(page, COMPILED).get_by_role("button", name="Copy").click()
    expect(row(page, COMPILED).locator(".race-copied")).to_have_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == json.loads(settings_payload(BEFORE))["modes"][-1]["code"] == code.text_content()


# Start and stop


def test_a_press_starts_and_a_press_stops_and_python_is_told(show):
    page = show(BEFORE)
    page.evaluate(SPY)
    button(page).focus()
    page.keyboard.press("Space")
    settle(page)
    assert button(page).inner_text() == "Stop"
    assert page.locator(".race-reason").inner_text() == "Waiting for the kernel."
    tell(page, ON_ITS_WAY)
    assert page.locator(".race-reason").inner_text() == ""
    page.keyboard.press("Enter")
    settle(page)
    assert page.evaluate("saved") == [True, False] and button(page).inner_text() == "Run it again"


def test_progress_is_shown_and_nothing_moves_on_the_way(show):
    page = show(BEFORE)
    boxes = []
    for race in (BEFORE, ON_ITS_WAY, AFTER):
        tell(page, race)
        boxes.append([one.bounding_box()["y"] for one in page.locator(".race-bars").all()])
        assert page.get_by_role("progressbar").evaluate("bar => bar.value") == pytest.approx(race.progress)
    assert boxes[0] == boxes[1] == boxes[2]
    assert page.locator(".race-percent").inner_text() == "100 %"


def test_a_saved_page_shows_the_numbers_and_says_why_it_cannot_start(show):
    page = show(AFTER, alive=False)
    page.evaluate(SPY)
    assert button(page).get_attribute("aria-disabled") == "true"
    expect(button(page)).to_have_accessible_description("This is a saved page. Open the notebook to run the race.")
    button(page).click(force=True)
    assert page.evaluate("[saved.length, tapedeck.model.get('racing')]") == [0, False]


def test_a_problem_is_an_alert(show):
    expect(show(BEFORE, problem="Another race is running.").get_by_role("alert")).to_have_text(
        "Another race is running."
    )


def test_a_kernel_that_falls_silent_on_the_way_is_noticed(show, new_page):
    page = new_page(alone=True)
    page.clock.install()
    show(ON_ITS_WAY, on=page)
    page.clock.run_for(15_000)
    assert page.get_by_role("alert").inner_text() == ""
    page.clock.run_for(15_000)
    expect(page.get_by_role("alert")).to_have_text(re.compile(r"The kernel hasn't responded for (2|3)\d s\."))
    page.evaluate("state => tapedeck.model.set('standings', state)", standings_payload(AFTER))
    page.clock.run_for(100)
    expect(page.get_by_role("alert")).to_have_text("")


# The looks


@pytest.mark.parametrize("race", [BEFORE, ON_ITS_WAY, AFTER, WITHOUT_XLA], ids=lambda race: race.state)
def test_axe_finds_nothing(show, race):
    page = show(race, problem="Something is wrong.")
    page.locator("summary").first.click()
    check_schemes_with_axe(page)


def test_nothing_sticks_out(show):
    page = show(WITHOUT_XLA)
    page.locator("summary").last.click()
    for width in (350, 500, 700, 1400):
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)
        assert page.locator(".race").evaluate(OUTSIDE) == [], width


def test_each_element_that_takes_the_focus_keeps_its_keys_from_jupyterlab(show):
    lost = ".race :is(button, input, select, summary, [tabindex]):not([data-lm-suppress-shortcuts=true])"
    assert show(BEFORE).locator(lost).count() == 0


def test_classes_are_our_own(show):
    used = (
        show(AFTER)
        .locator(".tapedeck, .tapedeck *")
        .evaluate_all("all => [...new Set(all.flatMap((e) => [...e.classList]))]")
    )
    assert [name for name in used if not re.fullmatch(r"tapedeck|(view|race)(-.+)?", name)] == []


def test_pictures_to_look_at(show, new_page, screenshots):
    looks = {
        "before": (BEFORE, {"width": 1400}),
        "on-its-way": (ON_ITS_WAY, {"width": 1000}),
        "light": (AFTER, {"width": 1000}),
        "dark": (AFTER, {"width": 1400, "color_scheme": "dark"}),
        "narrow": (WITHOUT_XLA, {"width": 500}),
        "700": (AFTER, {"width": 700, "color_scheme": "dark"}),
        "forced": (AFTER, {"width": 1000, "forced_colors": "active"}),
    }
    for name, (race, options) in looks.items():
        page = show(race, on=new_page(**options))
        settle(page)
        page.screenshot(path=screenshots / f"race-{name}.png", full_page=True)
        assert page.locator(".race-mode").count() == len(MODES)


# In JupyterLab

BENCH = {
    "imports": "import tensorflow as tf\nfrom widgets.race.widget import ExecutionRace",
    "race": "race = ExecutionRace(lambda x: tf.pow(x, 2) - 2 * x + 1, seconds=20)\nrace",
    "view": "race",
    "meanwhile": "print(race.racing, race.race.state)",
    "short": "race.seconds = 0.05",
    "long": "race.seconds = 20",
}


@pytest.fixture(scope="module")
def notebook(browser, lab):
    """Return a notebook with one race in two views."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    notebook = labs.Notebook(context.new_page(), lab, lab.write("race.ipynb", *BENCH.values()))
    for cell in ("imports", "race", "view"):
        run(notebook, cell)
    notebook.panel.locator(".race").nth(1).wait_for()
    yield notebook
    context.close()


def run(notebook, cell):
    return notebook.ran(list(BENCH).index(cell))


def views(notebook):
    return notebook.panel.locator(".race").all()


def wait_until_under_way(view):
    view.page.wait_for_function("bar => bar.value > 0.02", arg=view.locator("progress").element_handle())


def test_in_jupyterlab_it_starts_shows_progress_lets_cells_run_and_stops(notebook, picture):
    first, second = views(notebook)
    first.scroll_into_view_if_needed()
    button(first).click()
    wait_until_under_way(first)
    expect(button(second)).to_have_text("Stop")
    assert run(notebook, "meanwhile") == ["True running"]
    first.scroll_into_view_if_needed()
    picture(first, "lab-race-running.png")
    button(second).click()
    expect(first.locator(".view-says-seen")).to_contain_text("Stopped before the end.")
    expect(button(first)).to_have_text("Run it again")
    assert run(notebook, "meanwhile") == ["False stopped"]


def test_in_jupyterlab_an_interrupt_of_the_kernel_stops_it(notebook):
    first, _ = views(notebook)
    button(first).click()
    wait_until_under_way(first)
    notebook.menu("Kernel", "Interrupt Kernel")
    expect(first.locator(".view-says-seen")).to_contain_text("Stopped before the end.")


def test_in_jupyterlab_it_runs_to_its_end(notebook, picture):
    run(notebook, "short")
    first, second = views(notebook)
    expect(first.locator(".view-says-seen")).to_contain_text("Not run yet.")
    button(first).click()
    expect(first.locator(".view-says-seen")).to_contain_text("here", timeout=labs.PATIENCE)
    assert first.locator(".race-time").all_inner_texts() == second.locator(".race-time").all_inner_texts()
    assert all(first.locator(".race-time").all_inner_texts()) and first.evaluate(OUTSIDE) == []
    for theme in ("Dark", "Light"):
        notebook.set_theme(theme)
        picture(first, f"lab-race-{theme.lower()}.png")
        check_with_axe(notebook.page, ".tapedeck")


def test_in_jupyterlab_a_kernel_that_is_restarted_on_the_way_is_noticed(notebook, picture):
    run(notebook, "long")
    first, _ = views(notebook)
    button(first).click()
    wait_until_under_way(first)
    notebook.restart()
    expect(first.get_by_role("alert")).to_contain_text("The kernel has stopped, and the race with it.")
    expect(button(first)).to_have_attribute("aria-disabled", "true")
    assert first.locator(".view-says-seen").inner_text() == "Stopped before the end."
    picture(first, "lab-race-gone.png")
