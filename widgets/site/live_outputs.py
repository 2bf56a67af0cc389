"""In the kernel of a notebook that becomes a page: what its views and predictions leave, to live without the kernel.

`begin()` is called before the first cell. From then on a view is shown as all that its other side needs, and of a
prediction that is compared with what happened stays what is said of every answer to it.
"""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

from IPython import get_ipython
from IPython.display import display

from widgets.answers.answer_numbers import NotNumeric, parse_number
from widgets.common import prediction_gate
from widgets.common.catalogue import _
from widgets.common.grader_protocol import ABSOLUTE, RELATIVE
from widgets.common.widget import View
from widgets.exercises import predictions, sketches
from widgets.exercises.predict_widget import PredictionForm, form_facts, form_standing
from widgets.exercises.prediction_reasons import wrong_predictions
from widgets.exercises.prediction_text import comparison_text
from widgets.exercises.predictions import Prediction
from widgets.site.packing import OUTCOME, VIEW, packed

_FAR = 1.2345e300  # a number that nobody predicts


def begin() -> None:
    """Show views, and outcomes of predictions, as a page needs them, until the kernel ends."""
    shell: Any = get_ipython()
    shell.display_formatter.mimebundle_formatter.for_type(View, live_view)
    prediction_gate.subscribe(_show_outcome)


def live_view(view: View) -> dict[str, Any]:
    """Return a view as a page has it, with its text for who has no scripts."""
    facts = view.for_site()
    facts["packed"] = packed(facts.pop("state"))
    if isinstance(view, PredictionForm):
        facts |= {"prediction": view.name, "notNumber": _("{text} is not a number. Write one like -2 or 0.5.")}
    return {VIEW: facts, "text/plain": view.text}


def _show_outcome(name: str, is_outcome: bool) -> None:
    prediction = predictions.current(name)
    if is_outcome and prediction.value is ... and prediction.outcome is not ...:
        display({OUTCOME: outcome_facts(prediction)}, raw=True)  # type: ignore[no-untyped-call]


def outcome_facts(prediction: Prediction) -> dict[str, Any]:
    """Return what a page says of each answer to a prediction, now that it is known what happened.

    Args:
        prediction: one without a value.

    Returns:
        The `name` and the `form`; what `check` has `said` without a prediction; the `kind` of answer; `right`, what is
        said of the right one; `cases`, what is said of those that the course expects; and `other`, of all others.
    """
    form, outcome = prediction.form, prediction.outcome
    facts: dict[str, Any] = {
        "name": prediction.name,
        "said": comparison_text(prediction.name, ..., outcome),
        "form": form_facts(prediction),
        "wait": prediction_gate.message_about(prediction.name),
        "kind": form.kind,
        "close": [RELATIVE, ABSOLUTE],
        "right": _standing(prediction, outcome),
    }
    if form.kind == "choice":
        facts["cases"] = [[choice, _standing(prediction, choice)] for choice in form.choices]
    elif form.kind == "number":
        facts["number"] = _number(outcome)
        facts["cases"] = [
            [_number(value), _standing(prediction, value)] for value in wrong_predictions(prediction.name)
        ]
        facts["other"] = _standing(prediction, _FAR)
    elif form.kind == "order":
        facts["other"] = _standing(prediction, list(reversed(list(outcome))))
    else:
        facts["tolerance"] = sketches.TOLERANCE
        facts["furthest"] = _("They are furthest apart at x = {x}, by {gap}.")
    return facts


def _standing(prediction: Prediction, value: Any) -> dict[str, Any]:
    standing: dict[str, Any] = json.loads(form_standing(dataclasses.replace(prediction, value=value)))
    return standing


def _number(value: Any) -> float | None:
    try:
        number = parse_number(value)
    except NotNumeric:
        return None
    return number if math.isfinite(number) else None
