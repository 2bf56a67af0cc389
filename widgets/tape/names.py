"""What the learner calls a tensor: by the variables of the frames that took part, and `name = ...` in the source."""

import ast
import linecache

import tensorflow as tf

from widgets.tape import hooks


class Names:
    """The learner's names for tensors, Variables and tapes, as they stood when the run ended."""

    def __init__(self, frames):
        self._tensors, self._tapes = {}, {}
        for frame in frames:
            for name, value in _variables(frame):
                self._learn(name, value)

    def of_tensor(self, number, default=""):
        """Return the name of the tensor (or Variable's handle) with this number, or `default`."""
        return self._tensors.get(number, default)

    def of_tape(self, tape, default):
        """Return the name of a `tf.GradientTape`, or `default`."""
        return self._tapes.get(id(tape), default)

    def _learn(self, name, value):
        if isinstance(value, tf.GradientTape):
            self._tapes.setdefault(id(value), name)
        elif isinstance(value, dict):
            for key, item in value.items():
                self._learn_tensor(f"{name}[{key!r}]", item)
        elif isinstance(value, (list, tuple)):
            for index, item in enumerate(value):
                self._learn_tensor(f"{name}[{index}]", item)
        else:
            self._learn_tensor(name, value)

    def _learn_tensor(self, name, value):
        if is_variable(value):
            self._tensors.setdefault(hooks.id_of_handle(value), name)
        elif isinstance(value, tf.Tensor) and hasattr(value, "_id"):
            self._tensors.setdefault(hooks.tensor_id(value), name)


def is_variable(value):
    """Say whether `value` is a `tf.Variable` or a Keras one (both have a handle, which is what a tape knows)."""
    return isinstance(value, tf.Variable) or (hasattr(value, "handle") and hasattr(value, "path"))


def _variables(frame):
    """Yield the names and values that a frame's code uses: a notebook's namespace holds far more."""
    code = frame.f_code
    for name, value in list(frame.f_locals.items()):
        if code.co_name != "<module>" or name in code.co_names:
            yield name, value
    for name in code.co_names:
        if name in frame.f_globals and name not in frame.f_locals:
            yield name, frame.f_globals[name]


class Assignments:
    """Which expression of the learner's source is the right side of `name = expression`, to name loop values too."""

    def __init__(self):
        self._files = {}

    def name_at(self, file, line, last, column, end):
        """Return the name that the expression at this position is assigned to, or ""."""
        if file not in self._files:
            self._files[file] = dict(_assignments(file))
        return self._files[file].get((line, last, column, end), "")


def _assignments(file):
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except SyntaxError:  # a file that is no Python, such as a template
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            value = node.value
            yield (value.lineno, value.end_lineno, value.col_offset, value.end_col_offset), node.targets[0].id
