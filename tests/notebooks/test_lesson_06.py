"""Lesson 06 gives the floats that it promises."""


def test_lesson_06_gives_the_floats_it_promises(said):
    outputs = said("06_when_float32_stops")
    assert "0.999998569 0.999998569\n" in outputs  # after 1,000 steps and after 10,000
    assert any(text.startswith("stalls at step 660\n") for text in outputs)
    assert "update     2.8610229e-08\nhalf a ULP 2.9802322e-08\n" in outputs
    assert "[0.999999881 0.999998569 0.999985099]\nstall at steps (72, 660, 5494)\n" in outputs
    assert "float32 0.999998569\nfloat64 0.99999999999999722\nthey part at step 2\n" in outputs
    assert "x*x - 2*x      -1\nx*x - 2*x + 1  0\n" in outputs
