"""What a recommender sends, as blocks: letter, table, applications. All bodies and people are invented."""

from typing import NamedTuple

from samples.sample_layout import Block, Cell, table
from shoufa.domain.credit_code import check_character, organisation_digit

CALL = "2023年度国家高新技术产业标准化试点示范项目"
NOTICE = "《国家标准化管理委员会关于征集2023年度国家标准化试点示范项目的通知》（国标委发〔2023〕27号）"
FORM = ("国家高新技术产业标准化", "试点示范项目申报书")
NEWINFRA_FORM = ("国家高新技术产业标准化", "（新型基础设施领域）试点项目申报书")
RECOMMENDER, APPLICANT = "recommender", "applicant"


class Project(NamedTuple):
    """One project as its form and its row say it."""

    name: str
    applicant: str
    number: int
    field: str
    contact: str
    address: str
    boxes: str = "☑试点项目　□示范项目"
    kind: str = "试点项目"
    form: tuple[str, str] = FORM
    slip: bool = False

    @property
    def code(self) -> str:
        """A credit code with right check characters, of no district that exists; a slip swaps two of them."""
        body = f"MA9{self.number:05d}"
        first = f"91990100{body}{organisation_digit(body)}"
        code = first + check_character(first)
        return code[:13] + code[14] + code[13] + code[15:] if self.slip else code

    @property
    def phone(self) -> str:
        """A number out of a block that nobody is given."""
        return f"1380000{self.number % 10000:04d}"


class Recommender(NamedTuple):
    """A provincial regulator with its mark in document numbers and the person who writes."""

    name: str
    mark: str
    person: str
    phone: str
    unit: str = "中国标准化研究院"


def letter(who: Recommender, number: int, date: str, listed: list[Project]) -> list[Block]:
    """An official letter (GB/T 9704-2012)."""
    kinds = "、".join(f"{kind}{n}个" for kind, n in _counted(listed).items())
    names = "、".join(f"“{p.name}”" for p in listed)
    said = (
        f"根据{NOTICE}要求，我局组织开展了申报工作。经单位申报、专家评审和公示，现推荐{names}共{len(listed)}个项目"
        f"（{kinds}），并报送有关材料，请予审核。"
    )
    return [
        Block("head", f"{who.name}文件", 10.5), Block("gap", height=8),
        Block("centre", f"{who.mark}市监标〔2023〕{number}号"), Block("gap", height=2), Block("rule"),
        Block("title", f"关于推荐{CALL}的函", 7.4), Block("gap", height=5),
        Block("line", f"{who.unit}："), Block("para", said),
        Block("para", "附件：1．项目推荐汇总表"), Block("para", "　　　2．项目申报书"), Block("gap", height=22),
        Block("right", who.name, seal=RECOMMENDER), Block("right", date), Block("gap", height=10),
        Block("para", f"（联系人：{who.person}，联系电话：{who.phone}）"),
    ]  # fmt: skip


def _counted(listed: list[Project]) -> dict[str, int]:
    return {kind: sum(p.kind == kind for p in listed) for kind in dict.fromkeys(p.kind for p in listed)}


def summary(who: Recommender, date: str, listed: list[Project]) -> list[Block]:
    """The summary table, a landscape page."""
    header: list[str | Cell] = [
        "序号",
        "项目名称",
        "项目类型",
        "申报单位",
        "统一社会信用代码",
        "所属领域",
        "联系人",
        "联系电话",
    ]
    rows: list[list[str | Cell]] = [
        [str(i), p.name, p.kind, p.applicant, p.code, p.field, p.contact, p.phone]
        for i, p in enumerate(listed, 1)
    ]
    return [
        Block("title", f"{CALL}推荐汇总表", 7.0), Block("gap", height=14),
        Block("line", f"推荐单位（盖章）：{who.name}", 4.8, seal=RECOMMENDER),
        Block("line", f"联系人：{who.person}　　联系电话：{who.phone}　　填报日期：{date}", 4.8),
        Block("gap", height=8), table([header, *rows], [13, 50, 25, 46, 50, 22, 17, 28], 13, 4.0),
    ]  # fmt: skip


def application(project: Project, recommender: str, date: str) -> list[Block]:
    """An application form: a cover, what the applicant is, what it plans, and two opinions."""
    return [*_cover(project, recommender, date), Block("page"), *_particulars(project), *_opinions(date)]


def _cover(project: Project, recommender: str, date: str) -> list[Block]:
    return [
        Block("gap", height=25), *(Block("title", line, 9) for line in project.form), Block("gap", height=45),
        Block("line", f"项目名称：{project.name}"), Block("gap", height=5),
        Block("line", f"项目类型：{project.boxes}"), Block("gap", height=5),
        Block("line", f"申报单位（盖章）：{project.applicant}", seal=APPLICANT), Block("gap", height=5),
        Block("line", f"推荐单位（盖章）：{recommender}"), Block("gap", height=5),
        Block("line", f"申报日期：{date}"),
    ]  # fmt: skip


def _particulars(project: Project) -> list[Block]:
    p = project
    rows: list[list[str | Cell]] = [
        ["单位名称", Cell(p.applicant, 3)], ["统一社会信用代码", p.code, "单位性质", "企业"],
        ["注册地址", p.address, "邮政编码", "999001"], ["联系人", p.contact, "联系电话", p.phone],
        ["电子邮箱", f"std{p.number}@example.com", "所属领域", p.field], ["项目名称", Cell(p.name, 3)],
        ["建设周期", Cell("2023年10月至2025年9月", 3)],
    ]  # fmt: skip
    basis = f"申报单位从事{p.field}多年，已建立企业标准体系，参与制定国家标准3项、行业标准5项、团体标准8项。"
    plan = "项目期内将完善标准体系，研制关键技术标准，开展标准宣贯和实施效果评估，总结可推广的经验。"
    return [
        Block("line", "一、申报单位基本情况", 5.2), table(rows, [38, 52, 22, 44]), Block("gap", height=4),
        Block("line", "二、标准化工作基础与主要任务", 5.2), Block("para", basis, 4.8), Block("para", plan, 4.8),
        Block("gap", height=3),
    ]  # fmt: skip


def _opinions(date: str) -> list[Block]:
    blank = "\n\n\n\n"
    mine = Cell(
        f"申报材料真实有效，同意申报。{blank}　　　　　　　　　　　　（盖章）\n　　　　　　　　　　{date}",
        3,
        APPLICANT,
    )
    theirs = Cell(
        f"经审核，同意推荐。{blank}　　　　　　　　　　　　（盖章）\n　　　　　　　　　　{date}",
        3,
        RECOMMENDER,
    )
    rows: list[list[str | Cell]] = [["申报单位意见", mine], ["推荐单位意见", theirs]]
    return [Block("line", "三、审核意见", 5.2), table(rows, [38, 52, 22, 44], 48)]


def shanghai_application(project: Project, recommender: str, date: str) -> list[Block]:
    """The Shanghai call's form: 组织 in place of 项目."""
    swapped = (
        ("项目名称：", "组织名称："),
        ("项目类型：", "组织类型："),
        ("项目期内", "试点期内"),
        ("项目名称", "组织名称"),
    )
    return [_swap(b, swapped) for b in application(project, recommender, date)]


def _swap(block: Block, words: tuple[tuple[str, str], ...]) -> Block:
    text, rows = block.text, block.rows
    for old, new in words:
        text = text.replace(old, new)
        rows = tuple(tuple(c._replace(text=c.text.replace(old, new)) for c in row) for row in rows)
    return block._replace(text=text, rows=rows)
