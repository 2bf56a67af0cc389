"""The first lesson, and decks of all kinds, in a real JupyterLab: a real kernel, a real mouse, real keys."""

import os
import re
import signal
import time

import nbformat
import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import expect

from tests.browser import lab as labs
from tests.browser.pages import check_with_axe

LESSON = "01_the_tape.ipynb"
FAN_OUT = """def slope(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.pow(x, 2)
        z = tf.sin(y) + 2 * x
    return tape.gradient(z, x)"""
BENCH = {
    "imports": "import os\nimport time\nimport tensorflow as tf\nfrom widgets import TapeDeck\nprint(os.getpid())",
    "function": FAN_OUT,
    "deck": "deck = TapeDeck(slope, x=3.0)\ndeck",
    "view": "deck",
    "where": "print(deck.position)",
    "move": "deck.position = 4",
    "sleep": "time.sleep(600)",
}
PAINT = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
# What sticks out of the deck, or makes JupyterLab put a scroll bar under it. What scrolls by itself may be wider.
CLIPPED = """deck => {
    const edge = deck.getBoundingClientRect().right + 1;
    const isDragged = (e) => e.matches(".deck-graph-view");
    const isScroller = (e) => isDragged(e) || ["auto", "scroll"].includes(getComputedStyle(e).overflowX);
    const scrolls = (e) => e !== deck && (isScroller(e) || scrolls(e.parentElement));
    const around = [deck, deck.closest(".jp-OutputArea-output"), deck.closest(".jp-OutputArea")];
    const wide = around.filter((e) => e.scrollWidth > e.clientWidth + 1);
    const outside = (e) => e.getBoundingClientRect().right > edge && !scrolls(e.parentElement);
    const out = [...deck.querySelectorAll("*")].filter(outside);
    return [...wide, ...out].map((e) => `${e.tagName} ${e.getAttribute("class")}`);
}"""


@pytest.fixture(scope="module")
def lesson(open_notebook, lab):
    """Return the first lesson, opened and run from top to bottom: by a teacher, for whom no deck is locked."""
    _unlock(lab.files / LESSON)
    start = time.perf_counter()
    notebook = open_notebook(LESSON)
    opened = time.perf_counter() - start
    notebook.menu("Run", "Run All Cells")
    notebook.decks.first.wait_for(timeout=labs.PATIENCE)
    notebook.seconds = {"notebook shown": opened, "first deck visible": time.perf_counter() - start}
    notebook.wait_until_run()
    return notebook


def _unlock(path):
    """Turn the lock off in the cell of a lesson that loads the extension, as a teacher does."""
    notebook = nbformat.read(path, 4)
    first = next(cell for cell in notebook.cells if "%load_ext widgets" in cell.source)
    first.source = f"{first.source}\npredict.skip()"
    nbformat.write(notebook, path)


@pytest.fixture(scope="module")
def bench(open_notebook, lab):
    """Return a notebook with one deck in two views, run as far as the second."""
    notebook = open_notebook(lab.write("bench.ipynb", *BENCH.values()))
    for cell in ("imports", "function", "deck", "view"):
        run(notebook, cell)
    notebook.decks.nth(1).wait_for()
    return notebook


def run(bench, cell):
    """Run one of the cells by its name, and return its output."""
    return bench.ran(list(BENCH).index(cell))


def position(deck):
    deck.page.evaluate(PAINT)
    return int(slider(deck).input_value())


def slider(deck):
    return deck.get_by_role("slider", name="Position")


def button(deck, name):
    return deck.get_by_role("button", name=name, exact=True)


def last(deck):
    return int(slider(deck).get_attribute("max"))


def press(deck, *keys):
    for key in keys:
        deck.page.keyboard.press(key)
    return position(deck)


def at_each(deck, positions, look):
    """Slide to each of the positions, and return what a function of the page sees of the deck there."""
    slide = """async (deck, [positions, look]) => {
        const slider = deck.querySelector(".view-slider"), see = eval(look), seen = [];
        for (const position of positions) {
            slider.value = position;
            slider.dispatchEvent(new Event("input"));
            await new Promise(requestAnimationFrame);
            if (!slider.getAttribute("aria-valuetext").startsWith(`Step ${position} of `)) throw new Error("not there");
            seen.push(see(deck));
        }
        return seen;
    }"""
    return deck.evaluate(slide, [list(positions), look])


def said(deck):
    return slider(deck).get_attribute("aria-valuetext")


def drag(deck, share):
    """Drag the slider's thumb from where it is to a share of the way, with the mouse."""
    box, mouse = slider(deck).bounding_box(), deck.page.mouse
    start = position(deck) / last(deck)
    across = [box["x"] + 8 + (box["width"] - 16) * part for part in (start, share)]
    mouse.move(across[0], box["y"] + box["height"] / 2)
    mouse.down()
    mouse.move(across[1], box["y"] + box["height"] / 2, steps=6)
    mouse.up()
    return position(deck)


# The lesson


def test_lesson_runs_and_every_deck_appears(lesson, lab, picture, record_property):
    """How long it took is printed and recorded, not asserted: it is this machine's."""
    for name, seconds in lesson.seconds.items():
        record_property(name, round(seconds, 1))
    print("the first lesson, in s:", {name: round(seconds, 1) for name, seconds in lesson.seconds.items()})
    cells = nbformat.read(lab.files / LESSON, 4).cells
    expected = [at for at, cell in enumerate(cells) if cell.source.startswith(("%%tape", "TapeDeck("))]
    assert lesson.decks.count() == len(expected) > 2
    for number, deck in zip(expected, lesson.decks.all(), strict=True):
        assert lesson.cells.nth(number).locator(".tapedeck").count() == 1
        deck.scroll_into_view_if_needed()
        assert last(deck) > 5 and position(deck) == 0
        picture(deck, f"lab-lesson-{number}.png")


def test_lesson_runs_without_an_error(lesson):
    assert lesson.panel.locator("[data-mime-type$=stderr], [data-mime-type$=error]").all_inner_texts() == []
    text = " ".join(lesson.panel.locator(".jp-OutputArea-output").all_inner_texts())
    assert "odel not found" not in text and "rror displaying" not in text and "Traceback" not in text


def test_lesson_steps_with_the_mouse(lesson):
    deck = lesson.decks.first
    deck.scroll_into_view_if_needed()
    for name, expected in [("Last", last(deck)), ("Back", last(deck) - 1), ("First", 0), ("Forward", 1)]:
        button(deck, name).click()
        assert position(deck) == expected
    assert 0 < drag(deck, 0.5) < last(deck)
    assert drag(deck, 1.1) == last(deck)
    assert drag(deck, -0.1) == 0


def test_keys_move_the_deck_and_not_the_notebook(lesson):
    """In command mode JupyterLab takes arrows, Home, End and letters (D, D deletes a cell) wherever the focus is."""
    lesson.page.keyboard.press("Escape")
    deck = lesson.decks.nth(1)
    deck.scroll_into_view_if_needed()
    deck.click(position={"x": 200, "y": 8})
    for place in (deck, slider(deck), button(deck, "Forward")):
        place.focus()
        before, top = lesson.state(), labs.top(deck)
        assert press(deck, "Home", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft") == 2
        assert press(deck, "End") == last(deck)
        assert labs.top(deck) == pytest.approx(top, abs=2)
        press(deck, "d", "d", "b", "ArrowDown", "ArrowUp")  # the last two may scroll, as on any page
        assert lesson.state() == before and "Mode: Command" in before


def test_space_plays_and_pauses_and_does_not_scroll(lesson):
    deck = lesson.decks.nth(1)
    deck.scroll_into_view_if_needed()
    speed = deck.get_by_label("Speed")
    speed.select_option("2")
    deck.focus()
    press(deck, "Home")
    before, top = lesson.state(), labs.top(deck)
    press(deck, "Space")
    button(deck, "Pause").wait_for()
    speed.select_option("20")
    button(deck, "Play").wait_for()  # the end was reached
    assert position(deck) == last(deck) and lesson.state() == before
    assert labs.top(deck) == pytest.approx(top, abs=2)


def test_nothing_moves_while_stepping(lesson):
    """Every element that is as tall as the deck or holds it stays where it is, and the notebook does not scroll."""
    for deck in lesson.decks.all():
        deck.scroll_into_view_if_needed()
        boxes = at_each(deck, range(last(deck) + 1), "deck => JSON.stringify(deck.getBoundingClientRect())")
        assert len(boxes) > 10 and len(set(boxes)) == 1


# The kernel


def test_python_reads_where_the_view_is_and_moves_it(bench):
    deck = bench.decks.first
    deck.focus()
    assert press(deck, "Home", "ArrowRight", "ArrowRight", "ArrowRight") == 3
    assert run(bench, "where") == ["3"]
    run(bench, "move")
    bench.page.wait_for_function("s => s.value === '4'", arg=slider(deck).element_handle())


def test_two_views_of_one_deck_stay_in_step(bench, picture):
    first, second = bench.decks.all()
    second.focus()
    press(second, "End", "ArrowLeft", "ArrowLeft")
    assert position(first) == position(second) == last(first) - 2
    assert said(first) == said(second)
    drag(first, 0.5)
    assert position(first) == position(second)
    picture(bench.page, "lab-two-views.png")


def test_an_edited_argument_records_anew(bench, picture):
    deck = bench.decks.first
    press(deck, "End")
    field = deck.get_by_role("textbox", name="x =")
    field.fill("0.0")
    field.press("Enter")
    button(deck, "Last").click()
    deck.get_by_role("tab", name="Gradients").click()
    deck.locator(".deck-sources td", has_text=re.compile(r"^2\.0$")).first.wait_for()
    picture(deck, "lab-argument.png")
    assert bench.decks.nth(1).get_by_role("textbox", name="x =").input_value() == "0.0"


def test_a_bad_argument_is_told_kindly_and_stays(bench, picture):
    deck = bench.decks.first
    field = deck.get_by_role("textbox", name="x =")
    field.fill("three")
    field.press("Enter")
    problem = deck.get_by_role("alert").filter(has_text="three")
    problem.wait_for()
    assert problem.inner_text().startswith("x = 'three' is not understood. It takes a number (float32), for example ")
    assert field.input_value() == "three"
    picture(deck, "lab-bad-argument.png")
    field.fill("3.0")
    field.press("Enter")
    bench.page.wait_for_function("e => e.textContent === ''", arg=deck.get_by_role("alert").element_handle())


def test_scrubbing_goes_on_while_the_kernel_is_busy(bench, picture):
    deck = bench.decks.first
    deck.focus()
    press(deck, "Home")
    bench.run(list(BENCH).index("sleep"))
    bench.page.locator("[data-status=busy]").wait_for()
    deck.focus()
    assert press(deck, *["ArrowRight"] * 5) == 5
    assert drag(deck, 1) == last(deck) == position(bench.decks.nth(1))
    press(deck, "ArrowLeft")
    assert bench.page.locator("[data-status=busy]").count() == 1
    picture(deck, "lab-busy.png")
    bench.menu("Kernel", "Interrupt Kernel")
    sleeping = bench.cells.nth(list(BENCH).index("sleep"))
    sleeping.get_by_text("KeyboardInterrupt").first.wait_for()  # what is run before it, JupyterLab drops with the error
    bench.page.locator("[data-status=idle]").wait_for()
    assert run(bench, "where") == [str(last(deck) - 1)]


# The looks


@pytest.fixture
def each_theme(lesson):
    """Return a function that goes through the themes on the open page, and comes back to the light one."""

    def switch():
        for theme in ("Light", "Dark"):
            lesson.set_theme(theme)
            yield theme.lower()

    yield switch
    lesson.set_theme("Light")


def test_deck_follows_a_live_switch_of_the_theme(lesson, each_theme, picture):
    deck = lesson.decks.nth(2)
    deck.scroll_into_view_if_needed()
    deck.focus()
    middle = press(deck, "End", *["ArrowLeft"] * 3)
    shades = {}
    for theme in each_theme():
        shades[theme] = deck.evaluate("e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]")
        picture(deck, f"lab-fan-out-{theme}.png")
        picture(lesson.page, f"lab-page-{theme}.png")
    assert shades["light"] != shades["dark"]
    assert position(deck) == middle


def test_axe_finds_no_violation_in_any_deck(lesson, each_theme):
    for _theme in each_theme():
        for deck in lesson.decks.all():
            deck.scroll_into_view_if_needed()
            deck.focus()
            press(deck, "End", "ArrowLeft", "ArrowLeft")
        check_with_axe(lesson.page, ".tapedeck")


@pytest.mark.parametrize(("name", "width", "zoom"), [("700", 700, 1), ("zoom-200", 650, 2), ("700-zoom-200", 350, 2)])
def test_nothing_is_clipped(lesson, name, width, zoom, picture):
    with lesson.resized(width, zoom):
        for number, deck in enumerate(lesson.decks.all()):
            deck.scroll_into_view_if_needed()
            assert at_each(deck, [0, *range(last(deck), last(deck) - 4, -1)], CLIPPED) == [[]] * 5
            picture(deck, f"lab-{name}-{number}.png")


# Without the kernel: the first of these ends that of the bench, so they come last. Restarting is tried elsewhere.


def test_scrubbing_goes_on_without_the_kernel(bench, picture):
    deck = bench.decks.first
    deck.focus()
    press(deck, "Home", "ArrowRight")
    os.kill(int(bench.output(0)[0]), signal.SIGKILL)
    bench.accept()  # JupyterLab has said that it crashed
    deck.focus()
    assert press(deck, "ArrowRight", "ArrowRight") == 3 == position(bench.decks.nth(1))
    assert drag(deck, 1) == last(deck)
    picture(bench.page, "lab-killed.png")


def test_opened_again_a_deck_is_a_picture_that_says_how_to_make_it_live(bench, lab, picture):
    stills = bench.panel.locator(".tapedeck-still")
    assert [still.is_visible() for still in stills.all()] == [False, False]
    with bench.page.expect_response(lambda answer: answer.request.method == "PUT" and "bench" in answer.url):
        bench.menu("File", "Save Notebook")
    again = labs.Notebook(bench.page, lab, bench.name)
    for still in again.panel.locator(".tapedeck-still").all():
        expect(still.locator("img")).to_be_visible()
        expect(still).to_contain_text("Run this cell to make it live")
    expect(again.panel.get_by_text("model not found").filter(visible=True)).to_have_count(0)
    assert again.decks.count() == 0
    picture(again.page, "lab-opened-again.png")
    page = HTMLExporter().from_filename(lab.files / bench.name)[0]
    assert page.count('src="data:image/png') == page.count("Run this cell to make it live") == 2
