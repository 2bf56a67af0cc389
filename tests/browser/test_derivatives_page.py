"""The derivative explorer's front end in a bare page: a ten-line model, no Jupyter, no kernel, no network."""

import base64
import itertools
import re

import numpy as np
import pytest
import tensorflow as tf

from tests.browser.pages import at_each, check_schemes_with_axe, press, rest, settle
from widgets.common.numbers import printed
from widgets.derivatives.payload import pack_spot as spotted
from widgets.derivatives.text import comparison_rows as rows
from widgets.derivatives.text import distance_text as apart
from widgets.derivatives.text import step_text
from widgets.derivatives.widget import DerivativeExplorer

BOXES = (".view-fields", ".view-field", ".view-panel", ".view-range", ".view-says", ".view-plot", ".derivatives-scroll")
PARTS = f".derivatives, .derivatives :is({', '.join(BOXES)})"
OVERFLOWING = """all => {
    const edge = (e) => e.getBoundingClientRect().right;
    const view = edge(document.querySelector(".derivatives"));
    const isWide = (e) => e.scrollWidth > e.clientWidth + 1 || edge(e) > view + 1;
    return all.filter(isWide).map((e) => [e.tagName, e.className, e.scrollWidth, e.clientWidth].join(" "));
}"""
CLIPPED_TEXT = """all => {
    const view = document.querySelector(".derivatives").getBoundingClientRect();
    const isOut = (box) => box.left < view.left || box.right > view.right || box.bottom > view.bottom;
    return all.filter((e) => isOut(e.getBoundingClientRect())).map((e) => e.outerHTML);
}"""
OVERLAPPING = """axes => {
    const boxes = [...axes.querySelectorAll("text")].map((text) => text.getBoundingClientRect());
    const touch = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    const texts = [...axes.querySelectorAll("text")].map((text) => text.textContent);
    return texts.filter((_, i) => boxes.some((b, j) => j !== i && touch(boxes[i], b)));
}"""
NO_NUMBERS = """() => [...document.querySelectorAll(".derivatives :is(path, circle, line)")]
    .map((e) => e.outerHTML).filter((text) => /NaN|undefined|Infinity/.test(text))"""
SPY = "() => { globalThis.saved = []; tapedeck.model.save_changes = () => saved.push(tapedeck.model.get('at')); }"
ANSWER = """text => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    tapedeck.model.set("point", new DataView(bytes.buffer));
}"""


def made(f, **options):
    return DerivativeExplorer(f, **options)


@pytest.fixture(scope="module")
def explorers():
    """Some functions, each explored once."""
    return {
        "sine": made(tf.sin, at=1.0),
        "pole": made(lambda x: 1.0 / x, orders=[0, 1]),
        "log": made(tf.math.log),
        "linear": made(lambda x: 2.0 * x),
        "huge": made(lambda x: tf.exp(80.0 * tf.abs(x)), orders=[0, 1, 2, 3, 4]),
        "double": made(lambda x: x**3 - x, dtype="float64", interval=(-2, 2)),
    }


@pytest.fixture
def show(tmp_path, page):
    """Return a function that opens a page with an explorer; by default in the ordinary page."""

    def open_explorer(explorer, *, on=page):
        on.goto(explorer.save_html(tmp_path / "derivatives.html").as_uri())
        on.wait_for_selector(".derivatives .view-says-seen:not(:empty)", state="attached")
        settle(on)
        return on

    return open_explorer


def put(page, **traits):
    """Set traits as Python does, and wait until they are drawn."""
    page.evaluate("traits => Object.entries(traits).forEach(([key, value]) => tapedeck.model.set(key, value))", traits)
    settle(page)


def trait(page, name):
    return page.evaluate("name => tapedeck.model.get(name)", name)


TABLE = """() => [...document.querySelectorAll(".derivatives-numbers tbody tr")].map((row) =>
    [...row.cells].map((cell) => cell.textContent))"""


def table(page):
    return [tuple(row) for row in page.evaluate(TABLE)]


def on_the_grid(explorer, i, j):
    """The table that belongs to a position and an h, by the words that the text twin uses."""
    curves, found = explorer.exploration.curves, explorer.exploration.differences[explorer.exploration.curves.dtype]
    names = ("f", "f′", "f″", "f‴", "f⁗")
    lines = [("f", printed(curves.values[0, i]), "", "")]
    for k in range(1, 5):
        tape = printed(curves.values[k, i]) if curves.connected[k] else "None"
        error = np.float32(found.errors[k - 1, i, j])
        lines.append((names[k], tape, printed(found.estimates[k - 1, i, j]), apart(float(error))))
    return lines


def middle_of(page, selector):
    box = page.locator(selector).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


# The point


def test_the_point_is_dragged_along_the_curve_and_saved_once(show, explorers):
    page = show(explorers["sine"])
    page.evaluate(SPY)
    x, y = middle_of(page, ".derivatives-here")
    page.mouse.move(x, y)
    page.mouse.down()
    seen = []
    for step in range(1, 21):
        page.mouse.move(x - 10 * step, y + 3 * step)
        settle(page)
        seen.append(trait(page, "at"))
    assert page.evaluate("saved") == []
    page.mouse.up()
    settle(page)
    assert (
        seen == sorted(seen, reverse=True)
        and len(set(seen)) == 20
        and set(seen) <= set(explorers["sine"].exploration.curves.x)
    )
    rest(page)
    assert page.evaluate("saved") == [seen[-1]]
    left, top = middle_of(page, ".derivatives-here")
    assert abs(left - (x - 200)) < 2 and top != y
    page.mouse.move(x, y)
    settle(page)
    assert trait(page, "at") == seen[-1]


def test_the_point_cannot_be_dragged_out_of_the_interval(show, explorers):
    page = show(explorers["sine"])
    x, y = middle_of(page, ".derivatives-here")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 5000, y)
    settle(page)
    assert trait(page, "at") == 3.0
    page.mouse.move(-500, y)
    settle(page)
    assert trait(page, "at") == -3.0
    page.mouse.up()


def test_keys_step_the_point_from_position_to_position(show, explorers):
    page = show(explorers["sine"])
    page.evaluate(SPY)
    for focus in (".derivatives", ".derivatives-curves input[type=range]"):
        page.locator(focus).focus()
        press(page, "Home", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft")
        assert trait(page, "at") == -2.96, focus
        press(page, "End", "ArrowRight")
        assert trait(page, "at") == 3.0, focus
    rest(page)
    assert page.evaluate("saved.at(-1)") == 3.0


def test_a_slider_speaks_the_numbers_and_stands_under_the_point(show, explorers):
    page = show(explorers["sine"])
    slider = page.get_by_label("Point x")
    slider.fill("100")
    settle(page)
    assert trait(page, "at") == -1.0
    said = slider.get_attribute("aria-valuetext")
    assert said.startswith("At x = -1 f is -0.84147") and "central difference of f′" in said
    box = slider.bounding_box()
    thumb = box["x"] + 8 + (box["width"] - 16) * 100 / 300
    assert abs(middle_of(page, ".derivatives-here")[0] - thumb) < 2


@pytest.mark.parametrize("name", ["sine", "pole", "log", "linear", "double"])
def test_the_table_is_the_facts_at_every_position_and_h(show, explorers, name):
    explorer = explorers[name]
    page, x, h = show(explorer), explorer.exploration.curves.x, explorer.exploration.h
    places = [i for i in (0, x.size // 3, x.size // 2, x.size - 1) if x[i] != explorer.at]
    both = [(i, j) for i in places for j in (0, 9, 26)]
    seen = at_each(page, [{"at": float(x[i]), "h": float(h[j])} for i, j in both], TABLE)
    for (i, j), shown in zip(both, seen, strict=True):
        assert list(map(tuple, shown)) == on_the_grid(explorer, i, j)


def test_the_point_that_python_sent_is_shown_to_the_last_digit(show, explorers):
    explorer = explorers["sine"]
    page, spot = show(explorer), explorer.exploration.spot(0.123456)
    assert table(page) == rows(explorer.spot, explorer.h)
    put(page, at=0.123456)
    page.evaluate(ANSWER, base64.b64encode(spotted(spot)).decode())
    settle(page)
    assert table(page) == rows(spot, explorer.h)
    assert "nearest" not in page.locator(".view-says-seen").text_content()


# Typing


def test_a_typed_position_is_taken(show, explorers):
    page = show(explorers["sine"])
    page.evaluate(SPY)
    field = page.get_by_role("textbox", name="x =")
    for text, x in [("0.5", 0.5), (" -1e0 ", -1.0), (".5", 0.5), ("+2.", 2.0)]:
        field.fill(text)
        field.press("Enter")
        settle(page)
        assert trait(page, "at") == x and page.evaluate("saved.at(-1)") == x
        assert field.input_value() == printed(np.float32(x))
    assert "nearest" not in page.locator(".view-says-seen").text_content()


def test_between_positions_the_nearest_is_shown_without_a_kernel_and_says_so(show, explorers):
    explorer = explorers["sine"]
    page = show(explorer)
    page.get_by_role("textbox", name="x =").fill("0.1234")
    page.get_by_role("textbox", name="x =").press("Tab")
    settle(page)
    assert trait(page, "at") == 0.1234
    said = page.locator(".view-says-seen").text_content()
    assert said.startswith("At x = 0.12 f is") and "nearest prepared position" in said and "x = 0.1234" in said
    assert table(page) == on_the_grid(explorer, 156, 4)


def test_what_is_no_position_is_told_and_changes_nothing(show, explorers):
    page = show(explorers["sine"])
    for text in ("", "two", "nan", "inf", "1,5", "0x1", "4", "-3.0001", "1e400", "1 2", "--1", "e5", "."):
        put(page, at=1.0)
        check_no_position(page, text)


def check_no_position(page, text):
    field = page.get_by_role("textbox", name="x =")
    field.fill(text)
    field.press("Enter")
    settle(page)
    assert trait(page, "at") == 1.0
    said = page.get_by_role("alert").text_content()
    assert f'"{text}"' in said and "from -3 to 3, such as 0" in said
    assert field.input_value() == text
    page.get_by_label("Point x").press("ArrowRight")
    settle(page)
    assert page.get_by_role("alert").text_content() == "" and field.input_value() == "1.02"


# h, and how far apart


def test_h_slides_along_its_axis(show, explorers):
    explorer = explorers["sine"]
    page, h = show(explorer), explorer.exploration.h
    slider = page.get_by_label("Step h")
    for position in (0, 13, 26):
        slider.fill(str(position))
        settle(page)
        assert trait(page, "h") == h[26 - position]
        assert slider.get_attribute("aria-valuetext").startswith(f"h = {step_text(h[26 - position])}. At x = 1")
        box = slider.bounding_box()
        thumb = box["x"] + 8 + (box["width"] - 16) * position / 26
        assert abs(middle_of(page, ".derivatives-mark")[0] - thumb) < 2
    slider.press("ArrowLeft")
    settle(page)
    assert trait(page, "h") == h[1] and trait(page, "at") == 1.0


def test_every_distance_has_a_dot_and_equal_ones_lie_on_the_floor(show, explorers):
    explorer = explorers["sine"]
    page = show(explorer)
    floor = page.locator(".derivatives-errors clipPath rect").evaluate(
        "r => r.y.baseVal.value + r.height.baseVal.value"
    )
    for order in (1, 2):
        page.locator(".derivatives-errors select").select_option(str(order))
        settle(page)
        assert trait(page, "compared") == order
        for dtype, found in explorer.spot.differences.items():
            dots = page.locator(f".view-area .derivatives-dots.is-{dtype}").get_attribute("d")
            heights = [float(y) for y in re.findall(r" ([\d.-]+)h0", dots)]
            errors = found.errors[order - 1, 0]
            assert len(heights) == 27
            assert [y == floor - 4 for y in heights] == (errors == 0).tolist()
            drawn = [y for y, error in zip(heights, errors, strict=True) if error > 0]
            rising = np.argsort(errors[errors > 0], kind="stable")
            assert (np.diff(np.array(drawn)[rising]) <= 0.011).all()


# Curves


def test_each_curve_can_be_drawn_or_not(show, explorers):
    page = show(explorers["sine"])
    lines = page.locator(".view-area .derivatives-curve")
    assert [bool(lines.nth(k).get_attribute("d")) for k in range(5)] == [True, True, True, False, False]
    page.get_by_label("f⁗, dash-dot-dot").check()
    page.get_by_label("f, solid").uncheck()
    settle(page)
    assert trait(page, "orders") == [1, 2, 4]
    assert [bool(lines.nth(k).get_attribute("d")) for k in range(5)] == [False, True, True, False, True]
    for name, kind in [("tangent", "tangent"), ("osculating parabola", "parabola")]:
        page.get_by_label(name).uncheck()
        settle(page)
        assert trait(page, kind) is False
        assert page.locator(f".view-area .derivatives-{kind}").get_attribute("d") == ""
    put(page, orders=[])
    assert all(not lines.nth(k).get_attribute("d") for k in range(5))


def test_curves_differ_by_dash(show, explorers):
    page = show(explorers["sine"])
    dashes = page.locator(".derivatives-legend .derivatives-curve").evaluate_all(
        "all => all.map((e) => getComputedStyle(e).strokeDasharray)"
    )
    assert len(dashes) == len(set(dashes)) == 5


def test_a_curve_goes_through_the_values(show, explorers):
    page, curves = show(explorers["sine"]), explorers["sine"].exploration.curves
    path = page.locator(".view-area .is-order-0").get_attribute("d")
    drawn = np.array([[float(n) for n in pair] for pair in re.findall(r"[ML]([\d.-]+) ([\d.-]+)", path)])
    assert len(drawn) == curves.x.size
    for pixels, numbers in ((drawn[:, 0], curves.x), (drawn[:, 1], curves.values[0])):
        slope, offset = np.polyfit(numbers, pixels, 1)
        np.testing.assert_allclose(pixels, slope * numbers + offset, atol=0.01)


def test_poles_and_gaps_are_no_lines(show, explorers):
    page = show(explorers["pole"])
    assert page.locator(".view-area .is-order-0").get_attribute("d").count("M") == 2
    page = show(explorers["log"])
    path = page.locator(".view-area .is-order-1").get_attribute("d")
    assert path.count("M") == 1 and path.count("L") < 160


def test_where_f_is_undefined_the_point_is_hollow_and_can_still_be_moved(show, explorers):
    page = show(explorers["log"])
    put(page, at=-2.0)
    assert "is-outside" in page.locator(".derivatives-here").get_attribute("class")
    assert table(page)[0][1] in ("nan", "-nan")
    assert page.locator(".view-area .derivatives-tangent").get_attribute("d") == ""
    x, y = middle_of(page, ".derivatives-grip")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 300, y)
    page.mouse.up()
    settle(page)
    assert trait(page, "at") > 0
    assert "is-outside" not in page.locator(".derivatives-here").get_attribute("class")


def test_no_path_holds_what_is_no_number(show, explorers):
    for explorer in explorers.values():
        page = show(explorer)
        put(page, orders=[0, 1, 2, 3, 4])
        positions = [{"at": at} for at in explorer.exploration.curves.x[::50].tolist()]
        assert at_each(page, positions, NO_NUMBERS) == [[]] * len(positions)


def test_none_is_told(show, explorers):
    page = show(explorers["linear"])
    assert [row[1] for row in table(page)] == ["1.2", "2", "None", "None", "None"]
    assert "None for f″, f‴, f⁗" in page.locator(".derivatives-notes").text_content()


# For everyone


def test_two_views_of_one_model_stay_in_step(show, explorers):
    page = show(explorers["sine"])
    page.evaluate("""() => {
        const el = document.createElement("div");
        document.querySelector("main").append(el);
        globalThis.close = tapedeck.view.render({ model: tapedeck.model, el });
    }""")
    settle(page)
    views = page.locator(".derivatives")
    views.nth(0).get_by_label("Point x").fill("40")
    views.nth(1).get_by_label("Step h").fill("3")
    views.nth(1).get_by_label("f‴, dash-dot").check()
    settle(page)
    for part in ("table", ".view-says-seen"):
        assert views.nth(0).locator(part).inner_text() == views.nth(1).locator(part).inner_text()
    for part in (".view-area .is-order-3", ".derivatives-dots.is-float32", ".derivatives-mark"):
        first, second = (views.nth(i).locator(part).last.evaluate("e => e.outerHTML") for i in (0, 1))
        assert first == second
    page.evaluate("close()")
    assert views.count() == 1
    put(page, at=0.0)
    assert table(page)[0][1] == "0"


def test_a_sentence_is_spoken_when_things_rest(show, explorers):
    page = show(explorers["sine"])
    page.get_by_label("Point x").fill("200")
    page.wait_for_function("document.querySelector('.derivatives [role=status]').textContent.startsWith('At x = 1 ')")
    pictures = page.get_by_role("img")
    assert pictures.count() == 2
    assert pictures.nth(0).get_attribute("aria-label").startswith("f, f′, f″ near x = 1. At x = 1 f is")
    assert pictures.nth(1).get_attribute("aria-label").startswith("f′ at x = 1: how far")


@pytest.mark.parametrize("name", ["sine", "log", "huge"])
def test_axe_finds_no_violation(show, explorers, new_page, name):
    page = show(explorers[name], on=new_page(reduced_motion="reduce"))
    put(page, problem="No.", orders=[0, 1, 2, 3, 4])
    check_schemes_with_axe(page)


@pytest.mark.parametrize(("name", "zoom"), [("sine", 1), ("huge", 1), ("double", 1), ("huge", 2)])
def test_nothing_is_clipped_or_overlaps(show, explorers, new_page, name, zoom):
    page = show(explorers[name], on=new_page(device_scale_factor=zoom))
    for width, orders in itertools.product((500, 700, 1000, 1400), ([0], [0, 1, 2, 3, 4])):
        page.set_viewport_size({"width": width, "height": 900})
        put(page, orders=orders)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.locator(PARTS).evaluate_all(OVERFLOWING) == []
        assert page.locator(".derivatives svg text:not(:empty), .derivatives label").evaluate_all(CLIPPED_TEXT) == []
        for axes in page.locator(".view-axes").all():
            assert axes.evaluate(OVERLAPPING) == []


def test_nothing_jumps_while_the_point_or_h_move(show, explorers):
    page, boxes = show(explorers["sine"]), set()
    read = "all => all.map((e) => Object.values(e.getBoundingClientRect().toJSON()).map(Math.round).join())"
    for position in range(0, 301, 25):
        put(page, at=float(explorers["sine"].exploration.curves.x[position]), h=2.0 ** -(1 + position % 27))
        boxes.add(tuple(page.locator(".view-panel, .view-says, .view-plot, .view-range").evaluate_all(read)))
    assert len(boxes) == 1


def test_every_focus_is_seen_and_keeps_its_keys(show, explorers):
    page = show(explorers["sine"])
    for _ in range(12):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        keeps = page.evaluate("document.activeElement.dataset.lmSuppressShortcuts")
        assert (outline != "none", keeps) == (True, "true"), page.evaluate("document.activeElement.outerHTML")


def test_every_class_is_the_views_own(show, explorers):
    page = show(explorers["sine"])
    used = page.locator(".tapedeck, .tapedeck *").evaluate_all(
        "all => [...new Set(all.flatMap((e) => [...e.classList]))]"
    )
    assert [name for name in used if not re.fullmatch(r"tapedeck|view(-.+)?|derivatives(-.+)?|(is|has)-.+", name)] == []


def test_a_dead_kernel_does_no_harm(show, explorers):
    page = show(explorers["sine"])
    page.evaluate("() => { tapedeck.model.save_changes = () => { throw new Error('gone'); }; }")
    page.get_by_label("Point x").press("ArrowRight")
    page.get_by_role("textbox", name="x =").fill("2")
    page.get_by_role("textbox", name="x =").press("Enter")
    settle(page)
    assert trait(page, "at") == 2.0


def test_pictures_to_look_at(show, explorers, new_page, screenshots):
    looks = {
        "light": ("sine", {"width": 1400}),
        "dark": ("double", {"width": 1000, "color_scheme": "dark"}),
        "narrow": ("pole", {"width": 700}),
        "phone": ("log", {"width": 500, "color_scheme": "dark"}),
        "none": ("linear", {"width": 1000}),
        "huge": ("huge", {"width": 1000}),
        "forced": ("sine", {"width": 1000, "forced_colors": "active"}),
    }
    for name, (shown, options) in looks.items():
        page = show(explorers[shown], on=new_page(reduced_motion="reduce", **options))
        page.screenshot(path=screenshots / f"derivatives-{name}.png", full_page=True)
        assert page.locator(".view-title").text_content() == explorers[shown].title
