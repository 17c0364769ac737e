"""Guidance carries the model's sentence for its reason."""

import pytest

from shoufa.domain.codes import Template
from shoufa.notices.guidance import Reason, compose_guidance
from unit.notices.made import NUMBER, UNIT, call, manifest


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (Reason.WRONG_CHANNEL, "电子邮件不作为本项工作的报送渠道，请按通知要求报送。"),
        (
            Reason.NOT_THROUGH_RECOMMENDER,
            "本项目须由省级市场监管部门推荐并报送，请与所在地省级市场监管部门联系。",
        ),
        (Reason.NO_CALL, "您的来邮未能与正在征集的项目对应，已转工作人员查看。"),
    ],
)
def test_sentences(reason: Reason, said: str) -> None:
    made = compose_guidance(call(), UNIT, manifest(), reason, [NUMBER])
    assert made.template is Template.GUIDANCE
    assert f"收件编号：{NUMBER}。\n\n{said}\n\n本邮件由系统自动发送" in made.text
    assert made.subject == f"【报送方式说明】{NUMBER} 国家高新技术产业标准化试点示范项目申报材料"


def test_an_unmatched_mail_has_no_number() -> None:
    made = compose_guidance(call(), UNIT, manifest(), Reason.NO_CALL)
    assert "收件编号" not in made.text
    assert made.references == ("<first@province.example>",)


def test_english() -> None:
    made = compose_guidance(
        call(), UNIT, manifest(subject="Hello", body="Hi"), Reason.WRONG_CHANNEL, [NUMBER]
    )
    assert "E-mail is not a channel for submitting to this call" in made.text
    assert "您" not in made.text
