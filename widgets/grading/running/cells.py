"""A grafted notebook and its cells, as nbval runs them for the grader.

What a cell compares, and how, is the grader's choice alone: comments and tags in an answer have no say in it.
"""

import collections
import contextlib
import time

import nbformat
from nbval.plugin import IPyNbCell, IPyNbFile, NbCellError

from widgets.grading.running.comparing import snapped
from widgets.grading.running.complaining import complaint
from widgets.grading.running.conversing import Conversation, Ended
from widgets.grading.running.printed import of_stdout, shortened
from widgets.grading.sandbox.kernels import kernel_manager
from widgets.grading.sandbox.limits import GIB, Limits
from widgets.grading.verdicts import ERROR, FAULT, WRONG

_MEMORY = 4 * GIB  # of addresses
_CELLS = 2  # for each answer, its own and its check, may run for as long as a cell may: all cells together no longer


class GradedFile(IPyNbFile):
    """The notebook. Its cells are named by their ids.

    `is_trusted` as long as all that has run is the reference's own: until then it takes what time it takes to import
    TensorFlow on a busy machine, and whatever goes wrong is the grader's fault.
    """

    is_trusted, _end = True, None

    def collect(self):
        """Yield every code cell."""
        self.nb = nbformat.read(self.path, as_version=4)
        code = [cell for cell in self.nb.cells if cell.cell_type == "code"]
        for number, cell in enumerate(code):
            options = collections.defaultdict(bool, check=cell.id in self.config.job["checks"])
            yield GradedCell.from_parent(self, name=cell.id, cell_num=number, cell=cell, options=options)

    def setup(self):
        """Start the kernel, and let nothing that it sends fill the machine: so far only the kernel has limits."""
        job = self.config.job
        limits = Limits(**job["limits"])
        manager = kernel_manager(job["sandbox"], limits, {"TAPEDECK_SEED": job["seed"]})
        self.kernel = Conversation(manager, limits)
        _hold_this_process()

    def teardown(self):
        """Stop it; one that has died has left things to clear away, too."""
        if self.kernel is not None:
            self.kernel.stop()

    def seconds_for(self, name):
        """Return how long a cell may run, by its id. An answer can make all cells after it slow, and there are many."""
        answers, limits = self.config.job["answers"], self.kernel.limits
        self.is_trusted = self.is_trusted and name not in answers
        if self.is_trusted:
            return limits.startup
        now = time.monotonic()
        self._end = self._end or now + _CELLS * len(answers) * limits.seconds_per_cell
        return max(0, min(limits.seconds_per_cell, self._end - now))


def _hold_this_process():
    with contextlib.suppress(ImportError, ValueError):  # Windows has no such limits, and macOS refuses some
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(
            resource.RLIMIT_AS, (_MEMORY if hard == resource.RLIM_INFINITY else min(_MEMORY, hard), hard)
        )


class GradedCell(IPyNbCell):
    """A cell. It fails if the kernel answers that it failed, whatever was shown or hidden."""

    def runtest(self):
        """Run it, and compare what a check printed. A check without a reference to compare with is no check."""
        self.config.option.nbval_cell_timeout = self.parent.seconds_for(self.name)
        if self.options["check"] and not (self.cell.outputs and self.cell.execution_count):
            raise ValueError(self.name)
        super().runtest()
        if self.parent.kernel.heard.reply.get("status") != "ok":
            self.raise_cell_error("the kernel's answer says that the cell failed")

    def compare_outputs(self, test, ref, skip_compare=None):
        """Compare what was printed on standard output, and nothing else."""
        due = of_stdout(ref)
        return super().compare_outputs(_stream(snapped(of_stdout(test), due)), _stream(due))

    def format_output_compare(self, key, left, right):
        """Say little: to find the difference of long texts takes minutes."""
        self.comparison_traceback.append(key)

    def account(self, call):
        """Return what there is to say: the kind of failure, what was printed, and the exception, if there was one."""
        kind = self._kind_of(call.excinfo.value) if call.excinfo else ""
        error = self._error() if kind == ERROR else {}
        said = complaint(error, self.cell.source) if error else repr(call.excinfo.value)[:500] if kind == FAULT else ""
        printed = shortened(of_stdout(self.test_outputs or []))
        return {"kind": kind, "printed": printed, "error": str(error.get("ename", "")), "said": said}

    def _kind_of(self, failure):
        if isinstance(failure, NbCellError):
            return ERROR if self._error() else WRONG
        if self.parent.is_trusted:
            return FAULT
        if isinstance(failure, Ended):
            return failure.kind
        return FAULT if self.parent.kernel.is_alive() else self.parent.kernel.cause_of_death()

    def _error(self):
        """Return the exception that the kernel told of, in its answer or to all; {} if it told of none."""
        heard = self.parent.kernel.heard
        if heard.reply.get("status") != "ok":
            return heard.reply
        told = (message["content"] for message in heard.published if message["msg_type"] == "error")
        return next(told, {})


def _stream(text):
    return [nbformat.v4.new_output("stream", name="stdout", text=text)]
