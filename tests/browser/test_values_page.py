"""The value panel and the norms panel in a page, on a recording of TensorFlow's: x @ wᵀ + b, squared and summed."""

import json
import pathlib

import pytest

from tests.browser.pages import OUTSIDE, check_with_axe, settle
from widgets.common.widget import STATIC, write_page

STATE = json.loads(pathlib.Path(__file__).parents[1].joinpath("view/payloads/products.json").read_text("utf-8"))
FACTS = json.loads(STATE["facts"]) | {"level": "ops"}
OPS = next(level for level in FACTS["levels"] if level["key"] == "ops")
STEPS, STOPS = OPS["steps"], OPS["stops"]


def after(op, kind="pullback"):
    """Return the position at which an op has run, or was played back."""
    entries = OPS["entries"]
    found = (i for i, step in enumerate(STEPS) if step["kind"] == kind and entries[step["entry"]]["op"] == op)
    return STOPS[next(found)]


@pytest.fixture
def show(tmp_path, page):
    """Return a function that opens the page at a position, with one tab in front."""

    def open_deck(tab, position, **state):
        path = write_page(
            tmp_path / "deck.html",
            "A deck",
            STATIC / "deck",
            STATE | {"facts": json.dumps(FACTS), "position": position} | state,
        )
        page.goto(path.as_uri())
        page.get_by_role("tab", name=tab, exact=True).click()
        settle(page)
        return page

    return open_deck


def test_a_tensor_has_its_value_above_its_gradient_and_reads_its_numbers_out(show):
    page = show("Value", after("MatMul"))
    panel = page.locator(".deck-value-panel")
    panel.get_by_role("button", name="w", exact=True).click()
    assert "w 4 × 2" in panel.locator(".deck-value-line").inner_text().replace("\n", " ")
    maps = panel.locator(".deck-heat:visible")
    assert maps.evaluate_all("all => all.map((one) => one.dataset.kind)") == ["value", "gradient"]
    boxes = [maps.nth(at).bounding_box() for at in (0, 1)]
    assert boxes[0]["width"] == boxes[1]["width"]
    position = page.evaluate("tapedeck.model.get('position')")
    panel.locator("[data-kind=gradient] .deck-heat-frame").focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    settle(page)
    assert page.evaluate("tapedeck.model.get('position')") == position, "its arrows are not the deck's"
    gradient = FACTS["sources"][1]["gradient"]
    texts = panel.locator(".deck-value-text").all_inner_texts()
    assert texts[0] == "1.0" and texts[1] in gradient, (texts, gradient)
    assert panel.locator(".deck-heat-cell").count() == 2, "the same cell is marked in both"
    spoken = panel.get_by_role("status").inner_text()
    assert "[1, 1]" in spoken and all(text in spoken for text in texts)
    assert "[:, 1]" in panel.locator(".deck-value-shapes-says").inner_text()
    assert panel.locator(".deck-value-band").count() == 3
    panel.get_by_role("checkbox").check()
    assert panel.locator(".deck-heat-key").is_visible()
    check_with_axe(page, ".deck-value-panel")


def test_terms_lead_to_where_they_came_from_and_a_choice_stays(show):
    page = show("Value", STOPS[-1])
    panel = page.locator(".deck-value-panel")
    page.evaluate("p => tapedeck.model.set('position', p)", after("Mul"))
    settle(page)
    assert panel.locator(".deck-value-terms li").count() == 2 and panel.locator(".deck-value-total").is_visible()
    page.evaluate("p => tapedeck.model.set('position', p)", after("AddV2"))
    settle(page)
    panel.get_by_role("button", name="b", exact=True).click()
    page.evaluate("p => tapedeck.model.set('position', p)", STOPS[-1])
    settle(page)
    assert panel.locator(".deck-value-name").inner_text() == "b"
    assert "axis 0" in panel.locator(".deck-value-shapes-says").inner_text()
    panel.locator(".deck-value-from").first.click()
    settle(page)
    assert page.evaluate("tapedeck.model.get('position')") == after("AddV2")
    panel.locator(".deck-value-choice[aria-pressed=true]").click()
    page.evaluate("p => tapedeck.model.set('position', p)", after("MatMul", "entry"))
    settle(page)
    assert panel.locator(".deck-value-name").inner_text() == "z"
    assert "not yet" in panel.locator("[data-kind=gradient] .deck-value-text").inner_text()


def test_norms_arrive_with_the_gradients_and_the_smallest_is_named(show):
    page = show("Norms", after("AddV2", "entry"))
    panel = page.locator(".deck-norms")
    kinds = "all => all.map((one) => one.dataset.kind)"
    assert panel.locator("tbody tr").evaluate_all(kinds) == ["waiting"] * 3
    page.evaluate("p => tapedeck.model.set('position', p)", after("AddV2"))
    settle(page)
    assert panel.locator("tbody tr").evaluate_all(kinds) == ["waiting", "waiting", "number"]
    page.evaluate("p => tapedeck.model.set('position', p)", STOPS[-1])
    settle(page)
    least = min(FACTS["sources"], key=lambda source: source["norm"])
    says = panel.locator(".deck-norms-says").inner_text()
    assert least["name"] in says and least["norm_text"] in says
    widths = panel.locator(".deck-norms-bar").evaluate_all("all => all.map((one) => one.getBoundingClientRect().width)")
    norms = [source["norm"] for source in FACTS["sources"]]
    assert sorted(widths) == [width for _, width in sorted(zip(norms, widths, strict=True))]
    check_with_axe(page, ".deck-norms")
    for width in (1100, 640, 400):
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)
        assert page.locator(".deck-norms").evaluate(OUTSIDE) == []
    panel.get_by_role("button", name=least["name"], exact=True).click()
    assert page.locator(".deck-value-panel").is_visible()
    assert page.locator(".deck-value-name").inner_text() == least["name"]


def test_what_has_no_numbers_is_said(show):
    grid = FACTS["grids"][0] | {"shape": [90, 80], "block": ["30", "20-21"], "rows": 3, "columns": 4, "code": "int8"}
    grid |= {"data": "f4CBAAECAwQFBgcI", "most": 1.0}  # ∞, NaN, -∞, and levels of color
    facts = FACTS | {"grids": [grid] * len(FACTS["grids"])}
    page = show("Value", after("MatMul", "entry"), facts=json.dumps(facts))
    panel = page.locator(".deck-value-panel")
    assert "20-21" in panel.locator("[data-kind=value] .deck-value-note").inner_text()
    assert panel.locator(".deck-heat-marks").count() == 1
    assert not panel.locator(".deck-value-ask:visible").count(), "a saved page has nobody to ask"
    panel.locator("[data-kind=value] .deck-heat-frame").focus()
    page.keyboard.press("ArrowRight")
    assert "saved page" in panel.locator(".deck-value-line").inner_text()
    page = show("Value", after("MatMul", "entry"), facts=json.dumps(facts), alive=True)
    panel.locator(".deck-value-ask").first.click()
    assert page.evaluate("tapedeck.model.get('wanted')") >= 0
    page.evaluate("tapedeck.model.set('numbers', { grid: tapedeck.model.get('wanted'), problem: 'Gone.' })")
    assert "Gone." in panel.locator("[data-kind=value] .deck-value-note").inner_text()
