"""Lines put in order in a bare page: real mouse, real keys, no Jupyter, no kernel."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.pages import OUTSIDE, check_schemes_with_axe, press, rest, settle
from widgets.exercises.ordering_widget import LineOrder

LINES = LineOrder("loop_order").program.lines
START, FOR, WITH, VALUE, GRADIENT, STEP = ANSWER = (3, 7, 9, 11, 10, 5)
SPY = "() => { globalThis.saved = []; tapedeck.model.save_changes = () => saved.push(tapedeck.model.get('order')); }"


@pytest.fixture
def show(tmp_path, page):
    """Return a function that opens a page with the lines, some of them in the program already."""

    def open_lines(order=(), *, on=page):
        lines = LineOrder("loop_order")
        lines.order = list(order)
        on.goto(lines.save_html(tmp_path / "lines.html").as_uri())
        on.get_by_role("option").first.wait_for()
        on.evaluate(SPY)
        return on

    return open_lines


def program(page):
    return page.get_by_role("listbox", name="Your program")


def pool(page):
    return page.get_by_role("listbox", name="Lines to choose from")


def order(page):
    settle(page)
    return page.evaluate("tapedeck.model.get('order')")


def numbers(box):
    return [int(text) for text in box.locator(".view-line-number").all_inner_texts()]


def spoken(page):
    return page.get_by_role("status").inner_text()


def chosen(box):
    return box.locator("[aria-selected=true]")


def carry(page, line, to, side):
    """Drag a line to the upper or the lower side of a place."""
    start, end = line.bounding_box(), to.bounding_box()
    page.mouse.move(start["x"] + 60, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + 80, end["y"] + (2 if side == "above" else end["height"] - 2), steps=8)
    page.mouse.up()
    settle(page)


def test_all_lines_wait_at_first_in_the_order_of_their_numbers(show):
    page = show()
    assert numbers(pool(page)) == list(range(1, len(LINES) + 1)) and numbers(program(page)) == []
    expect(pool(page).get_by_role("option").nth(START - 1)).to_have_accessible_name(
        "3 x = tf.Variable(start) indented by 4"
    )
    assert pool(page).locator(".view-line-text").all_inner_texts() == [line.strip() for line in LINES]
    starts = [text.bounding_box()["x"] for text in pool(page).locator(".view-line-text").all()]
    room = pool(page).locator(".view-line-text").evaluate_all("all => all.map((e) => getComputedStyle(e).paddingLeft)")
    spaces = [len(line) - len(line.lstrip()) for line in LINES]
    assert len(set(starts)) == 1 and sorted(set(room), key=lambda one: float(one[:-2]))[0] == room[spaces.index(4)]
    assert len(set(room)) == len(set(spaces)) == 3


def test_the_program_is_put_together_by_keys_alone(show):
    page = show()
    pool(page).focus()
    for number in (FOR, START, WITH, GRADIENT, VALUE, STEP):
        press(page, "Home", *["ArrowDown"] * numbers(pool(page)).index(number), "Enter")
        assert spoken(page).endswith(f": {len(order(page))} of {len(order(page))}")
    page.keyboard.press("Shift+Tab")  # over the buttons of the program, back to its list
    while not program(page).evaluate("list => list === document.activeElement"):
        page.keyboard.press("Shift+Tab")
    press(page, "Home", "Alt+ArrowDown")
    assert spoken(page) == "for step in range(steps):: 2 of 6" and order(page)[:2] == [START, FOR]
    press(page, "End", "ArrowUp", "Alt+ArrowUp")
    assert order(page) == list(ANSWER)
    rest(page)
    assert page.evaluate("saved.at(-1)") == list(ANSWER)
    assert page.locator(".lines-code").inner_text() == 'order_lines("loop_order", [3, 7, 9, 11, 10, 5])'


def test_enter_takes_a_line_out_to_its_own_place(show):
    page = show(ANSWER)
    program(page).focus()
    press(page, "ArrowDown", "Enter")
    assert order(page) == [START, *ANSWER[2:]] and numbers(pool(page)) == [1, 2, 4, 6, 7, 8]
    assert spoken(page) == "for step in range(steps):: taken out"


def test_the_ends_of_a_list_hold(show):
    page = show(ANSWER)
    program(page).focus()
    press(page, "ArrowUp", "Alt+ArrowUp", "End", "ArrowDown", "Alt+ArrowDown")
    assert order(page) == list(ANSWER)
    expect(chosen(program(page))).to_contain_text(LINES[STEP - 1].strip())
    described = program(page).get_attribute("aria-activedescendant")
    assert chosen(program(page)).get_attribute("id") == described


def test_buttons_do_what_keys_do(show):
    page = show([FOR, START])
    program(page).get_by_role("option").first.click()
    page.get_by_role("button", name="Move down").click()
    assert order(page) == [START, FOR]
    page.get_by_role("button", name="Move up").click()
    page.get_by_role("button", name="Take out").click()
    assert order(page) == [START]
    pool(page).get_by_role("option").nth(0).click()
    page.get_by_role("button", name="Take in").click()
    assert order(page) == [START, 1]


def test_a_line_is_carried_with_the_mouse(show):
    page = show([FOR, WITH])
    carry(page, pool(page).get_by_role("option").nth(START - 1), program(page).get_by_role("option").first, "above")
    assert order(page) == [START, FOR, WITH]
    lines = program(page).get_by_role("option")
    carry(page, lines.nth(2), lines.nth(0), "above")
    assert order(page) == [WITH, START, FOR]
    carry(page, lines.nth(0), lines.nth(2), "below")
    assert order(page) == [START, FOR, WITH]
    carry(page, lines.nth(1), pool(page), "above")
    assert order(page) == [START, WITH] and page.locator(".view-line-before, .view-lines-after").count() == 0


def test_a_line_is_dropped_into_an_empty_program(show):
    page = show()
    carry(page, pool(page).get_by_role("option").first, program(page), "below")
    assert order(page) == [1]


def test_an_empty_list_says_so(show):
    page = show()
    program(page).focus()
    assert spoken(page) == "There are no lines here."
    expect(page.get_by_role("button", name="Move up")).to_have_attribute("aria-disabled", "true")
    press(page, "Enter", "Alt+ArrowDown", "End")
    assert order(page) == []


def test_python_moves_the_lines(show):
    page = show()
    page.evaluate("order => tapedeck.model.set('order', order)", list(ANSWER))
    settle(page)
    assert numbers(program(page)) == list(ANSWER)


def test_two_views_stay_in_step(show):
    page = show()
    page.evaluate(
        "() => { const el = document.createElement('div'); document.querySelector('main').append(el);"
        "tapedeck.view.render({ model: tapedeck.model, el }); }"
    )
    pool(page).nth(1).focus()
    press(page, "Enter")
    assert numbers(program(page).nth(0)) == numbers(program(page).nth(1)) == [1]


@pytest.mark.parametrize("at_first", [(), ANSWER], ids=["empty", "whole"])
def test_axe_finds_nothing_and_nothing_sticks_out(show, at_first):
    page = show(at_first)
    check_schemes_with_axe(page)
    for width in (350, 500, 700, 1400):
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)
        assert page.locator(".view.lines").evaluate(OUTSIDE) == [], width


def test_each_element_that_takes_the_focus_keeps_its_keys_from_jupyterlab(show):
    lost = ".view.lines :is(button, [tabindex]):not([data-lm-suppress-shortcuts=true])"
    assert show(ANSWER).locator(lost).count() == 0


def test_classes_are_our_own(show):
    read = "all => [...new Set(all.flatMap((e) => [...e.classList]))]"
    used = show(ANSWER).locator(".tapedeck, .tapedeck *").evaluate_all(read)
    assert [name for name in used if not re.fullmatch(r"tapedeck|lines|(view|lines)(-.+)?", name)] == []


def test_the_facts_are_those_of_the_exercise(show):
    facts = json.loads(show().evaluate("tapedeck.model.get('facts')"))
    assert facts["lines"] == list(LINES)


def test_pictures_to_look_at(show, new_page, screenshots):
    looks = {
        "light": {"width": 1100},
        "dark": {"width": 700, "color_scheme": "dark"},
        "narrow": {"width": 350},
        "forced": {"width": 700, "forced_colors": "active"},
    }
    for name, options in looks.items():
        page = show(ANSWER[:4], on=new_page(**options))
        program(page).focus()
        press(page, "ArrowDown")
        page.screenshot(path=screenshots / f"lines-{name}.png", full_page=True)
        assert page.get_by_role("option").count() == len(LINES)
