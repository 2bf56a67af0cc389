"""The form before and after the course: fifteen questions that a class takes in a notebook, scored without running it.

In the learner's notebook, made by `tapedeck form pre`:

taking             take("pre") shows the form, hand_in("pre") writes all answers into the notebook
widget, text       the form as a view, and as text where no view is live
standing           the answers so far, which the file of the learner's progress keeps
answer_record      the answers in the notebook's file, as text that needs no kernel

For the teacher, `tapedeck form score FOLDER`:

handed_in          which notebooks a class handed in, and the answers in each; nothing in them is run
gains              points before and after, by learner and by question
score_sheets       two CSV files

A question is one record: both forms' numbers, what is right, and the wrong ideas that have a code (model, questions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from widgets.common.lazy_names import lazy_names

if TYPE_CHECKING:
    from widgets.form.taking import hand_in, take

__all__ = ["hand_in", "take"]

# Who scores a class needs no widget.
__getattr__ = lazy_names(__name__, dict.fromkeys(__all__, "taking"))
