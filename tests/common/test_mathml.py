"""Formulas as MathML: what is understood is set, what is not stays as it was written."""

import pytest

from widgets.common.mathml import mathml


@pytest.mark.parametrize(
    ("tex", "inside"),
    [
        ("x^2", "<msup><mi>x</mi><mn>2</mn></msup>"),
        ("v_1 = 2", "<msub><mi>v</mi><mn>1</mn></msub><mo>=</mo><mn>2</mn>"),
        ("-1", "<mo>\u2212</mo><mn>1</mn>"),
        (r"\frac{1}{\lambda}", "<mfrac><mrow><mn>1</mn></mrow><mrow><mi>λ</mi></mrow></mfrac>"),
        (r"\sqrt x", "<msqrt><mi>x</mi></msqrt>"),
        (r"\text{a b}", "<mtext>a&nbsp;b</mtext>"),
        ("a < b", "<mi>a</mi><mo>&lt;</mo><mi>b</mi>"),
    ],
)
def test_a_formula_is_mathml(tex, inside):
    assert mathml(tex) == f"<math>{inside}</math>"
    assert mathml(tex, is_block=True) == f'<math display="block">{inside}</math>'


@pytest.mark.parametrize("tex", [r"\unheard x", "{x", "x}", r"\frac{1}", r"\left( x", "x^", r"\text x"])
def test_what_is_not_understood_stays_as_it_was_written(tex):
    assert mathml(tex) == f"<code>{tex}</code>"
