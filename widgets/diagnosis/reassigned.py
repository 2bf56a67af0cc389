"""Whether the name of a Variable was given to a plain tensor, as by `x = x - 0.1 * gradient`; where names are made."""

import ast

from widgets.diagnosis.syntax import names_in, root_of


def is_reassigned(recording, code, number, source):
    """Return the entry that made a source out of a Variable whose name it took, None if it is not so.

    Two things must come together: by the recording the source is a result that a Variable went into, and by the
    source code its name is made from itself.
    """
    makers = {output: entry for entry in recording.entries for output in entry.outputs}
    name = root_of(source) if source is not None else recording.tensors[number].name
    maker = makers.get(number)
    if maker is None or not _is_from_variable(recording, makers, number) or not _makes_itself(code, name):
        return None
    return maker


def made_at(code, source):
    """Return the Place where a source's name is first made by a call such as `tf.Variable(3)`, None if not seen."""
    name = source.id if isinstance(source, ast.Name) else None
    for made in code.made:
        if made.name == name and isinstance(made.node, ast.Call):
            return code.place(made.node, made.listing)
    return None


def _is_from_variable(recording, makers, number):
    """Whether a Variable was read on the way to a tensor."""
    waiting, seen = [number], set()
    while waiting:
        entry = makers.get(waiting.pop())
        if entry is not None and entry.index not in seen:
            seen.add(entry.index)
            if any(recording.tensors[one].kind == "variable" for one in entry.inputs):
                return True
            waiting += entry.inputs
    return False


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
