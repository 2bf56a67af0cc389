"""What a page keeps of a view, in few letters: text and numbers, deflated, in base64."""

from __future__ import annotations

from typing import Any

import numpy as np

from widgets.common.widget import deflated, to_json

VIEW = "application/vnd.tapedeck.view+json"
"""The mime type of a view as a page has it."""

OUTCOME = "application/vnd.tapedeck.outcome+json"
"""The mime type of what happened, beside a prediction."""


def packed(state: dict[str, Any]) -> dict[str, Any]:
    """Pack the traits of a view, as `unpacked` in `view/live.js` reads them.

    Args:
        state: each trait's value, bytes allowed.

    Returns:
        `text`, the traits without their bytes, and `bytes`, those of each binary trait.
    """
    binary = {name: value for name, value in state.items() if isinstance(value, bytes)}
    text = to_json({name: value for name, value in state.items() if name not in binary})
    return {
        "text": deflated(text.encode()),
        "bytes": {name: packed_numbers(value) for name, value in binary.items()},
    }


def packed_numbers(data: bytes) -> dict[str, Any]:
    """Pack the bytes of numbers: each 32 bits as the difference from those before, and alike bytes together.

    From step to step of a path little changes but the last bits, and zlib sees only bytes that repeat.
    """
    if len(data) % 4:
        return {"data": deflated(data), "words": False}
    words = np.frombuffer(data, "<u4")
    differences = np.diff(words, prepend=np.zeros(1, "<u4"))
    planes = differences.astype("<u4").view(np.uint8).reshape(-1, 4).T
    return {"data": deflated(planes.tobytes()), "words": True}
