"""One self-contained page of a view: its script, its style and its facts in one file, alive without a kernel."""

import base64
import html
import json
import pathlib
import re

from widgets.common.catalogue import LANGUAGE

_TEMPLATE = pathlib.Path(__file__).with_name("view") / "standalone.html"


def write_page(path, title, bundle, state):
    """Write `state` (trait to value) with a bundle (`static/deck` has a .js and a .css) to `path`, which it returns."""
    path = pathlib.Path(path)
    page = _TEMPLATE.read_text("utf-8")
    parts = {
        "__LANGUAGE__": LANGUAGE.replace("_", "-"),
        "__TITLE__": html.escape(title),
        "__STYLE__": bundle.with_suffix(".css").read_text("utf-8"),
        # In base64 nothing of the script or the learner's code can end the page's own script tag.
        "__SCRIPT__": _base64(bundle.with_suffix(".js").read_bytes()),
        "__STATE__": _base64(json.dumps(state, default=_binary).encode()),
    }
    page = re.sub("|".join(parts), lambda placeholder: parts[placeholder[0]], page)
    path.write_text(page, "utf-8")
    return path


def _binary(value):
    """Write a binary trait as the page's script reads it back."""
    if isinstance(value, bytes):
        return {"base64": _base64(value)}
    raise TypeError(type(value).__name__)


def _base64(data):
    return base64.b64encode(data).decode()
