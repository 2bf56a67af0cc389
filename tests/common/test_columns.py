"""Columns and lines of letters of two widths."""

import textwrap

import pytest

from widgets.common.columns import padded, table, width, wrapped

ENGLISH = "Of two floats equally near, the one whose last bit is 0 is taken: that is x itself. x stays at 0.9."
CHINESE = "第 660 步：更新量是 0.96 × 半个刻度。x − 更新量又舍入为 x：x 停在 0.999998569。 以后每一步都一样。"


def test_a_chinese_letter_fills_two_columns():
    assert width("f′ ⁻⁵ × →") == 9
    assert width("梯度 dy，") == 9


def test_columns_stand_under_each_other():
    lines = table([("阶", "by", "相差"), ("f′", "中心", "1")])
    assert lines == ["阶  by    相差", "f′  中心  1"]
    assert padded("梯度", 6) + "|" == "梯度  |"


@pytest.mark.parametrize("columns", [20, 33, 80])
def test_english_is_wrapped_as_ever(columns):
    assert wrapped(ENGLISH, columns) == textwrap.wrap(ENGLISH, columns)


@pytest.mark.parametrize("columns", [20, 33, 80])
def test_chinese_is_wrapped_between_letters_but_not_within_numbers_nor_before_a_stop(columns):
    lines = wrapped(CHINESE, columns)
    assert max(map(width, lines)) <= columns
    assert "".join(lines).replace(" ", "") == CHINESE.replace(" ", "")
    assert not [line for line in lines if line[0] in "，。：" or line != line.strip()]
    assert any("0.999998569" in line for line in lines)


def test_a_word_longer_than_a_line_has_a_line_of_its_own():
    assert wrapped("值 " + "a" * 30 + " 值", 10) == ["值", "a" * 30, "值"]
