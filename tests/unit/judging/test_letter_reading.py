"""Reading an official letter (letter_reading.py)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoufa.judging.letter_reading import counts, number_of, read_letter
from unit.judging.build import HUBEI, HUNAN, call, letter_text, page

CALL = call()


def read(text: str):
    return read_letter((page(text),), CALL)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", 1),
        ("12", 12),
        ("一", 1),
        ("两", 2),
        ("九", 9),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("二十三", 23),
        ("九十九", 99),
        ("项", 0),
        ("", 0),
    ],
)
def test_numbers_in_both_scripts(text, number):
    assert number_of(text) == number


@given(st.integers(1, 99))
def test_every_chinese_number_up_to_99_is_read(value):
    digits = "零一二三四五六七八九"
    tens, ones = divmod(value, 10)
    written = ("" if tens == 0 else "十" if tens == 1 else digits[tens] + "十") + (
        digits[ones] if ones else ""
    )
    assert number_of(written) == number_of(str(value)) == value


def test_what_a_letter_says():
    made = read(letter_text() + "\n联系人：王五")
    assert (made.number, made.date, made.issuers, made.contact) == (
        "鄂市监函〔2023〕12号",
        "2023-08-01",
        (HUBEI,),
        "王五",
    )
    assert made.withdraws is False


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("关于推荐试点项目的函\n甲研究院：", "关于推荐试点项目的函"),
        (
            "湖北省市场监督管理局关于推荐2023年度\n标准化试点项目的函\n甲研究院：",
            "湖北省市场监督管理局关于推荐2023年度标准化试点项目的函",
        ),
        ("推荐函\n甲研究院：", "推荐函"),
        ("甲研究院：\n现报送关于试点的材料。", ""),
    ],
)
def test_titles_that_run_over_lines_end_before_the_salutation(head, title):
    assert read(head + "\n现推荐2个项目。").title == title


@pytest.mark.parametrize(
    "number",
    ["鄂市监函〔2023〕12号", "鄂市监函[2023]12号", "鄂市监函（2023）第12号", "鄂市监函 〔2023〕 12 号"],
)
def test_document_numbers_in_any_brackets(number):
    assert read(letter_text(number=number)).number == number.replace(" ", "")


@pytest.mark.parametrize("day", ["2023年8月1日", "二〇二三年八月一日", "二○二三年八月一日"])
def test_dates_in_both_scripts(day):
    assert read(letter_text().replace("2023年8月1日", day)).date == "2023-08-01"


def test_two_bodies_sign_together():
    assert read(letter_text(issuer=f"{HUBEI}\n{HUNAN}")).issuers == (HUBEI, HUNAN)
    assert read(letter_text(issuer=f"{HUBEI}　{HUNAN}")).issuers == (HUBEI, HUNAN)


def test_a_red_head_names_the_issuer_where_nobody_signs():
    text = f"{HUBEI}文件\n鄂市监函〔2023〕12号\n关于推荐项目的函\n甲：\n现推荐2个项目。"
    assert read(text).issuers == (HUBEI,)


@pytest.mark.parametrize("word", ["撤回", "不再推荐", "撤销申报"])
def test_a_letter_that_withdraws(word):
    assert read(letter_text(said=f"现{word}长江大桥项目。")).withdraws is True


COUNTS = [
    ("现推荐3个项目，请予审核。", {"": 3}),
    ("现推荐三个项目。", {"": 3}),
    ("现推荐甲、乙等十二个项目。", {"": 12}),
    ("现推荐共计5项。", {"": 5}),
    ("现推荐试点项目2个、示范项目一个。", {"pilot": 2, "demo": 1}),
    ("现推荐3个项目，其中试点2个、示范1个。", {"": 3, "pilot": 2, "demo": 1}),
    ("现推荐新型基础设施领域试点项目4个。", {"infra": 4}),
    ("现推荐有关项目。", {}),
]


@pytest.mark.parametrize(("text", "stated"), COUNTS)
def test_stated_numbers_by_track_and_in_total(text, stated):
    found = counts(text, CALL)
    assert {k: v for k, v in found.items() if k in stated} == stated
    assert {k for k in found if k} == {k for k in stated if k}


def test_the_notices_own_title_is_no_statement():
    text = "根据《关于推荐第12项工作的通知》要求，现推荐2个项目。"
    assert counts(text, CALL) == {"": 2}
