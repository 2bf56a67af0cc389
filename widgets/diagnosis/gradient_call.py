"""What a `tape.gradient(target, source)` call was asked about, in the learner's own words."""

import ast

from widgets.diagnosis.source_code import expression


class Asking:
    """One source of one playback: `targets` (numbers), and the expressions `target` and `source` (None: not known).

    `others` are the numbers of the sources that share its expression, as in `model.trainable_variables`.
    """

    def __init__(self, recording, source):
        playback = recording.backward_passes[source.backward_pass]
        self._at = playback.place
        self.target, given = arguments_of(playback.place.text if playback.place else "")
        sources = [one for one in recording.sources if one.backward_pass == source.backward_pass]
        nth = next(index for index, one in enumerate(sources) if one is source)
        self.source = _nth(given, nth, len(sources))
        self.others = [one.tensor for one in sources if one is not source] if self.source is given else []
        self.targets = playback.targets if playback.call == "gradient" else self._by_name(recording)

    def _by_name(self, recording):
        """Return the target of a Jacobian, whose playback starts from rows that have no name."""
        name = self.target.id if isinstance(self.target, ast.Name) else None
        return tuple(number for number, tensor in enumerate(recording.tensors) if tensor.name == name)

    def place(self, code, node, listing):
        """Return the Place of a node; one in the call itself has the call's."""
        return self._at if listing < 0 else code.place(node, listing)


def arguments_of(text):
    """Return the expressions for target and source in a call's text, None for what is not there."""
    call = expression(text)
    if not isinstance(call, ast.Call):
        return None, None
    by_name = {keyword.arg: keyword.value for keyword in call.keywords}
    given = [*call.args, None, None]
    return by_name.get("target", given[0]), by_name.get("sources", given[1])


def _nth(given, nth, of):
    """Return the expression for the nth of several sources: its own in a list, or that of all."""
    if isinstance(given, (ast.List, ast.Tuple)) and len(given.elts) == of:
        return given.elts[nth]
    return given
