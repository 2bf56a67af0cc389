"""Lesson 02 gives the gradients that it promises, and each None with its cause."""

CAUSES = ("outside", "it left TensorFlow", "int32", "there is no path", "it was assigned")


def test_lesson_02_gives_the_gradients_it_promises(said):
    outputs = said("02_what_the_tape_watches")
    assert "dy_dx = -2.0\ndy_da = None ; dy_db = None ; dy_dc = None\n" in outputs
    assert any(text.startswith("dy_da = 0.0\ndy_db = 0.0\ndy_dc = 1.0\n") for text in outputs)
    assert "9.0\n3.0\n1.0\n" in outputs  # the same at x = 3


def test_lesson_02_shows_what_is_watched(said):
    outputs = said("02_what_the_tape_watches")
    assert "['u:0']\n[<tf.Tensor: shape=(), dtype=float32, numpy=4.0>, None]\n" in outputs
    assert "['frozen:0']\n[None, <tf.Tensor: shape=(), dtype=float32, numpy=2.0>]\n" in outputs


def test_lesson_02_loses_each_gradient_and_mends_it(said):
    outputs = said("02_what_the_tape_watches")
    nones = "".join(text for text in outputs if "None because" in text)
    assert all(cause in nones for cause in CAUSES) and nones.count(": None\n") == len(CAUSES) + 1
    mended = ["12.0", "-0.9899925", "6.0\nmended: 4.8", "6.0", "10.0", "8.0"]
    assert [f"mended: {number}\n" for number in mended] == [
        text for text in outputs if "mended: " in text and "[" not in text
    ]
    assert "mended: 1.8088422 [0.41997433 0.8556387  0.00134089]\n" in outputs


def test_lesson_02_explains_a_none(said):
    (text,) = [text for text in said("02_what_the_tape_watches") if text.startswith("ASSIGNED_IN_TAPE\n")]
    assert "\n  tape.gradient(total, x) in line 6 returns None for x.\n" in text
    assert "`total.assign_add(x**power)`." in text


def test_lesson_02_tells_none_from_0(said):
    outputs = said("02_what_the_tape_watches")
    assert any("just 5: you predicted None, and it is None." in text for text in outputs)
    assert any("0 times x: you predicted 0.0, and it is 0.0." in text for text in outputs)
    assert "tf.Tensor(0.0, shape=(), dtype=float32)\n" in outputs
    assert "dy/dc = 0.0 but x is 3.0\n" in outputs


def test_lesson_02_lets_the_deck_say_which_line_it_was(said):
    text = "".join(said("02_what_the_tape_watches"))
    assert "None for x. Line 5: `x = x - 0.1 * tape.gradient(y, x)`. " in text
    assert "None for x. Line 5: `z = tf.floor(y)`. " in text
