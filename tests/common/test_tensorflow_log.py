"""TensorFlow's greeting is put aside; what it says when it fails is not."""

import subprocess
import sys


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_a_first_cell_says_nothing_when_all_is_well():
    done = run("from widgets import TapeDeck\nimport tensorflow as tf\nprint(tf.constant(1.0) + 1.0 == 2.0)\n")
    assert (done.stdout.strip(), done.stderr, done.returncode) == ("tf.Tensor(True, shape=(), dtype=bool)", "", 0)


def test_what_was_said_before_a_failure_is_said():
    done = run(
        "import sys, types, os\n"
        "class Breaks:\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name == 'tensorflow':\n"
        "            os.write(2, b'the reason')\n"
        "            raise ImportError('broken')\n"
        "sys.meta_path.insert(0, Breaks())\n"
        "from widgets.common.tensorflow_log import import_tensorflow\n"
        "import_tensorflow()\n"
    )
    assert "the reason" in done.stderr and "broken" in done.stderr and done.returncode == 1
