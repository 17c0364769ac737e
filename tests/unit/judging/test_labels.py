"""Labels of forms and tables in one form (labels.py)."""

import pytest

from shoufa.domain.call import FieldRule
from shoufa.judging.labels import label_of, vocabulary

RULES = (FieldRule(name="name", labels=("试点项目名称",), type="text"),)


@pytest.mark.parametrize(
    "text",
    [
        "申报单位",
        "申 报 单 位",
        "申报单位（盖章）：",
        "申报单位(全称)",
        "1．申报单位",
        "3、申报单位",
        "（一）申报单位",
        "(2)申报单位",
        "二、申报单位（公章）",
        "①申报单位",
        "*申报单位",
        "1申报单位",
        "申报单位（盖章",
        "申报\n单位",
    ],
)
def test_a_label_however_it_is_printed(text):
    assert label_of(text) == "申报单位"


@pytest.mark.parametrize("text", ["5G应用", "2023年度", "一期工程"])
def test_a_number_that_belongs_to_a_text_is_not_its_ordinal(text):
    assert vocabulary(RULES).fields_of(text) == ()


def test_the_calls_own_labels_beside_the_usual_ones():
    made = vocabulary(RULES)
    assert made.fields_of("试点项目名称") == ("name",)
    assert made.fields_of("申报单位") == ("applicant",)
    assert made.fields_of("邮政编码") == ()
    assert made.is_label("邮政编码")


@pytest.mark.parametrize(
    ("text", "fields"),
    [("试点项日名称", "name"), ("电子郎箱", "email"), ("申报单住", "applicant")],
)
def test_one_misread_sign_passes_on_recognised_pages_only(text, fields):
    made = vocabulary(RULES)
    assert made.fields_of(text, read=True) == (fields,)
    assert made.fields_of(text) == ()


@pytest.mark.parametrize("text", ["领城", "推荐理由", "项日各称", "单位性质"])
def test_short_labels_two_slips_and_other_labels_do_not_pass(text):
    assert vocabulary(RULES).fields_of(text, read=True) == ()


def test_the_vocabulary_of_a_call_is_made_once():
    assert vocabulary(RULES) is vocabulary(RULES)
