"""The Markdown of lessons as pages have it: every formula is understood, and links lead somewhere."""

import re
from xml.etree import ElementTree

import nbformat

from widgets.site.page_markdown import page_html


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
