"""The form in a real JupyterLab: answered by keys, kept, handed in, saved, opened again, and read without a kernel.

The tests are one story and follow one another. Look at the pictures that they take.
"""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import lab as labs
from tests.browser.pages import OUTSIDE, check_with_axe, rest
from widgets.form.form_notebook import form_notebook
from widgets.form.handed_in import read_class

NAME = "form_pre.ipynb"
FORM, HAND_IN = 2, 4
"""The places of the two cells."""


@pytest.fixture(scope="module")
def file(lab):
    path = Path(lab.files, NAME)
    path.write_text(form_notebook("pre"), "utf-8")
    return path


@pytest.fixture(scope="module")
def notebook(open_notebook, file):
    return open_notebook(NAME)


def ran(notebook, place):
    """Run a cell, wait until it has run, and return its output: the second time its number is another one."""
    prompt = notebook.cells.nth(place).locator(".jp-InputPrompt")
    before = prompt.inner_text()
    notebook.begin(place) if labs.NOT_RUN.match(before) else notebook.run(place)
    expect(prompt).to_have_text(re.compile(r"^\[\d+\]:$"), timeout=labs.PATIENCE)
    rest(notebook.page)
    return notebook.output(place)


def view_of(notebook):
    view = notebook.cells.nth(FORM).locator(".tapedeck > .form")
    view.wait_for(timeout=labs.PATIENCE)
    return view


def kept(notebook, count):
    expect(view_of(notebook).locator(".form-count")).to_have_text(f"{count} of 15 answered", timeout=labs.PATIENCE)


def question(notebook, number):
    return view_of(notebook).get_by_role("group", name=f"Question {number}", exact=True)


def save(notebook):
    notebook.menu("File", "Save Notebook")
    expect(notebook.page.locator(".jp-mod-dirty:not(.jp-Cell)")).to_have_count(0, timeout=labs.PATIENCE)
    rest(notebook.page)


def answers_in(file):
    """Return the answers that a teacher reads in the file, and whether they are handed in."""
    ((learner,), problems) = read_class([file])
    assert problems == ()
    return dict(learner.taken["pre"].answers), learner.taken["pre"].is_handed_in


def test_it_is_answered_by_keys_alone_and_each_answer_is_kept(notebook, picture):
    ran(notebook, FORM)
    page = notebook.page
    question(notebook, 1).get_by_label("Your answer").focus()
    before = notebook.state()
    page.keyboard.type("-4")
    page.keyboard.press("Tab")
    expect(question(notebook, 1).get_by_label("I do not know")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # question 2: I do not know
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(question(notebook, 3).get_by_label("0.0")).to_be_checked()
    several = question(notebook, 10)
    several.get_by_label("ten times as many steps").focus()
    for key in ("Space", "Tab", "Space", "Shift+Tab", "Space"):
        page.keyboard.press(key)
    question(notebook, 13).get_by_label("one step").fill("many")
    expect(question(notebook, 13).get_by_role("alert").first).to_contain_text("'many' is not a number")
    assert notebook.state() == before
    kept(notebook, 4)
    picture(page, "lab-form.png")


def test_the_file_has_them_before_anything_is_handed_in(notebook, file):
    save(notebook)
    assert answers_in(file) == ({"1": "-4", "2": "?", "3": "b", "10": ["b"]}, False)


def test_a_restart_and_running_the_cell_again_lose_nothing(notebook, file, picture):
    notebook.restart()
    question(notebook, 4).get_by_label("5.0").check()  # in the form that has lost its kernel
    expect(question(notebook, 4).get_by_role("alert")).to_contain_text("Not kept yet.")
    picture(notebook.page, "lab-form-not-kept.png")
    ran(notebook, FORM)
    kept(notebook, 4)
    assert question(notebook, 1).get_by_label("Your answer").input_value() == "-4"
    expect(question(notebook, 3).get_by_label("0.0")).to_be_checked()
    question(notebook, 3).get_by_label("None").check()
    expect(notebook.cells.nth(FORM)).to_contain_text("3: c", timeout=labs.PATIENCE)  # below the form
    save(notebook)
    assert answers_in(file)[0]["3"] == "c"


def test_handing_in_writes_them_into_the_cell_where_no_run_can_lose_them(notebook, file, picture):
    (said,) = ran(notebook, HAND_IN)
    assert said.startswith("Handed in: 4 of 15 questions answered. Not yet: 4, 5,")
    picture(notebook.page, "lab-form-handed-in.png")
    save(notebook)
    answers = {"1": "-4", "2": "?", "3": "c", "10": ["b"]}
    assert answers_in(file) == (answers, True)
    code = "".join(json.loads(file.read_text("utf-8"))["cells"][HAND_IN]["source"])
    assert code.startswith("from widgets.form import hand_in") and '"10": ["b"],' in code
    ran(notebook, HAND_IN)
    notebook.menu("Edit", "Clear Outputs of All Cells")
    save(notebook)
    assert answers_in(file) == (answers, True)


def test_opened_again_without_its_kernel_it_says_how_to_go_on(notebook, open_notebook, file, picture):
    ran(notebook, FORM)
    save(notebook)
    notebook.restart()
    notebook.page.close()
    again = open_notebook(NAME)
    shown = again.cells.nth(FORM).locator(".jp-OutputArea")
    for sentence in ("Run this cell to make it live", "In this notebook: 4 of 15 questions answered."):
        expect(shown.get_by_text(sentence)).to_be_visible(timeout=labs.PATIENCE)
    again.cells.nth(HAND_IN).scroll_into_view_if_needed()
    picture(again.page, "lab-form-opened-again.png")
    ran(again, FORM)
    kept(again, 4)


@pytest.fixture(scope="module")
def answered(open_notebook, file):
    found = open_notebook(NAME)
    ran(found, FORM)
    return found


def test_it_is_accessible_and_fits_in_both_themes(answered, picture):
    for theme in ("Light", "Dark"):
        answered.set_theme(theme)
        for width in (1100, 640):
            with answered.resized(width):
                view = view_of(answered)
                assert view.evaluate(OUTSIDE) == []
                picture(view, f"lab-form-{theme.lower()}-{width}.png")
        check_with_axe(answered.page, ".tapedeck")
    answered.set_theme("Light")
