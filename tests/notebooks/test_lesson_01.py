"""Lesson 01 gives the gradients that it promises."""


def test_lesson_01_gives_the_gradients_it_promises(said):
    outputs = "".join(said("01_the_tape"))
    assert "<tf.Tensor: shape=(), dtype=float32, numpy=-2.0>" in outputs
    assert "tf.Tensor(-3.4667816, shape=(), dtype=float32)" in outputs
    assert "A non-persistent GradientTape can only be used to compute one set of gradients (or jacobians)" in outputs
