"""Reading an official letter (letter_reading.py)."""

import pytest

from shoufa.judging.letter_reading import read_letter
from unit.judging.build import HUBEI, HUNAN, call, letter_text, page

CALL = call()


def read(text: str):
    return read_letter((page(text),), CALL)


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


def said_by(head: str, tail: str = HUBEI) -> str:
    return f"{head}\n关于推荐项目的函\n甲研究院：\n根据国标委发〔2023〕27号文件要求，现推荐2个项目。\n{tail}\n2023年8月1日"


CITING = call(notice={"issuer": "某某委员会", "number": "国标委发〔2023〕27号"})


@pytest.mark.parametrize(
    "head",
    ["", "（国标委发〔2023〕27号）", "根据国标委发〔2023〕27号", "国标委发〔2023〕27号"],
)
def test_a_number_that_is_cited_is_not_the_letters_own(head):
    assert read_letter((page(said_by(head)),), CITING).number == ""


@pytest.mark.parametrize(
    "head",
    [
        "鄂市监函〔2023〕8号",
        f"{HUBEI}文件\n鄂市监函〔2023〕8号　签发人：王五",
        "编号：1\n鄂市监函〔2023〕8号",
    ],
)
def test_the_letters_own_number_beside_one_that_it_cites(head):
    assert read_letter((page(said_by(head)),), CITING).number == "鄂市监函〔2023〕8号"


NOBODY = {
    "a sentence": "现将有关申报材料报送你委",
    "a sentence and a body": f"现将材料报送你委、{HUNAN}",
    "an entry of a list": "2.稻田监测（武汉光谷芯片有限公司）",
    "an entry's end": "稻田监测标准化试点（武汉光谷芯片有限公司）",
    "a listed firm": "（二）武汉光谷芯片有限公司；",
    "what is enclosed": "附件：1.某某公司",
}


@pytest.mark.parametrize("name", NOBODY)
def test_sentences_and_lists_sign_nothing(name):
    assert read(said_by("", f"{NOBODY[name]}\n{HUBEI}")).issuers == (HUBEI,)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        (f"{HUBEI}（盖章）", (HUBEI,)),
        (f"特此函达。{HUBEI}", (HUBEI,)),
        (f"{HUBEI}（湖北省知识产权局）", (f"{HUBEI}（湖北省知识产权局）",)),
        (f"{HUBEI}、{HUNAN}", (HUBEI, HUNAN)),
    ],
)
def test_who_signs(line, names):
    assert read(said_by("", line)).issuers == names
