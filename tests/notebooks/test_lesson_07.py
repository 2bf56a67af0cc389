"""Lesson 07 gives the places that it promises, eagerly and in a tf.function."""


def test_lesson_07_gives_the_places_it_promises(said):
    outputs = said("07_minimize")
    assert "'SGD' object has no attribute 'minimize'\n" in outputs
    assert "minimize today: you predicted AttributeError, and it is AttributeError. Well seen.\n" in outputs
    assert outputs.count("y = 0 ; x = 0.999998569\n") == 2  # a thousand steps, eagerly and in a tf.function
    assert any(text.startswith("Unknown variable: <tf.Variable 'z:0'") for text in outputs)
    assert "u = 3.0 and v = -1.0\n" in outputs
    assert "35\n" in outputs  # steps until the slope is below 0.001
