"""Lesson 09 gives the gradients that it promises: stopped, replaced, clipped, and no longer nan."""


def test_lesson_09_gives_the_gradients_it_promises(said):
    outputs = said("09_steering_gradients")
    assert any("at x = 3.0 the gradient is 6.0 (central difference 33," in text for text in outputs)  # stop_recording
    assert "None and 3.0\n" in outputs  # reset
    assert "value 9.0 slope 3.0\n" in outputs  # stop_gradient
    assert "(9.0, 6.0)\n(90.0, 60.0)\n" in outputs  # custom_gradient, by itself and ten times
    assert "-7.8\n182.02081\n-2.4120728e+06\n5.6134676e+18\n-inf\nnan\n" in outputs  # not clipped
    assert "[2.9, 2.8, 2.7] [0.367, 0.347, 0.33] 0.174\n" in outputs  # clipped


def test_lesson_09_shows_what_is_nan_and_what_is_safe(said):
    outputs = said("09_steering_gradients")
    edges = "log x  at 0      (-inf, inf)\n1 / x  at 0      (inf, -inf)\nlength of [0, 0] (0.0, [nan, nan])\n"
    assert edges in outputs
    assert any(text.startswith("value 0.0 slope nan\n") for text in outputs)  # x·log(x), chosen once
    assert "(0.0, nan) (0.0, 0.0)\n(0.5, -0.25)\n" in outputs  # 1/x, chosen once and twice
    assert any("nan to x read and 0.0 to tf.math.log(x)." in text for text in outputs)
