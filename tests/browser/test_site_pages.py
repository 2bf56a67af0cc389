"""A site in a real browser, from a disk, without a network: views live, predictions are asked and compared."""

import re
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from tests.browser.pages import check_with_axe, settle
from widgets.cli import main

CELLS = [
    nbformat.v4.new_markdown_cell(
        "# A try\n\nFirst $f(x) = x^2$.\n\n## Predict\n\n[next](second.ipynb) [none](third.ipynb)"
    ),
    nbformat.v4.new_code_cell("%load_ext widgets\nimport tensorflow as tf\nfrom widgets import *"),
    nbformat.v4.new_code_cell('predict("slope at 3", ...)\npredict("rises", ..., choices=("yes", "no"))'),
    nbformat.v4.new_code_cell(
        "%%tape\nx = tf.Variable(3.0)\nwith tf.GradientTape() as tape:\n    y = x**2\ntape.gradient(y, x)"
    ),
    nbformat.v4.new_code_cell('check("slope at 3", 6.0)\ncheck("rises", "yes")'),
    nbformat.v4.new_markdown_cell("## Slide"),
    nbformat.v4.new_code_cell("explorer = DescentExplorer(lambda x: x**2, start=1.0, learning_rate=0.1)\nexplorer"),
    nbformat.v4.new_code_cell("at = list(explorer.paths.learning_rates).index(0.1)"),
    nbformat.v4.new_code_cell("print(f'step 20: {explorer.paths.x[20, at]:.9g}')"),
    nbformat.v4.new_code_cell("1 / 0"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Return the folder of a site of two small notebooks, made by the command."""
    room = tmp_path_factory.mktemp("site")
    second = [nbformat.v4.new_markdown_cell("# The second\n\n[back](first.ipynb#predict)")]
    for name, cells in (("first", CELLS), ("second", second)):
        nbformat.write(nbformat.v4.new_notebook(cells=cells), room / f"{name}.ipynb")
    assert main(["site", str(room / "out"), str(room / "first.ipynb"), str(room / "second.ipynb")]) == 0
    return room / "out"


@pytest.fixture
def first(site, new_page):
    """Return the first page, opened from the disk without a network by somebody who has predicted nothing."""
    page = new_page(alone=True, offline=True)
    opened(page, site / "first.html")
    return page


def opened(page, path):
    page.goto(path.as_uri())
    page.locator("body[data-live]").wait_for()


def test_a_page_has_every_view_alive_and_asks_for_its_predictions(first, picture):
    expect(first.locator("math")).to_have_count(1)
    expect(first.locator(".prediction")).to_have_count(2)
    expect(first.locator(".view-locked")).to_have_count(2)
    expect(first.locator(".view-locked").first).to_contain_text("First predict: slope at 3")
    assert "6.0" not in first.locator(".live-outcome").first.inner_text()
    number = first.locator(".prediction input").first
    number.fill("three")
    number.press("Enter")
    expect(first.get_by_role("alert").first).to_have_text("'three' is not a number. Write one like -2 or 0.5.")
    number.fill("6")
    number.press("Enter")
    expect(first.locator(".live-outcome").first).to_contain_text("You predicted that correctly.")
    expect(first.locator(".view-locked").first).to_contain_text("First predict: rises")
    first.get_by_label("no", exact=True).check()
    first.get_by_role("button", name="Commit").last.click()
    expect(first.locator(".live-outcome").last).to_contain_text("Not what you predicted.")
    expect(first.locator(".deck")).to_be_visible()
    expect(first.locator(".view-locked")).to_have_count(0)
    deck = first.locator(".deck")
    deck.focus()
    deck.press("End")
    expect(deck).to_contain_text("6.0")
    picture(first, "site-page.png")
    first.reload()  # what was predicted stays so
    first.locator("body[data-live]").wait_for()
    expect(first.locator(".view-locked")).to_have_count(0)


def test_an_explorer_has_the_numbers_of_its_paths(first, site):
    first.get_by_role("button", name="Show it anyway").last.click(timeout=5000)
    due = re.search(r"step 20: ([\d.]+)", first.locator("main").inner_text())[1]
    slider = first.get_by_role("slider", name="Iterations")
    slider.focus()
    for _press in range(10):
        slider.press("ArrowLeft")
    expect(first.locator(".live-view").last).to_contain_text(f"x = {due}")


def test_pages_are_accessible_and_fit_in_light_and_dark(first, site, picture):
    for name in ("first.html", "index.html"):
        first.goto((site / name).as_uri())
        for width in (1100, 360):
            first.set_viewport_size({"width": width, "height": 900})
            assert first.evaluate("document.documentElement.scrollWidth <= innerWidth")
        settle(first)
        check_with_axe(first)
        first.get_by_role("button", name="Light or dark").click()
        check_with_axe(first)
        picture(first, f"site-{name}-dark.png")


def test_search_finds_a_passage(first, site):
    first.goto((site / "index.html").as_uri())
    first.get_by_label("Search the lessons").fill("predict try")
    found = first.locator("#found a").first
    expect(found).to_have_text("A try: Predict")
    found.click()
    expect(first).to_have_url(re.compile(r"first\.html#predict$"))


def test_every_link_leads_to_something_and_nothing_is_loaded_from_elsewhere(site):
    pages = {path.name: BeautifulSoup(path.read_text("utf-8"), "html.parser") for path in site.glob("*.html")}
    ids = {name: {tag["id"] for tag in page.find_all(id=True)} for name, page in pages.items()}
    assert pages.keys() == {"first.html", "second.html", "index.html"}
    for name, page in pages.items():
        for tag in page.find_all(["a", "link", "script", "img"]):
            address = urlsplit(tag.get("href") or tag.get("src") or "")
            if address.scheme == "data":
                continue
            assert not address.scheme and not address.netloc, tag
            path = unquote(address.path) or name
            assert (site / path).exists(), tag
            assert not address.fragment or address.fragment in ids[path], tag
    assert "none" in pages["first.html"].get_text() and not pages["first.html"].find("a", string="none")
    assert "ZeroDivisionError" in pages["first.html"].get_text()
    assert "@import" not in (site / "assets" / "pages.css").read_text("utf-8")


def test_what_is_there_already_is_not_overwritten(site, tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("mine")
    assert main(["site", str(tmp_path), str(site.parent / "second.ipynb")]) == 2
    assert "has other files" in capsys.readouterr().err
    assert main(["site", str(tmp_path / "new"), str(tmp_path / "no.ipynb")]) == 2
    assert "There is no notebook" in capsys.readouterr().err
    assert main(["site", str(tmp_path / "new"), "99"]) == 2
    assert "There is no lesson 99; there are: 00, 01" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
