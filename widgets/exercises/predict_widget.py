"""`predict(...)`: text, and in a notebook a form to make a prediction with the mouse or by keys."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar, cast

import numpy as np
import traitlets
from IPython import get_ipython
from IPython.display import display

from widgets.common import prediction_gate
from widgets.common.catalogue import _, words
from widgets.common.fields import FieldRequests
from widgets.common.widget import png_of, to_json
from widgets.exercises import predictions
from widgets.exercises.exercise import generator
from widgets.exercises.prediction_reasons import reasons_text
from widgets.exercises.prediction_text import agree, comparison_text, largest_distance_text, prediction_text, value_text
from widgets.exercises.predictions import InvalidPrediction, Prediction, parse_typed_number
from widgets.exercises.sketches import Points

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WORDS = words(
    lambda _: (
        _("A wrong prediction teaches more than none."),
        _("Alt and an arrow key move the line; so do the buttons, and the mouse."),
        _("Choose one"),
        _("Commit"),
        _("Draw in the plot, or choose a point with ← and → and move it with ↑ and ↓."),
        _("Draw your curve first."),
        _("First to last"),
        _("It is"),
        _("Move down"),
        _("Move up"),
        _("Not what you predicted. Can you explain why?"),
        _("Predict: {name}"),
        _("Take in"),
        _("Take out"),
        _("The curve, and how you see it"),
        _("There are no lines here."),
        _("This is a saved page. Open the notebook to predict."),
        _("Waiting for the kernel."),
        _("Why?"),
        _("You predict"),
        _("You predicted"),
        _("You predicted that correctly."),
        _("Your curve"),
        _("Your prediction"),
        _("at x = {x}"),
        _("{line}: taken out"),
        _("{line}: {place} of {count}"),
    )
)
"""What the view says, keyed by its English."""

_SKETCH_POINTS = 9
"""Points of a sketch in the form: enough for two bends, few enough to set by keys."""


def form_facts(prediction: Prediction) -> str:
    """Return what is asked for, as the view reads it. Lines to be put in order come shuffled, the same for everyone."""
    form = prediction.form
    order = list(generator(prediction.name).permutation(form.order)) if form.order else []
    facts = {
        "name": prediction.name,
        "kind": form.kind,
        "choices": form.choices,
        "plane": form.sketch,
        "xs": _xs(*form.sketch[:2]) if form.sketch else [],
        "order": list(map(str, order)),
        "words": WORDS,
    }
    return to_json(facts)


def _xs(low: float, high: float) -> list[float]:
    return [float(x) for x in np.linspace(low, high, _SKETCH_POINTS).round(6)]


def form_standing(prediction: Prediction) -> str:
    """Return how a prediction stands, as the view reads it: values as text, curves as points to draw."""
    value, outcome = prediction.value, prediction.outcome
    is_sketch = prediction.form.kind == "sketch"
    is_compared = value is not ... and outcome is not ...
    standing = {
        "committed": value is not ...,
        "value": "" if value is ... else value_text(value),
        "outcome": value_text(outcome) if is_compared else "",
        "agrees": is_compared and agree(value, outcome),
        "why": reasons_text(prediction.name, value, outcome) if is_compared else (),
        "points": _drawable(value) if is_sketch and value is not ... else [],
        "curve": _drawable(outcome) if is_sketch and is_compared else [],
        "gap": largest_distance_text(value, outcome) if is_sketch and is_compared else "",
    }
    return to_json(standing)


def _drawable(points: Points) -> list[list[float | None]]:
    """Return points as JSON can hold them: null where a curve has no value."""
    return [[x, y if math.isfinite(y) else None] for x, y in points]


class PredictionForm(FieldRequests):
    """A prediction to commit to, and later what happened beside it: what `predict("slope at 0", ...)` shows.

    Its traits are `facts` (what is asked for) and `standing` (how it stands), JSON texts. Its one field is the `value` to
    commit to.
    """

    _bundle = "prediction"
    FIELDS = ("value",)

    facts = traitlets.Unicode("{}").tag(sync=True)
    standing = traitlets.Unicode("{}").tag(sync=True)

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(facts=form_facts(self.prediction), standing=form_standing(self.prediction))
        self._unsubscribe = prediction_gate.subscribe(self._on_change)

    def close(self) -> None:
        """Close the view: it no longer follows its prediction."""
        self._unsubscribe()
        super().close()

    @property
    def prediction(self) -> Prediction:
        """The Prediction as it stands."""
        return predictions.current(self.name)

    def _on_change(self, name: str, is_outcome: bool) -> None:
        """Follow the prediction. A true curve is seen best beside the sketch, so it is shown where it is asked for."""
        if name == self.name:
            self.facts, self.standing = form_facts(self.prediction), form_standing(self.prediction)
            if is_outcome and is_notebook() and self._has_figure():
                display(self)  # type: ignore[no-untyped-call]

    def _set_field(self, name: str, value: Any) -> None:
        """Commit to what the form has sent."""
        is_number = self.prediction.form.kind == "number"
        predictions.commit(self.name, parse_typed_number(value) if is_number else value)

    def _wait_for_predictions(self) -> None:
        """Never lock the form itself."""

    @property
    def title(self) -> str:  # type: ignore[override]  # a property where the base class has an attribute
        """What is predicted."""
        return self.name

    @property
    def text(self) -> str:  # type: ignore[override]
        """The text twin: what `predict` and `check` print."""
        asked = self.prediction
        if asked.outcome is ...:
            return prediction_text(asked.name, asked.value)
        return comparison_text(asked.name, asked.value, asked.outcome)

    def figure(self) -> Figure | None:  # type: ignore[override]  # only a sketch has one
        """Return a sketch as a matplotlib figure, with the true curve once it is known; None for all other kinds."""
        from widgets.exercises.figure import sketch_figure  # here, so that text alone does not wait for matplotlib

        return sketch_figure(self.prediction) if self._has_figure() else None

    def _has_figure(self) -> bool:
        return self.prediction.form.kind == "sketch" and self.prediction.value is not ...

    def _twins(self) -> dict[str, str]:
        """Return the text, which says all; only a curve is seen better than read."""
        figure = self.figure()
        return {"text/plain": self.text} | ({"image/png": png_of(figure)} if figure else {})


_forms: dict[str, PredictionForm] = {}  # by name: what is asked for again is shown in the same form

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result", covariant=True)


class _WithSkip(Protocol[_Arguments, _Result]):
    """A function that has another one as its attribute `skip`."""

    skip: Callable[[], None]

    def __call__(self, *args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result: ...


def _with_skip(function: Callable[_Arguments, _Result]) -> _WithSkip[_Arguments, _Result]:
    with_skip = cast(_WithSkip[_Arguments, _Result], function)
    with_skip.skip = predictions.skip
    return with_skip


@_with_skip
def predict(
    name: str,
    value: Any = ...,
    *,
    choices: Sequence[str] = (),
    sketch: Sequence[float] = (),
    order: Sequence[str] = (),
) -> None:
    """Keep a prediction, which `check(name, outcome)` compares with what happens.

    Decks and pictures that are shown after a prediction that is still open stay locked until you commit to one. The
    environment variable TAPEDECK_PREDICT=off switches the locks off, and so does `predict.skip()` until the kernel is
    restarted.

    Args:
        name: what is predicted.
        value: the prediction: a number or a text, unless one of the other arguments is given. `...`, or nothing, is
            none yet; in a notebook a form then asks for it.
        choices: the texts to choose from; the prediction is one of them.
        sketch: the lowest and the highest x of a curve, and optionally its lowest and highest y. The prediction is a
            list of points (x, y), and the outcome a function or a list of points.
        order: texts to put in order; the prediction is a list with each of them once.

    Raises:
        TypeError: if the name is not text.
        ValueError: if several of `choices`, `sketch` and `order` are given, or one of them cannot be asked for.

    Example:
        >>> from widgets import check, predict
        >>> predict("slope at 1", 2.0)
        slope at 1: you predict 2.0.
        >>> predict("loss after a step", "lower", choices=("lower", "higher"))
        loss after a step: you predict lower.
        >>> predict("shape of x²", [(-1, 1), (0, 0), (1, 1)], sketch=(-1, 1))
        shape of x²: you predict a curve through (-1.0, 1.0), (0.0, 0.0), (1.0, 1.0).
        >>> predict("a step", ["gradient", "update"], order=("update", "gradient"))
        a step: you predict gradient → update.
        >>> check("loss after a step", "lower")
        loss after a step: you predicted lower, and it is lower. You predicted that correctly.
    """
    if not isinstance(name, str):
        raise TypeError(
            _('predict() takes a name in quotes first, as in predict("slope at 0", 2.0); got {kind}.').format(
                kind=type(name).__name__
            )
        )
    predictions.ask(name, choices=choices, sketch=sketch, order=order)
    if value is not ...:
        _commit_in_code(name, value)
    elif not is_notebook():
        print(prediction_text(name, predictions.current(name).value))
    if is_notebook():
        if name not in _forms:
            _forms[name] = PredictionForm(name)
        if value is ...:
            display(_forms[name])  # type: ignore[no-untyped-call]


def _commit_in_code(name: str, value: Any) -> None:
    try:
        predictions.commit(name, value)
    except InvalidPrediction as invalid:
        print(f"{name}: {invalid}")
    else:
        print(prediction_text(name, predictions.current(name).value))


def is_notebook() -> bool:
    """Return whether a form can be shown: a terminal only shows text."""
    return hasattr(get_ipython(), "kernel")
