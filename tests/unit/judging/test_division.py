"""Where each document begins and ends in a row of pages (division.py, page_order.py, starts.py)."""

import pytest

from shoufa.domain.codes import Form
from shoufa.domain.facts import Facts
from shoufa.judging.segments import documents
from unit.judging.build import (
    ACME,
    BRIDGE,
    BUILD,
    CODE,
    FARM,
    FOREIGN_FORM,
    FORM,
    HUBEI,
    LATIN,
    RICE,
    TWO,
    application,
    application_text,
    call,
    case,
    codes,
    complete,
    facts,
    grid,
    letter_text,
    page,
    seal,
    summary,
    verdict,
)

CALL = call()
COVER = f"{FORM}\n项目名称：{LATIN}\n申报单位：{ACME}\n推荐单位：{HUBEI}\n申报日期：2023年8月1日"
COVER_2 = COVER.replace(LATIN, BRIDGE).replace(ACME, BUILD)
RUNNING = f"{FORM}\n一、基本信息\n项目名称：{LATIN}\n申报单位：{ACME}\n联系人：张三"
NO_COVER = f"一、基本信息\n项目名称：{LATIN}\n单位名称：{ACME}\n申报单位：{ACME}\n项目类型：☑试点 □示范\n推荐单位：{HUBEI}"
NO_COVER_2 = NO_COVER.replace(LATIN, BRIDGE).replace(ACME, BUILD)
BODY = "二、项目概况\n本项目围绕标准化工作开展。"
PLAN = "三、实施方案\n分三个阶段推进，预期成果见下。"
OPINION = "申报单位意见：\n同意申报。（盖章）\n推荐单位意见：\n同意推荐。（盖章）"
PROMISE = "承诺书\n本单位承诺所填内容真实。\n法定代表人（签字）"
LICENCE = f"营业执照\n（副本）\n统一社会信用代码 {CODE}\n名称 {ACME}\n类型 有限责任公司"
PATENT = "发明专利证书\n证书号第1234567号"
REPORT = "检测报告\n报告编号：2023-01"
LETTER_1 = "湖北省市场监督管理局文件\n鄂市监函〔2023〕12号\n关于推荐2023年度标准化试点示范项目的函\n甲研究院：\n现推荐2个项目。"
LETTER_2 = f"以上项目请予审核。\n附件：1.项目推荐汇总表\n2.{FORM}\n{HUBEI}\n2023年8月1日"
QUOTING = f"《通知》（国标委发〔2023〕27号）的要求，我局组织了推荐，请予审核。\n{HUBEI}\n2023年8月1日"
LETTER = letter_text()
TABLE = "T"
TABLE_HEAD = "序号 | 项目名称 | 申报单位 | 项目类型 | 联系人"
TABLE_2 = f"{TABLE_HEAD}\n3 | {FARM} | {RICE} | 试点 | 李四"
TABLE_TITLED_2 = f"项目推荐汇总表\n推荐单位：{HUBEI}\n{TABLE_2}"
TABLE_ANEW = f"项目推荐汇总表\n推荐单位：{HUBEI}\n{TABLE_HEAD}\n1 | {FARM} | {RICE} | 示范 | 李四"
TABLE_ROWS = f"3 | {FARM} | {RICE} | 试点 | 李四\n合计 | 3"
FOREIGN = f"{FOREIGN_FORM}\n项目名称：{FARM}\n申报单位：{RICE}\n推荐单位：{HUBEI}\n申报日期：2023年"
LIST = f"附件清单\n1.公文\n2.{FORM}\n3.项目推荐汇总表"
BLANK = ""


def scan(*texts: str) -> Facts:
    """A scan of these pages; `T` stands for the table of two projects."""
    table = summary(TWO)
    pages = [page(table.text if t == TABLE else t, n, blank=not t) for n, t in enumerate(texts, 1)]
    tables = [grid(table.tables[0].rows(), n) for n, t in enumerate(texts, 1) if t == TABLE]
    return facts(pages, Form.SCAN, tables)


def divided(*texts: str) -> str:
    """`letter 1-2, application 3+5`: the documents with their pages, in the order of their first pages."""
    made = documents(case({"扫描件.pdf": scan(*texts)}).pieces, CALL)
    return ", ".join(
        f"{d.kind.value} " + "+".join(str(s.first) if s.first == s.last else f"{s.first}-{s.last}" for s in d.sources)
        for d in sorted(made, key=lambda d: d.sources[0].first)
    )


CASES = {
    "all": ((LETTER_1, LETTER_2, TABLE, COVER, BODY, OPINION), "letter 1-2, summary 3, application 4-6"),
    "two forms": ((COVER, BODY, COVER_2, BODY), "application 1-2, application 3-4"),
    "table before letter": ((TABLE, LETTER, COVER, BODY), "summary 1, letter 2, application 3-4"),
    "letter in the middle": ((COVER, BODY, OPINION, LETTER_1, LETTER_2, TABLE), "application 1-3, letter 4-5, summary 6"),
    "letter last": ((TABLE, COVER, BODY, LETTER), "summary 1, application 2-3, letter 4"),
    "two letters": ((LETTER, letter_text(number="鄂市监函〔2023〕13号")), "letter 1, letter 2"),
    "page two quotes a number": ((LETTER_1, QUOTING, TABLE), "letter 1-2, summary 3"),
    "list page": ((LETTER_1, LETTER_2, LIST, TABLE), "letter 1-3, summary 4"),
    "running title": ((COVER, RUNNING, BODY, OPINION), "application 1-4"),
    "running titles of two": ((COVER, RUNNING, COVER_2, RUNNING.replace(LATIN, BRIDGE).replace(ACME, BUILD)),
                              "application 1-2, application 3-4"),
    "no covers": ((LETTER, NO_COVER, BODY, OPINION, NO_COVER_2, BODY), "letter 1, application 2-4, application 5-6"),
    "no cover after a table": ((TABLE, NO_COVER, BODY, OPINION), "summary 1, application 2-4"),
    "cover then its table": ((COVER, NO_COVER, BODY), "application 1-3"),
    "consent pages": ((LETTER, COVER, BODY, OPINION, PROMISE, COVER_2), "letter 1, application 2-5, application 6"),
    "licence behind": ((COVER, BODY, OPINION, LICENCE, PATENT, COVER_2),
                       "application 1-3, proof 4, proof 5, application 6"),
    "licence between": ((COVER, BODY, LICENCE, OPINION, COVER_2), "application 1-2+4, proof 3, application 5"),
    "proofs of two": ((COVER, BODY, LICENCE, COVER_2, BODY, LICENCE.replace(ACME, BUILD)),
                      "application 1-2, proof 3, application 4-5, proof 6"),
    "proof first": ((LICENCE, COVER, BODY), "proof 1, application 2-3"),
    "report of pages": ((COVER, BODY, REPORT, "检测结果如下", "以下空白"), "application 1-2, proof 3-5"),
    "separators": ((LETTER, BLANK, TABLE, BLANK, COVER, BODY, BLANK, COVER_2),
                   "letter 1-2, summary 3-4, application 5-7, application 8"),
    "blank first": ((BLANK, LETTER, TABLE), "letter 1-2, summary 3"),
    "backs of sheets": ((LETTER_1, BLANK, LETTER_2, BLANK, COVER, BLANK, BODY), "letter 1-4, application 5-7"),
    "all blank": ((BLANK, BLANK), "other 1-2"),
    "table goes on": ((TABLE, TABLE_ROWS, COVER), "summary 1-2, application 3"),
    "table's header again": ((TABLE, TABLE_2, LETTER), "summary 1-2, letter 3"),
    "table's title again": ((TABLE, TABLE_TITLED_2), "summary 1-2"),
    "another table": ((TABLE, TABLE_ANEW), "summary 1, summary 2"),
    "forms of two calls": ((COVER, BODY, FOREIGN, BODY), "application 1-2, application 3-4"),
    "foreign form first": ((FOREIGN, BODY, COVER, BODY), "application 1-2, application 3-4"),
    "a form scanned twice": ((COVER, BODY, COVER, BODY), "application 1-2, application 3-4"),
    "only a form without cover": ((NO_COVER, BODY, OPINION), "application 1-3"),
    "first page missing": ((BODY, PLAN, OPINION, COVER_2, BODY), "other 1-3, application 4-5"),
    "letter of one page in a heap": ((COVER, BODY, OPINION, LETTER, COVER_2, BODY, OPINION),
                                     "application 1-3, letter 4, application 5-7"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_one_scan_is_divided_where_each_document_begins(name):
    texts, said = CASES[name]
    assert divided(*texts) == said


BACKWARDS = {
    "letter": (LETTER_1, LETTER_2),
    "form": (COVER, BODY, PLAN, OPINION),
    "all": (LETTER_1, LETTER_2, TABLE, COVER, BODY, OPINION),
    "two forms": (COVER, BODY, OPINION, COVER_2, BODY, OPINION),
    "numbered": tuple(f"{t}\n- {n} -" for n, t in enumerate((COVER + BODY * 40, BODY, PLAN, PLAN), 1)),
}


@pytest.mark.parametrize("name", BACKWARDS)
def test_a_stack_scanned_from_its_last_page_is_turned_round(name):
    texts = BACKWARDS[name]
    forward = documents(case({"a.pdf": scan(*texts)}).pieces, CALL)
    back = documents(case({"a.pdf": scan(*reversed(texts))}).pieces, CALL)
    assert [(d.kind, [p.text for p in d.pages]) for d in back] == [
        (d.kind, [p.text for p in d.pages]) for d in forward
    ]


@pytest.mark.parametrize(
    "texts",
    [
        (BODY, OPINION, LETTER),
        (LETTER_2, TABLE, COVER, BODY),
        (BODY + "\n2", PLAN + "\n1", COVER_2, BODY),
        (TABLE_ROWS, LETTER),
        (OPINION, COVER + BODY * 40),
    ],
)
def test_a_stack_whose_first_page_is_missing_is_not_turned_round(texts):
    made = documents(case({"a.pdf": scan(*texts)}).pieces, CALL)
    assert [p.number for d in made for p in d.pages] == list(range(1, len(texts) + 1))


def picture(text: str, **more: object) -> Facts:
    return facts([page(text, **more)], Form.SCAN, container="jpg")


def pictures(names: list[str], texts: list[str]):
    made = documents(case(dict(zip(names, map(picture, texts), strict=True))).pieces, CALL)
    return [(d.kind.value, [s.piece.part.name for s in d.sources]) for d in made]


NAMINGS = {
    "numbers": [f"{n}.jpg" for n in range(1, 9)],
    "camera": [f"IMG_{n:04d}.jpg" for n in range(8, 16)],
    "wechat": [f"微信图片_202308101015{n:02d}.jpg" for n in range(8)],
    "pages": [f"page-{n}.png" for n in range(4, 12)],
}
MIXED = [LETTER_1, LETTER_2, f"项目推荐汇总表\n{TABLE_HEAD}\n1 | {LATIN} | {ACME} | 试点 | 甲", COVER, RUNNING, BODY, PLAN, OPINION]


@pytest.mark.parametrize("name", NAMINGS)
def test_several_papers_in_one_series_of_pictures_are_divided(name):
    names = NAMINGS[name]
    assert pictures(names, MIXED) == [
        ("letter", names[:2]),
        ("summary", names[2:3]),
        ("application", names[3:]),
    ]


def test_a_series_photographed_from_the_last_page_on_is_turned_round():
    names = NAMINGS["camera"][:4]
    assert pictures(names, [OPINION, PLAN, BODY, COVER]) == [("application", names[::-1])]


def test_landscape_and_upright_pages_are_one_paper():
    papers = {"1.jpg": picture(COVER), "2.jpg": picture(RUNNING, rotation=90), "3.jpg": picture(OPINION)}
    made = documents(case(papers).pieces, CALL)
    assert [(d.kind.value, len(d.pages)) for d in made] == [("application", 3)]


def test_the_same_naming_in_two_folders_are_two_applications():
    papers = {f"材料.zip/{who}/{n}.jpg": picture(text) for who, texts in (("甲", (COVER, BODY)), ("乙", (COVER_2, BODY)))
              for n, text in enumerate(texts, 1)}  # fmt: skip
    made = documents(case(papers).pieces, CALL)
    assert [(d.fields.name, len(d.pages)) for d in made] == [(LATIN, 2), (BRIDGE, 2)]


@pytest.mark.parametrize(("stem", "kind"), [("IMG_", "other"), ("申报书", "application")])
def test_pages_without_their_first_are_one_paper_and_their_name_says_what(stem, kind):
    """Whose form it is stands on the page that is missing: a kind without a project would help nobody."""
    names = [f"{stem}{n}.jpg" for n in (2, 3, 4)]
    assert pictures(names, [BODY, PLAN, OPINION]) == [(kind, names)]


def test_seals_behind_a_licence_count_for_their_form():
    pages = [
        page(application_text(), 1),
        page(LICENCE, 2),
        page(OPINION, 3, [seal(ACME, page=3), seal(HUBEI, page=3)]),
    ]
    papers = {**complete(), f"{LATIN}扫描件.pdf": facts(pages, Form.SCAN)}
    judged = verdict(papers)
    assert codes(judged) == []
    rows = [d for d in judged.documents if d.path == f"{LATIN}扫描件.pdf"]
    assert [(d.kind.value, d.page_range, len(d.seals)) for d in rows] == [
        ("application", (1, 1), 0), ("proof", (2, 2), 0), ("application", (3, 3), 2),
    ]  # fmt: skip
    assert rows[0].group == rows[2].group is not None


LYING = [
    ("公文.pdf", TABLE, "summary"),
    ("申报书.pdf", LETTER, "letter"),
    ("项目推荐汇总表.pdf", COVER, "application"),
    ("申报书.pdf", LICENCE, "proof"),
    ("营业执照.pdf", COVER, "application"),
    ("IMG_2034.pdf", LETTER, "letter"),
    ("扫描件.pdf", NO_COVER, "application"),
    ("扫描件.pdf", TABLE, "summary"),
    ("公文.pdf", f"{TABLE_HEAD}\n1 | {LATIN} | {ACME} | 试点 | 甲", "summary"),
    ("推荐函.pdf", PATENT, "proof"),
    ("证明材料.pdf", TABLE, "summary"),
    ("DOC001.pdf", OPINION, "other"),
]


@pytest.mark.parametrize(("name", "text", "kind"), LYING)
def test_content_wins_over_a_name_that_lies_or_says_nothing(name, text, kind):
    made = documents(case({name: scan(text)}).pieces, CALL)
    assert [d.kind.value for d in made] == [kind]


def test_editable_files_are_never_divided():
    both = facts([page(LETTER), page(COVER, 2)], Form.WORD)
    assert len(documents(case({"a.docx": both, "b.docx": application()}).pieces, CALL)) == 2
