"""What TensorFlow's tape did, as frozen facts: `recorder.record` runs a function and returns a `model.Recording`."""
