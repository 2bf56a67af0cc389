"""Lesson 08 gives the numbers that it promises. Those of the race are this machine's, and are not kept."""


def test_lesson_08_gives_the_numbers_it_promises(said):
    outputs = said("08_the_tape_in_tf_function")
    assert "(-2, 1)\n(0, 0)\n" in outputs  # slope and value, at 0 and at 1
    assert "1.0\n4.0\n9.0\nPython: 1  TensorFlow: 3\n" in outputs
    assert "graphs: you predicted 4.0, and it is 4.0. Well seen.\n" in outputs
    assert "0.1 0.1\n" in outputs  # a Python number is frozen into the graph
    assert "range    81 801\ntf.range 17 17\n" in outputs
    assert "y = 0 ; x = 0.999998569\n" in outputs  # ten thousand steps inside one function
    calls = "y = 0.0175879598 ; x = 0.867380381\ny = 0 ; x = 0.999959\ny = 0 ; x = 0.999998569\n"
    assert calls + "traced: 1\n" in outputs


def test_the_race_is_shown_and_holds_what_holds_on_every_machine(said):
    outputs = said("08_the_tape_in_tf_function")
    assert sum(text.startswith("Race: gradient descent on ") for text in outputs) == 2
    assert "first call: you predicted eager, and it is eager. Well seen.\n" in outputs
    faster = "tf.function is faster than eager: True\nwith XLA it is, too: True\n"
    assert faster + "a tensor traces 1 time\nnew Python numbers trace more often: True\n" in outputs
