"""The notice to the support unit's own mailbox: who submitted what, and what a person looks at first."""

import hashlib
from collections.abc import Sequence

from shoufa.domain.call import Call, Unit
from shoufa.domain.codes import Audience, Form, Ink, Kind, SealMethod, Severity, Status, Template
from shoufa.domain.facts import Seal
from shoufa.domain.finding import Finding, FindingCode
from shoufa.domain.receipt import token
from shoufa.domain.seal_reasons import outcome
from shoufa.domain.submission import DocumentRow, Letter, Manifest, ProjectRow, Verdict
from shoufa.notices.compose import Outgoing, Thread, outgoing
from shoufa.notices.headers import Unaddressable, address
from shoufa.notices.html import Block, footer, heading, items, table, text
from shoufa.notices.plain import clipped, file_path, shown
from shoufa.notices.told import sentence
from shoufa.notices.words import Language, moment

STATUS = {
    Status.READING: ("正在读取", "being read"),
    Status.INCOMPLETE: ("有缺项", "something required is missing"),
    Status.REVIEW: ("待人工核对", "a person has to look at it"),
    Status.COMPLETE: ("初步核对未发现缺项", "a first check found nothing missing"),
    Status.MERGED: ("已并入其他收件编号", "merged into another"),
}
SEVERITY = {Severity.ERROR: "缺项", Severity.QUESTION: "待核", Severity.WARNING: "提示"}
KIND = {
    Kind.LETTER: "公文",
    Kind.APPLICATION: "申报书",
    Kind.SUMMARY: "汇总表",
    Kind.PROOF: "证明材料",
    Kind.ARCHIVE: "压缩包",
    Kind.MAIL_BODY: "邮件正文",
    Kind.OTHER: "其他",
    Kind.UNREADABLE: "未能读取",
}
FORM = {Form.WORD: "可编辑", Form.SCAN: "扫描", Form.DIGITAL: "版式", None: "-"}
INK = {Ink.RED: "红", Ink.BLUE: "蓝", Ink.BLACK: "黑白"}
OFFICIAL = {True: "公章", False: "非公章", None: "性质未定"}
FIRST = (
    FindingCode.FILE_SENSITIVE_MARK,
    FindingCode.SENDER_UNVERIFIED,
    FindingCode.PROJECT_WITHDRAWAL,
    FindingCode.RECOMMENDER_UNKNOWN,
    FindingCode.SENDER_NEW,
)
"""What comes first of all that a person has to look at; the rest follows in the verdict's order."""
OTHER_MATTER = "来邮中未见本次征集的材料，核对情况未告知发件人，请人工查看。"
ROWS, MAILS = 200, 20
"""Lines of a list, and mails of a submission; the rest is counted."""
EVIDENCE = 120


def compose_unit_notice(call: Call, unit: Unit, verdict: Verdict, manifests: Sequence[Manifest]) -> Outgoing:
    """The notice of one judged submission; raises Unaddressable if the unit has no mailbox."""
    if not unit.mailbox:
        raise Unaddressable("the unit has no mailbox")
    who = _who(call, verdict)
    return outgoing(
        Template.NOTICE,
        f"notice-{verdict.receipt}-{_digest(verdict)}",
        f"【收件通知】{verdict.receipt} {STATUS[verdict.status][0]}：{who}",
        (*_head(call, verdict, manifests, who), *_body(call, verdict), _foot(unit)),
        Language.ZH,
        _thread(unit.mailbox, verdict.receipt),
    )


def _thread(mailbox: str, number: str) -> Thread:
    """To the unit's mailbox; it answers no applicant's mail, so only our token stands in References."""
    return Thread(to=address(mailbox), references=(token(number),))


def _digest(verdict: Verdict) -> str:
    keys = {"receipt", "status", "mails", "findings", "documents", "projects"}
    told = verdict.model_dump_json(include=keys)
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def _who(call: Call, verdict: Verdict) -> str:
    """Whose submission it is: the recommender's or the applicant's, as the call gathers them."""
    mine = verdict.recommender if call.case_by == "recommender" else verdict.applicant
    return clipped(mine or verdict.recommender or verdict.applicant or "报送单位未能确定", 60)


def _head(call: Call, verdict: Verdict, manifests: Sequence[Manifest], who: str) -> list[Block]:
    zh, en = STATUS[verdict.status]
    late = "；晚于通知规定时间收到" if verdict.late else "；截止后补齐" if verdict.cured_late else ""
    lines = [
        f"收件编号：{verdict.receipt}",
        f"状态：{zh}{late}",
        f"Status: {verdict.status} - {en}",
        f"征集项目：{shown(call.title)}",
        f"报送单位：{who}",
        *([OTHER_MATTER] if verdict.other_matter else []),
        *_letter(verdict.letter),
        f"来邮{len(manifests)}封：",
        *_mails(manifests),
    ]
    return [text(*lines, strong=verdict.receipt)]


def _letter(letter: Letter | None) -> list[str]:
    if letter is None:
        return []
    said = [clipped(v, 80) for v in (letter.title, letter.number, letter.date, letter.issuer) if v]
    return ["公文：" + "，".join(said)] if said else []


def _mails(manifests: Sequence[Manifest]) -> list[str]:
    """The last mails that came, and how many came before them."""
    more = [f"　此前{len(manifests) - MAILS}封从略"] if len(manifests) > MAILS else []
    return [*more, *(_mail(m) for m in manifests[-MAILS:])]


def _mail(manifest: Manifest) -> str:
    if manifest.envelope.added is not None:
        return f"　{moment(manifest.envelope.received_at, Language.ZH)}　由工作人员{manifest.via}登记的文件"
    via = f"（由{_address(manifest.via)}转来）" if manifest.via else ""
    doubt = "（发件人身份未通过验证）" if manifest.unverified else ""
    sender = _address(manifest.sender or manifest.mail.sender.email)
    return f"　{moment(manifest.envelope.received_at, Language.ZH)}　{sender}{via}{doubt}"


def _address(email: str) -> str:
    """An address as the unit sees it: links broken, as everywhere."""
    return clipped(email, 100) or "-"


def _body(call: Call, verdict: Verdict) -> list[Block]:
    mine = sorted((f for f in verdict.findings if _first(f)), key=_order)
    rest = [f for f in verdict.findings if not _first(f)]
    return [
        *_listed("请先人工查看", [_finding(f) for f in mine]),
        *_listed("其他核对情况" if mine else "核对情况", [_finding(f) for f in rest]),
        *_projects(call, verdict.projects),
        *_documents(verdict.documents),
    ]


def _first(finding: Finding) -> bool:
    """Whether a person at the unit has to look: what is told to the unit and is no mere warning."""
    return finding.audience is Audience.UNIT and finding.severity is not Severity.WARNING


def _order(finding: Finding) -> int:
    return FIRST.index(finding.code) if finding.code in FIRST else len(FIRST)


def _listed(title: str, lines: list[str]) -> list[Block]:
    if not lines:
        return []
    kept = (*lines[:ROWS], *_rest(len(lines)))
    return [heading(f"{title}（{len(lines)}项）"), items(kept)]


def _rest(count: int) -> list[str]:
    return [f"其余{count - ROWS}项从略"] if count > ROWS else []


def _finding(finding: Finding) -> str:
    """`[缺项] 公文：… 依据：…（letter.missing，已告知报送单位）`; a secrecy mark is told without content."""
    secret = finding.code is FindingCode.FILE_SENSITIVE_MARK
    evidence = f"依据：{clipped(finding.evidence, EVIDENCE)}。" if finding.evidence and not secret else ""
    place = [file_path(finding.document)] if finding.document else []
    place += [f"第{finding.page}页"] if finding.page else []
    place += [f"项目：{clipped(finding.project, 80)}"] if finding.project else []
    told = "告知报送单位" if finding.audience is Audience.APPLICANT else "告知我单位"
    where = f"（{'，'.join(place)}）" if place else ""
    said = sentence(finding, Language.ZH) + evidence
    return f"[{SEVERITY[finding.severity]}] {said}{where}（{finding.code}，{told}）"


def _projects(call: Call, projects: Sequence[ProjectRow]) -> list[Block]:
    if not projects:
        return []
    rows = tuple(_project(call, p) for p in projects[:ROWS])
    head = ("项目名称", "申报单位", "类型", "统一社会信用代码", "列入汇总表", "申报书")
    return [
        heading(f"项目（{len(projects)}项）"),
        table(head, rows),
        *(text(r) for r in _rest(len(projects))),
    ]


def _project(call: Call, project: ProjectRow) -> tuple[str, ...]:
    track = call.track(project.track) if project.track else None
    listed = ("有" if project.listed else "无") if call.material(Kind.SUMMARY) else "—"
    marks = (listed, "有" if project.application else "无")
    code = clipped(project.credit_code, 30) or "-"
    applicant = clipped(project.applicant, 80) or "-"
    return (clipped(project.name, 100) or "-", applicant, track.title if track else "未定", code, *marks)


def _documents(documents: Sequence[DocumentRow]) -> list[Block]:
    if not documents:
        return []
    rows = tuple(_document(d) for d in documents[:ROWS])
    head = ("文件", "种类", "形式", "页数", "印章（名称、把握）")
    return [
        heading(f"文件（{len(documents)}项）"),
        table(head, rows),
        *(text(r) for r in _rest(len(documents))),
    ]


def _document(row: DocumentRow) -> tuple[str, ...]:
    pages = f"{row.page_range[0]}-{row.page_range[1]}" if row.page_range else str(row.pages)
    old, new = "（已被后来版本替代）" * row.superseded, "（发件人待确认，暂不计入）" * row.proposed
    name = file_path(row.path) + old + new
    return (name, KIND[row.kind], FORM[row.form], pages, "；".join(_seal(s) for s in row.seals[:10]) or "-")


def _seal(seal: Seal) -> str:
    """`第1页 ××局（0.98，红，公章）`; a signature says whether its check passed."""
    name = clipped(seal.name, 40) or "名称未辨认"
    valid = "" if seal.method is SealMethod.IMAGE else f"，{outcome(seal)[0]}"
    return (
        f"第{seal.page}页 {name}（{seal.name_score:.2f}，{INK[seal.ink]}，{OFFICIAL[seal.official]}{valid}）"
    )


def _foot(unit: Unit) -> Block:
    return footer("本通知由系统自动生成；机器识别结果仅供参考，以人工核对结果为准。", unit.name)
