"""The form of a prediction, and the lock of a view, in a bare page: real mouse, real keys, no Jupyter, no kernel."""

import re
from dataclasses import replace

import pytest
import tensorflow as tf
from playwright.sync_api import expect

from tests.browser.pages import OUTSIDE, check_schemes_with_axe, check_with_axe, press, settle
from widgets.common.widget import STATIC, write_page
from widgets.deck.widget import TapeDeck
from widgets.derivatives.widget import DerivativeExplorer
from widgets.descent.widget import DescentExplorer
from widgets.exercises.predict_widget import form_facts, form_standing
from widgets.exercises.prediction_reasons import reasons_text
from widgets.exercises.predictions import Form, Prediction
from widgets.exercises.sketches import curve_of
from widgets.race.widget import ExecutionRace
from widgets.rounding.widget import PrecisionMicroscope

SPY = "() => { globalThis.saved = []; tapedeck.model.save_changes = () => saved.push(tapedeck.model.get('asked')); }"
PLANE = (-1.0, 3.0, -4.0, 4.0)
STEPS = ("record", "gradient", "scale", "assign")
OPEN = {
    "number": Prediction("slope at 0"),
    "choice": Prediction("total against 2", Form(choices=("above", "below"))),
    "sketch": Prediction("slope of f", Form(sketch=PLANE)),
    "order": Prediction("four moments", Form(order=STEPS)),
}
MADE = {
    "number": replace(OPEN["number"], value=2.0, outcome=-2.0),
    "choice": replace(OPEN["choice"], value="below", outcome="below"),
    "sketch": replace(
        OPEN["sketch"],
        value=[(-1.0, -3.0), (1.0, 0.5), (3.0, 3.0)],
        outcome=curve_of(lambda x: 2 * x - 2, -1.0, 3.0),
    ),
    "order": replace(OPEN["order"], value=list(STEPS[::-1]), outcome=list(STEPS)),
}


def state(prediction, *, alive=True, problem=""):
    standing = {"facts": form_facts(prediction), "standing": form_standing(prediction)}
    return standing | {"asked": {}, "answered": 0, "alive": alive, "problem": problem, "locked": ""}


@pytest.fixture
def show(tmp_path, page):
    """Return a function that opens a page with the form of a prediction; by default in the ordinary page."""

    def open_form(prediction, *, on=page, **more):
        on.goto(write_page(tmp_path / "form.html", "A page", STATIC / "prediction", state(prediction, **more)).as_uri())
        on.locator(".prediction .view-title:not(:empty)").wait_for()
        on.evaluate(SPY)
        settle(on)
        return on

    return open_form


def tell(page, prediction, answered=1):
    """Change the traits as Python does, once it has taken what was asked."""
    traits = {"standing": form_standing(prediction), "answered": answered}
    page.evaluate("all => { for (const [k, v] of Object.entries(all)) tapedeck.model.set(k, v); }", traits)
    settle(page)


def sent(page):
    settle(page)
    return [asked["value"][0] for asked in page.evaluate("saved")]


def commit(page):
    return page.get_by_role("button", name="Commit")


# Committing


def test_a_number_is_typed_and_committed_with_enter(show):
    page = show(OPEN["number"])
    page.get_by_label("Your prediction").focus()
    page.keyboard.type("-2")
    press(page, "Enter")
    assert sent(page) == ["-2"] and page.locator(".prediction-note").inner_text() == "Waiting for the kernel."
    tell(page, replace(OPEN["number"], value=-2.0))
    assert page.locator(".prediction-yours").inner_text() == "You predict\n-2.0"
    expect(commit(page)).to_be_hidden()
    expect(page.get_by_label("Your prediction")).to_be_hidden()
    assert page.evaluate("document.activeElement.className") == "prediction-beside"


def test_what_does_not_fit_is_said_and_can_be_mended(show):
    page = show(OPEN["number"])
    page.get_by_label("Your prediction").fill("steep")
    commit(page).click()
    page.evaluate("() => { tapedeck.model.set('problem', 'not a number'); tapedeck.model.set('answered', 1); }")
    expect(page.get_by_role("alert")).to_have_text("not a number")
    assert page.get_by_label("Your prediction").input_value() == "steep"
    page.get_by_label("Your prediction").fill("2")
    commit(page).click()
    assert sent(page) == ["steep", "2"]


def test_a_choice_by_keys(show):
    page = show(OPEN["choice"])
    page.get_by_label("above").focus()
    press(page, "ArrowDown", "Enter")
    assert sent(page) == ["below"]


def test_a_choice_with_the_mouse(show):
    page = show(OPEN["choice"])
    commit(page).click()
    assert sent(page) == [] and page.get_by_role("alert").inner_text() == "Choose one"
    page.get_by_text("above", exact=True).click()
    commit(page).click()
    assert sent(page) == ["above"]


def points(page):
    return page.get_by_role("slider")


def test_a_curve_by_keys(show):
    page = show(OPEN["sketch"])
    assert points(page).count() == 9
    commit(page).click()
    assert sent(page) == [] and page.get_by_role("alert").inner_text() == "Draw your curve first."
    points(page).first.focus()
    press(page, "PageUp", "ArrowRight", "ArrowDown", "ArrowDown", "End", "ArrowUp")
    expect(points(page).nth(1)).to_have_accessible_name("Your curve, at x = -0.5")
    assert points(page).nth(1).get_attribute("aria-valuetext") == "-0.4"
    commit(page).click()
    assert sent(page) == [[[-1, 1], [-0.5, -0.4], [0, 0], [0.5, 0], [1, 0], [1.5, 0], [2, 0], [2.5, 0], [3, 0.2]]]


def test_a_curve_drawn_with_the_mouse_goes_where_the_mouse_went(show):
    page = show(OPEN["sketch"])
    box = page.locator(".prediction-canvas").bounding_box()
    page.mouse.move(box["x"] + 1, box["y"] + box["height"] - 1)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 1, box["y"] + 1, steps=4)
    page.mouse.up()
    commit(page).click()
    (drawn,) = sent(page)
    assert [y for _, y in drawn] == pytest.approx([-4, -3, -2, -1, 0, 1, 2, 3, 4], abs=0.25)


def test_an_order_by_keys_and_with_the_mouse(show):
    page = show(OPEN["order"])
    lines = page.get_by_role("option")
    before = lines.all_inner_texts()
    page.get_by_role("listbox", name="First to last").focus()
    press(page, "Alt+ArrowDown")
    assert lines.all_inner_texts() == [before[1], before[0], *before[2:]]
    box = [line.bounding_box() for line in lines.all()]
    page.mouse.move(box[3]["x"] + 40, box[3]["y"] + 8)
    page.mouse.down()
    page.mouse.move(box[0]["x"] + 40, box[0]["y"] + 2, steps=5)
    page.mouse.up()
    commit(page).click()
    (order,) = sent(page)
    assert order == [text.replace("⠿", "").strip() for text in (before[3], before[1], before[0], before[2])]


def test_a_second_press_while_the_kernel_is_busy_asks_nothing_more(show):
    page = show(OPEN["number"])
    page.get_by_label("Your prediction").fill("1")
    commit(page).click()
    commit(page).click(force=True)
    assert sent(page) == ["1"]


# Side by side


@pytest.mark.parametrize("kind", ["number", "choice", "order"])
def test_prediction_and_outcome_stand_side_by_side(show, kind):
    page = show(MADE[kind])
    boxes = [page.locator(name).bounding_box() for name in (".prediction-yours", ".prediction-outcome")]
    assert boxes[0]["y"] == boxes[1]["y"] and boxes[0]["x"] < boxes[1]["x"]
    assert page.locator(".prediction-outcome").inner_text().startswith("It is\n")
    expect(page.locator(".prediction-verdict")).to_have_text(
        "You predicted that correctly." if kind == "choice" else "Not what you predicted. Can you explain why?"
    )
    why = page.locator(".prediction-why")
    if kind != "number":  # only of that prediction is anything known
        return expect(why).to_be_hidden()
    page.get_by_text("Why?", exact=True).press("Enter")
    assert why.locator("p").all_inner_texts() == list(reasons_text("slope at 0", 2.0, -2.0))
    check_with_axe(page)


def test_the_curve_drawn_and_the_true_one_are_in_one_plot(show):
    page = show(MADE["sketch"])
    ends = page.locator(".prediction-truth").evaluate("e => e.getBBox().height")
    yours = page.locator(".prediction-curve").evaluate("e => e.getBBox().height")
    assert ends / yours == pytest.approx(8 / 6, rel=0.01)
    assert page.locator(".prediction-gap").inner_text() == "They are furthest apart at x = -1.0, by 1.0."
    plot = page.get_by_role("img", name=re.compile("You predicted: a curve through .* It is: a curve through"))
    assert plot.count() == 1 and points(page).count() == 0


def test_a_saved_page_takes_no_prediction_and_says_why(show):
    page = show(OPEN["number"], alive=False)
    expect(commit(page)).to_have_attribute("aria-disabled", "true")
    expect(commit(page)).to_have_accessible_description("This is a saved page. Open the notebook to predict.")
    commit(page).click(force=True)
    assert sent(page) == []


def test_two_views_of_one_model_stay_in_step(show):
    page = show(OPEN["number"])
    page.evaluate(
        "() => { const el = document.createElement('div'); document.querySelector('main').append(el);"
        "tapedeck.view.render({ model: tapedeck.model, el }); }"
    )
    second = page.locator(".prediction").nth(1)
    second.get_by_label("Your prediction").fill("-2")
    second.get_by_role("button", name="Commit").click()
    tell(page, replace(OPEN["number"], value=-2.0))
    assert page.locator(".prediction-yours").all_inner_texts() == ["You predict\n-2.0"] * 2


# The looks

LOOKS = {f"{kind}-{when}": some[kind] for kind in OPEN for when, some in (("open", OPEN), ("made", MADE))}


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_and_nothing_sticks_out(show, look):
    page = show(LOOKS[look], problem="Something is wrong.")
    for width in (350, 500, 700, 1400):
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)
        assert page.locator(".prediction").evaluate(OUTSIDE) == [], width
    check_schemes_with_axe(page)


@pytest.mark.parametrize("kind", OPEN)
def test_each_element_that_takes_the_focus_keeps_its_keys_from_jupyterlab(show, kind):
    lost = '.prediction :is(button, input, [tabindex="0"]):not([data-lm-suppress-shortcuts=true])'
    assert show(OPEN[kind]).locator(lost).count() == 0


def test_pictures_to_look_at(show, new_page, screenshots):
    options = {"": {}, "-dark": {"color_scheme": "dark"}, "-forced": {"forced_colors": "active"}}
    for look, prediction in LOOKS.items():
        for name, more in options.items():
            page = show(prediction, on=new_page(width=500 if name else 900, height=300, **more))
            page.screenshot(path=screenshots / f"predict-{look}{name}.png", full_page=True)
            assert page.locator(".prediction").count() == 1


# The lock of a view


def slope(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    return tape.gradient(y, x)


VIEWS = {
    "deck": lambda: TapeDeck(slope, x=3.0),
    "derivatives": lambda: DerivativeExplorer(tf.sin),
    "descent": lambda: DescentExplorer(lambda x: x**2),
    "microscope": lambda: PrecisionMicroscope(lambda x: x**2, start=1.0, iterations=100),
    "race": lambda: ExecutionRace(lambda x: x**2),
}


def open_locked(view, page, path, says="First predict: slope at 0", **lock):
    state = view._page_state() | {"locked": says, "lock": lock}
    page.goto(write_page(path, "A page", STATIC / view._bundle, state).as_uri())
    page.locator(".tapedeck").wait_for()
    return page


@pytest.mark.parametrize("name", VIEWS)
def test_a_locked_view_shows_what_to_predict_and_nothing_else_and_opens_by_itself(name, page, tmp_path):
    open_locked(VIEWS[name](), page, tmp_path / "view.html")
    assert page.locator(".tapedeck").inner_text() == "First predict: slope at 0"
    page.evaluate("tapedeck.model.set('locked', '')")
    settle(page)
    assert page.locator(".view-locked").count() == 0
    expect(page.locator(".tapedeck .view:not(.view-locked) [role=status]").first).to_be_attached()
    page.evaluate("tapedeck.model.set('locked', 'First predict: another')")
    assert page.locator(".tapedeck").inner_text() == "First predict: another"


def test_a_locked_view_leads_to_its_prediction_and_opens_without_one(page, tmp_path):
    open_locked(VIEWS["deck"](), page, tmp_path / "view.html", name="slope at 0", open="Show it anyway")
    page.evaluate("""() => {
        const form = document.createElement("div");
        form.className = "tapedeck";
        form.innerHTML = '<div data-prediction="slope at 0"><input id="field"></div>';
        document.body.append(form);
    }""")
    page.get_by_role("button", name="First predict: slope at 0").click()
    assert page.evaluate("document.activeElement.id") == "field"
    page.get_by_role("button", name="Show it anyway").press("Enter")
    settle(page)
    assert page.evaluate("tapedeck.model.get('locked')") == "" and page.locator(".view-locked").count() == 0


def test_the_locked_panel_is_accessible_and_fits(new_page, tmp_path, screenshots):
    says = "First predict: the slope at 0 of a function with a very long name, longer than the page is wide"
    lock = {"name": "slope", "open": "Show it anyway"}
    page = open_locked(VIEWS["deck"](), new_page(width=350, height=200), tmp_path / "view.html", says, **lock)
    for name, media in {
        "light": {"color_scheme": "light"},
        "dark": {"color_scheme": "dark"},
        "active": {"color_scheme": "light", "forced_colors": "active"},
    }.items():
        page.emulate_media(**media)
        check_with_axe(page)
        assert page.locator(".view-locked").evaluate(OUTSIDE) == []
        page.screenshot(path=screenshots / f"locked-{name}.png")
