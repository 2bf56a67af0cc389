"""Predictions as widgets: a form that commits, views that wait for it, and lines put in order."""

import base64
import io
import json

import matplotlib.image
import nbformat
import pytest
import tensorflow as tf

from tests.saved_pages import state_in
from widgets import check, order_lines, predict
from widgets.authoring import notebooks
from widgets.common import prediction_gate
from widgets.deck.widget import TapeDeck
from widgets.exercises import predictions
from widgets.exercises.ordering_widget import LineOrder
from widgets.exercises.predict_widget import PredictionForm

CHOICES = ("above", "below")
SKETCH = [(0, 1), (1, 0), (2, 1)]


@pytest.fixture(autouse=True)
def fresh(monkeypatch, tmp_path):
    monkeypatch.setenv("TAPEDECK_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(prediction_gate, "_listeners", [])
    monkeypatch.delenv(predictions.SWITCH, raising=False)
    predictions.forget_session()


def deck():
    return TapeDeck(lambda x: tf.pow(x, 2), x=3.0)


def shown(view):
    """What a notebook is given of a view."""
    bundle, _ = view._repr_mimebundle_()
    return bundle


def commit(form, value):
    """Send what the browser sends when the button is pressed."""
    form.asked = {"value": [value, form.answered + 1]}


# The lock


def test_what_is_shown_after_an_open_prediction_is_locked_until_it_is_committed():
    view = deck()
    predict("slope", ...)
    assert shown(view)["text/plain"] == view.locked == "First predict: slope"
    predict("slope", -2.0)
    assert view.locked == "" and shown(view)["text/plain"] == view.text


def test_a_committed_form_opens_what_waits_for_it():
    predict("slope", ...)
    view, form = deck(), PredictionForm("slope")
    shown(view)
    commit(form, "-2")
    assert view.locked == "" and predictions.current("slope").value == -2.0


def test_a_locked_view_can_be_opened_without_a_prediction_and_stays_open():
    predict("slope", ...)
    predict("height", ...)
    view = deck()
    shown(view)
    assert view.lock["name"] == "slope"
    view.locked = ""  # as the browser sets it
    predict("slope", -2.0)
    assert view.locked == "" and view.lock["name"] == "slope"


def test_a_locked_picture_gives_nothing_away():
    view = deck()
    whole = shown(view)["image/png"]
    predict("slope", ...)
    locked = shown(view)["image/png"]
    assert locked != whole and locked == shown(TapeDeck(lambda x: tf.sin(x), x=1.0))["image/png"]
    pixels = matplotlib.image.imread(io.BytesIO(base64.b64decode(locked)))
    assert pixels.shape[0] < 200 and pixels.min() < 0.6  # a low panel with something written on it


def test_what_was_shown_before_stays_open():
    view = deck()
    shown(view)
    predict("slope", ...)
    assert view.locked == ""


def test_of_several_open_predictions_all_are_waited_for_in_their_order():
    for name in ("first", "second"):
        predict(name, ...)
    view = deck()
    shown(view)
    predict("third", ...)
    assert view.locked == "First predict: first"
    predict("first", 1.0)
    assert view.locked == "First predict: second"
    predict("second", 1.0)
    assert view.locked == ""


def test_shown_once_more_it_waits_for_what_is_open_then():
    view = deck()
    predict("first", ...)
    shown(view)
    predict("second", ...)
    shown(view)
    predict("first", 1.0)
    assert view.locked == "First predict: second"


def test_an_outcome_that_is_known_does_not_open_it():
    predict("slope", ...)
    view = deck()
    shown(view)
    check("slope", -2.0)
    assert view.locked


def test_a_teachers_switch_opens_and_lets_nothing_be_locked(monkeypatch):
    predict("slope", ...)
    view = deck()
    shown(view)
    predict.skip()
    assert view.locked == "" and shown(deck())["text/plain"].startswith("Tape of")


def test_a_saved_page_is_never_locked(tmp_path):
    predict("slope", ...)
    view = deck()
    shown(view)
    page = view.save_html(tmp_path / "deck.html").read_text("utf-8")
    assert state_in(page)["locked"] == ""


# The form


@pytest.mark.parametrize(
    ("form", "sent", "kept"),
    [
        ({}, "-2", -2.0),
        ({"choices": CHOICES}, "below", "below"),
        ({"sketch": (0, 2)}, [[0, 1], [1, 0], [2, 1]], [(0.0, 1.0), (1.0, 0.0), (2.0, 1.0)]),
        ({"order": ("b", "a")}, ["a", "b"], ["a", "b"]),
    ],
)
def test_each_kind_is_committed_from_the_form(form, sent, kept):
    predict("slope", ..., **form)
    view = PredictionForm("slope")
    assert not json.loads(view.standing)["committed"] and "no prediction yet" in view.text
    commit(view, sent)
    assert predictions.value_of("slope") == kept and view.problem == ""
    assert json.loads(view.standing)["committed"] and view.text.startswith("slope: you predict ")


@pytest.mark.parametrize(
    ("form", "sent", "words"),
    [
        ({}, "steep", "'steep' is not a number"),
        ({"choices": CHOICES}, "abov", "choose one of"),
        ({"sketch": (0, 2)}, [[0, 1]], "list of points"),
        ({"order": ("b", "a")}, ["a"], "each of these once"),
    ],
)
def test_what_does_not_fit_is_a_problem_that_can_be_mended(form, sent, words):
    predict("slope", ..., **form)
    view = PredictionForm("slope")
    commit(view, sent)
    assert words in view.problem and view.answered == 1 and predictions.still_open() == ("slope",)


@pytest.mark.parametrize("once", [{"value": ["1", 1]}, {"value": "1", "number": 1}], ids=["now", "version 0.1"])
def test_what_was_asked_twice_is_committed_once(once):
    predict("slope", ...)
    view = PredictionForm("slope")
    view.asked = once
    view.asked = {"value": ["2", 1]}
    assert predictions.value_of("slope") == 1.0


def test_a_value_in_code_shows_in_the_form_too():
    predict("slope", ...)
    view = PredictionForm("slope")
    predict("slope", 2.0)
    check("slope", -2.0)
    standing = json.loads(view.standing)
    assert (standing["value"], standing["outcome"], standing["agrees"]) == ("2.0", "-2.0", False)
    assert view.text == "slope: you predicted 2.0, and it is -2.0. Not what you predicted. Can you explain why?"


def test_lines_to_be_ordered_come_shuffled_the_same_for_everyone():
    predict("loop", ..., order=tuple("abcdefgh"))
    first, second = (json.loads(PredictionForm("loop").facts)["order"] for _ in range(2))
    assert first == second != list("abcdefgh") and sorted(first) == list("abcdefgh")


def test_only_a_sketch_has_a_picture_and_only_once_it_is_drawn():
    predict("slope", 1.0)
    assert set(shown(PredictionForm("slope"))) == {"text/plain", "application/vnd.jupyter.widget-view+json"}
    predict("shape", ..., sketch=(0, 2))
    view = PredictionForm("shape")
    assert "image/png" not in shown(view)
    commit(view, SKETCH)
    drawn = shown(view)["image/png"]
    check("shape", lambda x: (x - 1) ** 2)
    assert drawn != shown(view)["image/png"]


def test_a_curve_reaches_the_browser_with_its_gaps():
    predict("shape", SKETCH, sketch=(0, 2))
    view = PredictionForm("shape")
    check("shape", lambda x: tf.math.log(x - 1.0))
    curve = json.loads(view.standing)["curve"]
    assert curve[0] == [0.0, None] and curve[-1] == [2.0, 0.0]


def test_a_closed_form_hears_nothing_more():
    predict("slope", ...)
    view = PredictionForm("slope")
    view.close()
    assert prediction_gate._listeners == []


# In a terminal, and in a real kernel


def test_a_terminal_reads_text(capsys):
    predict("slope", ...)
    assert capsys.readouterr().out.startswith("slope: no prediction yet.")
    assert order_lines("loop_order") is ...
    assert "Some of them do not belong" in capsys.readouterr().out


CELLS = {
    "imports": """
import tensorflow as tf
from widgets import TapeDeck, check, order_lines, predict""",
    "open": "predict('slope', ...)",
    "locked": "deck = TapeDeck(lambda x: tf.pow(x, 2), x=3.0)\ndeck",
    "made": "predict('slope', -2.0)",
    "opened": "deck",
    "sketched": "predict('shape', [(0, 1), (1, 0), (2, 1)], sketch=(0, 2))",
    "compared": "check('shape', lambda x: x)",
    "lines": "order = order_lines('loop_order', ...)",
    "not yet": "check('loop_order', order)",
    "right": "order.order = [3, 7, 9, 11, 10, 5]\ncheck('loop_order', order)",
    "in code": "order_lines('loop_order', [3, 7]);",
    "skipped": "predict('another', ...)\npredict.skip()",
    "never locked": "deck",
}


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """Return the outputs of these cells, run in a real kernel."""
    cells = [nbformat.v4.new_code_cell(source.strip()) for source in CELLS.values()]
    ran = notebooks.execute(nbformat.v4.new_notebook(cells=cells), tmp_path_factory.mktemp("notebook"))
    return dict(zip(CELLS, [cell.outputs for cell in ran.cells], strict=True))


def text_of(outputs):
    return "".join(output.get("text") or output.data["text/plain"] for output in outputs)


def test_a_notebook_shows_a_form_where_nothing_is_predicted_and_text_where_something_is(notebook):
    (form,) = notebook["open"]
    assert set(form.data) == {"text/plain"} and form.data["text/plain"].startswith("slope: no prediction yet.")
    assert [output.output_type for output in notebook["made"]] == ["stream"]
    assert text_of(notebook["made"]) == "slope: you predict -2.0.\n"


def test_a_notebook_locks_what_comes_after_and_opens_it(notebook):
    assert text_of(notebook["locked"]) == "First predict: slope"
    assert text_of(notebook["opened"]).startswith("Tape of <lambda>")
    assert text_of(notebook["never locked"]) == text_of(notebook["opened"])


def test_a_sketch_made_in_code_is_seen_beside_the_true_curve(notebook):
    assert [output.output_type for output in notebook["sketched"]] == ["stream"]
    picture, printed = notebook["compared"]
    assert picture.data["image/png"] and picture.data["text/plain"] + "\n" == printed.text
    assert "They are furthest apart at x = 0.0, by 1.0." in printed.text


def test_the_widget_is_the_answer(notebook):
    assert text_of(notebook["lines"]).startswith("loop_order: no order yet.")
    assert "No answer yet. Put the lines in order first" in text_of(notebook["not yet"])
    assert "Right: " in text_of(notebook["right"])
    assert text_of(notebook["in code"]).startswith("loop_order: your program\n")


# Lines in order


def test_an_order_keeps_each_line_once_and_says_the_program():
    order = LineOrder("loop_order")
    order.order = [3, 3, 0, 12, 7]
    assert order.order == [3, 7]
    assert order.text.splitlines()[-3:] == [
        "          x = tf.Variable(start)",
        "          for step in range(steps):",
        "          return x",
    ]


def test_a_wrong_order_of_the_widget_is_told_why(capsys):
    order = LineOrder("loop_order")
    order.order = [3, 7, 9, 11, 10, 8]
    check("loop_order", order)
    assert "Not right: one step works" in capsys.readouterr().out


def test_what_cannot_be_ordered_is_said(capsys):
    order_lines("loop_order", [99])
    order_lines("lop_order", [1])
    no_line, no_exercise = capsys.readouterr().out.splitlines()
    assert no_line.startswith("loop_order: ") and no_line.endswith(": 99.")
    assert no_exercise == 'There is no exercise called "lop_order". Did you mean "loop_order"?'
