"""Lesson 05 gives the places that it promises."""

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
