"""The unit's notice tells all, what needs a person first, and keeps a secrecy mark's content to itself."""

import pytest

from shoufa.domain.codes import Audience, Form, Kind, Severity, Status
from shoufa.domain.facts import Seal
from shoufa.domain.submission import Letter, ProjectRow
from shoufa.notices.headers import Unaddressable
from shoufa.notices.unit_notice import compose_unit_notice
from unit.notices.made import BUREAU, NUMBER, UNIT, call, finding, row, two_mails, verdict


def notice(**changes: object) -> str:
    return compose_unit_notice(call(), UNIT, verdict(**changes), two_mails()).text


def test_who_what_and_where_it_goes() -> None:
    made = compose_unit_notice(
        call(), UNIT, verdict(letter=Letter(number="函〔2023〕1号", title="推荐函")), two_mails()
    )
    assert made.to == "intake@unit.example"
    assert made.subject == f"【收件通知】{NUMBER} 有缺项：{BUREAU}"
    assert "Status: incomplete - something required is missing" in made.text
    assert "公文：推荐函，函〔2023〕1号" in made.text
    assert "来邮2封：\n　2023年8月10日16:42　zhang@province[.]example\n" in made.text


def test_findings_of_the_unit_come_first_with_evidence() -> None:
    new = finding("sender.new", Severity.QUESTION, "新地址", "请确认", Audience.UNIT, evidence="新地址一处")
    unverified = finding("sender.unverified", Severity.QUESTION, "未通过验证", "请确认", Audience.UNIT)
    text = notice(findings=(*verdict().findings, new, unverified))
    assert (
        text.index("未通过验证")
        < text.index("新地址一处")
        < text.index("内部依据")
        < text.index("其他核对情况（2项）")
    )
    assert "请先人工查看（3项）\n1. [待核] 未通过验证。请确认。（sender.unverified，告知我单位）" in text
    assert "[缺项] 项目推荐汇总表盖章扫描件：目前仅收到Excel版。" in text


def test_a_secrecy_mark_is_told_without_content() -> None:
    secret = finding(
        "file.sensitive-mark",
        Severity.QUESTION,
        "一份文件带有密级标志",
        "",
        Audience.UNIT,
        evidence="某密内容",
    )
    text = notice(findings=(secret,), status=Status.REVIEW)
    assert "一份文件带有密级标志" in text
    assert "某密内容" not in text


def test_projects_and_documents_with_seals() -> None:
    seals = (
        Seal(page=1, box=(0.1, 0.1, 0.2, 0.2), name=BUREAU, name_score=0.984, official=True),
        Seal(page=2, box=(0, 0, 1, 1)),
    )
    project = ProjectRow(
        name="甲标准化试点", applicant="甲公司", track="pilot", credit_code="91330000X", listed=True
    )
    text = notice(
        projects=(project,),
        documents=(
            row("函.pdf", Kind.LETTER, Form.SCAN, seals=seals, page_range=(1, 3)),
            row("旧.pdf", Kind.LETTER, None, superseded=True),
            row("疑.pdf", Kind.LETTER, None, proposed=True),
        ),
    )
    assert "疑.pdf（发件人待确认，暂不计入）｜公文" in text
    assert "甲标准化试点｜甲公司｜试点项目｜91330000X｜—｜无" in text
    assert (
        f"函.pdf｜公文｜扫描｜1-3｜第1页 {BUREAU}（0.98，红，公章）；第2页 名称未辨认（0.00，红，性质未定）"
        in text
    )
    assert "旧.pdf（已被后来版本替代）｜公文｜-｜1｜-" in text


def test_long_tables_are_cut_and_counted() -> None:
    text = notice(projects=tuple(ProjectRow(name=f"第{i}个") for i in range(203)))
    assert "项目（203项）" in text
    assert "其余3项从略" in text
    assert "第200个" not in text


def test_of_many_mails_the_last_are_shown_and_the_others_counted() -> None:
    mails = [m for _ in range(63) for m in two_mails()]
    text = compose_unit_notice(call(), UNIT, verdict(), mails).text
    assert "来邮126封：" in text
    assert "此前106封从略" in text
    assert text.count("@") == 20
    assert "从略" not in compose_unit_notice(call(), UNIT, verdict(), mails[:20]).text


def test_needs_a_mailbox_and_says_when_nobody_is_established() -> None:
    with pytest.raises(Unaddressable):
        compose_unit_notice(call(), UNIT.model_copy(update={"mailbox": None}), verdict(), two_mails())
    assert "报送单位：报送单位未能确定" in notice(recommender=None)


def test_what_holds_nothing_of_the_call_is_told_to_the_unit() -> None:
    assert "来邮中未见本次征集的材料，核对情况未告知发件人" in notice(other_matter=True)
    assert "来邮中未见" not in notice()
