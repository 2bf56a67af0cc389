"""The descent explorer's front end in a bare page: a ten-line model, no Jupyter, no kernel, no network."""

import base64
import json
import re

import numpy as np
import pytest
import tensorflow as tf

from tests.browser.pages import at_each, check_schemes_with_axe, check_with_axe, rest, settle
from widgets.common.numbers import printed
from widgets.common.widget import STATIC, write_page
from widgets.descent import first_difference
from widgets.descent.text import readout
from widgets.descent.widget import DescentExplorer

SPY = "() => { globalThis.saved = []; tapedeck.model.save_changes = () => saved.push(tapedeck.model.get('asked')); }"
GET = "name => tapedeck.model.get(name)"
OVERFLOWING = """all => {
    const box = (e) => e.getBoundingClientRect();
    const view = box(document.querySelector(".descent"));
    const sticksOut = (e) => box(e).right > view.right + 1 || box(e).left < view.left;
    const isShown = (e) => e.checkVisibility();
    return all.filter((e) => isShown(e) && (e.scrollWidth > e.clientWidth + 1 || sticksOut(e))).map((e) => e.className);
}"""
PARTS = "descent-head, descent-readout, descent-moment, view-fields, view-range, view-panel"
BOXES = f".descent, .descent :is(li, .{PARTS.replace(', ', ', .')})"

INPUTS = np.linspace(0, 4, 20, dtype=np.float32)
TARGETS = 1.2 * INPUTS + 1 + np.float32(0.5) * np.sin(7 * INPUTS)


def course(x):
    return tf.pow(x, 2) - 2.0 * x + 1.0


def with_a_rather_long_name_that_somebody_chose_because_it_explains_everything_there_is(x):
    return x * x


def line(w, inputs, targets):
    return tf.reduce_mean(tf.square(w[0] * inputs + w[1] - targets))


@pytest.fixture(scope="module")
def explorers():
    """Return the explorers that are shown, by name; no test changes them."""
    made = {
        "course": DescentExplorer(course),
        "valley": DescentExplorer(course, function="narrow valley"),
        "saddle": DescentExplorer(course, function="saddle", dtype="float64", optimizer="momentum"),
        "pole": DescentExplorer(lambda x: 1 / x + 0.0 * x, 1.0),
        "long": DescentExplorer(
            with_a_rather_long_name_that_somebody_chose_because_it_explains_everything_there_is, 1 / 3, dtype="float64"
        ),
        "entropy": DescentExplorer(lambda x: x * tf.math.log(x), 1.5),
        "hinge": DescentExplorer(lambda w: tf.nn.relu(1.0 - 2.0 * w) + 0.25 * w, -1.0),
        "line": DescentExplorer(lambda p: tf.reduce_mean((p[0] * INPUTS + p[1] - TARGETS) ** 2), [0.0, 0.0]),
        "data": DescentExplorer(line, [0.0, 0.0], data=(INPUTS, TARGETS)),
        "compared": DescentExplorer(line, [0.0, 0.0], data=(INPUTS, TARGETS), scaled=True, schedule="cosine"),
        "longer": DescentExplorer(lambda x: x * x, 1.0, iterations=3000),
    }
    made["saddle"].keep()
    for name in ("adam", "constant"):
        made["compared"].what_if(name)
    return made


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Return the folder of the pages that are shown as they were saved."""
    return tmp_path_factory.mktemp("descent")


@pytest.fixture
def show(tmp_path, page, pages, explorers):
    """Return a function that opens a page with an explorer; by default in the ordinary page. No script may complain."""
    complaints = []

    def open_explorer(name="course", *, on=page, **state):
        on.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        explorer = explorers[name]
        path = pages / f"{name}.html" if not state else tmp_path / "descent.html"
        if state or not path.exists():
            write_page(path, explorer.title, STATIC / "descent", explorer._page_state() | state)
        on.goto(path.as_uri())
        on.wait_for_selector(".descent .view-plot .view-frame", state="attached")
        settle(on)
        return on

    yield open_explorer
    assert complaints == []


def get(page, trait):
    return page.evaluate(GET, trait)


def put(page, **traits):
    """Set traits as Python does, and wait until that is drawn."""
    page.evaluate(
        "all => { for (const [name, value] of Object.entries(all)) tapedeck.model.set(name, value); }", traits
    )
    settle(page)


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)
    settle(page)


def rate_slider(page):
    return page.get_by_role("slider", name="Learning rate").first


def step_slider(page):
    return page.get_by_role("slider", name="Iterations").first


def shown(page):
    return page.locator(".descent-readout").first.text_content()


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def said_by_python(explorer, rate, step):
    at = explorer.paths.learning_rates.tolist().index(rate)
    return readout(explorer.paths.y[step, at], explorer.paths.x[step, at])


# Numbers


@pytest.mark.parametrize("name", ["course", "valley", "saddle", "longer"])
def test_readout_is_pythons_at_many_positions(show, explorers, name):
    page, explorer = show(name), explorers[name]
    facts = json.loads(explorer.facts)
    steps = [*facts["steps"][:3], *facts["steps"][100::173], facts["steps"][-1]]
    positions = [{"learning_rate": rate, "iterations": step} for rate in facts["rates"][::60] + [0.5] for step in steps]
    seen = at_each(page, positions, "() => document.querySelector('.descent-readout').textContent")
    for position, text in zip(positions, seen, strict=True):
        assert text == said_by_python(explorer, *position.values()), position


def test_the_course_says_what_the_course_says(show):
    page = show(learning_rate=0.01, iterations=1000)
    assert shown(page) == "y = 0 ; x = 0.999998569"
    assert (
        page.locator(".view-says-seen")
        .text_content()
        .startswith("Over 1000 iterations the path stalls at x = 0.999998569 from step 660")
    )


# Sliding


def test_keys_on_the_sliders(show, explorers):
    page = show()
    rates = explorers["course"].paths.learning_rates.tolist()
    rate_slider(page).focus()
    press(page, "ArrowRight")
    assert get(page, "learning_rate") == rates[rates.index(0.1) + 1]
    press(page, "Home")
    assert get(page, "learning_rate") == rates[0]
    press(page, "End")
    assert get(page, "learning_rate") == rates[-1]
    assert (
        rate_slider(page)
        .get_attribute("aria-valuetext")
        .startswith(f"{rates[-1]}: Over 1000 iterations the path overflows")
    )
    step_slider(page).focus()
    press(page, "ArrowRight", "ArrowRight", "ArrowLeft")
    assert get(page, "iterations") == 31
    press(page, "End")
    assert get(page, "iterations") == 1000
    assert step_slider(page).get_attribute("aria-valuetext") == f"1000: {shown(page)}"


def test_keys_elsewhere_in_the_view_change_the_iterations(show):
    page = show(iterations=3)
    for focus in (".descent", ".view-play", ".descent-actions button"):
        page.locator(focus).first.focus()
        press(page, "Home", "ArrowRight", "ArrowRight", "ArrowLeft")
        assert get(page, "iterations") == 1, focus
    page.get_by_label("logarithmic").focus()
    press(page, "Space", "ArrowRight")
    assert get(page, "logarithmic") is True and get(page, "iterations") == 2


@pytest.mark.parametrize("slider", [rate_slider, step_slider])
def test_dragging_is_told_to_python_when_it_rests(show, slider):
    page = show()
    page.evaluate(SPY)
    box = slider(page).bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.3 * box["width"], middle)
    page.mouse.down()
    seen = set()
    for part in np.linspace(0.3, 0.8, 20):
        page.mouse.move(box["x"] + part * box["width"], middle)
        settle(page)
        seen.add(slider(page).get_attribute("aria-valuetext"))
    assert page.evaluate("saved.length") == 0 and len(seen) > 15
    page.mouse.up()
    page.wait_for_function("saved.length > 0")
    rest(page)
    assert page.evaluate("saved.length") == 1


def test_play_and_pause(show):
    page = show(iterations=0)
    page.locator(".descent").focus()
    press(page, "Space")
    button(page, "Pause").wait_for()
    page.wait_for_function("tapedeck.model.get('iterations') >= 3")
    put(page, learning_rate=0.5)  # another rate may be chosen meanwhile
    page.wait_for_function("tapedeck.model.get('iterations') >= 5")
    button(page, "Pause").click()
    stopped = get(page, "iterations")
    page.wait_for_timeout(200)
    assert get(page, "iterations") == stopped
    button(page, "Play").click()
    page.wait_for_function("before => tapedeck.model.get('iterations') > before", arg=stopped)
    put(page, iterations=500)  # somebody else moves it
    button(page, "Play").wait_for()
    assert get(page, "iterations") == 500


def test_the_button_knows_that_it_plays_when_more_numbers_arrive(show, explorers):
    page = show(iterations=0, rest={"base64": ""}, wants_rest=False)
    button(page, "Play").click()
    rest = base64.b64encode(explorers["course"]._rest).decode()
    page.evaluate(
        """text => {
        const raw = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
        tapedeck.model.set("rest", new DataView(raw.buffer));
    }""",
        rest,
    )
    settle(page)
    button(page, "Pause").click()
    assert step_slider(page).get_attribute("max") > "200"


def test_before_the_rest_arrives_the_first_steps_are_there(show, explorers):
    page = show(iterations=1000, learning_rate=0.01, rest={"base64": ""}, wants_rest=False)
    assert get(page, "wants_rest") is True
    assert shown(page) == said_by_python(explorers["course"], 0.01, 200)
    assert page.locator(".descent-iterations .view-range-value").text_content() == "200"


def test_two_views_stay_in_step_and_one_may_go(show):
    page = show()
    page.evaluate(
        "() => { const el = document.querySelector('main').appendChild(document.createElement('div'));"
        " globalThis.close2 = tapedeck.view.render({model: tapedeck.model, el}); }"
    )
    page.get_by_role("slider", name="Learning rate").nth(1).focus()
    press(page, "End", "ArrowLeft")
    page.get_by_role("button", name="Open the step").nth(1).click()
    settle(page)
    assert len(set(page.locator(".descent-readout").all_text_contents())) == 1
    assert page.locator(".descent-moments:visible").count() == 2
    page.evaluate("close2()")
    put(page, learning_rate=0.5)
    assert page.locator(".descent").count() == 1


def test_goes_on_when_there_is_no_kernel(show):
    page = show(alive=True)
    page.evaluate("() => { tapedeck.model.save_changes = () => { throw new Error('no kernel'); }; }")
    rate_slider(page).focus()
    press(page, "End", "ArrowLeft")
    button(page, "Keep this run").click()
    page.get_by_label("Optimizer").select_option("adam")
    settle(page)
    assert page.get_by_text("Waiting for Python.").is_visible()
    before = shown(page)
    rate_slider(page).focus()
    press(page, "ArrowLeft")
    assert shown(page) != before


def test_status_speaks_once_when_the_view_rests(show, explorers):
    page = show()
    status = page.get_by_role("status")
    page.wait_for_function("document.querySelector('[role=status]').textContent !== ''")
    said_at_once = """rate => {
        tapedeck.model.set("learning_rate", rate);
        return document.querySelector("[role=status]").textContent;
    }"""
    fastest = explorers["course"].paths.learning_rates.tolist()[-1]
    assert not page.evaluate(said_at_once, fastest).startswith("Over 1000 iterations the path overflows")
    page.wait_for_function(
        "document.querySelector('[role=status]').textContent.startsWith('Over 1000 iterations the path overflows')"
    )
    assert status.count() == 1 and page.locator("output").count() == 0


# What is drawn


def test_points_are_where_the_numbers_say(show, explorers):
    page = show()
    for rate, step in [(0.1, 30), (0.97, 7), (0.01, 1000), (1.0, 3), (0.5, 0)]:
        put(page, learning_rate=rate, iterations=step)
        check_points(page, explorers["course"], rate, step)


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
def test_paths_that_blow_up_are_drawn_as_far_as_they_go(show, explorers, name):
    """A complaint about NaN in a path's text would fail this test; see `show`."""
    page = show(name, opened=True)
    rates = explorers[name].paths.learning_rates[::-24].tolist()
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


def test_zooming_keeps_points_where_the_numbers_say_and_can_be_undone(show, explorers):
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


def test_every_band_is_named_and_the_norm_of_the_gradient_is_drawn(show, explorers):
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
    low, high = json.loads(explorers["course"].facts)["series"]["norm"]["span"]
    assert up == pytest.approx(box[0] + (high - 2.0) / (high - low) * box[1], abs=0.02)  # f'(0) is -2


def test_the_logarithmic_scale(show):
    page = show()
    assert page.locator(".descent-values .view-axis-name").all_text_contents() == ["iteration", "y"]
    page.get_by_label("logarithmic").check()
    settle(page)
    assert get(page, "logarithmic") is True
    ticks = page.locator(".descent-values .view-axes text").all_text_contents()
    assert "1e-6" in ticks or "1e-8" in ticks


# One step


def test_moments_are_a_real_step(show, explorers):
    page = show(opened=True)
    for rate, step in [(0.1, 1), (0.1, 30), (0.97, 3), (0.01, 661), (1.0, 2)]:
        put(page, learning_rate=rate, iterations=step)
        check_moments(page, explorers["course"].paths, rate, step)


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


# Runs to compare with


def test_kept_runs_hold_their_numbers_and_part_where_python_says(show, explorers):
    page, paths = show(learning_rate=0.01), explorers["course"].paths
    button(page, "Keep this run").click()
    rates = paths.learning_rates.tolist()
    kept = page.evaluate("""() => tapedeck.model.get('kept').map((run) => ({
        ...run,
        ...Object.fromEntries(["x", "y", "gradient"].map((one) => [one, Array.from(new Uint8Array(run[one].buffer))])),
    }))""")[0]
    assert bytes(kept["x"]) == paths.x[:, rates.index(0.01)].tobytes()
    assert bytes(kept["y"]) == paths.y[:, rates.index(0.01)].tobytes()
    row = page.locator(".descent-runs li")
    value = f"y = {printed(paths.y[30, rates.index(0.01)])}"
    seen = ["0.01, SGD, float32, from 0.0", value, "the same as the run shown"]
    assert row.locator("span").all_text_contents() == seen
    put(page, iterations=7)
    assert row.locator(".descent-value").text_content() == f"y = {printed(paths.y[7, rates.index(0.01)])}"
    for rate in (0.1, 0.5, 4.0, rates[3]):
        put(page, learning_rate=rate)
        step = first_difference(paths.x[:, rates.index(0.01)], paths.x[:, rates.index(rate)])
        assert row.locator(".descent-parting").text_content() == f"first differs from the run shown at step {step}"


def test_a_run_that_the_browser_kept_is_one_that_python_takes(show, explorers):
    page = show("valley", learning_rate=0.5)
    button(page, "Keep this run").click()
    names = ["x", "y", "gradient", "scheduled"]
    kept = page.evaluate(
        """names => tapedeck.model.get('kept').map((run) => ({
        ...run,
        ...Object.fromEntries(names.map((one) => [one, Array.from(new Uint8Array(run[one].buffer))])),
    }))""",
        names,
    )
    explorer = DescentExplorer(course, function="narrow valley", learning_rate=0.5)
    explorer.keep()
    assert [run | {name: bytes(run[name]) for name in names} for run in kept] == explorer.kept


def test_six_runs_are_kept_and_the_focus_is_never_lost(show):
    page = show()
    keep = button(page, "Keep this run")
    for count, rate in enumerate((0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0), 1):
        put(page, learning_rate=rate)
        keep.click(force=True)  # also when it says that it will not
        settle(page)
        assert page.locator(".descent-runs li").count() == min(count, 6)
    assert keep.get_attribute("aria-disabled") == "true"
    strokes = page.locator(".descent-curve .descent-kept").evaluate_all(
        "all => all.map((e) => getComputedStyle(e).strokeDasharray)"
    )
    assert len(set(strokes)) == 6
    for left in (5, 4, 3, 2, 1, 0):
        page.get_by_role("button", name=re.compile("^Forget")).last.focus()
        press(page, "Enter")
        assert page.locator(".descent-runs li").count() == left
        assert page.evaluate("document.activeElement.closest('.descent') !== null")
    assert keep.evaluate("e => e === document.activeElement")


# What if


def what_if_buttons(page):
    return page.get_by_role("group", name="What if").get_by_role("button")


def test_what_if_buttons_ask_python_and_its_answer_is_read_out(show):
    page = show(alive=True)
    labels = ["momentum", "Adam", "cosine schedule", "exponential schedule", "best rate"]
    assert what_if_buttons(page).all_text_contents() == labels
    button(page, "Adam").focus()
    press(page, "Enter")
    assert get(page, "asked") == {"what_if": [["adam"], 1]} and page.get_by_text("Waiting for Python.").is_visible()
    button(page, "cosine schedule").focus()
    press(page, "Space")
    button(page, "Adam").click()  # a second time, while it waits
    assert get(page, "asked") == {"what_if": [["adam", "cosine"], 2]}
    assert get(page, "iterations") == 30  # Space pressed the button, and played nothing
    put(page, answered=2, compared="After 30 gradient evaluations, Adam is lower.")
    assert page.get_by_role("log").text_content() == "After 30 gradient evaluations, Adam is lower."
    button(page, "momentum").click()
    assert get(page, "asked") == {"what_if": [["momentum"], 3]}


def test_what_if_buttons_say_why_they_do_nothing(show):
    page = show()
    check_idle(page, "This needs a running notebook.")
    page = show(alive=True)
    for rate in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5):
        put(page, learning_rate=rate)
        button(page, "Keep this run").click()
    settle(page)
    check_idle(page, "Six runs are kept. Forget one, then this one can be added.")


def check_idle(page, why):
    for one in what_if_buttons(page).all():
        assert one.get_attribute("aria-disabled") == "true" and one.get_attribute("title") == why
        one.click(force=True)
    assert get(page, "asked") == {}


def test_features_are_scaled_by_a_box_and_runs_over_others_have_no_place_in_the_picture(show):
    page = show("data", alive=True)
    button(page, "Keep this run").click()
    drawn = page.locator(".descent-curve .descent-kept")
    assert drawn.get_attribute("d") != "" and page.get_by_label("Batch").input_value() == ""
    page.get_by_label("scale the features").check()
    assert get(page, "asked") == {"scaled": [True, 1]}
    put(page, iterations=12)
    assert page.get_by_label("scale the features").is_checked()  # until Python answers
    put(page, answered=1, problem="No.")
    assert not page.get_by_label("scale the features").is_checked()
    page.evaluate("""() => {
        const facts = JSON.parse(tapedeck.model.get("facts"));
        tapedeck.model.set("facts", JSON.stringify({ ...facts, scaled: true, scaling: "From 161 to 1." }));
    }""")
    put(page, scaled=True)
    assert page.get_by_text("From 161 to 1.").is_visible() and page.get_by_text("input, scaled").is_visible()
    assert drawn.get_attribute("d") == ""
    assert page.locator(".descent-parting").text_content() == "its parameters belong to other features"
    assert page.locator(".descent-values .descent-kept").get_attribute("d") != ""
    page.get_by_label("Batch").select_option("8")
    assert get(page, "asked")["batch_size"][0] == "8"


def test_what_cannot_be_scaled_has_no_box(show):
    page = show()
    assert page.get_by_label("scale the features").is_hidden()
    page = show("data")
    assert page.get_by_label("scale the features").is_disabled()


def test_the_focus_stays_when_what_can_be_tried_changes(show, explorers):
    page = show(alive=True)
    button(page, "Adam").focus()
    facts = json.loads(explorers["course"].facts)
    facts["whatIfs"] = [["sgd", "SGD"], ["momentum", "momentum"]]
    put(page, facts=json.dumps(facts))
    assert page.evaluate("document.activeElement.textContent") == "momentum"


# Fields


def test_a_saved_page_cannot_ask_python_and_says_so(show):
    page = show()
    fields = page.locator(".view-fields :is(select, input)")
    assert (
        fields.count() == 7 and page.get_by_label("Decay steps").is_hidden() and page.get_by_label("Batch").is_hidden()
    )
    for field in fields.all():
        assert field.is_disabled() and field.get_attribute("title") == "This needs a running notebook."
    handle = page.locator(".descent-start")
    assert "view-handle" not in handle.get_attribute("class")
    box = handle.bounding_box()
    page.mouse.move(box["x"] + 8, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 8)
    page.mouse.up()
    assert get(page, "asked") == {}


def test_a_schedule_that_falls_within_some_steps_has_a_field_for_them(show, explorers):
    facts = json.loads(explorers["course"].facts) | {"decays": True}
    page = show(alive=True, schedule="cosine", decay_steps=30, facts=json.dumps(facts))
    assert page.get_by_label("Schedule").input_value() == "cosine"
    field = page.get_by_label("Decay steps")
    assert field.input_value() == "30"
    field.fill("80")
    field.press("Enter")
    page.get_by_label("Schedule").select_option("linear")
    assert get(page, "asked") == {"decay_steps": ["80", 1], "schedule": ["linear", 2]}
    put(page, schedule="linear", decay_steps=80, answered=2)
    assert field.input_value() == "80" and page.get_by_label("Schedule").input_value() == "linear"


@pytest.mark.parametrize("name", ["course", "valley"])
def test_a_dragged_start_asks_for_a_place_on_the_grid(show, explorers, name):
    page = show(name, alive=True)
    page.evaluate(SPY)
    box = page.locator(".descent-start").bounding_box()
    page.mouse.move(box["x"] + 8, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 70, box["y"] + 40, steps=5)
    settle(page)
    assert page.evaluate("saved") == []
    held = page.locator(".descent-start").bounding_box()
    page.mouse.up()
    (asked,) = page.evaluate("saved")
    start = np.atleast_1d(json.loads(asked["start"][0]))
    for place, axis in zip(start, explorers[name].loss_surface.axes, strict=True):
        assert np.abs(axis - place).min() < 1e-3 * np.ptp(axis)
    settle(page)
    assert page.locator(".descent-start").bounding_box() == held != box  # until Python answers
    put(page, answered=1)
    assert page.locator(".descent-start").bounding_box() == box  # it said no


def test_a_typed_start_stays_until_python_answers(show):
    page = show(alive=True)
    field = page.get_by_label("Start")
    field.fill("two")
    field.press("Enter")
    assert get(page, "asked") == {"start": ["two", 1]}
    put(page, iterations=12)  # a redraw in between
    assert field.input_value() == "two" and page.get_by_text("Waiting for Python.").is_visible()
    put(page, problem="start = 'two' is not understood.", answered=1)
    assert field.input_value() == "two" and field.get_attribute("aria-invalid") == "true"
    assert page.get_by_role("alert").text_content() == "start = 'two' is not understood."
    field.fill("0")
    field.press("Tab")
    assert get(page, "asked") == {"start": ["0", 2]}
    put(page, problem="", answered=2)
    assert field.input_value() == "0.0" and field.get_attribute("aria-invalid") == "false"


def test_what_is_asked_while_python_is_busy_adds_up(show):
    page = show(alive=True)
    page.get_by_label("Optimizer").select_option("adam")
    page.get_by_label("Numbers").select_option("float64")
    page.get_by_label("Start").fill("1.5")
    page.get_by_label("Start").press("Enter")
    assert get(page, "asked") == {"optimizer": ["adam", 1], "dtype": ["float64", 2], "start": ["1.5", 3]}
    put(page, learning_rate=0.5)
    assert page.get_by_label("Optimizer").input_value() == "adam"
    put(page, answered=1, problem="no")  # there is no such optimizer, say; the other two are still to come
    assert page.get_by_label("Optimizer").input_value() == "sgd"
    assert page.get_by_label("Numbers").input_value() == "float64" and page.get_by_text("Waiting").is_visible()
    page.get_by_label("Optimizer").select_option("rmsprop")
    assert get(page, "asked") == {"dtype": ["float64", 2], "start": ["1.5", 3], "optimizer": ["rmsprop", 4]}
    put(page, answered=4)
    assert page.get_by_text("Waiting for Python.").is_hidden()


def test_enter_commits_where_the_notebook_takes_its_default_away(show):
    page = show(alive=True)
    page.evaluate("() => { document.addEventListener('keydown', (event) => event.preventDefault(), true); }")
    page.get_by_label("Start").evaluate("input => { input.value = '2.5'; }")
    page.get_by_label("Start").press("Enter")
    assert get(page, "asked") == {"start": ["2.5", 1]}


def test_copy_as_code(show, new_page, explorers):
    page = show(on=new_page(permissions=["clipboard-read", "clipboard-write"]), learning_rate=0.5, iterations=7)
    button(page, "Copy as code").click()
    page.get_by_text("Copied.").wait_for()
    explorer = explorers["course"]
    code = page.evaluate("navigator.clipboard.readText()")
    assert code == explorer.code.replace("learning_rate=0.1", "learning_rate=0.5").replace("range(30)", "range(7)")
    page.evaluate("() => { navigator.clipboard.writeText = () => { throw new Error('no'); }; }")
    button(page, "Copy as code").click()
    page.get_by_text("print(explorer.code)").wait_for()


# For everyone


def test_words_come_with_the_facts(show, explorers):
    facts = json.loads(explorers["course"].facts)
    facts["words"] |= {"Play": "播放", "Learning rate": "学习率"}
    page = show(facts=json.dumps(facts))
    page.get_by_role("button", name="播放").wait_for()
    page.get_by_role("slider", name="学习率").wait_for()


def test_each_element_that_takes_the_focus_keeps_its_keys_and_shows_it(show):
    page = show("saddle", alive=True)
    lost = ".descent:not([data-lm-suppress-shortcuts=true]), .descent :is(button, input, select, [tabindex])"
    assert page.locator(f"{lost}:not([data-lm-suppress-shortcuts=true])").count() == 0
    names = []
    for _ in range(13):
        page.keyboard.press("Tab")
        read = "() => { const e = document.activeElement; return [e.className, getComputedStyle(e).outlineStyle]; }"
        name, outline = page.evaluate(read)
        assert outline != "none", name
        names.append(name)
    assert names[0].startswith("view descent") and names.index("view-text") < names.index("view-slider")


@pytest.mark.parametrize("name", ["course", "saddle", "data"])
def test_axe_finds_no_violation(show, name):
    page = show(name, alive=True, opened=True, problem="No.")
    page.get_by_label("Optimizer").select_option("adam")
    button(page, "Keep this run").click()
    for scheme, rate in (("light", 0.01), ("dark", 1.0)):
        page.emulate_media(color_scheme=scheme)
        put(page, learning_rate=rate)
        check_with_axe(page)


def test_axe_finds_no_violation_in_a_saved_page(show):
    page = show()
    check_schemes_with_axe(page)


@pytest.mark.parametrize(("name", "zoom"), [("course", 1), ("saddle", 1), ("long", 1), ("long", 2), ("compared", 1)])
def test_nothing_is_clipped(show, new_page, name, zoom):
    page = show(name, on=new_page(device_scale_factor=zoom), opened=True)
    for width in (350, 500, 700, 1000, 1400):
        page.set_viewport_size({"width": width, "height": 900})
        for step in (0, 7, 1000):
            put(page, iterations=step)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (width, step)
            assert page.locator(BOXES).evaluate_all(OVERFLOWING) == [], (width, step)


def test_nothing_moves_while_sliding(show, explorers):
    page = show(iterations=7)
    boxes = set()
    for rate in explorers["course"].paths.learning_rates[::24].tolist():
        put(page, learning_rate=rate)
        read = "all => all.map((e) => Object.values(e.getBoundingClientRect().toJSON()).map(Math.round).join())"
        boxes.add(tuple(page.locator(".view-panel, .view-slider, .descent-actions").evaluate_all(read)))
    assert len(boxes) == 1


def test_every_class_is_the_views_own(show):
    page = show("saddle", opened=True)
    used = page.locator(".tapedeck, .tapedeck *").evaluate_all(
        "all => [...new Set(all.flatMap((e) => [...e.classList]))]"
    )
    assert [name for name in used if not re.fullmatch(r"tapedeck|(descent|view)(-.+)?|(is|has)-.+", name)] == []


def test_pictures_to_look_at(show, new_page, screenshots):
    looks = {
        "light": ("course", {"width": 1400}, {"learning_rate": 0.9}),
        "dark": ("course", {"width": 1000, "color_scheme": "dark"}, {"opened": True, "logarithmic": True}),
        "narrow": ("course", {"width": 500}, {"learning_rate": 1.0, "opened": True}),
        "valley": ("valley", {"width": 1000}, {"learning_rate": 0.97}),
        "saddle": ("saddle", {"width": 1000, "color_scheme": "dark"}, {"opened": True}),
        "long": ("long", {"width": 700}, {"opened": True}),
        "overflows": ("course", {"width": 1000}, {"learning_rate": 1.3, "iterations": 1000}),
        "compared": ("compared", {"width": 1100}, {}),
        "compared-narrow": ("compared", {"width": 640, "color_scheme": "dark"}, {"opened": True}),
        "forced": ("course", {"width": 1000, "forced_colors": "active"}, {"opened": True}),
    }
    for name, (which, options, state) in looks.items():
        page = show(which, on=new_page(reduced_motion="reduce", **options), alive=True, **state)
        button(page, "Keep this run").click()
        put(page, learning_rate=0.3)
        page.screenshot(path=screenshots / f"descent-{name}.png", full_page=True)
        assert page.locator(".descent-runs li").count() >= 1


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


@pytest.mark.parametrize("name", ["course", "entropy", "hinge", "line"])
@pytest.mark.parametrize("width", [1100, 640])
def test_what_a_minimum_is_called_covers_neither_curve_nor_path(show, page, name, width):
    page.set_viewport_size({"width": width, "height": 900})
    show(name)
    assert page.evaluate(LINES_UNDER_A_MINIMUM) == [1, 0]
