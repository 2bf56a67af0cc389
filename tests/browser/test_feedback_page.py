"""The page of feedback in a real browser: nothing that was handed in runs or loads, and all can read it."""

import dataclasses
import itertools

import pytest

from tests.browser.pages import OUTSIDE, check_with_axe, settle
from tests.grading.pages import HOSTILE, graded_with, hostile
from widgets.grading import verdict_kinds as verdicts
from widgets.grading.advisory_kinds import NO_TAPE
from widgets.grading.feedback_page import feedback_page
from widgets.grading.lesson_reference import lessons
from widgets.grading.model import ExerciseVerdict
from widgets.written.model import WrittenQuestion

WIDTHS = (350, 640, 1400)
WATCH = "window.happened = []; window.ran = () => happened.push('a script of the learner ran')"


@pytest.fixture(scope="module")
def tape():
    return lessons()["01_the_tape"]


@pytest.fixture(scope="module")
def essay(tape):
    """The same lesson with written questions."""
    names = ("marked", "open", "rtl", "blank")
    asked = [WrittenQuestion(name, 3.0, "## Why?\n\nWhy is it `None`?\n\n- Name what is watched.") for name in names]
    return dataclasses.replace(tape, written=tuple(asked))


@pytest.fixture
def honest(tape):
    graded = graded_with(
        tape,
        said="wave\n  x = -1.47   value 1.463   slope -0.995\nNot right: the tape saw only a number.",
        code="LEFT_TENSORFLOW",
        answer='import math\n\n\ndef wave(x):  # the "sine"\n    return 1.0 * x * math.sin(x)\n',
        advisories=(NO_TAPE,),
        wave=verdicts.WRONG,
        by_hand=verdicts.NOT_ATTEMPTED,
        both=verdicts.FAULT,
        derivative=verdicts.MISSING,
    )
    written = (
        ExerciseVerdict("marked", verdicts.MARKED, 2.5, 3.0, "Well seen.\nSee lesson 2."),
        ExerciseVerdict("open", verdicts.TO_BE_MARKED, None, 3.0),
        ExerciseVerdict("rtl", verdicts.TO_BE_MARKED, None, 3.0),
        ExerciseVerdict("blank", verdicts.NOT_ATTEMPTED, 0.0, 3.0),
    )
    texts = {"marked": "- *watch* it\n- $x^2$", "open": "letters" * 200, "rtl": "שלום, None.\nולכן\nAnd so."}
    return dataclasses.replace(graded, verdicts=(*graded.verdicts, *written), answers=graded.answers | texts)


def opened(page, tmp_path, content):
    """Open a page of feedback from its file; return the addresses that it asks for besides."""
    path = tmp_path / "feedback.html"
    path.write_text(content, "utf-8")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: asked.append(f"a dialog: {dialog.message}"))
    page.goto(path.as_uri())
    settle(page)
    asked.remove(path.as_uri())
    return asked


@pytest.mark.parametrize("policy", ["kept", "gone"])
def test_a_hostile_page_runs_nothing_and_asks_for_nothing(new_page, tmp_path, tape, policy):
    """Without the page's policy the escaping has to do alone."""
    page = new_page(bypass_csp=policy == "gone", alone=True)
    page.add_init_script(WATCH)
    everything = feedback_page(hostile(tape, "\n".join(HOSTILE)), tape)
    assert opened(page, tmp_path, everything) == []
    for target in page.locator("section, pre, code, bdi, a").all()[:12]:
        target.hover()
    page.keyboard.press("Tab")
    assert page.evaluate("happened") == []
    assert page.locator("script, img, svg, iframe, link, base, [onload], [onerror]").count() == 0


def test_the_policy_stops_what_would_get_past_the_escaping(new_page, tmp_path, tape):
    page = new_page(alone=True)
    page.add_init_script(WATCH)
    leaky = feedback_page(graded_with(tape), tape).replace(
        "<main>", "<main><img src=x onerror=ran()><script>ran()</script>"
    )
    opened(page, tmp_path, leaky)
    assert page.evaluate("happened") == []
    assert page.evaluate("getComputedStyle(document.querySelector('pre')).whiteSpace") == "pre-wrap"


def test_it_is_readable_in_light_and_dark_narrow_and_wide(new_page, tmp_path, essay, honest, screenshots):
    page = new_page(bypass_csp=True, alone=True)  # axe is a script
    opened(page, tmp_path, feedback_page(honest, essay))
    sides = "lines => lines.map(name => getComputedStyle(document.querySelector(`#${name} .text`)).direction)"
    assert page.evaluate(sides, ["marked", "rtl"]) == ["ltr", "rtl"]
    for width, scheme in itertools.product(WIDTHS, ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        settle(page)
        page.screenshot(path=screenshots / f"feedback-{scheme}-{width}.png", full_page=True)
        assert page.evaluate(OUTSIDE, page.query_selector("main")) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if width == max(WIDTHS):
            check_with_axe(page)


def test_print_is_black_on_white_also_from_a_dark_screen(new_page, tmp_path, essay, honest):
    page = new_page(color_scheme="dark", alone=True)
    opened(page, tmp_path, feedback_page(honest, essay))
    page.emulate_media(media="print", color_scheme="dark")
    style = page.evaluate("(({ color, backgroundColor }) => [color, backgroundColor])(getComputedStyle(document.body))")
    assert style == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
