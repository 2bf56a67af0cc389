"""One self-contained page of a view: its script, its style and its facts in one file, alive without a kernel."""

import base64
import html
import json
import pathlib
import re

_TEMPLATE = pathlib.Path(__file__).with_name("front_end") / "standalone.html"


def write_page(path, title, bundle, state):
    """Write `state` (trait to value) with the `deck.js` and `deck.css` of a folder to `path`, which it returns."""
    path = pathlib.Path(path)
    page = _TEMPLATE.read_text("utf-8")
    parts = {
        "__TITLE__": html.escape(title),
        "__STYLE__": (bundle / "deck.css").read_text("utf-8"),
        # In base64 nothing of the script or the learner's code can end the page's own script tag.
        "__SCRIPT__": base64.b64encode((bundle / "deck.js").read_bytes()).decode(),
        "__STATE__": base64.b64encode(json.dumps(state).encode()).decode(),
    }
    page = re.sub("|".join(parts), lambda placeholder: parts[placeholder[0]], page)
    path.write_text(page, "utf-8")
    return path
