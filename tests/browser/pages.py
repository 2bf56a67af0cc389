"""What tests of bare pages share."""


def settle(page):
    """Wait until what was asked for is drawn."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def rest(page):
    """Wait longer than a view does, after the last change, before it tells Python."""
    page.wait_for_timeout(250)
