"""From a solution to what a learner opens, by nbgrader's own preprocessors."""

import copy
import logging

from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
)

_AFTERWARDS = (ClearOutput, ClearHiddenTests, ClearMarkScheme, LockCells, ComputeChecksums, CheckCellMetadata)


def for_learners(solution, stubs):
    """Return a copy of a solution with stubs (by cell id) for answers, no outputs, and its checks locked."""
    lesson, resources = copy.deepcopy(solution), {"language": "python"}
    for index, cell in enumerate(lesson.cells):
        clearing = ClearSolutions(code_stub={"python": stubs[cell.id]}, log=_quiet())
        lesson.cells[index], resources = clearing.preprocess_cell(cell, resources, index)
    for preprocessor in _AFTERWARDS:
        lesson, resources = preprocessor(log=_quiet()).preprocess(lesson, resources)
    return lesson


def _quiet():
    """Return a logger for nbgrader's running remarks; what is wrong, it raises."""
    log = logging.getLogger("widgets.authoring")
    log.setLevel(logging.CRITICAL)
    return log
