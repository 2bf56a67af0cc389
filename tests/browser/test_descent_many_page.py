"""The descent explorer with more than two parameters, in a bare page: its plane, and a line for each parameter."""

import json
import re

import numpy as np
import pytest
import tensorflow as tf

from tests.browser.pages import at_each, check_schemes_with_axe, settle
from widgets.common.widget import STATIC, write_page
from widgets.descent.losses.parameter_names import place_text
from widgets.descent.text import readout
from widgets.descent.widget import DescentExplorer

rng = np.random.default_rng(4)
BLOBS = np.concatenate([rng.normal(-1, 0.8, (20, 2)), rng.normal(1, 0.8, (20, 2))]).astype(np.float32)
CLASSES = np.repeat(np.float32([0, 1]), 20)

BOXES = """all => all.map((e) => { const {left, right, top, bottom} = e.getBoundingClientRect();
    return {left, right, top, bottom, text: e.textContent}; })"""
HERE = """() => { const here = document.querySelector(".descent-curve .descent-here");
    const frame = document.querySelector(".descent-curve .view-frame");
    return ["cx", "cy"].map((name) => Number(here.getAttribute(name))).concat(
        ["x", "y", "width", "height"].map((name) => Number(frame.getAttribute(name)))); }"""


def logistic(w, x, y):
    logits = tf.linalg.matvec(x, w[:2]) + w[2]
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=logits))


def a_bowl_of_weights(p):
    return tf.reduce_sum(tf.range(1.0, 21.0) * tf.square(p["dense_layer/kernel"][0] - 0.5)) + tf.square(p["bias"])


@pytest.fixture(scope="module")
def explorers():
    """Return the explorers that are shown, by name; no test changes them."""
    made = {
        "logistic": DescentExplorer(logistic, [0.0, 0.0, 0.0], data=(BLOBS, CLASSES)),
        "bowl": DescentExplorer(a_bowl_of_weights, {"dense_layer/kernel": np.ones((1, 20)), "bias": 1.0}),
        "scheduled": DescentExplorer(logistic, [0.0, 0.0, 0.0], data=(BLOBS, CLASSES), schedule="cosine"),
    }
    for explorer in made.values():
        explorer.finish()  # on Playwright's event loop the rest would only follow
    made["bowl"].keep()
    return made


@pytest.fixture
def show(tmp_path, page, explorers):
    """Return a function that opens a page with an explorer; no script may complain."""
    complaints = []

    def open_explorer(name, **state):
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        path = tmp_path / f"{name}.html"
        write_page(path, explorers[name].title, STATIC / "descent", explorers[name]._page_state() | state)
        page.goto(path.as_uri())
        page.wait_for_selector(".descent .view-plot .view-frame", state="attached")
        settle(page)
        return page

    yield open_explorer
    assert complaints == []


@pytest.mark.parametrize("name", ["logistic", "bowl"])
def test_the_readout_is_pythons_at_many_positions(show, explorers, name):
    page, explorer = show(name), explorers[name]
    facts, paths = json.loads(explorer.facts), explorer.paths
    steps = [0, 1, facts["steps"][100], facts["steps"][-1]]
    positions = [{"learning_rate": rate, "iterations": step} for rate in facts["rates"][::60] for step in steps]
    seen = at_each(page, positions, "() => document.querySelector('.descent-readout').textContent")
    for position, text in zip(positions, seen, strict=True):
        at, step = facts["rates"].index(position["learning_rate"]), position["iterations"]
        assert text == readout(paths.y[step, at], paths.x[step, at], paths.names), position
        assert place_text(paths.x[step, at], paths.names) in text


def test_the_last_point_stands_where_it_projects_to(show, explorers):
    explorer = explorers["logistic"]
    page = show("logistic", iterations=12)
    x, y, left, top, width, height = page.evaluate(HERE)
    across, up = (np.array([axis[0], axis[-1]], float) for axis in explorer.loss_surface.axes)
    wanted = explorer.loss_surface.coordinates(explorer.paths.x[12, explorer._at])
    assert across[0] + (x - left) / width * np.ptp(across) == pytest.approx(wanted[0], abs=0.005 * np.ptp(across))
    assert up[1] - (y - top) / height * np.ptp(up) == pytest.approx(wanted[1], abs=0.005 * np.ptp(up))


def test_the_plane_says_what_it_shows_of_each_path(show, explorers):
    facts = json.loads(explorers["bowl"].facts)
    page = show("bowl")
    positions = [{"learning_rate": rate} for rate in facts["rates"][::40]]
    seen = at_each(page, positions, "() => document.querySelector('.descent-plane').textContent")
    for text, share in zip(seen, facts["shares"][::40], strict=True):
        assert text.startswith(f"This plane holds {share} of this path's variance") and "projected onto it" in text


@pytest.mark.parametrize("width", [1100, 640])
@pytest.mark.parametrize("iterations", [0, 5, 50, 1000])
def test_names_of_lines_never_overlap_and_stay_in_the_view(show, explorers, width, iterations):
    page = show("bowl", series="parameters", iterations=iterations)
    page.set_viewport_size({"width": width, "height": 900})
    settle(page)
    boxes = sorted(page.locator(".descent-line-names text").evaluate_all(BOXES), key=lambda box: box["top"])
    assert len(boxes) == 8 and all(box["text"] for box in boxes)
    assert all(one["bottom"] <= other["top"] + 2 for one, other in zip(boxes, boxes[1:], strict=False))
    view = page.locator(".descent").first.bounding_box()
    assert all(box["right"] <= view["x"] + view["width"] for box in boxes)
    assert page.locator(".descent-left-out").text_content() == json.loads(explorers["bowl"].facts)["leftOut"]


def test_the_menu_of_series_has_what_there_is(show):
    menu = "() => [...document.querySelector('.descent-values select').options].map((one) => one.text)"
    assert show("logistic").evaluate(menu) == ["f", "gradient norm", "parameters"]  # its data are called y
    page = show("scheduled", series="rate")
    assert page.evaluate(menu) == ["f", "gradient norm", "learning rate", "parameters"]
    assert page.locator(".descent-values .view-axis-name").last.text_content() == "learning rate"
    assert page.locator(".descent-values .descent-path").get_attribute("d").count("L") == 30


def test_a_start_of_many_numbers_is_not_typed(show):
    page = show("bowl", alive=True)
    assert page.get_by_label("Start").get_attribute("readonly") is not None
    assert "21 numbers" in page.get_by_label("Start").input_value()
    assert show("logistic", alive=True).get_by_label("Start").get_attribute("readonly") is None


def test_a_step_of_many_parameters_is_said_with_the_norm_of_its_gradient(show, explorers):
    explorer = explorers["bowl"]
    page = show("bowl", opened=True, iterations=1)
    moments = page.locator(".descent-moment").all_text_contents()
    norm = np.linalg.norm(explorer.paths.gradient[0, explorer._at].astype(float))
    assert f"of length {norm:.5g}"[:14] in moments[1] and "→" in moments[3]


def test_the_boundary_follows_the_slider(show):
    page = show("logistic")
    positions = [{"iterations": step} for step in (0, 1, 2, 30)]
    seen = at_each(page, positions, "() => document.querySelector('.descent-fit').getAttribute('d')")
    assert not seen[0] and len(set(seen)) == 4  # at the start all weights are 0: there is no boundary


def test_accessible(show):
    check_schemes_with_axe(show("bowl", series="parameters"))


def test_arrows_in_the_plane_are_the_gradients_there_and_none_is_drawn_off_it(show, explorers):
    explorer = explorers["bowl"]
    page = show("bowl", iterations=1)
    path = page.locator(".descent-arrows").get_attribute("d")
    x, y, tip_x, tip_y = map(float, re.findall(r"-?[\d.]+", path)[:4])
    here = page.evaluate(HERE)
    assert (x, y) == pytest.approx(here[:2], abs=0.1)
    gradient = explorer.loss_surface.plane.directions @ explorer.paths.gradient[1, explorer._at].astype(float)
    wide, high = (float(np.ptp(axis)) for axis in explorer.loss_surface.axes)
    across, up = -gradient[0] / wide * here[4], gradient[1] / high * here[5]
    assert np.arctan2(tip_y - y, tip_x - x) == pytest.approx(np.arctan2(up, across), abs=0.03)


def test_a_start_is_dragged_on_the_plane_and_python_gets_its_place(show, explorers):
    surface = explorers["bowl"].loss_surface
    page = show("bowl", alive=True)
    box = page.locator(".descent-start").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 40, steps=3)
    page.mouse.up()
    settle(page)
    (asked, number) = page.evaluate("() => tapedeck.model.get('asked').place")
    assert number == 1 and all(place in axis.tolist() for place, axis in zip(asked, surface.axes, strict=True))
    assert np.linalg.norm(asked - surface.coordinates(explorers["bowl"].paths.start)) > 0.05 * np.ptp(surface.axes[0])


def test_another_plane_fades_in_and_nothing_else_moves(show, explorers, new_page):
    explorer = DescentExplorer(a_bowl_of_weights, {"dense_layer/kernel": np.ones((1, 20)), "bias": 1.0})
    page = show("bowl")
    top = page.locator(".descent-values .view-plot").bounding_box()["y"]
    explorer.learning_rate = float(explorer.paths.learning_rates[215])
    assert explorer.loss_surface.plane is not explorers["bowl"].loss_surface.plane
    sent = {"learning_rate": explorer.learning_rate, "facts": explorer.facts}
    page.evaluate("all => { for (const name in all) tapedeck.model.set(name, all[name]); }", sent)
    settle(page)
    assert page.locator(".descent-before[aria-hidden=true]").count() == 1
    page.locator(".descent-before").wait_for(state="detached")
    assert page.locator(".descent-values .view-plot").bounding_box()["y"] == top
    assert "This plane holds 9" in page.locator(".descent-plane").text_content()


def test_a_kept_run_has_its_parameters_lines_in_its_dash(show, explorers):
    explorer = explorers["bowl"]
    page = show("bowl", series="parameters", iterations=12)
    lines = page.locator(".descent-values .descent-kept-line")
    assert lines.count() == 8
    kept, own = (
        page.locator(f".descent-values {kind}").evaluate_all("all => all.map((line) => line.getAttribute('d'))")
        for kind in (".descent-kept-line.is-kept-1", ".descent-line")
    )
    assert kept == own, "it is the run that was shown"
    dash = "line => getComputedStyle(line).strokeDasharray"
    assert lines.first.evaluate(dash) == page.locator(".descent-sample path").first.evaluate(dash)
    page.evaluate("rate => tapedeck.model.set('learning_rate', rate)", float(explorer.paths.learning_rates[20]))
    settle(page)
    assert page.locator(".descent-values .descent-line").first.get_attribute("d") != kept[0]
    assert lines.first.get_attribute("d") == kept[0]


@pytest.mark.parametrize("width", [1100, 820, 640, 400])
def test_what_is_said_below_the_plane_stands_one_below_the_other(show, width):
    page = show("bowl")
    page.set_viewport_size({"width": width, "height": 900})
    settle(page)
    frame = page.locator(".descent-curve .view-frame").bounding_box()
    page.mouse.move(frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2)
    settle(page)
    assert "f on the plane at" in page.locator(".descent-pointed").text_content()
    boxes = page.locator(".descent-curve :is(.view-plot, .descent-under-plot, .descent-plane)").evaluate_all(BOXES)
    assert [one["bottom"] <= other["top"] + 1 for one, other in zip(boxes, boxes[1:], strict=False)] == [True, True]
