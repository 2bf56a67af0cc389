"""A notebook run from top to bottom in a fresh kernel, and cleaned of what differs from run to run."""

import os
import subprocess
import tempfile

import nbclient

from widgets.authoring import script

CELL_TIMEOUT = 120  # seconds; a lesson's slowest cell imports TensorFlow
_VIEW = "application/vnd.jupyter.widget-view+json"  # names a model of this kernel, by a random id


def run(notebook, folder):
    """Run a notebook in place, with `folder` as its working directory, and clean it.

    An exception in a cell is an exception here. The seed of the checks is always the public one, and nobody's progress
    is read or written.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        _execute(notebook, folder, home)
    notebook.metadata = script.notebook_metadata()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [_clean(output) for output in cell.outputs if output.get("name") != "stderr"]
    return notebook


def _execute(notebook, folder, home):
    environment = {name: value for name, value in os.environ.items() if name != "TAPEDECK_SEED"}
    client = nbclient.NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,  # what is printed line by line arrives in pieces that differ from run to run
    )
    ours = {"TAPEDECK_HOME": home, "TAPEDECK_LANG": "en"}  # a lesson in another language says so in its first cell
    client.execute(env=environment | ours, stderr=subprocess.DEVNULL)


def _clean(output):
    """Take out what a reader cannot use later: the live view needs its kernel, its text and picture do not."""
    output.get("data", {}).pop(_VIEW, None)
    return output
