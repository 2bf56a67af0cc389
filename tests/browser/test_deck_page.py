"""What a deck shows at each position, its arguments, and that it is for everyone."""

import itertools
import re

import pytest

from tests.browser import hand_made as facts
from tests.browser.deck_page import go, gradients, opener, row
from tests.browser.pages import check_with_axe, settle

PARTS = ".deck-top, .deck-sentence, .deck-transport, .deck-track, .view-panel, .deck-field, .deck-line, table"
OWN = r"tapedeck|(deck|view|heat)(-.+)?|(is|has|norms|terms?|value)-.+"
CONTAINERS = f".deck, .deck :is({PARTS})"
OVERFLOWING = """all => {
    const edge = (e) => e.getBoundingClientRect().right;
    const deck = edge(document.querySelector(".deck"));
    return all.filter((e) => e.scrollWidth > e.clientWidth + 1 || edge(e) > deck + 1).map((e) => e.className);
}"""
SPY = "() => { globalThis.saved = []; tapedeck.model.save_changes = () => saved.push(tapedeck.model.get('position')); }"


@pytest.fixture
def show(tmp_path, page):
    return opener(tmp_path, page)


def test_code_is_lit_where_it_runs(show):
    page = show(facts.fan_out(), position=3)
    assert page.locator(".deck-line[aria-current]").inner_text().split() == [
        "3",
        "y",
        "=",
        "x",
        "*",
        "x",
        "+",
        "3",
        "*",
        "x",
    ]
    assert page.locator(".deck-line mark").text_content() == "y = x"
    go(page, 2)
    assert page.locator(".deck-line mark").count() == 0
    go(page, 0)
    assert page.locator(".deck-line[aria-current]").count() == 0


def test_tape_fills_and_is_handed_back_row_by_row(show):
    page = show(facts.fan_out(), position=4)
    assert page.locator(".deck-row:not(.is-blank)").count() == 2
    assert row(page, 1).get_attribute("aria-current") == "step"
    assert row(page, 0).locator(".deck-badges").text_content() == "recorded"
    assert page.locator(".deck-handed").all_text_contents() == ["", "", ""]
    go(page, 9)
    handed = row(page, 1).locator(".deck-handed")
    assert (handed.text_content(), handed.get_attribute("title")) == ("x ← 3.0", "x ← 3.0, skipped: 3.0")
    assert row(page, 0).locator(".deck-handed").text_content() == ""
    go(page, 10)
    assert row(page, 0).locator(".deck-handed").text_content() == "x ← 2.0, x ← 2.0"


def test_gradients_are_those_of_the_facts_at_every_position(show):
    shown = facts.fan_out()
    page = show(shown)
    heads = {0: "x", 1: "x * x", 3: "3 * x", 4: "y"}
    expected = dict.fromkeys(heads.values(), "")
    for at, step in enumerate(shown["steps"], 1):
        for contribution in step.get("contributions", []):
            if not contribution["skipped"]:
                missing = " + ?" if contribution["nth"] < contribution["count"] else ""
                expected[heads[contribution["tensor"]]] = contribution["total"] + missing
        go(page, at)
        assert gradients(page) == expected, at


def test_running_sum_is_seen_where_paths_join(show):
    page = show(facts.fan_out(), position=9)
    sums = page.locator(".deck-sum").all_text_contents()
    assert (gradients(page)["x"], set(sums)) == ("3.0 + ?", {""})
    go(page, 10)
    written = " ".join(page.locator(".deck-sum").all_text_contents())
    assert (gradients(page)["x"], written) == ("7.0", "3.0 + 2.0 + 2.0 = 7.0")


def test_edges_are_lit_while_a_gradient_flows(show):
    page = show(facts.fan_out(), position=8)
    assert page.locator(".deck-edge.is-flowing").count() == 2
    go(page, 9)
    assert page.locator(".deck-edge.is-flowing").count() == 1
    go(page, 10)
    assert (page.locator(".deck-edge.is-flowing").count(), page.locator(".deck-edge.has-flowed").count()) == (2, 3)
    go(page, 5)
    assert page.locator(".deck-edge.is-recording").count() == 2
    assert page.locator(".deck-edge:is(.is-flowing, .has-flowed)").count() == 0


def test_recording_and_playing_back_differ_in_word_and_shape(show):
    page = show(facts.fan_out())
    seen = {}
    for at in (1, 6, 8):
        go(page, at)
        mark = page.locator(".deck-phase .is-now .deck-mark").evaluate(
            "m => [getComputedStyle(m).clipPath, getComputedStyle(m).borderRadius]"
        )
        seen[page.locator(".deck-phase").inner_text().strip()] = tuple(mark)
    assert list(seen) == ["recording", "not recording", "playing back"]
    assert seen["recording"] != seen["playing back"]


def test_sources_show_both_numbers_once_the_tape_has_given_its_own(show):
    page = show(facts.fan_out(), position=10)
    cells = page.locator(".deck-sources tbody tr").locator("th, td")
    assert cells.all_text_contents() == ["x", "2.0", "not yet", "not yet"]
    go(page, 11)
    assert cells.all_text_contents() == ["x", "2.0", "7.0", "7.000"]
    assert "central difference, h = 0.005" in page.locator("caption").text_content()


def test_numbers_of_a_backward_pass_that_does_not_reconcile_are_never_shown(show):
    page = show(facts.fan_out(reconciled=False))
    for at in range(7, 12):
        go(page, at)
        assert page.locator(".view-says-seen").text_content() == "It differs."
        assert gradients(page) == {}
        assert set(page.locator(".deck-handed").all_text_contents()) == {""}
        assert page.locator(".deck-sources .deck-gradient").text_content() == "not shown"
        assert page.locator(".deck-edge.has-flowed").count() == 0


def test_nested_tapes_have_a_lane_each(show):
    page = show(facts.nested())
    states = []
    for at in (1, 2, 6, 7, 8, 9, 12):
        go(page, at)
        states.append(page.locator(".deck-lane-state").all_text_contents())
    expected = [["recording", "not open yet"], ["recording", "recording"], *[["recording", "playing back"]] * 3]
    assert states == [*expected, ["closed", "closed"], ["playing back", "closed"]]
    badges = row(page, 1).locator(".deck-badge").all_text_contents()
    assert badges == ["outer recorded", "inner outside the with block"]
    assert row(page, 1).locator(".deck-during").text_content() == "run by inner.gradient(y, x)"


def test_gradients_of_one_backward_pass_are_gone_in_the_next(show):
    page = show(facts.nested(), position=9)
    assert gradients(page) == {"x": "4.0", "y": "1.0", "dy": ""}
    go(page, 10)
    assert gradients(page) == {"x": "", "y": "", "dy": "1.0"}


def test_reasons_are_words(show):
    page = show(facts.reasons(), position=7)
    said = page.locator(".deck-badge").all_inner_texts()
    assert said[:4] == ["not watched", "integer", "recording stopped", "outside the with block"]
    assert said[4:] == ["recorded, no gradient registered", "recorded"]


def test_an_entry_opens_into_its_graph(show):
    page = show(facts.fan_out(), position=5)
    opener = page.get_by_role("button", name="open its graph")
    opener.click()
    assert opener.get_attribute("aria-expanded") == "true"
    page.get_by_role("img", name="Inside 3 * x: 1 operations").wait_for()
    page.get_by_role("button", name="close").click()
    assert page.locator(".deck-inner").is_hidden()
    assert opener.evaluate("button => button === document.activeElement")


def test_words_come_with_the_facts(show):
    words = {"Play": "播放", "Step {position} of {last}": "第 {position} 步，共 {last} 步"}
    page = show(facts.fan_out() | {"words": words})
    page.get_by_role("button", name="播放").wait_for()
    assert page.get_by_role("slider").get_attribute("aria-valuetext").startswith("第 0 步，共 11 步")


def test_an_argument_is_committed_by_enter_and_by_leaving(show):
    page = show(facts.fan_out(), arguments={"x": "2.0", "n": "3"})
    page.evaluate(SPY)
    page.get_by_label("x =").fill("2.5")
    page.get_by_label("x =").press("Enter")
    assert page.evaluate("[saved.length, tapedeck.model.get('arguments')]") == [1, {"x": "2.5", "n": "3"}]
    page.get_by_label("n =").fill("4")
    page.get_by_label("n =").press("Tab")
    assert page.evaluate("[saved.length, tapedeck.model.get('arguments')]") == [2, {"x": "2.5", "n": "4"}]


def test_enter_commits_where_the_notebook_takes_its_default_away(show):
    page = show(facts.fan_out(), arguments={"x": "2.0"})
    page.evaluate("() => { document.addEventListener('keydown', (event) => event.preventDefault(), true); }")
    page.get_by_label("x =").evaluate("input => { input.value = '2.5'; }")
    page.get_by_label("x =").press("Enter")
    assert page.evaluate("tapedeck.model.get('arguments')") == {"x": "2.5"}


def test_a_wrong_argument_is_told_and_its_text_kept(show):
    page = show(facts.fan_out(), arguments={"x": "2.0"})
    page.get_by_label("x =").fill("two")
    page.get_by_label("x =").press("Enter")
    page.evaluate("() => { tapedeck.model.set('problem', 'two is no number'); }")
    assert page.get_by_role("alert").text_content() == "two is no number"
    assert page.get_by_label("x =").input_value() == "two"
    page.evaluate("() => { tapedeck.model.set('problem', ''); tapedeck.model.set('arguments', {x: '3.0'}); }")
    assert page.get_by_role("alert").text_content() == ""
    assert page.get_by_label("x =").input_value() == "3.0"


def test_without_arguments_there_are_no_fields(show):
    assert show(facts.fan_out()).locator(".deck-arguments").is_hidden()


@pytest.mark.parametrize("made", [facts.fan_out, facts.nested, facts.reasons])
def test_axe_finds_no_violation(show, new_page, made):
    page = show(made(), on=new_page(reduced_motion="reduce"), arguments={"x": "2.0"}, problem="No.")
    for scheme, at in (("light", 0), ("light", 9), ("dark", 4), ("dark", 9)):
        page.emulate_media(color_scheme=scheme)
        go(page, at)
        check_with_axe(page)


def test_axe_finds_no_violation_while_a_graph_is_open(show):
    page = show(facts.fan_out(), position=5)
    page.get_by_role("button", name="open its graph").click()
    check_with_axe(page)


def test_nodes_say_what_they_show(show):
    page = show(facts.fan_out(), position=9)
    labels = page.locator(".deck-node").evaluate_all("all => all.map((e) => e.getAttribute('aria-label')).sort()")
    ends = ["3 * x: value 6.0, gradient 1.0", "x * x: value 4.0, gradient 1.0", "x: value 2.0, gradient 3.0"]
    assert labels == [*ends, "y: value 10.0, gradient 1.0"]


@pytest.mark.parametrize(
    ("made", "zoom"), [(facts.fan_out, 1), (facts.nested, 1), (facts.reasons, 1), (facts.reasons, 2)]
)
def test_nothing_is_clipped(show, new_page, made, zoom):
    page = show(made(), on=new_page(device_scale_factor=zoom), arguments={"x": "2.0"})
    for width, at in itertools.product((350, 700, 1400), (0, 4, 7)):
        page.set_viewport_size({"width": width, "height": 900})
        go(page, at)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.locator(CONTAINERS).evaluate_all(OVERFLOWING) == []


def test_reduced_motion_is_respected(show, new_page):
    for motion, name in [("no-preference", "deck-flow"), ("reduce", "none")]:
        page = show(facts.fan_out(), on=new_page(reduced_motion=motion), position=8)
        assert page.locator(".is-flowing .deck-back").first.evaluate("e => getComputedStyle(e).animationName") == name
        page.locator(".deck").focus()
        page.keyboard.press("ArrowRight")  # one gradient goes back, to x
        page.wait_for_function("document.querySelector('.deck-count').textContent === '9 / 11'")
        assert page.locator(".deck-dot").count() == (0 if motion == "reduce" else 1)


def test_focus_is_seen(show):
    page = show(facts.fan_out())
    page.keyboard.press("Tab")
    for _ in range(12):
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", page.evaluate("document.activeElement.className")
        page.keyboard.press("Tab")


def test_every_class_is_the_decks_own(show):
    """Notebooks bring Bootstrap and more: a class called `row` or `label` gets styles that nobody here wrote."""
    page = show(facts.nested(), position=8, arguments={"x": "2.0"})
    used = page.locator(".tapedeck, .tapedeck *").evaluate_all(
        "all => [...new Set(all.flatMap((e) => [...e.classList]))]"
    )
    assert [name for name in used if not re.fullmatch(OWN, name)] == []


def test_colours_follow_the_notebooks_theme(show):
    page = show(facts.fan_out())
    page.evaluate("document.documentElement.style.setProperty('--jp-layout-color0', 'rgb(1, 2, 3)')")
    assert page.locator(".deck").evaluate("deck => getComputedStyle(deck).backgroundColor") == "rgb(1, 2, 3)"


def test_pictures_to_look_at(show, new_page, screenshots):
    looks = {
        "light": (facts.fan_out(), 10, {"width": 1400}),
        "dark": (facts.fan_out(), 10, {"width": 1000, "color_scheme": "dark"}),
        "narrow": (facts.fan_out(), 4, {"width": 700}),
        "nested": (facts.nested(), 8, {"width": 1000}),
        "reasons": (facts.reasons(), 7, {"width": 1000}),
        "long": (facts.chain(10_000), 15_000, {"width": 1400}),
        "forced": (facts.fan_out(), 9, {"width": 1000, "forced_colors": "active"}),
    }
    for name, (shown, at, options) in looks.items():
        page = show(shown, on=new_page(reduced_motion="reduce", **options), position=at)
        settle(page)
        page.screenshot(path=screenshots / f"deck-{name}.png", full_page=True)
        assert page.locator(".deck-count").text_content() == f"{at} / {len(shown['steps'])}"
