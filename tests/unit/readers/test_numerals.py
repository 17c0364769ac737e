"""Numbers as lists show them."""

import pytest

from shoufa.readers.numerals import numeral


@pytest.mark.parametrize(
    ("form", "number", "shown"),
    [
        ("decimal", 12, "12"), ("decimalZero", 3, "03"), ("decimalFullWidth", 10, "１０"),
        ("chineseCounting", 1, "一"), ("chineseCounting", 10, "十"), ("chineseCounting", 11, "十一"),
        ("chineseCounting", 20, "二十"), ("chineseCountingThousand", 101, "一百零一"),
        ("chineseCountingThousand", 110, "一百一十"), ("japaneseCounting", 3, "三"),
        ("ideographDigital", 10, "一〇"), ("ideographTraditional", 2, "乙"), ("ideographZodiac", 12, "亥"),
        ("ideographTraditional", 11, "11"), ("chineseLegalSimplified", 12, "壹拾贰"),
        ("upperLetter", 2, "B"), ("lowerLetter", 27, "aa"), ("upperRoman", 4, "IV"), ("lowerRoman", 9, "ix"),
        ("decimalEnclosedCircle", 1, "①"), ("decimalEnclosedCircleChinese", 20, "⑳"),
        ("decimalEnclosedCircle", 21, "21"), ("decimalEnclosedParen", 1, "⑴"), ("unheardOf", 7, "7"),
        ("chineseCounting", 0, "〇"), ("chineseCounting", 10_000, "10000"), ("upperRoman", 99_999, "99999"),
    ],
)  # fmt: skip
def test_numerals(form: str, number: int, shown: str):
    assert numeral(number, form) == shown
