"""From an instruction of a frame to the stretch of source it carries out: (file, line, last line, column, end column).

Columns count UTF-8 bytes, as Python does. Python 3.11 keeps them with the code; for 3.10 `executing` works them out.
"""

import itertools
import linecache
import sys
import types


def position(moment):
    """Return the position of a Moment; columns are None where they cannot be known (3.10, for some statements)."""
    code = moment.frame.f_code
    if sys.version_info >= (3, 11):
        line, last, column, end = next(itertools.islice(code.co_positions(), moment.instruction // 2, None))
    else:
        line, last, column, end = _worked_out(moment)
    return code.co_filename, line or code.co_firstlineno, last or line, column, end


def _worked_out(moment):
    from executing import Source

    lines = moment.frame.f_code.co_lines()
    line = next(line for start, stop, line in lines if start <= moment.instruction < stop)
    trace = types.TracebackType(None, moment.frame, moment.instruction, line)
    node = Source.executing(trace).node
    if node is None or not hasattr(node, "col_offset"):
        return line, line, None, None
    return node.lineno, node.end_lineno, node.col_offset, node.end_col_offset


def segment(file, line, last, column, end):
    """Return the source text at a position, on one line."""
    lines = [text.encode() for text in linecache.getlines(file)[line - 1 : last]]
    if not lines:
        return ""
    lines[-1] = lines[-1][:end]
    lines[0] = lines[0][column:]
    return " ".join(b"".join(lines).decode(errors="ignore").split())
