"""What TensorFlow's tape did, as frozen facts: `record(function, *args)` runs it and returns a `Recording`.

The facts (`model` and what it imports) know nothing of the recorder: names are looked up when they are first used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={"failures": ["RecordingError"], "model": ["Recording"], "recorder": ["Recorder", "record"]},
)
