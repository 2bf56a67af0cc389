"""Whether the name of a Variable was given to a plain tensor, as by `x = x - 0.1 * gradient`; where names are made."""

import ast

from widgets.diagnosis.source_code import names_in, root_of
from widgets.diagnosis.ways import way_to


def is_reassigned(recording, code, number, source):
    """Return the entry that made a source out of a Variable whose name it took, None if it is not so.

    Two things must come together: by the recording the source is a result that a Variable went into, and by the
    source code its name is made from itself.
    """
    name = root_of(source) if source is not None else recording.tensors[number].name
    way = way_to(recording, [number])
    is_from_variable = any(recording.tensors[one].kind == "variable" for entry in way for one in entry.inputs)
    if not (is_from_variable and _makes_itself(code, name)):
        return None
    return next(entry for entry in reversed(way) if number in entry.outputs)


def made_at(code, source):
    """Return the Place where a source's name is first made by a call such as `tf.Variable(3)`, None if not seen."""
    name = source.id if isinstance(source, ast.Name) else None
    for made in code.made:
        if made.name == name and isinstance(made.node, ast.Call):
            return code.place(made.node, made.listing)
    return None


def _makes_itself(code, name):
    """Whether a name is made, directly or through others, from itself."""
    waiting, seen = [name], set()
    while waiting:
        current = waiting.pop()
        for made in code.made:
            if made.name == current:
                mentioned = names_in(made.node)
                if name in mentioned:
                    return True
                waiting += mentioned - seen
                seen |= mentioned
    return False
