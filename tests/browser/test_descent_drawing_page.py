"""What the descent explorer draws, and the arithmetic of one step, in a bare page."""

import json
import re

import pytest
import tensorflow as tf

from tests.browser.descent_page import button, course, explorer_of, get, openings, put
from tests.browser.pages import at_each, press, settle
from widgets.common.numbers import printed

LINES_UNDER_A_MINIMUM = """() => {
    const inside = (box, { x, y }) => x > box.left && x < box.right && y > box.top && y < box.bottom;
    const covers = (text, path) => {
        const [box, matrix] = [text.getBoundingClientRect(), path.getScreenCTM()];
        const points = Array.from({ length: 400 }, (_, i) => path.getPointAtLength((path.getTotalLength() * i) / 399));
        return points.some((point) => inside(box, point.matrixTransform(matrix)));
    };
    const lines = [...document.querySelectorAll(".descent-ground, .descent-curve .descent-path")];
    const drawn = lines.filter((line) => line.getAttribute("d"));
    const texts = [...document.querySelectorAll(".descent-minima text")];
    const frame = document.querySelector(".descent-curve .view-frame").getBoundingClientRect();
    const isCut = ({ left, right, top, bottom }) =>
        left < frame.left || right > frame.right || top < frame.top || bottom > frame.bottom;
    const isBad = (text) => isCut(text.getBoundingClientRect()) || drawn.some((line) => covers(text, line));
    return [texts.length, texts.filter(isBad).length];
}"""


@pytest.fixture
def show(tmp_path, page):
    yield from openings(tmp_path, page)


# What is drawn


def test_points_are_where_the_numbers_say(show):
    page = show()
    for rate, step in [(0.1, 30), (0.97, 7), (0.01, 1000), (1.0, 3), (0.5, 0)]:
        put(page, learning_rate=rate, iterations=step)
        check_points(page, explorer_of("course"), rate, step)


def check_points(page, explorer, rate, step):
    assert page.locator(".descent-curve .descent-steps").get_attribute("d").count("M") == step + 1
    facts, at = json.loads(explorer.facts), explorer.paths.learning_rates.tolist().index(rate)
    box = page.locator(".descent-curve .view-frame").evaluate(
        "e => ['x', 'y', 'width', 'height'].map((a) => +e.getAttribute(a))"
    )
    (low, *_, high), (floor, top) = facts["axes"][0], facts["frame"]
    across = box[0] + (float(explorer.paths.x[step, at]) - low) / (high - low) * box[2]
    up = box[1] + (top - float(explorer.paths.y[step, at])) / (top - floor) * box[3]
    here = page.locator(".descent-curve .descent-here").evaluate("e => [+e.getAttribute('cx'), +e.getAttribute('cy')]")
    assert here == pytest.approx([across, up], abs=0.02)


@pytest.mark.parametrize("name", ["course", "valley", "saddle", "pole"])
def test_paths_that_blow_up_are_drawn_as_far_as_they_go(show, name):
    """A complaint about NaN in a path's text would fail this test; see `show`."""
    page = show(name, opened=True)
    rates = explorer_of(name).paths.learning_rates[::-24].tolist()
    positions = [
        {"logarithmic": log, "iterations": 1000, "learning_rate": rate} for log in (False, True) for rate in rates
    ]
    paths = "() => [...document.querySelectorAll('.descent path')].map((e) => e.getAttribute('d') ?? '')"
    odd = f"() => ({paths})().filter((text) => /NaN|Infinity|undefined|e/.test(text))"
    assert at_each(page, positions, odd) == [[]] * len(positions)
    assert any(at_each(page, positions[:1], paths)[0])


def test_a_curve_breaks_at_its_pole(show):
    page = show("pole")
    assert page.locator(".descent-ground").get_attribute("d").count("M") == 2


def test_zooming_keeps_points_where_the_numbers_say_and_can_be_undone(show):
    page = show("valley", learning_rate=0.5, iterations=3)
    here = page.locator(".descent-curve .descent-here")
    places = "e => [+e.getAttribute('cx'), +e.getAttribute('cy')]"
    whole = here.evaluate(places)
    frame = page.locator(".descent-curve .view-frame").bounding_box()
    page.mouse.move(frame["x"] + whole[0] - 62, frame["y"] + whole[1] - 10)  # the plot's margins
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    settle(page)
    assert here.evaluate(places) == pytest.approx(whole, abs=1.5)  # it stays under the pointer
    assert page.locator(".descent-areas").get_attribute("transform") != "matrix(1 0 0 1 0 0)"
    page.locator(".descent").focus()
    press(page, "0")
    assert here.evaluate(places) == pytest.approx(whole, abs=0.02)
    press(page, "+", "Shift+ArrowRight")
    assert here.evaluate(places) != pytest.approx(whole, abs=5)
    button(page, "Show all (key 0)").click()
    settle(page)
    assert here.evaluate(places) == pytest.approx(whole, abs=0.02)
    said = page.locator(".descent-pointed")
    page.mouse.move(frame["x"] + 100, frame["y"] + 100)
    x, y, value = re.fullmatch(r"f\((.+), (.+)\) = (.+)", said.text_content()).groups()
    at = [float(number.replace("−", "-")) for number in (x, y)]
    assert float(value) == pytest.approx(0.05 * at[0] ** 2 + at[1] ** 2, rel=0.02)


def test_every_band_is_named_and_the_norm_of_the_gradient_is_drawn(show):
    page = show()
    bands = page.locator(".descent-band").count()
    named = (
        page.locator(".descent-band span:visible").count() + page.locator(".descent-band-names span:visible").count()
    )
    assert named == bands == 4
    page.locator(".descent-values select").select_option("norm")
    settle(page)
    assert page.locator(".descent-values .view-axis-name").all_text_contents()[1] == "gradient norm"
    put(page, learning_rate=0.5, iterations=0)
    box = page.locator(".descent-values .view-frame").evaluate("e => [+e.getAttribute('y'), +e.getAttribute('height')]")
    up = page.locator(".descent-values .descent-here").evaluate("e => +e.getAttribute('cy')")
    low, high = json.loads(explorer_of("course").facts)["series"]["norm"]["span"]
    assert up == pytest.approx(box[0] + (high - 2.0) / (high - low) * box[1], abs=0.02)  # f'(0) is -2


def test_the_logarithmic_scale(show):
    page = show()
    assert page.locator(".descent-values .view-axis-name").all_text_contents() == ["iteration", "y"]
    page.get_by_label("logarithmic").check()
    settle(page)
    assert get(page, "logarithmic") is True
    ticks = page.locator(".descent-values .view-axes text").all_text_contents()
    assert "1e-6" in ticks or "1e-8" in ticks


@pytest.mark.parametrize("name", ["course", "entropy", "hinge", "line"])
@pytest.mark.parametrize("width", [1100, 640])
def test_what_a_minimum_is_called_covers_neither_curve_nor_path(show, page, name, width):
    page.set_viewport_size({"width": width, "height": 900})
    show(name)
    assert page.evaluate(LINES_UNDER_A_MINIMUM) == [1, 0]


# One step


def test_moments_are_a_real_step(show):
    page = show(opened=True)
    for rate, step in [(0.1, 1), (0.1, 30), (0.97, 3), (0.01, 661), (1.0, 2)]:
        put(page, learning_rate=rate, iterations=step)
        check_moments(page, explorer_of("course").paths, rate, step)


def check_moments(page, paths, rate, step):
    """Take the step with TensorFlow, from where the path was before it."""
    before = paths.x[step - 1, paths.learning_rates.tolist().index(rate)]
    x = tf.Variable(before)
    optimizer = tf.keras.optimizers.SGD(learning_rate=rate)
    with tf.GradientTape() as tape:
        y = course(x)
    gradient = tape.gradient(y, x)
    optimizer.apply_gradients([(gradient, x)])
    scaled = printed((tf.convert_to_tensor(optimizer.learning_rate) * gradient).numpy())
    before, after, gradient = printed(before), printed(x.numpy()), printed(gradient.numpy())
    assert page.locator(".descent-moment span").all_text_contents() == [
        f"f({before}) = {printed(y.numpy())}",
        gradient,
        f"{rate} × {gradient} = {scaled}",
        f"{before} − {scaled} = {after}",
    ]


def test_moments_open_and_close_and_say_what_they_do_not_know(show):
    page = show("saddle", iterations=0)
    button(page, "Open the step").click()
    settle(page)
    assert page.locator(".descent-moment span").all_text_contents() == ["no step yet"] * 4
    put(page, iterations=1)
    assert (
        page.locator(".descent-moment span").nth(2).text_content()
        == "SGD with momentum 0.9 computes the update by its own rule"
    )
    opener = button(page, "Close the step")
    assert opener.get_attribute("aria-expanded") == "true"
    opener.click()
    settle(page)
    assert page.locator(".descent-moments").is_hidden()
