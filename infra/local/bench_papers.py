"""Papers as the readers give them, for measuring: one recommender's letter, table and eight applications.

Each in Word and as a recognised scan; what they say is invented and never the same twice.
"""

import hashlib
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from shoufa.domain.call import Call
from shoufa.domain.codes import Form
from shoufa.domain.credit_code import check_character, organisation_digit
from shoufa.domain.facts import Cell, Facts, Line, Page, Seal, Table
from shoufa.domain.mail import Address, Envelope, InboundMail, Part
from shoufa.domain.submission import Case, Manifest, Piece

PROJECTS = 8
FIRST_DAY = datetime(2023, 7, 1, tzinfo=UTC)
_PLACES = "云岭清溪长丰安和永宁新川东湖南屏西涧北原金沙青禾白石天目龙泉兰江"
_TRADES = ("智能制造", "海洋装备", "生物医药", "集成电路", "新型材料", "精密仪器", "绿色能源", "现代物流")
_MATTERS = (
    "质量追溯",
    "数据互通",
    "远程运维",
    "碳排放核算",
    "可靠性验证",
    "供应链协同",
    "检测方法",
    "接口互认",
)
_PEOPLE = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
_SLIPS = {"标": "称", "己": "已", "科": "料", "单": "単", "业": "亚", "日": "曰", "析": "折", "未": "末"}
_HEADER = ("序号", "项目名称", "项目类型", "申报单位", "统一社会信用代码", "所属领域", "联系人", "联系电话")
_BASIS = (
    "申报单位围绕{field}领域持续开展标准化工作，建立了由技术标准、管理标准和工作标准构成的企业标准体系，",
    "参与制定国家标准{n}项、行业标准{n}项、团体标准{n}项，标准化工作经费逐年增长，设有专职标准化人员{n}名。",
    "近三年来，围绕产品设计、生产、检验和服务全过程开展对标达标，产品一次检验合格率提高到99.{n}%，",
    "与高等院校和检测机构建立了联合实验室，承担过省级科研项目{n}项，获得发明专利{n}件。",
    "项目建设期内拟完善标准体系、研制关键技术标准{n}项、开展标准宣贯培训和实施效果评估，",
    "建立由单位负责人牵头的领导小组，落实专项经费{n}0万元，按季度检查进度，保障各项任务按期完成。",
    "预期形成可复制、可推广的经验，带动上下游企业{n}0家实施标准，产品质量和经济效益明显提升。",
)


class Project(NamedTuple):
    """One project as its form and its row say it."""

    name: str
    applicant: str
    code: str
    field: str
    contact: str
    phone: str


def submission(number: int, call: Call, recommender: str) -> Case:
    """The `number`th submission: one mail of 20 files, by one recommender to the call's first unit."""
    rng = random.Random(number)  # noqa: S311  (invented words, nothing secret)
    listed = [_project(rng, number * PROJECTS + i) for i in range(PROJECTS)]
    at = FIRST_DAY + timedelta(minutes=number)
    files = dict(_files(rng, call, recommender, listed))
    parts = tuple(_part(name, facts) for name, facts in files.items())
    sender = f"zhang{number}@example.org"
    mail = InboundMail(
        message_id=f"<bench{number}@example.org>",
        subject=f"报送{call.title}申报材料",
        sender=Address(email=sender),
        body="您好：现报送申报材料，请查收。",
        parts=parts,
    )
    manifest = Manifest(
        object=f"inbox/mail/{number}",
        digest=f"{number:064d}",
        mail=mail,
        envelope=Envelope(received_at=at, door="smtp"),
        sender=sender,
    )
    pieces = tuple(
        Piece(part=part, facts=facts, mail=manifest.digest, received_at=at)
        for part, facts in zip(parts, files.values(), strict=True)
    )
    unit = call.units[0].id
    return Case(receipt=f"bench-{number}", call=call.id, unit=unit, mails=(manifest,), pieces=pieces)


def _part(name: str, facts: Facts) -> Part:
    return Part(path=name, name=name, sha256=facts.sha256, size=40_000, container=facts.container)


def _project(rng: random.Random, number: int) -> Project:
    place = "".join(rng.sample(_PLACES, 4))
    trade, matter = rng.choice(_TRADES), rng.choice(_MATTERS)
    body = f"MA{number:06d}"
    code = f"91990100{body}{organisation_digit(body)}"
    return Project(
        name=f"{place}{trade}{matter}国家高新技术产业标准化试点",
        applicant=f"{place[:3]}{rng.choice(_PLACES)}{trade[:2]}科技有限公司",
        code=code + check_character(code),
        field=trade,
        contact=rng.choice(_PEOPLE) + rng.choice(_PLACES),
        phone=f"1380000{number % 10000:04d}",
    )


def _files(
    rng: random.Random, call: Call, who: str, listed: Sequence[Project]
) -> Iterator[tuple[str, Facts]]:
    letter, table = _letter(call, who, listed), _summary(call, who, listed)
    yield "公文.docx", word([letter], [])
    yield "公文（盖章扫描件）.pdf", scan(rng, [letter], [], {1: who})
    yield "项目推荐汇总表.xlsx", word([table[0]], [table[1]], "xlsx")
    yield "项目推荐汇总表（盖章扫描件）.pdf", scan(rng, [table[0]], [(1, table[1])], {1: who})
    for i, project in enumerate(listed, 1):
        pages, tables = _application(rng, call, who, project)
        yield f"{i}. {project.applicant}申报书.docx", word(pages, [rows for _, rows in tables])
        yield (
            f"{i}. {project.applicant}申报书（盖章扫描件）.pdf",
            scan(rng, pages, tables, {1: project.applicant, len(pages): who}),
        )


Rows = list[list[str]]


def _letter(call: Call, who: str, listed: Sequence[Project]) -> list[str]:
    said = f"根据《关于征集{call.title}的通知》（{call.notice.number}）要求，我局组织开展了申报工作，经单位申报、"
    return [
        f"{who}文件", "某市监标〔2023〕112号", f"关于推荐{call.title}的函", f"{call.units[0].name}：", said,
        f"专家评审和公示，现推荐“{listed[0].name}”等{len(listed)}个项目（试点项目{len(listed)}个），请予审核。",
        "附件：1．项目推荐汇总表", "2．项目申报书", who, "2023年7月28日", "（联系人：李某，联系电话：13800000000）",
    ]  # fmt: skip


def _summary(call: Call, who: str, listed: Sequence[Project]) -> tuple[list[str], Rows]:
    rows = [list(_HEADER)]
    rows += [
        [str(i), p.name, "试点项目", p.applicant, p.code, p.field, p.contact, p.phone]
        for i, p in enumerate(listed, 1)
    ]
    head = [f"{call.title}推荐汇总表", f"推荐单位（盖章）：{who}"]
    return [*head, *_shown(rows)], rows


def _shown(rows: Rows) -> list[str]:
    return [" | ".join(row) for row in rows]


def _application(
    rng: random.Random, call: Call, who: str, project: Project
) -> tuple[list[list[str]], list[tuple[int, Rows]]]:
    """Pages of lines, and each table with the page it stands on: a cover, particulars, text, opinions."""
    cover = [
        call.tracks[0].form or "申报书", f"项目名称：{project.name}", "项目类型：☑试点项目 □示范项目",
        f"申报单位（盖章）：{project.applicant}", f"推荐单位（盖章）：{who}", "申报日期：2023年7月20日",
    ]  # fmt: skip
    rows = [
        ["单位名称", project.applicant], ["统一社会信用代码", project.code, "单位性质", "企业"],
        ["注册地址", f"某省某市{project.applicant[:2]}路8号", "邮政编码", "999001"],
        ["法定代表人", project.contact, "项目负责人", project.contact],
        ["联系人", project.contact, "联系电话", project.phone],
        ["电子邮箱", f"std{project.phone}@example.com", "所属领域", project.field],
        ["项目名称", project.name], ["建设周期", "2023年10月至2025年9月"],
    ]  # fmt: skip
    text = [line.format(field=project.field, n=rng.randint(2, 9)) for line in _BASIS]
    signed = "（盖章）"
    opinions = [
        ["申报单位意见", f"申报材料真实有效，同意申报。\n{signed}\n2023年7月20日"],
        ["推荐单位意见", f"经审核，同意推荐。\n{signed}\n2023年7月26日"],
    ]
    first = ["一、申报单位基本情况", *_shown(rows), "二、标准化工作基础", *text]
    pages = [cover, first, ["三、审核意见", *_shown(opinions)]]
    return pages, [(2, rows), (3, opinions)]


def word(pages: Sequence[Sequence[str]], tables: Sequence[Rows], container: str = "docx") -> Facts:
    """An editable file: one page with all of its text, exactly."""
    text = "\n".join(line for lines in pages for line in lines)
    return Facts(
        sha256=_digest(container, text),
        container=container,
        form=Form.WORD,
        page_count=1,
        pages=(Page(number=1, text=text),),
        tables=tuple(_table(rows, 1) for rows in tables),
    )


def scan(
    rng: random.Random,
    pages: Sequence[Sequence[str]],
    tables: Sequence[tuple[int, Rows]],
    seals: dict[int, str],
) -> Facts:
    """Recognised pages: lines with their places, here and there a slip, and seals by page."""
    made = [_page(rng, number, lines, seals.get(number)) for number, lines in enumerate(pages, 1)]
    return Facts(
        sha256=_digest("pdf", "".join(p.text for p in made)),
        container="pdf",
        form=Form.SCAN,
        page_count=len(made),
        pages=tuple(made),
        tables=tuple(_table([[_slipped(rng, c) for c in row] for row in rows], at) for at, rows in tables),
    )


def _page(rng: random.Random, number: int, lines: Sequence[str], seal: str | None) -> Page:
    read = [_slipped(rng, line) for text in lines for line in text.splitlines()]
    step = 0.9 / max(len(read), 1)
    return Page(
        number=number,
        text="\n".join(read),
        lines=tuple(
            Line(text=x, box=(0.12, 0.05 + i * step, 0.88, 0.05 + (i + 0.7) * step), score=0.97)
            for i, x in enumerate(read)
        ),
        seals=(_seal(seal, number),) if seal else (),
        quality=0.97,
        scanned=True,
    )


def _slipped(rng: random.Random, text: str) -> str:
    """A text with one of its signs misread, one time in ten."""
    sign = rng.choice(text) if text and rng.random() < 0.1 else ""
    return text.replace(sign, _SLIPS[sign], 1) if sign in _SLIPS else text


def _seal(name: str, page: int) -> Seal:
    ring = name[:-1]
    return Seal(
        page=page, box=(0.6, 0.6, 0.8, 0.75), name=name, name_score=0.95, score=0.98, candidates=(ring,)
    )


def _table(rows: Rows, page: int) -> Table:
    cells = (Cell(row=r, col=c, text=text) for r, row in enumerate(rows) for c, text in enumerate(row))
    return Table(page=page, cells=tuple(cells))


def _digest(container: str, text: str) -> str:
    return hashlib.sha256(f"{container}{text}".encode()).hexdigest()
