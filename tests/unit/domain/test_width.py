"""Texts in one width (domain/width.py)."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoufa.domain.width import nfkc

SIGNS = st.sampled_from("，：；！？（）．／～＋－＝％＆申报书ＡＢ１２①ﾊﾟe\u0301か\u3099…　 \n")


@given(st.text(SIGNS) | st.text())
def test_it_is_what_the_standard_says(text):
    assert nfkc(text) == unicodedata.normalize("NFKC", text)


@pytest.mark.parametrize(
    ("text", "said"),
    [("（盖章）：甲，乙", "(盖章):甲,乙"), ("ＭＡ４Ｋ", "MA4K"), ("①申报", "1申报"), ("申报书", "申报书")],
)
def test_texts_as_forms_have_them(text, said):
    assert nfkc(text) == said
