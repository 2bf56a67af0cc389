"""A prediction as the JSON texts that its form shows: what is asked, which stays, and how it stands, which changes."""

import json
import math

import numpy as np

from widgets.exercises import messages as saying
from widgets.exercises import sketches
from widgets.exercises.prediction_labels import WORDS
from widgets.exercises.seeds import generator

POINTS = 9  # of a sketch: enough for two bends, few enough to set by keys


def lower(prediction):
    """Return what is asked. Lines to be put in order come shuffled, and the same for everyone."""
    order = list(generator(prediction.name).permutation(prediction.order)) if prediction.order else []
    facts = {
        "name": prediction.name,
        "kind": prediction.kind,
        "choices": prediction.choices,
        "plane": prediction.sketch,
        "xs": [float(x) for x in np.linspace(*prediction.sketch[:2], POINTS).round(6)] if prediction.sketch else [],
        "order": list(map(str, order)),
        "words": WORDS,
    }
    return _text(facts)


def lower_standing(prediction):
    """Return how a prediction stands: all values as text, and curves as points to draw."""
    value, outcome = prediction.value, prediction.outcome
    is_sketch = prediction.kind == "sketch"
    is_compared = value is not ... and outcome is not ...
    standing = {
        "committed": value is not ...,
        "value": "" if value is ... else saying.shown(value),
        "outcome": saying.shown(outcome) if is_compared else "",
        "agrees": is_compared and saying.agree(value, outcome),
        "points": _points(value) if is_sketch and value is not ... else [],
        "curve": _points(outcome) if is_sketch and is_compared else [],
        "gap": sketches.furthest(value, outcome) if is_sketch and is_compared else "",
    }
    return _text(standing)


def _points(points):
    """Return points as JSON can hold them: null where a curve has no number."""
    return [[x, y if math.isfinite(y) else None] for x, y in points]


def _text(facts):
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
