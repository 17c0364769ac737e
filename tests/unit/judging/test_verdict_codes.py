"""Every code of contracts §2: a case that raises it, and a near miss that does not (verdict.py)."""

from datetime import datetime

import pytest

from shoufa.domain.errors import UnreadableCode
from shoufa.domain.finding import FindingCode
from shoufa.domain.submission import Verdict
from shoufa.judging.view import Elsewhere
from unit.judging.build import (
    ACME,
    APPLICATION,
    BRIDGE,
    BUILD,
    CITY,
    FARM,
    FOREIGN_FORM,
    FORM,
    HUBEI,
    HUNAN,
    INFRA_FORM,
    LATIN,
    LETTER,
    RICE,
    SUMMARY,
    Form,
    application,
    application_text,
    call,
    codes,
    complete,
    facts,
    letter,
    letter_text,
    page,
    seal,
    summary,
    unreadable,
    verdict,
)  # fmt: skip

WORD, SCAN = Form.WORD, Form.SCAN
LETTERS, TABLES = {"公文.docx", "公文.pdf"}, {"汇总表.xlsx", "汇总表.pdf"}
L_WORD, L_SCAN = f"{LATIN}.docx", f"{LATIN}扫描件.pdf"
LONG = "本单位围绕本领域持续开展标准化工作。" * 30
AFTER = datetime.fromisoformat("2023-08-16T00:00:01+08:00")
IN_TIME = datetime.fromisoformat("2023-08-15T23:59:59+08:00")
FAILED = "mx.unit.example; spf=fail; dkim=fail; dmarc=fail"


def without(*names: str):
    return {k: v for k, v in complete().items() if k not in names}


def plus(**papers):
    """The package with papers in place of others; names are given by keys of one letter or in full."""
    return {**complete(), **papers}


def scan(text: str, *seals, pages: int = 1, **more):
    """A scan of that text whose first page bears the seals."""
    return facts([page(text, 1, seals), *(page("续页", n) for n in range(2, pages + 1))], SCAN, **more)


def long_letter(form: Form, text: str):
    return facts([page(letter_text() + "\n" + text, 1, [seal()] if form is SCAN else [])], form)


def long_form(form: Form, text: str):
    stamps = [seal(ACME)] if form is SCAN else []
    return facts([page(application_text() + "\n推荐单位：" + HUBEI + "\n" + text, 1, stamps)], form)


def long_table(form: Form, text: str):
    made = summary([(LATIN, ACME, "试点"), (BRIDGE, BUILD, "示范")], form)
    longer = made.pages[0].model_copy(update={"text": made.pages[0].text + "\n" + text})
    return made.model_copy(update={"pages": (longer,)})


ROWS = [(LATIN, ACME, "试点"), (BRIDGE, BUILD, "示范")]
CLAUSE = {"id": "c", "text": "通过验收且验收结论为优秀", "tracks": ["pilot"], "mode": "checked"}
PHONE = {"name": "phone", "labels": ["联系电话"], "type": "phone", "need": "optional"}
OWN_FIELDS = call(materials=[LETTER, {**APPLICATION, "fields": [*APPLICATION["fields"], PHONE]}, SUMMARY])
OTHER_UNITS = {
    **complete(),
    "汇总表.xlsx": summary([ROWS[0], (BRIDGE, BUILD, "新型基础设施")]),
    f"{BRIDGE}.docx": application(BRIDGE, BUILD, kind="☑新型基础设施", title=INFRA_FORM),
}


def said_in(**words: object) -> Verdict:
    return verdict((complete(), words))


def elsewhere(**held: dict) -> Verdict:
    return verdict(complete(), elsewhere=Elsewhere(**held))


CASES = {
    "letter.missing": (lambda: verdict(without(*LETTERS)), lambda: verdict(without("公文.docx"))),
    "letter.word-missing": (lambda: verdict(without("公文.docx")), lambda: verdict(complete())),
    "letter.scan-missing": (lambda: verdict(without("公文.pdf")), lambda: verdict(without("公文.docx"))),
    "letter.scan-partial": (
        lambda: verdict(plus(**{"公文.docx": long_letter(WORD, LONG)})),
        lambda: verdict(
            plus(**{"公文.docx": long_letter(WORD, LONG), "公文.pdf": long_letter(SCAN, LONG[:300])})
        ),
    ),
    "letter.seal-missing": (
        lambda: verdict(plus(**{"公文.pdf": letter(seals=[])})),
        lambda: verdict(plus(**{"公文.pdf": letter(seals=[seal("")])})),
    ),
    "letter.seal-unclear": (
        lambda: verdict(plus(**{"公文.pdf": letter(seals=[seal("")])})),
        lambda: verdict(plus(**{"公文.pdf": letter(seals=[seal(""), seal()])})),
    ),
    "letter.seal-wrong": (
        lambda: verdict(plus(**{"公文.pdf": letter(seals=[seal(HUNAN)])})),
        lambda: verdict(plus(**{"公文.pdf": letter(seals=[seal(HUNAN), seal()])})),
    ),
    "letter.versions-conflict": (
        lambda: verdict(plus(**{"公文B.docx": letter(WORD, said="现推荐1个项目，请予审核。")})),
        lambda: verdict(plus(**{"公文B.docx": letter(WORD)})),
    ),
    "letter.count-mismatch": (
        lambda: verdict(plus(**{"公文.docx": letter(WORD, said="现推荐3个项目，请予审核。")})),
        lambda: verdict(plus(**{"公文.docx": letter(WORD, said="现推荐2个项目，承担过3个项目。")})),
    ),
    "summary.missing": (lambda: verdict(without(*TABLES)), lambda: verdict(without("汇总表.pdf"))),
    "summary.word-missing": (lambda: verdict(without("汇总表.xlsx")), lambda: verdict(complete())),
    "summary.scan-missing": (lambda: verdict(without("汇总表.pdf")), lambda: verdict(complete())),
    "summary.scan-partial": (
        lambda: verdict(plus(**{"汇总表.xlsx": long_table(WORD, LONG)})),
        lambda: verdict(plus(**{"汇总表.xlsx": long_table(WORD, LONG[:100])})),
    ),
    "summary.seal-missing": (
        lambda: verdict(plus(**{"汇总表.pdf": summary(ROWS, SCAN, [])})),
        lambda: verdict(plus(**{"汇总表.pdf": summary(ROWS, SCAN, [seal("")])})),
    ),
    "summary.seal-unclear": (
        lambda: verdict(plus(**{"汇总表.pdf": summary(ROWS, SCAN, [seal("")])})),
        lambda: verdict(plus(**{"汇总表.pdf": summary(ROWS, SCAN, [seal(""), seal()])})),
    ),
    "summary.seal-wrong": (
        lambda: verdict(plus(**{"汇总表.pdf": summary(ROWS, SCAN, [seal(HUNAN)])})),
        lambda: verdict(plus(**{"汇总表.pdf": summary(ROWS, SCAN, [seal(HUNAN), seal()])})),
    ),
    "summary.versions-conflict": (
        lambda: verdict(complete(), {"汇总表.xlsx": summary([ROWS[0], (FARM, RICE, "试点")])}),
        lambda: verdict(complete(), {"汇总表.xlsx": summary(ROWS)}),
    ),
    "summary.columns-missing": (
        lambda: verdict(
            plus(**{"汇总表.xlsx": summary(ROWS, header=("序号", "项目名称", "甲", "项目类型", "乙"))})
        ),
        lambda: verdict(
            plus(**{"汇总表.xlsx": summary(ROWS, header=("序号", "项目名称", "申报单位", "项目类型", "乙"))})
        ),
    ),
    "summary.row-invalid": (
        lambda: verdict(plus(**{"汇总表.xlsx": summary([(LATIN, "", "试点"), ROWS[1]])})),
        lambda: verdict(plus(**{"汇总表.xlsx": summary([(LATIN, ACME, ""), ROWS[1]])})),
    ),
    "application.missing": (lambda: verdict(without(L_WORD, L_SCAN)), lambda: verdict(without(L_WORD))),
    "application.word-missing": (lambda: verdict(without(L_WORD)), lambda: verdict(without(L_SCAN))),
    "application.scan-missing": (lambda: verdict(without(L_SCAN)), lambda: verdict(without(L_WORD))),
    "application.scan-partial": (
        lambda: verdict(plus(**{L_WORD: long_form(WORD, LONG)})),
        lambda: verdict(plus(**{L_WORD: long_form(WORD, LONG), L_SCAN: long_form(SCAN, LONG[:300])})),
    ),
    "application.seal-missing": (
        lambda: verdict(plus(**{L_SCAN: application(form=SCAN, seals=[])})),
        lambda: verdict(plus(**{L_SCAN: application(form=SCAN, seals=[seal(HUBEI)])})),
    ),
    "application.seal-unclear": (
        lambda: verdict(plus(**{L_SCAN: application(form=SCAN, seals=[seal("")])})),
        lambda: verdict(plus(**{L_SCAN: application(form=SCAN, seals=[seal(""), seal(ACME)])})),
    ),
    "application.seal-wrong": (
        lambda: verdict(plus(**{L_SCAN: application(form=SCAN, seals=[seal(HUNAN)])})),
        lambda: verdict(plus(**{L_SCAN: application(form=SCAN, seals=[seal(HUNAN), seal(ACME)])})),
    ),
    "application.versions-conflict": (
        lambda: verdict(plus(**{"又.docx": application(联系人="李四")})),
        lambda: verdict(plus(**{"又（终稿）.docx": application(联系人="李四")})),
    ),
    "application.unlisted": (
        lambda: verdict(plus(**{"多.docx": application(FARM, RICE)})),
        lambda: verdict(
            {k: v for k, v in plus(**{"多.docx": application(FARM, RICE)}).items() if k not in TABLES}
        ),
    ),
    "application.name-differs": (
        lambda: verdict({**without(L_WORD, L_SCAN), "改.docx": application("量子通信网络", ACME)}),
        lambda: verdict({**without(L_WORD, L_SCAN), "改.docx": application("量子通信网络", RICE)}),
    ),
    "application.wrong-form": (
        lambda: verdict(plus(**{L_WORD: application(title=FOREIGN_FORM)})),
        lambda: verdict(plus(**{L_WORD: application(title=FORM)})),
    ),
    "application.track-unclear": (
        lambda: verdict(plus(**{L_WORD: application(kind="□试点 ☑示范")})),
        lambda: verdict(plus(**{L_WORD: application(kind="□试点 □示范")})),
    ),
    "application.field-missing": (
        lambda: verdict(plus(**{L_WORD: application(联系人="")})),
        lambda: verdict(plus(**{L_SCAN: application(form=SCAN, 联系人="")})),
    ),
    "application.field-invalid": (
        lambda: verdict(plus(**{L_WORD: application(联系电话="1380000123")}), of=OWN_FIELDS),
        lambda: verdict(plus(**{L_WORD: application(联系电话="13800001234")}), of=OWN_FIELDS),
    ),
    "application.condition-unclear": (
        lambda: verdict(complete(), of=call(conditions=[CLAUSE])),
        lambda: verdict(
            plus(**{L_WORD: application(基础="试点验收结论：优秀")}), of=call(conditions=[CLAUSE])
        ),
    ),
    "application.versions-differ": (
        lambda: verdict(plus(**{L_SCAN: application(applicant="武汉钢铁集团公司", form=SCAN)})),
        lambda: verdict(plus(**{L_SCAN: application(name=LATIN.replace("芯", "心"), form=SCAN)})),
    ),
    "project.withdrawal": (lambda: said_in(subject="撤回申报"), lambda: said_in(subject="报送申报材料")),
    "submission.over-quota": (
        lambda: elsewhere(counted={"demo": 1}),
        lambda: elsewhere(counted={"infra": 9}),
    ),
    "submission.duplicate-project": (
        lambda: elsewhere(projects={LATIN: "230801-ABCDEF-1"}),
        lambda: elsewhere(projects={FARM: "230801-ABCDEF-1"}),
    ),
    "submission.late": (lambda: said_in(at=AFTER), lambda: said_in(at=IN_TIME)),
    "submission.wrong-mailbox": (
        lambda: verdict(OTHER_UNITS),
        lambda: verdict((OTHER_UNITS, {"to": [{"email": "a@unit.example"}, {"email": "b@unit.example"}]})),
    ),
    "submission.wrong-channel": (
        lambda: verdict(complete(), of=call(intake="paper")),
        lambda: verdict(complete(), of=call(intake="email")),
    ),
    "submission.not-through-recommender": (
        lambda: verdict({L_WORD: application(), L_SCAN: application(form=SCAN)}),
        lambda: verdict({L_WORD: application(), "公文.docx": letter(WORD)}),
    ),
    "submission.subject-mark": (
        lambda: verdict(complete(), of=call(subject_mark="试点申报")),
        lambda: verdict((complete(), {"subject": "试点申报"}), of=call(subject_mark="试点申报")),
    ),
    "submission.not-archived": (
        lambda: verdict(complete(), of=call(archive="optional")),
        lambda: verdict({"材料.zip": None, **complete()}, of=call(archive="optional")),
    ),
    "recommender.unknown": (
        lambda: verdict(complete(by="国家某某部")),
        lambda: verdict(complete(by=HUNAN)),
    ),
    "recommender.not-entitled": (lambda: verdict(complete(by=CITY)), lambda: verdict(complete(by=HUNAN))),
    "sender.unverified": (lambda: said_in(unverified=True), lambda: said_in(unverified=False)),
    "sender.new": (
        lambda: verdict(complete(), ({"a.docx": application()}, {"sender": "x@other.example"})),
        lambda: verdict((complete(), {"sender": "12345@qq.com"})),
    ),
    "file.link-only": (
        lambda: said_in(links=[{"provider": "QQ邮箱", "host": "mail.qq.com", "name": "a.zip"}]),
        lambda: verdict(complete()),
    ),
    "file.active-content": (
        lambda: verdict(plus(**{L_WORD: application().model_copy(update={"active": ("vba",)})})),
        lambda: verdict(complete()),
    ),
    "file.sensitive-mark": (
        lambda: verdict(plus(附=facts([], None, sensitive="秘密★"))),
        lambda: verdict(plus(附=facts([page("保密工作制度")]))),
    ),
    **{
        f"file.{code.value}": (
            lambda code=code: verdict(plus(**{"附.pdf": unreadable(code)})),
            lambda: verdict(plus(**{"附.pdf": scan("某某照片")})),
        )
        for code in UnreadableCode
    },
}


def test_no_code_is_left_out():
    assert {c.value for c in FindingCode} == set(CASES)


@pytest.mark.parametrize("code", sorted(CASES))
def test_it_is_raised(code):
    assert code in codes(CASES[code][0]())


@pytest.mark.parametrize("code", sorted(CASES))
def test_its_near_miss_does_not_raise_it(code):
    assert code not in codes(CASES[code][1]())
