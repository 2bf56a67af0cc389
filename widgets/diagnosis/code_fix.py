"""The change to the learner's code that repairs what was found, where the code shows that it is the right one."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Literal, TypeAlias

from widgets.diagnosis import causes
from widgets.diagnosis.model import Finding
from widgets.tape.forward_model import Listing

DiffLine: TypeAlias = tuple[Literal[" ", "-", "+"], str]

_NUMBER = re.compile(r"\btf\.(Variable|constant)\((-?\d+)\)")
_NUMPY_CALL = re.compile(r"\b(?:np|numpy)\.(sin|cos|tan|exp|tanh|square|sqrt|abs|maximum|minimum)\(")
_TAPE = "tf.GradientTape()"


def code_fix(finding: Finding) -> tuple[DiffLine, ...]:
    """Return the change as lines, each marked " " (as it is), "-" (to go) or "+" (new); () where none is certain."""
    if finding.mend:
        return (("-", finding.mend[0]), ("+", finding.mend[1]))
    make = _FIXES.get(finding.code)
    lines = make(finding) if make else ()
    return _dedented(lines)


def _changed(finding: Finding, change: Callable[[str], str]) -> tuple[DiffLine, ...]:
    """Return the change of the line that was found; () where it would stay the same."""
    line = _line(finding)
    new = change(line)
    return () if new == line else (("-", line), ("+", new))


def _line(finding: Finding) -> str:
    place = finding.place
    if place is None:
        return ""
    listing = (*finding.recording.listings, *finding.recording.helpers)[place.listing]
    lines = listing.lines[place.line - listing.first :]
    return lines[0] if lines else ""


def _watch(finding: Finding) -> tuple[DiffLine, ...]:
    """Return the line that watches the one source: where it is made before the block, and nowhere watched."""
    recording = finding.recording
    name = recording.tensors[finding.tensors[0]].name if len(finding.tensors) == 1 else ""
    found = _with_line(finding)
    if found is None or not name.isidentifier():
        return ()
    listing, index = found
    later = "\n".join(listing.lines[index + 1 :])
    if re.search(rf"(?m)^\s*{name}\s*=[^=]", later) or "watch(" in later:
        return ()
    body = next((line for line in listing.lines[index + 1 :] if line.strip()), "")
    indent = body[: len(body) - len(body.lstrip())]
    tape = recording.tapes[recording.backward_passes[finding.backward_pass].tape].name
    return (" ", listing.lines[index]), ("+", f"{indent}{tape}.watch({name})")


def _with_line(finding: Finding) -> tuple[Listing, int] | None:
    """Return the listing in which the tape is opened, and the index of that line; the recording's only tape, if any."""
    recording = finding.recording
    passes = recording.backward_passes
    tape = passes[finding.backward_pass].tape if finding.backward_pass >= 0 else 0
    if finding.backward_pass < 0 and len(recording.tapes) != 1:
        return None
    place = next((step.place for step in recording.steps if (step.kind, step.subject) == ("open", tape)), None)
    if place is None:
        return None
    listing = recording.listings[place.listing]
    index = place.line - listing.first
    return (listing, index) if index < len(listing.lines) and "with " in listing.lines[index] else None


def _persist(finding: Finding) -> tuple[DiffLine, ...]:
    found = _with_line(finding)
    line = found[0].lines[found[1]] if found else ""
    if line.count(_TAPE) != 1:
        return ()
    return ("-", line), ("+", line.replace(_TAPE, "tf.GradientTape(persistent=True)"))


def _use_floats(finding: Finding) -> tuple[DiffLine, ...]:
    return _changed(finding, lambda line: _NUMBER.sub(r"tf.\1(\2.0)", line))


def _stay(finding: Finding) -> tuple[DiffLine, ...]:
    line = _line(finding)
    if line.count(".numpy()") == 1:
        return _changed(finding, lambda line: line.replace(".numpy()", ""))
    return _changed(finding, lambda line: _NUMPY_CALL.sub(r"tf.\1(", line))


def _assign(finding: Finding) -> tuple[DiffLine, ...]:
    """Return `x.assign_sub(step)` for `x = x - step`."""
    line = _line(finding)
    try:
        statement = ast.parse(line.strip()).body
    except SyntaxError:
        return ()
    match statement:
        case [ast.Assign(targets=[ast.Name(id=name)], value=ast.BinOp(left=ast.Name(id=same), op=op, right=step))] if (
            name == same and isinstance(op, (ast.Add, ast.Sub))
        ):
            method = "assign_add" if isinstance(op, ast.Add) else "assign_sub"
            text = ast.get_source_segment(line.strip(), step)
            indent = line[: len(line) - len(line.lstrip())]
            return ("-", line), ("+", f"{indent}{name}.{method}({text})")
    return ()


def _dedented(lines: tuple[DiffLine, ...]) -> tuple[DiffLine, ...]:
    indent = min((len(line) - len(line.lstrip()) for _mark, line in lines), default=0)
    return tuple((mark, line[indent:]) for mark, line in lines)


_FIXES: dict[str, Callable[[Finding], tuple[DiffLine, ...]]] = {
    causes.CONSTANT_NOT_WATCHED.code: _watch,
    causes.TAPE_ALREADY_USED.code: _persist,
    causes.INTEGER_DTYPE.code: _use_floats,
    causes.LEFT_TENSORFLOW.code: _stay,
    causes.REASSIGNED_VARIABLE.code: _assign,
}
