"""Whether an answer looks into the check that asks it: into its rooms, its callers, or what the grader tells it.

The numbers due are in the kernel, so whoever knows Python well can read them there, or have them printed. No verdict
can hang on that: who hides it is not seen. What is in the open is remarked, and the teacher reads the cell.
"""

import ast

from widgets.grading.answers.advice import parsed
from widgets.grading.facts import LOOKS_INSIDE

_ROOMS = "widgets."
"""What lessons use is in `widgets` itself. What is in its rooms makes the checks."""

_CALLERS = {"_getframe", "_current_frames", "currentframe", "f_back", "tb_frame", "get_objects", "get_referrers"}
_TOLD = ("TAPEDECK_SEED", "TAPEDECK_GRADING", "widgets.exercises", "widgets.grading")


def look_inside(source):
    """Return (LOOKS_INSIDE,) for the source of an answer that does so in the open, else ()."""
    tree = parsed(source)
    return (LOOKS_INSIDE,) if tree is not None and any(map(_looks_inside, ast.walk(tree))) else ()


def _looks_inside(node):
    if isinstance(node, ast.Import):
        return any(alias.name.startswith(_ROOMS) for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return _is_inside(node.module or "", {alias.name for alias in node.names})
    if isinstance(node, ast.Attribute):
        return node.attr in _CALLERS or (isinstance(node.value, ast.Name) and node.value.id == "widgets")
    return isinstance(node, ast.Constant) and node.value in _TOLD


def _is_inside(module, names):
    return module.startswith(_ROOMS) or bool(names & _CALLERS) or (module == "widgets" and "exercises" in names)
