"""The outcome says what the model mail says; what is told to the unit leaves no trace in it."""

import itertools
import random
from datetime import datetime

import pytest

from shoufa.domain.codes import Audience, Form, Kind, Severity, Status
from shoufa.domain.finding import FindingCode
from shoufa.notices.compose import Outgoing
from shoufa.notices.headers import Unaddressable
from shoufa.notices.outcome import compose_outcome, honorific, mails_counted
from shoufa.notices.received import received_sentence
from shoufa.notices.told import outcome_digest
from shoufa.notices.words import Language
from unit.notices.made import (
    BUREAU,
    NUMBER,
    UNIT,
    call,
    finding,
    manifest,
    model_documents,
    row,
    two_mails,
    verdict,
)

FORBIDDEN = ("受理", "审核通过", "合格", "材料齐全")
MODEL = """某某省市场监督管理局：

贵局推荐项目的电子材料（8月10日、11日来邮共2封）已初步核对，现将有关情况告知如下。

一、请补充（2项）
1. 项目推荐汇总表盖章扫描件：目前仅收到Excel版。请将盖章后的汇总表扫描发送。
2. “某某标准化试点”（某某有限公司）申报书word版：目前仅收到扫描件。

二、由我单位人工核对（1项，贵局暂无需处理）
公文第2页印章较浅，系统未能辨认。如需补充，工作人员将与贵局联系。

三、已收到
公文扫描件1件；汇总表Excel版1份，列项目5个；申报书扫描件5个、word版4个。

请于2023年8月15日前直接回复本邮件补充上述材料，其他材料无需重发。如已发送或核对有误，请回复说明，以人工核对结果为准。

以上仅为电子材料的形式核对，不涉及项目评审。纸质材料及光盘请按通知要求另行邮寄。感谢支持！

本邮件由系统自动发送，回复由工作人员查看。
联系人：李某某　电话：010-00000000
某某研究院（项目支撑单位）
"""
CLEAR = "经初步核对，通知要求的电子材料未发现缺项，如需进一步核实将与贵局联系。"
LATE = "收到时间晚于通知规定时间，是否接收由我单位研究确定。"


def outcome(history: bool = False, at: str | None = None, **changes: object) -> Outgoing:
    when = datetime.fromisoformat(at) if at else None
    return compose_outcome(call(), UNIT, verdict(**changes), two_mails(), history, when)


def question(code: str = "letter.count-mismatch") -> object:
    return finding(code, Severity.QUESTION, "公文与汇总表所列项目数不一致", "请核对并说明")


def test_matches_the_model_word_for_word() -> None:
    made = outcome()
    assert made.subject == f"【材料核对情况】{NUMBER} 请补充2项材料"
    assert made.text == MODEL


def test_nothing_missing_is_one_sentence() -> None:
    made = outcome(status=Status.COMPLETE, findings=())
    assert made.subject == f"【材料核对情况】{NUMBER} 电子材料初步核对未发现缺项"
    paragraphs = made.text.split("\n\n")
    assert paragraphs[:2] == [f"{BUREAU}：", CLEAR]
    assert len(paragraphs) == 3


def test_headings_are_numbered_without_gaps() -> None:
    kinds = [
        finding("letter.missing", Severity.ERROR, "公文：未收到", "请发送公文"),
        question(),
        finding("submission.not-archived", Severity.WARNING, "未打包", "请打包"),
        finding("letter.seal-unclear", Severity.QUESTION, "x", "", Audience.UNIT),
    ]
    for chosen in itertools.chain.from_iterable(itertools.combinations(kinds, n) for n in range(1, 5)):
        text = outcome(findings=chosen, status=Status.INCOMPLETE).text
        heads = [line[0] for line in text.splitlines() if line[1:2] == "、"]
        assert heads == list("一二三四五"[: len(heads)])
        assert len(heads) == len(chosen) + (chosen == (kinds[2],)) + 1


def test_questions_and_hints_have_their_own_headings_and_subject() -> None:
    hint = finding("submission.not-archived", Severity.WARNING, "未打包", "如再次发送，请打包")
    made = outcome(findings=(question(), hint), status=Status.REVIEW)
    assert made.subject.endswith("请核实或说明1项情况")
    assert "一、请核实或说明（1项）\n1. 公文与汇总表所列项目数不一致。请核对并说明。\n" in made.text
    assert "二、提示（1项）\n1. 未打包。如再次发送，请打包。\n" in made.text
    assert "请于2023年8月15日前直接回复本邮件说明上述情况，其他材料无需重发。如核对有误" in made.text


def test_hints_alone_stay_beside_the_one_sentence() -> None:
    hint = finding("submission.not-archived", Severity.WARNING, "未打包", "如再次发送，请打包")
    made = outcome(findings=(hint,), status=Status.COMPLETE)
    assert made.subject.endswith("电子材料初步核对未发现缺项")
    assert f"{CLEAR}\n\n提示（1项）\n1. 未打包。如再次发送，请打包。" in made.text


@pytest.mark.parametrize("code", [c for c in FindingCode if "seal-unclear" not in c])
def test_no_finding_told_to_the_unit_leaks(code: FindingCode) -> None:
    secret = finding(
        code,
        Severity.QUESTION,
        "机密词句",
        "机密办法",
        Audience.UNIT,
        evidence="机密依据",
        document="机密文件",
        project="机密项目",
    )
    made = outcome(findings=(secret,), status=Status.REVIEW)
    assert "机密" not in made.text + made.html + made.subject
    assert made.subject.endswith("电子材料初步核对未发现缺项")


def test_an_unclear_seal_shows_document_and_page_only() -> None:
    told = {"evidence": "疑似盗用", "document": "甲.pdf", "project": "甲项目"}
    unclear = finding(
        "application.seal-unclear", Severity.QUESTION, "机密词句", "机密办法", Audience.UNIT, page=3, **told
    )
    made = outcome(findings=(unclear, unclear), status=Status.REVIEW)
    assert made.subject.endswith("部分材料由我单位人工核对")
    assert (
        "一、由我单位人工核对（1项，贵局暂无需处理）\n“甲项目”申报书第3页的印章，系统未能辨认。如需补充"
        in made.text
    )
    assert "机密" not in made.text
    assert "盗用" not in made.text


def test_incomplete_for_reasons_of_the_unit_never_says_that_nothing_is_missing() -> None:
    made = outcome(findings=(finding("submission.over-quota", Severity.ERROR, "超额", "", Audience.UNIT),))
    assert "未发现缺项" not in made.text + made.subject
    assert "部分材料需进一步核对。" in made.text
    assert "超额" not in made.text


@pytest.mark.parametrize("changes", [{"late": True}, {"cured_late": True}])
def test_after_the_deadline(changes: dict[str, object]) -> None:
    late = finding("submission.late", Severity.WARNING, "迟到", "由我单位研究确定")
    text = outcome(findings=(*verdict().findings, late), **changes).text
    assert f"{LATE}如需补充，请直接回复本邮件，其他材料无需重发。" in text
    assert "请于" not in text
    assert "迟到" not in text
    assert f"{CLEAR}\n\n{LATE}" in outcome(findings=(late,), status=Status.COMPLETE, **changes).text


def test_in_time_but_answered_after_the_deadline() -> None:
    text = outcome(at="2023-08-16T08:00:00+08:00").text
    assert "通知规定的时间已过，补充材料是否接收由我单位研究确定。" in text
    assert LATE not in text
    assert "请于" not in text


def test_a_second_outcome_says_so() -> None:
    assert "已再次初步核对，现将" in outcome(history=True).text


def test_an_applicant_writing_directly_is_pointed_to_the_recommender() -> None:
    direct = finding("submission.not-through-recommender", Severity.ERROR, "须推荐", "请联系")
    made = outcome(findings=(direct,), recommender=None)
    assert made.text.startswith("您好：\n\n您报送的电子材料（")
    assert "本项目须由省级市场监管部门推荐并报送，请与所在地省级市场监管部门联系。" in made.text
    assert "须推荐" not in made.text
    assert made.subject.endswith("请由省级市场监管部门推荐报送")
    other = call(recommenders={"group": "others"})
    text = compose_outcome(other, UNIT, verdict(findings=(direct,)), two_mails()).text
    assert "本项目须由通知规定的推荐单位推荐并报送，请与推荐单位联系。" in text


def test_a_wrong_channel_asks_for_nothing_by_mail() -> None:
    wrong = finding("submission.wrong-channel", Severity.ERROR, "不作为渠道", "请按通知")
    made = outcome(findings=(wrong,))
    assert "电子邮件不作为本项工作的报送渠道，请按通知要求报送。" in made.text
    assert "请于" not in made.text
    assert made.subject.endswith("请按通知要求报送")


@pytest.mark.parametrize("code", ["recommender.not-entitled", "recommender.unknown"])
def test_a_body_in_doubt_is_not_addressed(code: str) -> None:
    doubt = finding(code, Severity.ERROR, "推荐单位不符", "请更换")
    made = outcome(findings=(doubt,))
    assert made.text.startswith("您好：\n\n您报送的")
    assert "贵局" not in made.text


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("某省市场监督管理局", "贵局"),
        ("某市市场监督管理委员会", "贵委"),
        ("某某委", "贵委"),
        ("某省市场监督管理厅", "贵厅"),
        ("某省市场监督管理局（知识产权局）", "贵局"),
        ("某某大学", "贵单位"),
        ("", "您"),
    ],
)
def test_how_a_body_is_spoken_of(body: str, said: str) -> None:
    assert honorific(body, Language.ZH) == said


def test_an_applicants_case_is_addressed_to_the_applicant() -> None:
    made = compose_outcome(call(case_by="applicant"), UNIT, verdict(applicant="某某有限公司"), two_mails())
    assert made.text.startswith("某某有限公司：\n\n贵单位报送的电子材料（")


def test_days_of_mails() -> None:
    at = [f"2023-12-{d}T23:30:00+08:00" for d in (30, 31)] + ["2024-01-02T08:00:00+08:00"]
    assert (
        mails_counted([manifest(a) for a in at], Language.ZH) == "2023年12月30日、31日、2024年1月2日来邮共3封"
    )
    many = [manifest(f"2023-08-0{d}T16:30:00+00:00") for d in range(1, 9)]
    assert mails_counted(many, Language.ZH) == "8月2日至9日来邮共8封"


def test_received_counts_hold_what_holds() -> None:
    documents = (
        *model_documents(),
        row("旧函.pdf", Kind.LETTER, Form.SCAN, superseded=True),
        row("疑函.pdf", Kind.LETTER, Form.SCAN, proposed=True),
        row("函.pdf", Kind.LETTER, Form.SCAN),
        row("p1.jpg", Kind.SUMMARY, Form.SCAN, group="g"),
        row("p2.jpg", Kind.SUMMARY, Form.SCAN, group="g"),
        row("函.ofd", Kind.LETTER, Form.DIGITAL),
        row("证明.pdf", Kind.PROOF, Form.SCAN),
        row("材料.zip", Kind.ARCHIVE, None),
        row("坏.doc", Kind.UNREADABLE, None),
    )
    said = received_sentence(verdict(documents=documents), Language.ZH)
    assert said == (
        "公文扫描件1件、OFD版1件；汇总表扫描件1份、Excel版1份，列项目5个；申报书扫描件5个、word版4个；"
        "证明材料1份；未能读取的文件1个。"
    )
    assert received_sentence(verdict(documents=()), Language.ZH) == ""


def test_the_last_mail_of_the_own_sender_is_answered() -> None:
    first, second = two_mails()
    made = outcome()
    assert (made.to, made.in_reply_to) == ("zhang@province.example", "<second@province.example>")
    stranger = manifest(sender={"email": "other@elsewhere.example"}, message_id="<third@elsewhere.example>")
    made = compose_outcome(call(), UNIT, verdict(), (first, second, stranger))
    assert made.in_reply_to == "<second@province.example>"
    via = first.model_copy(update={"via": "colleague@unit.example"})
    with pytest.raises(Unaddressable):
        compose_outcome(call(), UNIT, verdict(), (via, stranger))


def test_a_sender_in_doubt_is_not_answered_until_the_doubt_is_gone() -> None:
    forged = manifest().model_copy(update={"unverified": True})
    doubt = finding("sender.unverified", Severity.QUESTION, "x", "", Audience.UNIT)
    with pytest.raises(Unaddressable):
        compose_outcome(call(), UNIT, verdict(findings=(doubt,)), (forged,))
    assert compose_outcome(call(), UNIT, verdict(), (forged,)).to == "zhang@province.example"


@pytest.mark.parametrize("status", [Status.READING, Status.MERGED])
def test_no_outcome_before_the_verdict(status: Status) -> None:
    with pytest.raises(ValueError, match=status.value):
        outcome(status=status)


def test_english_outcome() -> None:
    english = manifest(subject="Application", body="Please find it attached.")
    made = compose_outcome(call(), UNIT, verdict(recommender=None), (english,))
    assert made.subject == f"[Check of material] {NUMBER} items to supply: 2"
    assert "A. To supply (2)\n1. English summary.scan-missing. Please act.\n" in made.text
    assert (
        "B. Being checked by our staff (1; nothing for you to do for now)\nOfficial letter, page 2: the seal"
        in made.text
    )
    assert "C. Received\nOfficial letter: 1 scan; summary table: 1 Excel, listing 5 project(s);" in made.text
    clear = compose_outcome(call(), UNIT, verdict(findings=(), status=Status.COMPLETE), (english,))
    assert clear.subject.endswith("first check of the electronic material found nothing missing")


def test_the_digest_changes_with_what_is_told_and_only_then() -> None:
    base = outcome_digest(verdict())
    unit_only = finding("sender.new", Severity.QUESTION, "x", "", Audience.UNIT)
    assert outcome_digest(verdict(findings=(*verdict().findings, unit_only), mails=("a",))) == base
    assert outcome_digest(verdict(findings=verdict().findings[:1])) != base
    assert outcome_digest(verdict(documents=model_documents()[:3])) != base
    assert outcome_digest(verdict(late=True)) != base


def test_names_in_findings_are_cut_and_disarmed() -> None:
    name = "长" * 90 + ".pdf"
    bad = finding(
        "file.unreadable",
        Severity.ERROR,
        f"文件“{name}”无法打开，见http://evil.example.com/x\u202egpj",
        "请重发",
        document=f"a/{name}",
    )
    text = outcome(findings=(bad,)).text
    assert "长" * 61 not in text
    assert "….pdf”无法打开" in text
    assert "hxxp://evil[.]example[.]com/x\\u202egpj" in text


def test_forbidden_words_never_stand_in_an_outcome() -> None:
    chance = random.Random(20230810)
    codes = list(FindingCode)
    calls = (call(), call(intake="paper"), call(case_by="applicant", closes=None, closes_text="", paper={}))
    for _ in range(400):
        findings = tuple(
            finding(
                chance.choice(codes),
                chance.choice(list(Severity)),
                "某项",
                chance.choice(["", "请核对"]),
                chance.choice(list(Audience)),
                page=chance.choice([None, 2]),
            )
            for _ in range(chance.randrange(6))
        )
        status = chance.choice([Status.INCOMPLETE, Status.REVIEW, Status.COMPLETE])
        changes = {"findings": findings, "status": status, "late": chance.random() < 0.3}
        who = chance.choice([None, BUREAU, "某某大学"])
        documents = tuple(chance.sample(model_documents(), chance.randrange(8)))
        made_from = verdict(**changes, recommender=who, applicant=who, documents=documents)
        mails = tuple(m.model_copy(update={"unverified": False}) for m in two_mails())
        made = compose_outcome(chance.choice(calls), UNIT, made_from, mails, chance.random() < 0.5)
        assert not [w for w in FORBIDDEN if w in made.subject + made.text + made.html]
        assert "None" not in made.text
        assert "{" not in made.text


def test_what_stands_in_a_mails_text_is_told_as_seen_and_its_files_are_asked_for() -> None:
    asked = finding(
        "application.word-missing",
        Severity.ERROR,
        "“某某标准化试点”申报书Word版：来邮正文中载有其内容，未收到文件",
        "请将“某某标准化试点”申报书的Word（Excel）版作为附件发送",
    )
    judged = verdict(findings=(asked,), documents=(row("邮件正文", Kind.MAIL_BODY, None),))
    said = compose_outcome(call(), UNIT, judged, two_mails()).text
    assert "来邮正文中载有其内容，未收到文件。请将" in said
    assert "邮件正文所载材料内容1份" in said
