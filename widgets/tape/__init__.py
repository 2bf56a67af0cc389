"""What TensorFlow's tape did, as frozen facts: `record(function, *args)` runs it and returns a `Recording`."""

from widgets.tape.model import Recording
from widgets.tape.recorder import Recorder, RecordingError, record

__all__ = ["Recorder", "Recording", "RecordingError", "record"]
