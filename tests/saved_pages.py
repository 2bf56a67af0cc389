"""What a page that `save_html` wrote has in it."""

import base64
import json
import zlib


def state_in(page):
    """Return the traits that the text of a saved page has."""
    return json.loads(zlib.decompress(base64.b64decode(page.split('JSON.parse(await unpacked("')[1].split('"')[0])))
