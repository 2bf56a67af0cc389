"""What tests of bare pages share."""

from axe_playwright_python.base import AXE_SCRIPT, AxeResults

# What sticks out of a view, or is wider than its place. What only a screen reader reads may.
OUTSIDE = """view => {
    const edge = view.getBoundingClientRect().right + 1;
    const out = [...view.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > edge);
    const isWide = (e) => e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1;
    const wide = [view, ...view.querySelectorAll("*")].filter(isWide);
    return [...out, ...wide].filter((e) => !e.closest(".view-unseen")).map((e) => `${e.tagName} ${e.className}`);
}"""


def settle(page):
    """Wait until what was asked for is drawn."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def press(page, *keys):
    """Press keys one after another, and wait until what they lead to is drawn."""
    for key in keys:
        page.keyboard.press(key)
    settle(page)


# Go through positions, each a few traits set as Python sets them, and return what `look` sees at each once it is drawn:
# a view asks for the next frame when a trait changes, before this does.
_AT_EACH = """async ([positions, look]) => {
    const see = eval(look), seen = [];
    for (const traits of positions) {
        for (const [name, value] of Object.entries(traits)) tapedeck.model.set(name, value);
        await new Promise(requestAnimationFrame);
        seen.push(see());
    }
    return seen;
}"""


def at_each(page, positions, look):
    """Return what a function of the page sees at each position, in one visit to the page: hundreds would take long."""
    return page.evaluate(_AT_EACH, [list(positions), look])


OF_COLORS = ("color-contrast", "link-in-text-block")
"""The rules of axe that ask for colors."""


def check_with_axe(page, context=None, rules=()):
    """Let axe look for violations, of all rules that it has by default or only of some.

    What is on the page already is not sent again: axe is half a megabyte.
    """
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    look = """([where, rules]) => axe.run(where ?? document, {
        resultTypes: ["violations"], ...(rules.length && { runOnly: { type: "rule", values: rules } }) })"""
    result = AxeResults(page.evaluate(look, [context, list(rules)]))
    assert result.violations_count == 0, result.generate_report()


def check_schemes_with_axe(page):
    """Let axe look at a page in light and in dark, where nothing but the colors is another."""
    for scheme, rules in (("light", ()), ("dark", OF_COLORS)):
        page.emulate_media(color_scheme=scheme)
        check_with_axe(page, rules=rules)


def rest(page):
    """Wait longer than a view does, after the last change, before it tells Python.

    The page's own clock waits: there the view's turn comes first, however busy the machine is.
    """
    page.evaluate("() => new Promise((done) => setTimeout(done, 300))")
