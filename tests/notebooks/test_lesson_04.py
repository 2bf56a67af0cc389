"""Lesson 04 gives the derivatives that it promises."""


def test_lesson_04_gives_the_derivatives_it_promises(said):
    outputs = said("04_derivatives_of_derivatives")
    assert "slope -2.0 and its slope 2.0\n" in outputs
    assert any(text.startswith("-2.0 and None\n") for text in outputs)  # asked outside the outer block
    assert "2.0 and None\n" in outputs  # a slope that does not depend on x
    assert "0.0 1.0 -0.0 -1.0\n" in outputs
    assert "[ 4. 13.]\n[[ 4.  2.]\n [ 2. 12.]]\n" in outputs
    assert "[ 6. 14.]\n" in outputs
    assert "x = 1.0 and there f(x) = 0.0\n" in outputs
