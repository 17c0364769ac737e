"""`shoufa decide --list NUMBER`: in plain words, what can be decided on a submission."""

from collections.abc import Iterator
from pathlib import Path

from local.known import Known, Refused, known, mails_of, open_folder, refuse
from shoufa.adapters.disk_objects import DiskObjects
from shoufa.domain.codes import Form, Kind, Severity
from shoufa.domain.facts import Seal
from shoufa.domain.finding import Finding
from shoufa.domain.receipt import ZONE
from shoufa.domain.submission import DecisionRow, DocumentRow, Verdict
from shoufa.notices.register import STATUSES

KINDS = {
    Kind.LETTER: "公文 letter",
    Kind.APPLICATION: "申报书 application",
    Kind.SUMMARY: "汇总表 summary",
    Kind.PROOF: "证明材料 proof",
    Kind.ARCHIVE: "压缩包 archive",
    Kind.MAIL_BODY: "邮件正文 mail body",
    Kind.OTHER: "其他 other",
    Kind.UNREADABLE: "未能读取 unreadable",
}
FORMS = {Form.WORD: "可编辑 editable", Form.SCAN: "扫描 scan", Form.DIGITAL: "版式 digital", None: "-"}
OUTCOME = {
    "held": "已暂停，放行前不发 / held back until released",
    "told": "已告知报送单位 / was sent",
    "released": "已放行 / released",
    "": "尚未告知 / not sent so far",
}


def show_submission(root: Path | None, number: str) -> int:
    """Print what is there and how to decide on it: 0; 2 where there is no such submission."""
    try:
        objects = open_folder(root)
        found = known(objects, number)
        lines = list(_lines(objects, found))
    except Refused as err:
        return refuse(err)
    print("\n".join(lines))
    return 0


def _lines(objects: DiskObjects, found: Known) -> Iterator[str]:
    if found.gone:
        yield f"收件编号 / number  {found.number}：已按要求删除，没有可处理的 / erased by order, nothing is left to decide"
        return
    status = STATUSES[str(found.state.get("status", "reading"))]
    yield f"收件编号 / number  {found.number}：{status} ({found.state.get('status', 'reading')})"
    yield f"征集 / call  {found.state['call']}，支撑单位 / unit  {found.state['unit']}"
    if found.into:
        yield f"已并入 / merged into  {found.into}。分出 / to undo: shoufa decide unmerge {found.number}"
        return
    yield from _members(found)
    verdict = found.verdict
    if verdict is None:
        yield "还在读取，请稍后再看。/ It is still being read: look again later."
        return
    yield f"核对结果 / verdict  {str(found.state['verdict'])[:8]}，对外 / to the applicant: {OUTCOME[_told(found)]}"
    yield from _documents(verdict)
    yield from _projects(verdict)
    yield from _senders(objects, found, verdict)
    yield from _questions(verdict)
    yield from _decided(verdict)
    yield from _how(found.number)


def _members(found: Known) -> Iterator[str]:
    members = found.state.get("members", ())
    if members:
        yield f"其中并入的 / merged into it: {'、'.join(members)}（分出 / to undo: decide unmerge {members[0]} …）"


def _told(found: Known) -> str:
    if found.state.get("told") == found.state["verdict"]:
        return "told"
    if found.state.get("hold"):
        return "held"
    return "released" if found.state.get("released") == found.state["verdict"] else ""


def _documents(verdict: Verdict) -> Iterator[str]:
    yield "文件 / documents（--document N）"
    for n, row in enumerate(verdict.documents, 1):
        yield f"  {n}. {_document(row)}"
        yield from (f"      {_seal(s)}" for s in row.seals)


def _document(row: DocumentRow) -> str:
    pages = f"第{row.page_range[0]}-{row.page_range[1]}页" if row.page_range else f"{row.pages}页"
    old = "，已被后来版本替代 / superseded" if row.superseded else ""
    old += "，发件人待确认，暂不计入 / not counted until its sender is confirmed" if row.proposed else ""
    return f"{row.path}  [{KINDS[row.kind]}，{FORMS[row.form]}，{pages}，{row.sha256[:8] or '-'}{old}]"


def _seal(seal: Seal) -> str:
    name = seal.name or "名称未辨认 / not read"
    return f"印章 / seal: 第{seal.page}页 / page {seal.page}，{name}（{seal.name_score:.2f}）"


def _projects(verdict: Verdict) -> Iterator[str]:
    yield "项目 / projects（--project N）"
    for n, project in enumerate(verdict.projects, 1):
        yield f"  {n}. {project.name or '（名称未读出）'}  {project.applicant}"
    yield from (f"  －  {name}（已撤回 / withdrawn）" for name in verdict.withdrawn)


def _senders(objects: DiskObjects, found: Known, verdict: Verdict) -> Iterator[str]:
    yield "来邮 / mails"
    for manifest in mails_of(objects, found):
        at = manifest.envelope.received_at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
        added = manifest.envelope.added
        whose = "报送人 / its own" if manifest.sender == verdict.sender else "其他邮箱 / another address"
        who = f"由 {added.who} 登记 / added by {added.who}" if added else f"{manifest.sender}（{whose}）"
        doubt = "，身份未通过验证 / unverified" if manifest.unverified else ""
        yield f"  {at}  {who}{doubt}"


def _questions(verdict: Verdict) -> Iterator[str]:
    """What waits for a person, and what is missing."""
    shown = [f for f in verdict.findings if f.severity is not Severity.WARNING]
    if shown:
        yield "待处理 / open"
    yield from (f"  · {_finding(f)}" for f in shown)


def _finding(finding: Finding) -> str:
    where = f"“{finding.document}”" if finding.document else ""
    page = f"第{finding.page}页 " if finding.page else ""
    return f"{where}{page}{finding.message.zh} / {finding.message.en} ({finding.code.value})"


def _decided(verdict: Verdict) -> Iterator[str]:
    if verdict.decisions:
        yield "已作的处理 / decided so far"
    yield from (f"  · {_decision(row)}" for row in verdict.decisions)
    if verdict.paper is not None:
        disc = "，光盘已收到 / with a disc" if verdict.paper.disc else ""
        yield f"纸质件 / paper  {verdict.paper.copies}份{disc}"


def _decision(row: DecisionRow) -> str:
    missing = "" if row.applied else "（未对应到任何内容 / fits nothing here）"
    return f"{row.action} {row.said} {row.about} ({row.who}){missing}"


def _how(number: str) -> Iterator[str]:
    yield "可以这样处理 / what can be decided（后加 / add: --data DIR --who 代号）"
    for words in (
        f"seal {number} --document N [--page P] --confirm|--deny",
        f"kind {number} --document N --kind letter|application|summary|proof|other",
        f"sender {number} --address 邮箱 [--deny]",
        f"release {number}    hold {number}",
        f"merge {number} 另一编号    unmerge 被并入的编号",
        f"withdraw {number} --project N | --none",
        f"paper {number} --copies 份数 [--disc]",
        f"again {number}    note {number} --why 说明",
    ):
        yield f"  shoufa decide {words}"
