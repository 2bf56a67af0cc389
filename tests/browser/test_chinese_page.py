"""Every view in Chinese, narrow and wide, light and dark: nothing cut off, nothing on top of something else."""

import re

import pytest

from tests.browser.chinese_pages import VIEWS
from tests.browser.pages import check_schemes_with_axe, settle
from tests.common.test_view_words import WORDS
from tests.notebooks.forked_kernels import run_python
from widgets.authoring import catalogues

TO_THE_END = """() => {
    const { model } = tapedeck;
    const whole = (facts) => facts.levels.at(-1).steps.length;
    if (model.get("position") >= 0) model.set("position", whole(JSON.parse(model.get("facts"))) - 1);
}"""
STICKS_OUT = """() => {
    const view = document.querySelector(".tapedeck > *"), edge = view.getBoundingClientRect();
    const clips = (e) => getComputedStyle(e).overflowX !== "visible";
    const isInside = (e) => e !== view && (clips(e) || isInside(e.parentElement));
    const isSeen = (e) => e.textContent && e.getClientRects().length && !e.closest(".view-unseen");
    const all = [...view.querySelectorAll("*")].filter((e) => isSeen(e) && !isInside(e.parentElement));
    const isOut = (e) => e.getBoundingClientRect().right > edge.right + 1 || e.getBoundingClientRect().left < edge.left;
    const isWide = (e) => e instanceof HTMLElement && !clips(e) && e.clientWidth && e.scrollWidth > e.clientWidth + 1;
    return all.filter((e) => isOut(e) || isWide(e)).map((e) => `${e.tagName} ${e.className} ${e.textContent}`);
}"""
OVERLAPPING = """() => {
    const touch = (a, b) =>
        a.left + 1 < b.right && b.left + 1 < a.right && a.top + 3 < b.bottom && b.top + 3 < a.bottom;
    const isSeen = (text) => text.textContent && text.getClientRects().length;
    const isChinese = (text) => /[\u4e00-\u9fff]/.test(text.textContent);
    return [...document.querySelectorAll(".tapedeck svg")].flatMap((svg) => {
        const texts = [...svg.querySelectorAll("text")].filter(isSeen);
        const boxes = texts.map((text) => text.getBoundingClientRect());
        const isOn = (i, j) => j !== i && touch(boxes[i], boxes[j]) && (isChinese(texts[i]) || isChinese(texts[j]));
        return texts.filter((_, i) => boxes.some((_, j) => isOn(i, j))).map((text) => text.textContent);
    });
}"""
CUT_OFF = """() => {
    const isCut = (e) => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1;
    const texts = ".view-button, button, .descent-band, label, legend, th, .view-panel-name, option";
    return [...document.querySelectorAll(`.tapedeck :is(${texts})`)]
        .filter((e) => !e.closest(".view-unseen") && getComputedStyle(e).overflowX !== "visible" && isCut(e))
        .map((e) => `${e.className} ${e.textContent}`);
}"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Return the folder of the pages."""
    folder = tmp_path_factory.mktemp("chinese")
    make = "import runpy; runpy.run_module('tests.browser.chinese_pages', run_name='__main__')"
    run_python(make, str(folder), TAPEDECK_LANG="zh")
    return folder


@pytest.fixture
def show(pages, new_page):
    """Return a function that opens the page of a view."""

    def open_view(name):
        page = new_page(width=700, reduced_motion="reduce")
        page.goto((pages / f"{name}.html").as_uri())
        page.wait_for_function("document.querySelector('.tapedeck')?.textContent.trim()")
        page.evaluate(TO_THE_END)
        settle(page)
        return page

    return open_view


@pytest.mark.parametrize("name", VIEWS)
def test_chinese_fits_and_no_word_of_the_front_end_is_left_in_english(show, name):
    page = show(name)
    check_words(page, name)
    for width in (350, 700, 1400):
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        assert page.evaluate(STICKS_OUT) == [], width
        assert page.evaluate(CUT_OFF) == [], width
        assert page.evaluate(OVERLAPPING) == [], width


@pytest.mark.parametrize(
    "name", ["deck", "derivatives", "descent", "lines-ordered", "microscope", "prediction-sketch", "race-run"]
)
def test_axe_finds_no_violation_in_chinese(show, name):
    page = show(name)
    check_schemes_with_axe(page)


def check_words(page, name):
    """Of the words without a blank that are translated: the others cannot be told from what stands in their blanks."""
    seen = page.locator(".tapedeck :is(button, label, th, h2, h3, legend, summary)").all_inner_texts()
    spoken = page.locator(".tapedeck [aria-label]").evaluate_all("all => all.map((e) => e.getAttribute('aria-label'))")
    translated = {
        text for text, said in catalogues.translations(catalogues.widgets_catalogue("zh")).items() if said != text
    }
    english = {word for word in WORDS[name.split("-")[0]] if re.search("[a-z]{3}", word)} & translated
    assert any(re.search("[\u4e00-\u9fff]", text) for text in seen)
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert english & {text.strip() for text in (*seen, *spoken)} == set()


def test_pictures_to_look_at(show, screenshots):
    for name in VIEWS:
        page = show(name)
        for width, scheme in ((350, "light"), (700, "dark"), (1400, "light")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            settle(page)
            page.screenshot(path=screenshots / f"chinese-{name}-{width}.png", full_page=True)
        assert page.locator(".tapedeck").is_visible()
