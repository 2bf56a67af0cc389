"""Play a lesson as a learner does in Colab: `python .ci/colab.py [LESSON.ipynb]`.

Run it where Colab's versions are installed (`.ci/colab.txt`). The lesson is alone in an empty folder, and Colab's own
module is stood in for. Each output is a page of its own there, which hears of nothing that other cells do. So a view
that waits for a prediction must say so, and be open when its cell is run again.
"""

import json
import queue
import sys
import tempfile
import time
from pathlib import Path

from jupyter_client.manager import start_new_kernel

VIEW = "application/vnd.jupyter.widget-view+json"
LESSON = Path(__file__).parents[1] / "lessons" / "01_the_tape.ipynb"
PATIENCE = 300
STAND_IN = """
import os, sys, types
os.chdir({folder!r})
os.environ["TAPEDECK_HOME"] = {folder!r}
_colab, _output = types.ModuleType("google.colab"), types.ModuleType("google.colab.output")
_output._widgets = types.SimpleNamespace(_installed_url="https://colab/manager.js")
_output.enable_custom_widget_manager = lambda *_arguments, **_options: None
_colab.output = _output
sys.modules.update({{"google.colab": _colab, "google.colab.output": _output}})
"""


class Colab:
    """A kernel, the messages that it sends, and what is wrong with them."""

    def __init__(self):
        """Start the kernel."""
        self.manager, self.client = start_new_kernel(kernel_name="python3", startup_timeout=120)
        self.models, self.faults, self.views = {}, [], 0

    def run(self, code):
        """Run a cell; return its outputs, what it wrote to stderr, and its error."""
        return self._hear(self.client.execute(code, allow_stdin=False))

    def commit(self, model):
        """Send what a form sends when a learner commits to a prediction."""
        state = self.models[model]
        facts, number = json.loads(state["facts"]), state.get("answered", 0) + 1
        answers = {"number": "1", "choice": facts["choices"][:1], "order": facts["order"]}
        answer = answers.get(facts["kind"], [[x, 0.0] for x in facts["xs"]])
        value = answer[0] if facts["kind"] == "choice" else answer
        data = {"method": "update", "state": {"asked": {"value": [value, number]}}, "buffer_paths": []}
        message = self.client.session.msg("comm_msg", {"comm_id": model, "data": data})
        self.client.shell_channel.send(message)
        self._hear(message["header"]["msg_id"])
        self.must(json.loads(self.models[model]["standing"]).get("committed"), f"{facts['name']} is not committed")

    def must(self, holds, what):
        """Note what is wrong."""
        if not holds:
            self.faults.append(what)

    def _hear(self, asked):
        outputs, errors, end = [], "", time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                message = self.client.get_iopub_msg(timeout=5)
            except queue.Empty:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "comm_open":
                self.models[content["comm_id"]] = content["data"].get("state", {})
            elif kind == "comm_msg" and content["data"].get("method") == "update":
                self.must(not message["buffers"], "an update has buffers, which Colab loses")
                self.models.setdefault(content["comm_id"], {}).update(content["data"]["state"])
            if message["parent_header"].get("msg_id") != asked:
                continue
            if kind in ("display_data", "execute_result"):
                outputs.append(content)
            elif kind == "stream" and content["name"] == "stderr":
                errors += content["text"]
            elif kind == "error":
                errors += f"{content['ename']}: {content['evalue']}"
            elif kind == "status" and content["execution_state"] == "idle":
                return outputs, errors
        return outputs, "no answer"


def play(path):
    """Play a lesson; return what is wrong, and how many views were shown."""
    colab, waiting = Colab(), []
    colab.run(STAND_IN.format(folder=tempfile.mkdtemp()))
    cells = [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
    for number, cell in enumerate(cells):
        code, place = "".join(cell["source"]), f"code cell {number}"
        shown = look_at(colab, code, place, waiting, may_raise="raises-exception" in cell["metadata"].get("tags", []))
        if any(colab.models[model].get("locked") for model in shown):
            colab.must(waiting, f"{place} is locked, and no prediction is open")
            while waiting:
                colab.commit(waiting.pop())
            shown = look_at(colab, code, f"{place}, run again", waiting)
            colab.must(not any(colab.models[model].get("locked") for model in shown), f"{place} stays locked")
    colab.client.stop_channels()
    colab.manager.shutdown_kernel(now=True)
    return colab.faults, colab.views


def look_at(colab, code, place, waiting, may_raise=False):
    """Run a cell and look at its mime bundles; return the models of its views, and add forms to those `waiting`."""
    outputs, errors = colab.run(code)
    colab.must(may_raise or not errors, f"{place}: {errors[-300:]}")
    bundles = [(output["data"], output["metadata"]) for output in outputs if VIEW in output["data"]]
    for bundle, metadata in bundles:
        colab.views += 1
        model, text = bundle[VIEW]["model_id"], bundle.get("text/plain", "")
        state, locked = colab.models[model], colab.models[model].get("locked")
        is_form = "standing" in state
        colab.must(text and " object at 0x" not in text, f"{place}: no text, but {text!r}")
        colab.must("image/png" in bundle or is_form or "order" in state, f"{place}: no picture")
        colab.must("manager.js" in json.dumps(metadata), f"{place}: who plays the view is not said")
        colab.must(not locked or "run this cell again" in locked, f"{place}: {locked!r} does not say how to open it")
        if is_form:
            waiting.append(model)
    return [bundle[VIEW]["model_id"] for bundle, _metadata in bundles]


if __name__ == "__main__":
    faults, views = play(Path(sys.argv[1]) if len(sys.argv) > 1 else LESSON)
    print("\n".join(faults) or f"All is well: {views} views.")
    sys.exit(bool(faults))
