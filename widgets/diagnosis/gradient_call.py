"""What a `tape.gradient(target, source)` call was asked about, in the learner's own words."""

from __future__ import annotations

import ast

from widgets.diagnosis.source_code import SourceCode, parse_expression
from widgets.tape.forward_model import Place
from widgets.tape.model import Recording, Source


class GradientCall:
    """One source of one backward pass, as the call has it.

    Args:
        recording: the recording.
        source: one of its sources.

    Attributes:
        target: the expression of the target, None where it is not known.
        source: the expression of the source, None likewise.
        targets: the target's tensors, by index in `Recording.tensors`.
        others: the tensors of the sources that share its expression, as in `model.trainable_variables`.
    """

    def __init__(self, recording: Recording, source: Source) -> None:
        backward_pass = recording.backward_passes[source.backward_pass]
        self._place = backward_pass.place
        self.target, expression = call_arguments(self._place)
        sources = [one for one in recording.sources if one.backward_pass == source.backward_pass]
        nth = next(index for index, one in enumerate(sources) if one is source)
        self.source = _nth(expression, nth, len(sources))
        is_shared = self.source is expression
        self.others = [one.tensor for one in sources if one is not source] if is_shared else []
        # The backward pass of a Jacobian starts from rows, which have no name.
        self.targets = backward_pass.targets if backward_pass.call == "gradient" else self._named_targets(recording)

    def _named_targets(self, recording: Recording) -> tuple[int, ...]:
        name = self.target.id if isinstance(self.target, ast.Name) else None
        return tuple(index for index, tensor in enumerate(recording.tensors) if tensor.name == name)

    def place(self, code: SourceCode, node: ast.AST, listing: int) -> Place | None:
        """Return the Place of a piece of syntax; one in the call itself (listing -1) has the call's."""
        return self._place if listing < 0 else code.place(node, listing)


def call_arguments(place: Place | None) -> tuple[ast.expr | None, ast.expr | None]:
    """Return the expressions for target and sources in a call's text, None for what is not there."""
    call = parse_expression(place.text if place else "")
    if not isinstance(call, ast.Call):
        return None, None
    by_name = {keyword.arg: keyword.value for keyword in call.keywords}
    given: list[ast.expr | None] = [*call.args, None, None]
    return by_name.get("target", given[0]), by_name.get("sources", given[1])


def _nth(expression: ast.expr | None, nth: int, count: int) -> ast.expr | None:
    """Return the expression for the nth of several sources: its own in a list, or that of all."""
    if isinstance(expression, (ast.List, ast.Tuple)) and len(expression.elts) == count:
        return expression.elts[nth]
    return expression
