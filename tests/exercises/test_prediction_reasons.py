"""After a wrong prediction there is a sentence for that choice and a smaller question, not just "can you explain?"."""

import re

import pytest

from widgets import check, predict
from widgets.common.lessons import LESSONS
from widgets.exercises.predict_widget import form_standing
from widgets.exercises.prediction_reasons import _records, reasons_text
from widgets.exercises.predictions import Prediction

RECORDS = _records(str)
CHOICES = re.compile(r'^predict\("([^"]+)", "([^"]*)", choices=\(([^)]*(?:\([^)]*\)[^)]*)*)\)\)', re.M)


def test_each_record_is_of_a_prediction_of_the_lessons():
    asked = {name for lesson in LESSONS for name in lesson.predictions}
    assert set(RECORDS) <= asked


def test_each_wrong_choice_of_a_record_has_its_sentence(pytestconfig):
    scripts = "\n".join(path.read_text("utf-8") for path in pytestconfig.rootpath.glob("solutions/*.py"))
    seen = set()
    for name, due, choices in CHOICES.findall(scripts):
        if name in RECORDS:
            seen.add(name)
            wrong = set(re.findall(r'"([^"]*)"', choices)) - {due}
            assert RECORDS[name].due == due, name
            assert {str(belief) for belief, _sentence in RECORDS[name].beliefs} == wrong, name
    assert seen == {name for name, record in RECORDS.items() if isinstance(record.due, str)}


@pytest.mark.parametrize("predicted, lines", [(2.0, 3), (17.0, 2), (-2.0, 0)])
def test_a_wrong_number_gets_its_sentence_and_any_other_a_smaller_question(predicted, lines, capsys):
    predict("slope at 0", predicted)
    check("slope at 0", -2.0)
    assert len(capsys.readouterr().out.splitlines()) == 2 + lines


def test_nothing_is_said_of_a_program_that_was_changed():
    assert reasons_text("slope at 0", 2.0, 5.0) == ()
    assert '"why":[]' in form_standing(Prediction("slope at 0", value=2.0, outcome=5.0))
