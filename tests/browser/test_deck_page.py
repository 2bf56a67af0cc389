"""The deck's front end in a bare page: a ten-line model, no Jupyter, no kernel, no network."""

import itertools
import re

import pytest

from tests.browser import hand_made as facts
from tests.browser.pages import at_each, check_with_axe, rest, settle
from widgets.common.widget import STATIC, write_page

PARTS = ".deck-top, .deck-sentence, .deck-transport, .deck-track, .view-panel, .deck-field, .deck-line, table"
OWN = r"tapedeck|(deck|view|heat)(-.+)?|(is|has|norms|terms?|value)-.+"
CONTAINERS = f".deck, .deck :is({PARTS})"
OVERFLOWING = """all => {
    const edge = (e) => e.getBoundingClientRect().right;
    const deck = edge(document.querySelector(".deck"));
    return all.filter((e) => e.scrollWidth > e.clientWidth + 1 || edge(e) > deck + 1).map((e) => e.className);
}"""


@pytest.fixture
def show(tmp_path, page):
    """Return a function that opens a page with a deck on some facts; by default in the ordinary page."""

    def open_deck(shown, *, on=page, **state):
        path = write_page(tmp_path / "deck.html", "A deck", STATIC / "deck", facts.state(shown, **state))
        on.goto(path.as_uri())
        on.wait_for_selector(".deck .view-says-seen:not(:empty)", state="attached")
        return on

    return open_deck


SPY = "() => { globalThis.saved = []; tapedeck.model.save_changes = () => saved.push(tapedeck.model.get('position')); }"


def position(page):
    return page.evaluate("tapedeck.model.get('position')")


def go(page, to):
    """Move the deck as Python does, and wait until it is drawn."""
    page.evaluate("to => { tapedeck.model.set('position', to); }", to)
    settle(page)


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)
    settle(page)


def gradients(page):
    """Return the gradients that the graph shows: a node's name, or the piece of source that made it, to text."""
    nodes = page.locator(".deck-node:has(.deck-gradient)")
    names, texts = (nodes.locator(part).all_text_contents() for part in (".deck-caption", ".deck-gradient"))
    return dict(zip(names, texts, strict=True))


def row(page, number):
    return page.locator(f".deck-row[aria-posinset='{number + 1}']")


# Moving


def test_keys_step_wherever_the_focus_is_in_the_deck(show):
    page = show(facts.fan_out())
    for focus in (".deck", ".view-slider", ".deck-tape-scroll", ".view-button.view-forward"):
        page.locator(focus).focus()
        press(page, "Home", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft")
        assert position(page) == 2, focus
    press(page, "End")
    assert position(page) == len(facts.fan_out()["steps"])
    press(page, "ArrowRight", "Home", "ArrowLeft")
    assert position(page) == 0


def test_keys_with_a_modifier_and_keys_in_a_text_field_are_left_alone(show):
    page = show(facts.fan_out(), arguments={"x": "2.0"})
    page.locator(".deck").focus()
    press(page, "Control+ArrowRight", "Alt+ArrowRight", "Shift+End")
    page.get_by_label("x =").focus()
    press(page, "End", "ArrowLeft", "Space", "Home")
    assert position(page) == 0
    assert page.get_by_label("x =").input_value() == "2. 0"


def test_each_element_that_takes_the_focus_keeps_its_keys_from_jupyterlab(show):
    page = show(facts.fan_out(), arguments={"x": "2.0"})
    lost = ".deck:not([data-lm-suppress-shortcuts=true]), .deck :is(button, input, select, [tabindex])"
    assert page.locator(f"{lost}:not([data-lm-suppress-shortcuts=true])").count() == 0


def test_buttons_step(show):
    page = show(facts.fan_out())
    for name, expected in [("Forward", 1), ("Forward", 2), ("Back", 1), ("Last", 11), ("First", 0)]:
        page.get_by_role("button", name=name, exact=True).click()
        assert position(page) == expected


def test_slider_steps_and_says_the_sentence(show):
    page = show(facts.fan_out())
    slider = page.get_by_role("slider", name="Position")
    slider.fill("5")
    settle(page)
    assert position(page) == 5
    assert slider.get_attribute("aria-valuetext") == "Step 5 of 11. Entry 2 ran."
    assert page.locator(".view-says-seen").text_content() == "Entry 2 ran."


def test_status_speaks_only_when_the_deck_rests(show):
    page = show(facts.fan_out())
    status = page.get_by_role("status")
    page.wait_for_function("document.querySelector('[role=status]').textContent !== ''")
    page.locator(".deck").focus()
    press(page, *["ArrowRight"] * 5)
    assert "Nothing has run yet" in status.text_content()
    page.wait_for_function("document.querySelector('[role=status]').textContent === 'Entry 2 ran.'")


def test_python_is_told_when_the_deck_rests_and_not_before(show):
    page = show(facts.fan_out())
    page.evaluate(SPY)
    page.locator(".deck").focus()
    page.keyboard.down("ArrowRight")
    page.keyboard.down("ArrowRight")
    rest(page)
    assert page.evaluate("saved") == []
    page.keyboard.up("ArrowRight")
    rest(page)
    assert page.evaluate("saved") == [2]
    page.get_by_role("slider").evaluate("s => { s.value = 4; s.dispatchEvent(new Event('input')); }")
    rest(page)
    assert page.evaluate("saved") == [2]
    page.get_by_role("slider").evaluate("s => s.dispatchEvent(new Event('change'))")
    rest(page)
    assert page.evaluate("saved") == [2, 4]


def test_goes_on_when_there_is_no_kernel(show):
    page = show(facts.fan_out(), arguments={"x": "2.0"})
    page.evaluate("() => { tapedeck.model.save_changes = () => { throw new Error('no kernel'); }; }")
    page.get_by_role("button", name="Last").click()
    page.get_by_label("x =").fill("3.0")
    page.get_by_label("x =").press("Enter")
    page.locator(".view-slider").focus()
    press(page, "ArrowLeft")
    assert position(page) == 10
    assert page.locator(".view-says-seen").text_content() == "Entry 0 was played back."


def test_play_pause_and_speed(show):
    page = show(facts.fan_out())
    page.get_by_label("Speed").select_option("20")
    page.locator(".deck").focus()
    press(page, "Space")
    page.get_by_role("button", name="Pause").wait_for()
    page.wait_for_function("tapedeck.model.get('position') >= 3")
    press(page, "Space")
    stopped = position(page)
    page.wait_for_timeout(200)
    assert position(page) == stopped
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("tapedeck.model.get('position') === 11")
    page.get_by_role("button", name="Play").wait_for()


def test_playing_stops_when_somebody_else_moves_the_deck(show):
    page = show(facts.chain(100))
    page.get_by_label("Speed").select_option("20")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("tapedeck.model.get('position') >= 2")
    go(page, 50)
    page.get_by_role("button", name="Play").wait_for()
    page.wait_for_timeout(200)
    assert position(page) == 50


def test_two_views_of_one_deck_stay_in_step(show):
    page = show(facts.fan_out())
    page.evaluate(
        "() => { const el = document.querySelector('main').appendChild(document.createElement('div'));"
        " globalThis.close2 = tapedeck.view.render({model: tapedeck.model, el}); }"
    )
    page.locator(".deck").nth(1).focus()
    press(page, "ArrowRight", "ArrowRight")
    assert page.locator(".view-says-seen").all_text_contents() == ["tape watches x."] * 2
    assert page.locator(".view-slider").evaluate_all("sliders => sliders.map((s) => s.value)") == ["2", "2"]
    page.evaluate("close2()")
    go(page, 4)
    assert page.locator(".deck").count() == 1


def test_new_facts_are_shown_and_the_position_is_kept_within_them(show):
    page = show(facts.fan_out(), position=11)
    page.evaluate("text => tapedeck.model.set('facts', text)", facts.sent(facts.reasons()))
    settle(page)
    assert page.locator(".deck-count").text_content() == "7 / 7"
    assert page.locator(".deck-notes-first").text_content() == "Only the forward half is shown."
    assert page.locator(".deck-sources").is_hidden()


def test_no_facts_and_no_steps_are_an_empty_deck(show):
    page = show({})
    press(page, "ArrowRight")
    assert page.locator(".deck-count").text_content() == "0 / 0"
    assert page.get_by_role("slider").get_attribute("max") == "0"


# What a position shows


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
    assert row(page, 1).locator(".deck-handed").text_content() == "x ← 3.0, skipped: 3.0"
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
    assert row(page, 1).locator(".deck-badge").all_inner_texts() == ["outer recorded", "inner outside the with block"]
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


# Arguments


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


# Size


def test_a_long_tape_draws_only_what_is_in_sight(show):
    page = show(facts.chain(10_000))
    page.locator(".deck-node").first.wait_for()  # the graph is laid out while the page is idle
    for at in (0, 5_000, 20_004):
        go(page, at)
        assert page.locator(".deck-row").count() < 30
        assert 0 < page.locator(".deck-node").count() <= 40
    go(page, 5_001)
    page.locator(".deck-row[aria-current]").wait_for()
    assert page.locator(".deck-row[aria-current] .deck-number").text_content() == "4999"
    page.locator(".deck-node.is-current[aria-label^='tf.sin(y): value 5000.0']").wait_for()


def test_graph_of_a_long_tape_stands_still_for_some_steps(show, new_page):
    page = show(facts.chain(1_000), on=new_page(reduced_motion="reduce"), position=500)
    page.locator(".deck-node.is-current").wait_for()
    steps = [{"position": at} for at in range(500, 560)]
    seen = at_each(page, steps, "() => document.querySelector('.deck-world').getAttribute('transform')")
    moves = sum(before != after for before, after in itertools.pairwise(seen))
    assert 1 <= moves <= 60 / 2


def graph_view(page):
    """Return where one looks at the graph from: left, top, scale."""
    transform = page.locator(".deck-world").get_attribute("transform")
    return [float(number) for number in re.findall(r"-?[\d.]+", transform)]


def test_graph_is_zoomed_and_dragged(show, new_page):
    page = show(facts.fan_out(), on=new_page(reduced_motion="reduce"))
    fitted = graph_view(page)
    page.locator(".deck").focus()
    press(page, "+", "+")
    assert graph_view(page)[2] == pytest.approx(fitted[2] * 1.25**2, rel=1e-3)
    press(page, "-")
    assert graph_view(page)[2] == pytest.approx(fitted[2] * 1.25, rel=1e-3)
    press(page, "0")
    assert graph_view(page) == fitted
    page.get_by_role("button", name="Zoom in").click()
    settle(page)
    assert graph_view(page)[2] > fitted[2]
    page.get_by_role("button", name="Show the whole graph").click()
    settle(page)
    assert graph_view(page) == fitted
    box = page.locator(".deck-graph-view").bounding_box()
    page.mouse.move(box["x"] + 9, box["y"] + 9)
    page.mouse.down()
    page.mouse.move(box["x"] + 49, box["y"] + 29, steps=4)
    page.mouse.up()
    settle(page)
    dragged = graph_view(page)
    assert dragged == pytest.approx([fitted[0] + 40, fitted[1] + 20, fitted[2]], abs=0.1)
    scrolled = "e => e.dispatchEvent(new WheelEvent('wheel', { deltaY: -50, cancelable: true, ctrlKey: %s }))"
    view = page.locator(".deck-graph-view")
    assert view.evaluate(scrolled % "false")  # the page scrolls
    assert not view.evaluate(scrolled % "true")
    settle(page)
    assert graph_view(page)[2] > dragged[2]


def test_a_node_is_reached_and_chosen_by_key_and_by_mouse(show):
    page = show(facts.fan_out(), position=11)
    nodes = page.locator(".deck-node")
    assert page.locator(".deck-node[tabindex='0']").count() == 1
    page.locator(".deck-node[tabindex='0']").focus()
    press(page, "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowLeft", "Shift+ArrowDown", "Shift+ArrowUp")
    assert page.evaluate("document.activeElement.matches('.deck-node[tabindex=\"0\"]')")
    assert position(page) == 11
    press(page, "Enter")
    chosen = page.locator(".deck-node[aria-pressed=true]")
    assert chosen.count() == 1
    assert chosen.evaluate("node => node === document.activeElement")
    nodes.first.click()
    assert nodes.first.get_attribute("aria-pressed") == "true"
    press(page, "ArrowLeft")
    assert position(page) == 10


def test_a_large_graph_has_a_minimap_which_moves_it(show, new_page):
    calm = new_page(reduced_motion="reduce")
    for length, expected in ((58, 0), (59, 1)):
        page = show(facts.chain(length), on=calm)
        assert page.locator(".deck-minimap").count() == expected
    left = graph_view(page)[0]
    box = page.locator(".deck-minimap").bounding_box()
    page.mouse.click(box["x"] + box["width"] - 9, box["y"] + box["height"] / 2)
    settle(page)
    assert graph_view(page)[0] < left - 1000


def test_a_variable_has_the_value_that_its_gradient_was_taken_at(show):
    """w was read as 2.0 on the tape, and is 1.0 by the time that it is read again."""
    made = facts.fan_out()
    made["steps"][2] |= {"reads": [[0, "2.0"]]}
    read = {"kind": "entry", "entry": 3, "place": None, "text": "x is read.", "reads": [[0, "1.0"]]}
    made["entries"].append(facts.entry("Neg", "-x", [0], [5], verdicts=((False, "outside the with block"),)))
    made["tensors"] += facts.tensors(("", "-1.0"))
    made["steps"] += [read, facts.tape_step("open")]
    page = show(made, position=12)
    node = page.locator(".deck-node", has=page.locator(".deck-name", has_text="x"))
    assert node.get_attribute("aria-label") == "x: value 2.0, gradient 7.0"
    go(page, 13)  # a new tape: the old gradients are gone
    assert node.get_attribute("aria-label") == "x: value 1.0"


def test_ten_thousand_entries_open_and_step(show, record_property):
    """Times are recorded, not asserted: they are this machine's."""
    page = show(facts.chain(10_000))
    opened = page.evaluate("""async () => {
        const el = document.createElement("div");
        document.body.append(el);
        const start = performance.now();
        const close = tapedeck.view.render({ model: tapedeck.model, el });
        await new Promise(requestAnimationFrame);
        const time = performance.now() - start;
        close();
        return time;
    }""")
    steps = page.evaluate("""async () => {
        const times = [];
        for (let position = 9_990; position < 10_030; position += 1) {
            const frame = new Promise(requestAnimationFrame);
            await frame;
            const start = performance.now();
            tapedeck.model.set("position", position);
            await new Promise((done) => requestAnimationFrame(() => { document.body.offsetTop; done(); }));
            times.push(performance.now() - start);
        }
        return times.sort((a, b) => a - b);
    }""")
    work = page.evaluate("""async () => {
        const times = [];
        for (let position = 9_000; position < 9_040; position += 1) {
            await new Promise(requestAnimationFrame);
            const start = performance.now();
            tapedeck.model.set("position", position);
            await null; // the deck has drawn
            document.body.offsetTop;
            times.push(performance.now() - start);
        }
        return times.sort((a, b) => a - b);
    }""")
    measured = {"opened": opened, "p50": work[20], "p95": work[37], "slowest": work[-1], "frame_p95": steps[37]}
    for name, milliseconds in measured.items():
        record_property(name, round(milliseconds, 1))
    print("ten thousand entries, in ms:", {name: round(value, 1) for name, value in measured.items()})
    assert len(work) == 40


# For everyone


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
