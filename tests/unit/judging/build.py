"""Papers built in a line each: facts as a reader would give them, a small call, and the case that holds them.

The call is nobody's: every body, project and mailbox in it is made up for the tests.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from shoufa.domain.call import Call, RecommenderGroup
from shoufa.domain.codes import Form
from shoufa.domain.errors import UnreadableCode
from shoufa.domain.facts import Cell, Facts, Page, Seal, Table
from shoufa.domain.finding import Finding
from shoufa.domain.mail import Address, Envelope, InboundMail, Part
from shoufa.domain.submission import Case, Manifest, Piece, Verdict
from shoufa.judging.verdict import judge
from shoufa.judging.view import Elsewhere

START = datetime.fromisoformat("2023-08-01T09:00:00+08:00")
HUBEI, HUNAN = "湖北省市场监督管理局", "湖南省市场监督管理局"
SICHUAN = "四川省市场监督管理局"
CITY = "武汉市市场监督管理局"
FORM = "国家标准化试点示范项目申报书"
INFRA_FORM = "国家标准化新型基础设施领域试点项目申报书"
FOREIGN_FORM = "城市公共服务质量提升行动申请书"
CODE = "91420100MA4KXXXX04"
LATIN, BRIDGE, FARM = "光电子芯片协同制造", "长江大桥智能监测", "稻虾共作绿色农场"
ACME, BUILD, RICE = "武汉光谷芯片有限公司", "中铁某某桥梁集团公司", "潜江稻虾产业研究院"


def group(**changes: object) -> RecommenderGroup:
    names = [
        HUBEI,
        HUNAN,
        SICHUAN,
        "河北省市场监督管理局",
        "河南省市场监督管理局",
        "江苏省市场监督管理局",
        "山东省市场监督管理局",
    ]
    members = [
        {"code": str(i), "name": n, "others": [n.replace("监督管理", "监管")], "domains": [f"r{i}.example"]}
        for i, n in enumerate(names)
    ]
    values = {
        "id": "provinces",
        "title": "省级",
        "members": members,
        "impostors": ["^.{2,20}市市场监督管理局$"],
        **changes,
    }
    return RecommenderGroup.model_validate(values)


TRACKS = [
    {"id": "pilot", "title": "试点项目", "form": FORM, "words": ["试点"], "unit": "u1", "quota": {"max": 2}},
    {
        "id": "demo",
        "title": "示范项目",
        "form": FORM,
        "words": ["示范"],
        "unit": "u1",
        "quota": {"max": 1, "firm": True},
    },
    {
        "id": "infra",
        "title": "新型基础设施领域试点项目",
        "form": INFRA_FORM,
        "words": ["新型基础设施"],
        "unit": "u2",
    },
]
LETTER = {
    "kind": "letter",
    "title": "公文",
    "per": "submission",
    "forms": {"scan": "required", "word": "optional"},
    "seals": [{"any": ["recommender"], "need": "required"}],
}
APPLICATION = {
    "kind": "application",
    "title": "申报书",
    "per": "project",
    "forms": {"word": "required", "scan": "required"},
    "seals": [
        {"any": ["applicant", "recommender"], "need": "expected"},
        {"any": ["recommender"], "need": "optional"},
    ],
    "fields": [
        {"name": "name", "labels": ["项目名称"], "type": "text", "need": "expected"},
        {"name": "applicant", "labels": ["申报单位"], "type": "organisation", "need": "expected"},
        {"name": "contact", "labels": ["联系人"], "type": "person", "need": "optional"},
    ],
}
SUMMARY = {
    "kind": "summary",
    "title": "项目推荐汇总表",
    "per": "submission",
    "forms": {"word": "required", "scan": "required"},
    "seals": [{"any": ["recommender"], "need": "expected"}],
}


def call(**changes: object) -> Call:
    values = {
        "id": "c1",
        "title": "2023年度国家标准化试点示范项目",
        "notice": {"issuer": "某某委员会"},
        "closes": "2023-08-15T23:59:59+08:00",
        "closes_text": "2023年8月15日前",
        "recommenders": {"group": "provinces"},
        "case_by": "recommender",
        "tracks": TRACKS,
        "units": [
            {"id": "u1", "name": "甲研究院", "mailbox": "a@unit.example"},
            {"id": "u2", "name": "乙研究院", "mailbox": "b@unit.example"},
        ],
        "materials": [LETTER, APPLICATION, SUMMARY],
        **changes,
    }
    return Call.model_validate(values)


def seal(name: str = HUBEI, page: int = 1, **more: object) -> Seal:
    values = {
        "page": page,
        "box": (0.6, 0.6, 0.8, 0.8),
        "name": name,
        "name_score": 0.95,
        "score": 0.9,
        **more,
    }
    return Seal.model_validate(values)


def page(text: str, number: int = 1, seals: Sequence[Seal] = (), **more: object) -> Page:
    return Page.model_validate({"number": number, "text": text, "seals": list(seals), **more})


def grid(rows: Sequence[Sequence[str]], at: int = 1) -> Table:
    cells = [Cell(row=r, col=c, text=text) for r, row in enumerate(rows) for c, text in enumerate(row)]
    return Table(page=at, cells=tuple(cells))


def facts(
    pages: Sequence[Page], form: Form | None = Form.WORD, tables: Sequence[Table] = (), **more: object
) -> Facts:
    values = {
        "sha256": "0" * 64,
        "container": {Form.WORD: "docx", Form.SCAN: "pdf", Form.DIGITAL: "pdf", None: "unknown"}[form],
        "form": form,
        "page_count": len(pages),
        "pages": [p.model_dump() for p in pages],
        "tables": [t.model_dump() for t in tables],
        **more,
    }
    return Facts.model_validate(values)


def letter_text(
    issuer: str = HUBEI, said: str = "现推荐2个项目，请予审核。", number: str = "鄂市监函〔2023〕12号"
) -> str:
    return f"{number}\n关于推荐2023年度标准化试点示范项目的函\n甲研究院：\n{said}\n{issuer}\n2023年8月1日"


def letter(form: Form = Form.SCAN, seals: Sequence[Seal] | None = None, **said: str) -> Facts:
    stamped = [seal()] if seals is None and form is Form.SCAN else seals or []
    return facts([page(letter_text(**said), seals=stamped)], form)


def application_text(
    name: str = LATIN, applicant: str = ACME, kind: str = "☑试点 □示范", title: str = FORM, **more: str
) -> str:
    said = {"项目名称": name, "申报单位": applicant, "项目类型": kind, "联系人": "张三", **more}
    lines = [f"{label}：{value}" for label, value in said.items()]
    return "\n".join((title, *lines, *([] if "推荐单位" in more else ["推荐单位：" + HUBEI])))


def application(
    name: str = LATIN,
    applicant: str = ACME,
    form: Form = Form.WORD,
    seals: Sequence[Seal] | None = None,
    **more: str,
) -> Facts:
    stamped = [seal(applicant)] if seals is None and form is Form.SCAN else seals or []
    return facts([page(application_text(name, applicant, **more), seals=stamped)], form)


def summary(
    rows: Sequence[tuple[str, ...]],
    form: Form = Form.WORD,
    seals: Sequence[Seal] | None = None,
    title: str = "项目推荐汇总表",
    header: Sequence[str] = ("序号", "项目名称", "申报单位", "项目类型", "统一社会信用代码"),
    by: str = HUBEI,
) -> Facts:
    lines = [
        list(header),
        *([str(i + 1), *row, *[""] * (len(header) - 1 - len(row))] for i, row in enumerate(rows)),
    ]
    text = "\n".join((title, f"推荐单位：{by}", *("  ".join(line) for line in lines)))
    stamped = [seal()] if seals is None and form is Form.SCAN else seals or []
    return facts([page(text, seals=stamped)], form, [grid(lines)])


def unreadable(code: UnreadableCode) -> Facts:
    return Facts(sha256="0" * 64, unreadable=code)


def part(name: str, content: Facts | None, **more: object) -> Part:
    container = content.container if content is not None else "zip"
    sha = hashlib.sha256(name.encode()).hexdigest()
    return Part.model_validate(
        {"path": name, "name": name, "sha256": sha, "size": 1000, "container": container, **more}
    )


Papers = dict[str, Facts | None]


def manifest(index: int = 0, papers: Papers | None = None, **more: object) -> Manifest:
    """The mail of day `index`; `sender`, `subject`, `body`, `links`, `unverified`, `via`, `at` may be given."""
    at = more.pop("at", START + timedelta(days=index))
    sender = str(more.pop("sender", "zhang@hubei.example"))
    own = {k: more.pop(k) for k in ("unverified", "via") if k in more}
    mail = InboundMail.model_validate(
        {
            "message_id": f"<m{index}@hubei.example>",
            "subject": "报送材料",
            "sender": Address(email=sender).model_dump(),
            "to": [{"email": "a@unit.example"}],
            "parts": [part(n, f).model_dump() for n, f in (papers or {}).items()],
            **more,
        }
    )
    values = {
        "object": f"inbox/mail/{index}",
        "digest": f"{index:064d}",
        "mail": mail,
        "sender": sender,
        **own,
    }
    return Manifest.model_validate(
        {**values, "envelope": Envelope.model_validate({"received_at": at, "door": "smtp"})}
    )


def case(*mails: Papers | tuple[Papers, dict[str, object]], unit: str = "u1") -> Case:
    """A submission of several mails, a day apart: each its papers by file name, or these with words of the mail."""
    manifests, pieces = [], []
    for index, given in enumerate(mails):
        papers, more = given if isinstance(given, tuple) else (given, {})
        made = manifest(index, papers, **more)
        manifests.append(made)
        pieces += [
            Piece(part=p, facts=f, mail=made.digest, received_at=made.envelope.received_at)
            for p, f in zip(made.mail.parts, papers.values(), strict=True)
        ]
    return Case(receipt="230801-000000-0", call="c1", unit=unit, mails=tuple(manifests), pieces=tuple(pieces))


def verdict(
    *mails: Papers | tuple[Papers, dict[str, object]],
    of: Call | None = None,
    by: RecommenderGroup | None = None,
    unit: str = "u1",
    elsewhere: Elsewhere | None = None,
    others: Sequence[Call] = (),
) -> Verdict:
    made = of or call()
    calls = {c.id: c for c in (made, *others)}
    return judge(made, by or group(), case(*mails, unit=unit), calls, elsewhere or Elsewhere())


def codes(judged: Verdict) -> list[str]:
    return sorted(f.code.value for f in judged.findings)


def of_code(judged: Verdict, code: str) -> list[Finding]:
    return [f for f in judged.findings if f.code.value == code]


def only(judged: Verdict, code: str) -> Finding:
    """The one finding of that code."""
    found = of_code(judged, code)
    assert len(found) == 1, codes(judged)
    return found[0]


TWO = ((LATIN, ACME, "试点"), (BRIDGE, BUILD, "示范"))


def complete(rows: Sequence[tuple[str, str, str]] = TWO, by: str = HUBEI) -> Papers:
    """A package that lacks nothing: two projects, each paper in both forms, recommended by one body."""
    papers: Papers = {
        "公文.pdf": letter(issuer=by, seals=[seal(by)]),
        "公文.docx": letter(Form.WORD, issuer=by),
    }
    papers |= {"汇总表.xlsx": summary(rows, by=by), "汇总表.pdf": summary(rows, Form.SCAN, [seal(by)], by=by)}
    for name, applicant, kind in rows:
        said = {"kind": "☑试点 □示范" if kind == "试点" else "□试点 ☑示范", "推荐单位": by}
        papers[f"{name}.docx"] = application(name, applicant, **said)
        papers[f"{name}扫描件.pdf"] = application(name, applicant, Form.SCAN, **said)
    return papers


def replaced(papers: Papers, **changes: object) -> Papers:
    return {**papers, **changes}  # type: ignore[dict-item]
