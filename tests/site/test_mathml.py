"""Formulas as MathML: what lessons write is understood, what is not stays as it was written."""

import re
from xml.etree import ElementTree

import nbformat
import pytest

from widgets.site.mathml import mathml
from widgets.site.page_markdown import page_html


@pytest.mark.parametrize(
    ("tex", "inside"),
    [
        ("x^2", "<msup><mi>x</mi><mn>2</mn></msup>"),
        ("v_1 = 2", "<msub><mi>v</mi><mn>1</mn></msub><mo>=</mo><mn>2</mn>"),
        ("-1", "<mo>\u2212</mo><mn>1</mn>"),
        (r"\frac{1}{\lambda}", "<mfrac><mrow><mn>1</mn></mrow><mrow><mi>λ</mi></mrow></mfrac>"),
        (r"\sqrt x", "<msqrt><mi>x</mi></msqrt>"),
        (r"\text{a b}", "<mtext>a&nbsp;b</mtext>"),
        ("a < b", "<mi>a</mi><mo>&lt;</mo><mi>b</mi>"),
    ],
)
def test_a_formula_is_mathml(tex, inside):
    assert mathml(tex) == f"<math>{inside}</math>"
    assert mathml(tex, is_block=True) == f'<math display="block">{inside}</math>'


@pytest.mark.parametrize("tex", [r"\unheard x", "{x", "x}", r"\frac{1}", r"\left( x", "x^", r"\text x"])
def test_what_is_not_understood_stays_as_it_was_written(tex):
    assert mathml(tex) == f"<code>{tex}</code>"


def test_every_formula_of_the_lessons_is_understood(pytestconfig):
    seen = 0
    for path in sorted(pytestconfig.rootpath.glob("lessons/**/[0-9]*.ipynb")):
        for cell in nbformat.read(path, 4).cells:
            if cell.cell_type == "markdown" and "$" in cell.source:
                html = page_html(cell.source, (), [])
                formulas = re.findall(r"<math.*?</math>", html)
                seen += len([ElementTree.fromstring(formula.replace("&nbsp;", " ")) for formula in formulas])
                assert "$" not in re.sub(r"<(code|pre).*?</\1>", "", html, flags=re.DOTALL), html
                assert not re.search(r"<code>[^<]*\\[a-z]", html), html
    assert seen > 200


def test_links_lead_to_pages_of_the_site_or_nowhere():
    found = []
    html = page_html(
        "# One *two*\n\n[a](02_b.ipynb#part) [b](../solutions/01.ipynb) [c](https://x.org)", ["02_b.html"], found
    )
    assert '<a href="02_b.html#part">a</a> b <a href="https://x.org">c</a>' in html
    assert found == [(1, "one-two", "One <em>two</em>")]
