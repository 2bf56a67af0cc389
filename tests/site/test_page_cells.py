"""A page of the site shows an answer only to who asks for it, be it code or text."""

import nbformat

from widgets.site.page_cells import page_cells


def test_a_sample_answer_in_words_is_folded_up_and_not_searched():
    nbgrader = {"grade_id": "why", "grade": True, "solution": True}
    source = "### BEGIN SOLUTION\nConstants are *not* watched.\n### END SOLUTION"
    cells = [
        nbformat.v4.new_markdown_cell("Why?"),
        nbformat.v4.new_markdown_cell(source, metadata={"nbgrader": nbgrader}),
    ]
    question, answer = page_cells(nbformat.v4.new_notebook(cells=cells), (), [])
    assert (question.kind, question.words) == ("prose", "Why?")
    assert (answer.kind, answer.words) == ("answer", "")
    assert "<em>not</em>" in answer.source and "SOLUTION" not in answer.source
