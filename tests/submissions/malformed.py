"""Files that are no notebook, or hardly one: by name the bytes, made of a notebook's JSON."""

import json


def files(notebook):
    """Return by verdict and name the bytes of every malformed file that is made of a notebook."""
    text = json.dumps(notebook)
    return {
        "malformed--empty": b"",
        "malformed--only_spaces": b" \n\t\n",
        "malformed--truncated": text[: len(text) // 2].encode(),
        "malformed--not_json": b"def double(x):\n    return 2 * x\n",
        "malformed--binary": bytes(range(256)) * 64,
        "malformed--a_list": json.dumps([notebook]).encode(),
        "malformed--a_number": b"1e400",
        "malformed--deep": b"[" * 100_000 + b"]" * 100_000,
        "malformed--deep_inside": text.replace('"metadata": {', '"metadata": {"deep": ' + _deep() + ", ", 1).encode(),
        "malformed--an_integer_of_a_million_digits": b'{"cells": [], "nbformat": ' + b"9" * 1_000_000 + b"}",
        "malformed--no_cells": json.dumps({**notebook, "cells": None}).encode(),
        "malformed--half_a_character": text.encode() + b"\xf0\x9f",
        "malformed--too_large": text.encode() + b" " * 20_000_001,
        "passed--byte_order_mark": b"\xef\xbb\xbf" + text.encode(),
        "passed--five_megabytes_of_markdown": _with_markdown(notebook, "word " * 1_000_000),
        "passed--odd_in_many_ways": _odd(notebook).encode("utf-16"),
        "passed--lone_surrogate_in_markdown": _with_markdown(notebook, "\ud83d and <script>alert(1)</script>"),
    }


def _deep():
    return "[" * 100_000 + "]" * 100_000


def _odd(notebook):
    cells = [None, 7, [], {}, {"metadata": None, "source": 5, "id": {}}, *notebook["cells"]]
    return json.dumps({"cells": cells, "metadata": {"is": float("nan")}, "nbformat": 4.5})


def _with_markdown(notebook, text):
    long = {"cell_type": "markdown", "id": "long", "metadata": {}, "source": text}
    return json.dumps({**notebook, "cells": [long, *notebook["cells"]]}).encode()
