"""What tests of bare pages share."""

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


def rest(page):
    """Wait longer than a view does, after the last change, before it tells Python."""
    page.wait_for_timeout(250)
