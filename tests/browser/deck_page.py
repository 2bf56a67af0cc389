"""A page with a deck on hand-made facts, and what tests do with it."""

from tests.browser import hand_made as facts
from tests.browser.pages import settle
from widgets.common.widget import STATIC, write_page


def opener(tmp_path, page):
    """Return a function that opens a page with a deck on some facts; by default in the ordinary page."""

    def open_deck(shown, *, on=page, **state):
        path = write_page(tmp_path / "deck.html", "A deck", STATIC / "deck", facts.state(shown, **state))
        on.goto(path.as_uri())
        on.wait_for_selector(".deck .view-says-seen:not(:empty)", state="attached")
        return on

    return open_deck


def position(page):
    return page.evaluate("tapedeck.model.get('position')")


def go(page, to):
    """Move the deck as Python does, and wait until it is drawn."""
    page.evaluate("to => { tapedeck.model.set('position', to); }", to)
    settle(page)


def gradients(page):
    """Return the gradients that the graph shows: a node's name, or the piece of source that made it, to text."""
    nodes = page.locator(".deck-node:has(.deck-gradient)")
    names, texts = (nodes.locator(part).all_text_contents() for part in (".deck-caption", ".deck-gradient"))
    return dict(zip(names, texts, strict=True))


def row(page, number):
    return page.locator(f".deck-row[aria-posinset='{number + 1}']")
