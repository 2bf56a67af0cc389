"""The microscope's front end in a bare page: real mouse, real keys, no Jupyter, no kernel, no network."""

import json

import numpy as np
import pytest
import tensorflow as tf

from tests.browser.pages import at_each, check_with_axe, rest, settle
from widgets.rounding.float_steps import floats_around
from widgets.rounding.text import readings, share_text, step_sentence, trial_sentence
from widgets.rounding.widget import PrecisionMicroscope

SPY = "() => { globalThis.saved = 0; tapedeck.model.save_changes = () => { saved += 1; }; }"
SAID = """() => [
    document.querySelector(".view-says-seen").textContent,
    [...document.querySelectorAll(".scope-readings tbody tr")].map((row) =>
        [row.cells[0].textContent, row.cells[1].textContent]),
]"""
OVERFLOWING = """all => all.filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.className)"""
CONTAINERS = (
    ".scope, .scope :is(.scope-head, .scope-zooming, .scope-column, .scope-settings, .view-range, table, td, th)"
)
BOXES = "all => all.map((e) => Object.values(e.getBoundingClientRect().toJSON()).map(Math.round).join())"


def bowl(x):
    return tf.pow(x, 2) - 2.0 * x + 1.0


@pytest.fixture(scope="module")
def scope():
    """Return a microscope that no test changes: what happens in a page stays there."""
    return PrecisionMicroscope(bowl, learning_rates=[0.001, 0.01, 0.1, 0.5, 1.0, 1.1], iterations=10_000)


@pytest.fixture(scope="module")
def saved(scope, tmp_path_factory):
    """Return the page of that microscope."""
    return scope.save_html(tmp_path_factory.mktemp("scope") / "scope.html")


@pytest.fixture
def show(tmp_path, page, scope, saved):
    """Return a function that opens a microscope's page, with some traits set."""

    def open_page(*, on=page, of=scope, **traits):
        on.goto((saved if of is scope else of.save_html(tmp_path / "scope.html")).as_uri())
        on.wait_for_selector(".scope .view-says-seen:not(:empty)", state="attached")
        return put(on, **traits)

    return open_page


def put(page, **traits):
    """Change traits as Python does, and wait until they are drawn."""
    page.evaluate("all => { for (const [k, v] of Object.entries(all)) tapedeck.model.set(k, v); }", traits)
    settle(page)
    return page


def trait(page, name):
    return page.evaluate("name => tapedeck.model.get(name)", name)


def sentence(page):
    return page.locator(".view-says-seen").text_content()


def slider(page, name):
    return page.get_by_role("slider", name=name, exact=True)


def drag(page, of, to):
    """Drag a slider's thumb with the mouse, from where it is to a share of its way."""
    box = of.bounding_box()
    least, most, now = (float(of.get_attribute("min")), float(of.get_attribute("max")), float(of.input_value()))
    across = [8 + share * (box["width"] - 16) for share in ((now - least) / (most - least), to)]
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + across[0], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + across[1], middle, steps=12)
    page.mouse.up()
    settle(page)


def xs(page, selector):
    """Return where the lines of a path begin, in pixels."""
    path = page.locator(selector).get_attribute("d") or ""
    return [float(part.split(" ")[0]) for part in path.split("M")[1:]]


# What it shows is what Python says


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_sentences_and_numbers_are_pythons_at_every_kind_of_step(show, scope, dtype):
    page = show(dtype=dtype)
    for run in scope.computed.runs[dtype]:
        ends = (*(run.steps[-1] - back for back in range(5)), *(0, 1, 17, 1_003, 5_001, 10_000))
        steps = sorted({int(step) for step in ends if 0 <= step <= 10_000})
        positions = [{"learning_rate": run.learning_rate, "step": step, "next_rate": None} for step in steps]
        for step, (said, shown) in zip(steps, at_each(page, positions, SAID), strict=True):
            assert said == step_sentence(run, step, 10_000), (dtype, run.learning_rate, step)
            assert shown == [list(pair) for pair in readings(run.at(step))], (dtype, run.learning_rate, step)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_is_tried_is_told_as_python_tells_it(show, scope, dtype):
    page = show(dtype=dtype)
    for run in (run for run in scope.computed.runs[dtype] if run.stalled_at):
        at = run.stalled_at - 1
        put(page, learning_rate=run.learning_rate, step=at)
        seen = at_each(page, [{"next_rate": rate} for rate in scope.computed.rates], SAID)
        for rate, (said, _) in zip(scope.computed.rates, seen, strict=True):
            assert said.endswith(trial_sentence(scope.computed, run, at, rate)) == (rate != run.learning_rate)


def test_the_table_of_stalls_is_pythons(show, scope):
    page = show()
    rows = page.locator(".scope-stalls tr").evaluate_all(
        "rows => rows.map((r) => [...r.cells].map((c) => c.textContent))"
    )
    assert rows == json.loads(scope.facts)["stalls"]
    assert page.locator(".scope-stalls [data-shown]").text_content() == "660, at 0.999998569"
    put(page, dtype="float64")
    assert page.locator(".scope-stalls [data-shown]").text_content().startswith("1655, at")


@pytest.mark.parametrize("x", [0.999998569, 1.0, -1.0, -2.5, 1e-30, 3e38])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_floats_are_enumerated_as_numpy_does(show, scope, x, dtype):
    """A microscope on a straight line at x: its lines must stand where the floats are, its band at the halves."""
    x = np.dtype(dtype).type(x)
    flat = PrecisionMicroscope(lambda v: v * 2.0**-60, float(x), 0.001, learning_rates=[], iterations=3, dtype=dtype)
    page = show(of=flat, zoom=1.0, step=0)
    floats, half = floats_around(x, 12), float(flat.run.at(0).half_ulp)
    box = page.locator(".scope-line").bounding_box()
    scale = (box["width"] - 20) / (21 * half)
    offsets = [float(value) - float(x) for value in floats]
    middle = float(page.locator(".scope-x").get_attribute("cx"))
    expected = [middle + offset * scale for offset in offsets if abs(offset) <= 10.5 * half]
    assert xs(page, ".scope-floats") == pytest.approx(expected, abs=0.6)
    band = page.locator(".scope-band")
    left, width = float(band.get_attribute("x")), float(band.get_attribute("width"))
    assert left == pytest.approx(middle + offsets[11] / 2 * scale, abs=0.6)
    assert left + width == pytest.approx(middle + offsets[13] / 2 * scale, abs=0.6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_next_to_nought_there_are_more_floats_than_can_be_drawn(show, dtype):
    page = show(dtype=dtype, step=0, zoom=1.0)
    assert page.locator(".scope-floats").get_attribute("d") == ""
    assert "far longer than half a tick" in page.locator(".scope-update .scope-caption").text_content()


def test_the_arrow_ends_inside_the_band_while_it_stays_and_outside_when_it_moves(show):
    page = show(zoom=1.0)
    band = page.locator(".scope-band")
    right = float(band.get_attribute("x")) + float(band.get_attribute("width"))

    def tip(kind):
        return float(page.locator(f"{kind} .scope-head").get_attribute("d")[1:].split(" ")[0])

    middle = float(page.locator(".scope-x").get_attribute("cx"))
    assert tip(".scope-update") - middle == pytest.approx(0.96 * (right - middle), abs=0.5)
    put(page, next_rate=0.1)
    assert tip(".scope-tried") - middle == pytest.approx(9.6 * (right - middle), abs=0.5)
    landing = float(page.locator(".scope-tried .scope-lands").get_attribute("cx"))
    assert landing == pytest.approx(middle + 5 * 2 * (right - middle), abs=0.5)
    assert float(page.locator(".scope-update .scope-lands").get_attribute("cx")) == middle


def test_single_floats_are_named_with_all_their_digits(show):
    page = show(zoom=1.0)
    names = page.locator(".scope-labels text").all_text_contents()
    assert names[names.index("0.999998569") + 1] == "0.999998629" and len(names) > 6
    assert page.locator(".scope-axis-name").text_content() == "each line is a float32"


def test_the_whole_path_is_seen_at_first_and_ten_floats_at_last(show, scope):
    page = show(zoom=0.0)
    width = page.locator(".scope-line").bounding_box()["width"]
    behind = xs(page, ".scope-behind")
    assert 0 < behind[0] < 0.1 * width and 0.9 * width < behind[-1] < width
    assert page.locator(".scope-floats").get_attribute("d") == ""
    assert "too short to be seen" in page.locator(".scope-update .scope-caption").text_content()
    put(page, zoom=1.0)
    assert len(xs(page, ".scope-floats")) == 11


def test_in_float64_the_floats_of_float32_stand_dashed(show):
    page = show(zoom=1.0)
    page.get_by_role("radio", name="float64").click()
    settle(page)
    assert len(xs(page, ".scope-coarse")) in (10, 11) and "dashed" in page.locator(".scope-axis-name").text_content()
    assert 0.3 < trait(page, "zoom") < 0.6
    assert sentence(page).startswith("Step 660: the update is far larger than half a ULP.")


def test_where_x_is_lost_it_says_so_and_draws_nothing(show):
    page = show(learning_rate=1.1, step=10_000)
    assert "no longer on the number line" in page.locator(".scope-message").text_content()
    assert page.locator(".scope-floats").get_attribute("visibility") == "hidden"
    put(page, learning_rate=0.01)
    assert page.locator(".scope-message").text_content() == ""
    assert page.locator(".scope-floats").get_attribute("visibility") == "visible"


def test_the_threshold_stands_between_the_rates_that_stay_and_those_that_move(show, scope):
    page = show()
    bar = page.locator(".scope-small rect")
    share = float(bar.get_attribute("width").rstrip("%")) / 100
    rates = scope.computed.rates
    assert rates.index(0.01) < share * (len(rates) - 1) < rates.index(0.1)
    assert f"up to {share_text(scope.run.at(659).threshold)}" in page.locator(".scope-next .scope-note").text_content()
    put(page, learning_rate=0.5)
    assert bar.get_attribute("width") == "100.000%" and "No learning rate" in page.locator(".scope-next").text_content()


# What one can do


def test_sliders_are_dragged_with_the_mouse_and_tell_python_when_let_go(show):
    page = show()
    page.evaluate(SPY)
    drag(page, slider(page, "Zoom"), 0.5)
    rest(page)
    assert trait(page, "zoom") == pytest.approx(0.5, abs=0.02) and page.evaluate("saved") == 1
    drag(page, slider(page, "Steps taken"), 0.0)
    rest(page)
    assert trait(page, "step") == 0 and page.evaluate("saved") == 2
    assert sentence(page) == "Step 1: the update is far larger than half a ULP. x moves to 0.02."
    drag(page, slider(page, "Learning rate"), 0.0)
    rest(page)
    assert trait(page, "learning_rate") == 0.001 and page.evaluate("saved") == 3
    page.mouse.move(0, 0)
    rest(page)
    assert page.evaluate("saved") == 3


def test_another_rate_is_dragged_and_moves_the_stalled_x_again(show):
    page = show(zoom=1.0)
    drag(page, slider(page, "Try another rate for the next step"), 2 / 5)
    assert trait(page, "next_rate") == 0.1
    assert sentence(page).endswith("x would move to 0.999998868.")
    assert page.locator(".scope-next .view-range-value").text_content() == "0.1: 9.6 × half a ULP"
    drag(page, slider(page, "Try another rate for the next step"), 1 / 5)
    assert trait(page, "next_rate") is None


def test_another_rate_can_be_tried_only_where_x_has_stalled(show):
    page = show(step=658)
    assert slider(page, "Try another rate for the next step").is_disabled()
    put(page, step=10_000)
    assert slider(page, "Try another rate for the next step").is_enabled()


def test_keys_step_to_the_stall_and_over_it(show):
    page = show(step=657)
    slider(page, "Steps taken").focus()
    said = []
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        settle(page)
        said.append(sentence(page))
    assert trait(page, "step") == 660
    assert "exactly half a ULP" in said[0] and "x moves to" in said[0]
    assert all("10000 steps give the same x as 659." in text for text in said[1:])
    page.keyboard.press("End")
    assert trait(page, "step") == 10_000
    page.keyboard.press("Home")
    assert trait(page, "step") == 0


def test_the_button_jumps_to_the_stall(show):
    page = show(step=3)
    page.get_by_role("button", name="Go to step 660: from there on x never moves").click()
    assert trait(page, "step") == 659
    put(page, learning_rate=1.0)
    assert page.get_by_role("button", name="This run does not stall").is_disabled()


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_the_button_zooms_in_and_out_again(show, new_page, motion):
    page = show(on=new_page(reduced_motion=motion))
    page.evaluate(SPY)
    page.get_by_role("button", name="Zoom in to the floats").click()
    page.wait_for_function("tapedeck.model.get('zoom') === 1")
    rest(page)
    page.get_by_role("button", name="Show the whole run").click()
    rest(page)
    assert trait(page, "zoom") == 0 and page.evaluate("saved") == 2


def test_dragging_the_zoom_ends_the_flight(show):
    page = show()
    page.get_by_role("button", name="Zoom in to the floats").click()
    page.wait_for_function("tapedeck.model.get('zoom') > 0.05")
    drag(page, slider(page, "Zoom"), 0.02)
    assert trait(page, "zoom") < 0.1
    page.wait_for_timeout(300)
    assert trait(page, "zoom") < 0.1


def test_it_goes_on_when_there_is_no_kernel(show):
    page = show()
    page.evaluate("() => { tapedeck.model.save_changes = () => { throw new Error('no kernel'); }; }")
    drag(page, slider(page, "Zoom"), 1.0)
    page.get_by_role("radio", name="float64").click()
    slider(page, "Steps taken").focus()
    page.keyboard.press("Home")
    assert (trait(page, "dtype"), trait(page, "step")) == ("float64", 0)


def test_two_views_of_one_model_stay_in_step(show):
    page = show()
    page.evaluate(
        "() => { const el = document.querySelector('main').appendChild(document.createElement('div'));"
        " globalThis.close2 = tapedeck.view.render({model: tapedeck.model, el}); }"
    )
    settle(page)
    page.get_by_role("radio", name="float64").nth(1).click()
    drag(page, page.get_by_role("slider", name="Learning rate", exact=True).first, 0.0)
    said = page.locator(".view-says-seen").all_text_contents()
    assert said[0] == said[1] and page.get_by_role("radio", name="float64").nth(0).is_checked()
    page.evaluate("close2()")
    put(page, step=3)
    assert page.locator(".scope").count() == 1


def test_traits_beyond_the_facts_do_no_harm(show):
    page = show(step=10**9, zoom=7, learning_rate=0.02, dtype="float16", next_rate=3.0)
    assert slider(page, "Steps taken").get_attribute("aria-valuetext") == "10000"
    assert sentence(page).startswith("Step 10001: the update is only 0.96 of half a ULP")


def test_without_facts_there_is_nothing_to_see(show):
    page = show()
    page.evaluate(
        "() => { tapedeck.model.set('facts', '{}'); tapedeck.model.set('runs', new DataView(new ArrayBuffer(0))); }"
    )
    settle(page)
    assert page.locator(".scope").is_hidden()


# For everyone


def test_sliders_say_their_true_value_and_the_status_speaks_at_rest(show):
    page = show()
    assert slider(page, "Learning rate").get_attribute("aria-valuetext") == "0.01"
    assert slider(page, "Zoom").get_attribute("aria-valuetext") == "1.12 across"
    spoken = page.get_by_role("status")
    page.wait_for_function("document.querySelector('[role=status]').textContent.startsWith('Step 660')")
    slider(page, "Steps taken").focus()
    page.keyboard.press("Home")
    assert spoken.text_content().startswith("Step 660")
    page.wait_for_function("document.querySelector('[role=status]').textContent.startsWith('Step 1:')")
    assert page.locator(".scope-line").get_attribute("aria-label") == sentence(page)


def test_each_element_that_takes_the_focus_keeps_its_keys_from_jupyterlab(show):
    page = show()
    assert (
        page.locator(".scope :is(button, input, select, [tabindex]):not([data-lm-suppress-shortcuts=true])").count()
        == 0
    )


def test_axe_finds_no_violation(show, new_page):
    page = show(on=new_page(reduced_motion="reduce"))
    looks = [
        ("light", {}),
        ("light", {"zoom": 1.0, "next_rate": 0.1}),
        ("dark", {"zoom": 1.0, "next_rate": 0.1}),
        ("dark", {"dtype": "float64", "zoom": 0.5}),
        ("light", {"learning_rate": 1.1, "step": 9_999}),
    ]
    for scheme, traits in looks:
        page.emulate_media(color_scheme=scheme)
        put(page, **traits)
        check_with_axe(page)


def test_nothing_is_clipped_and_nothing_jumps(show, scope):
    page = show()
    for width in (500, 700, 1_000, 1_400):
        page.set_viewport_size({"width": width, "height": 900})
        check_boxes(page, {"learning_rate": scope.learning_rate, "step": scope.step, "zoom": 1.0, "next_rate": None})


def check_boxes(page, start):
    boxes = set()
    for traits in (
        start,
        {"next_rate": 0.1},
        {"step": 658},
        {"step": 0, "zoom": 0.0},
        {"learning_rate": 1.1, "step": 10_000},
    ):
        put(page, **traits)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), traits
        assert page.locator(CONTAINERS).evaluate_all(OVERFLOWING) == [], traits
        boxes.add(tuple(page.locator(".scope-line, .scope-zoom, .view-range, .view-plot").evaluate_all(BOXES)))
    assert len(boxes) == 1


def test_no_text_of_the_number_line_is_cut_off_or_stands_on_another(show, new_page):
    read = """all => all.filter((t) => t.textContent && t.getClientRects().length).map((t) => t.getBoundingClientRect())
        .map(({ left, right, top, bottom }) => [left, right, top, bottom])"""
    for width in (500, 1_400):
        page = show(on=new_page(width=width), next_rate=0.1)
        frame = page.locator(".scope-line").bounding_box()
        for zoom in (0.0, 0.3, 0.5, 0.8, 0.9, 1.0):
            put(page, zoom=zoom)
            boxes = page.locator(".scope-line text").evaluate_all(read)
            assert all(frame["x"] - 1 <= b[0] and b[1] <= frame["x"] + frame["width"] + 1 for b in boxes), (width, zoom)
            pairs = [(a, b) for i, a in enumerate(boxes) for b in boxes[:i]]
            over = [(a, b) for a, b in pairs if a[0] < b[1] and b[0] < a[1] and a[2] + 3 < b[3] and b[2] + 3 < a[3]]
            assert over == [], (width, zoom)


def test_focus_is_seen(show):
    page = show()
    page.keyboard.press("Tab")
    for _ in range(7):
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        page.keyboard.press("Tab")


def test_every_class_is_our_own(show):
    page = show(zoom=1.0, next_rate=0.1)
    used = page.locator(".tapedeck, .tapedeck *").evaluate_all(
        "all => [...new Set(all.flatMap((e) => [...e.classList]))]"
    )
    assert [
        name for name in used if name not in ("tapedeck", "view", "scope") and name[:5] not in ("view-", "scope")
    ] == []


def test_pictures_to_look_at(show, new_page, screenshots):
    looks = {
        "whole": ({}, {"width": 1_200}),
        "between": ({"zoom": 0.5}, {"width": 700}),
        "fifty": ({"zoom": 0.87}, {"width": 1_200}),
        "ticks": ({"zoom": 1.0, "next_rate": 0.1}, {"width": 1_200}),
        "dark": ({"zoom": 1.0, "next_rate": 0.1}, {"width": 1_000, "color_scheme": "dark"}),
        "float64": ({"dtype": "float64", "zoom": 0.42}, {"width": 1_200, "color_scheme": "dark"}),
        "tie": ({"zoom": 1.0, "step": 658}, {"width": 700}),
        "lost": ({"learning_rate": 1.1, "step": 10_000}, {"width": 700}),
        "narrow": ({"zoom": 1.0, "next_rate": 0.1}, {"width": 500}),
        "forced": ({"zoom": 1.0, "next_rate": 0.1}, {"width": 1_000, "forced_colors": "active"}),
    }
    for name, (traits, options) in looks.items():
        page = show(on=new_page(reduced_motion="reduce", **options), **traits)
        page.screenshot(path=screenshots / f"microscope-{name}.png", full_page=True)
        assert sentence(page)
