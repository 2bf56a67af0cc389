"""Lesson 06 gives the floats that it promises."""

TEN_MORE = (0.999998868, 0.999999106, 0.999999285, 0.999999404, 0.999999523)
TEN_MORE += (0.999999642, 0.999999702, 0.999999762, 0.999999821, 0.999999881)


def test_lesson_05_gives_the_places_it_promises(said):
    outputs = said("05_gradient_descent")
    assert "y = 0 ; x = 0.999998569\n" in outputs
    assert "".join(f"y = 0 ; x = {x}\n" for x in TEN_MORE) in outputs
    assert "False True\n" in outputs  # no minimize, but apply_gradients
    verdicts = "0.1 approaches\n0.5 lands\n1.0 bounces\n"
    assert any(text.startswith(verdicts) for text in outputs)
    bands = "1/λ = 0.5 lands in one step, 2/λ = 1 is the limit"
    assert any(bands in text for text in outputs)


def test_lesson_06_gives_the_floats_it_promises(said):
    outputs = said("06_when_float32_stops")
    assert "0.999998569 0.999998569\n" in outputs  # after 1,000 steps and after 10,000
    assert any(text.startswith("stalls at step 660\n") for text in outputs)
    assert "update     2.8610229e-08\nhalf a ULP 2.9802322e-08\n" in outputs
    assert "[0.999999881 0.999998569 0.999985099]\nstall at steps (72, 660, 5494)\n" in outputs
    assert "float32 0.999998569\nfloat64 0.99999999999999722\nthey part at step 2\n" in outputs
    assert "x*x - 2*x      -1\nx*x - 2*x + 1  0\n" in outputs
