"""What is there, counted by kind and form (`公文扫描件1件；汇总表Excel版1份，列项目5个；…`)."""

from collections import Counter

from shoufa.domain.codes import Form, Kind
from shoufa.domain.finding import Words
from shoufa.domain.submission import DocumentRow, Verdict
from shoufa.notices.words import Language

TABLES = frozenset({"xls", "xlsx", "xlsm", "et", "ett", "ods", "csv"})
KINDS: dict[Kind, tuple[Words, str]] = {
    Kind.LETTER: (Words(zh="公文", en="official letter"), "件"),
    Kind.SUMMARY: (Words(zh="汇总表", en="summary table"), "份"),
    Kind.APPLICATION: (Words(zh="申报书", en="application forms"), "个"),
    Kind.PROOF: (Words(zh="证明材料", en="supporting documents"), "份"),
    Kind.MAIL_BODY: (Words(zh="邮件正文所载材料内容", en="material written in the text of mails"), "份"),
    Kind.OTHER: (Words(zh="其他文件", en="other files"), "个"),
    Kind.UNREADABLE: (Words(zh="未能读取的文件", en="files that could not be read"), "个"),
}
"""Kinds in the order of telling, with their measure word; archives are not told."""
SHAPES = (
    Words(zh="扫描件", en="scan"),
    Words(zh="word版", en="Word"),
    Words(zh="Excel版", en="Excel"),
    Words(zh="PDF版", en="PDF"),
    Words(zh="OFD版", en="OFD"),
    Words(zh="", en=""),
)
UNSHAPED = frozenset({Kind.OTHER, Kind.UNREADABLE, Kind.PROOF, Kind.MAIL_BODY})
LISTED = Words(zh="列项目{count}个", en="listing {count} project(s)")


def received_sentence(verdict: Verdict, language: Language) -> str:
    """All that holds now, in one sentence; "" if nothing does."""
    counts = received(verdict)
    listed = sum(p.listed for p in verdict.projects)
    said = []
    for kind in KINDS:
        shapes = [(shape, n) for shape in SHAPES if (n := counts[kind, shape.en])]
        if shapes:
            said.append(_kind(kind, shapes, listed if kind is Kind.SUMMARY else 0, language))
    if language is Language.ZH:
        return "；".join(said) + "。" if said else ""
    text = "; ".join(said)
    return f"{text[:1].upper()}{text[1:]}." if said else ""


def received(verdict: Verdict) -> Counter[tuple[Kind, str]]:
    """How many documents of each kind and form hold; one in several files, or sent twice, counts once."""
    seen: dict[tuple[object, ...], tuple[Kind, str]] = {}
    for row in verdict.documents:
        if row.kind in KINDS and not (row.superseded or row.proposed):
            what = (row.kind, "" if row.kind in UNSHAPED else _shape(row))
            seen.setdefault((*what, row.group or (row.sha256, row.page_range)), what)
    return Counter(seen.values())


def _kind(kind: Kind, shapes: list[tuple[Words, int]], listed: int, language: Language) -> str:
    title, measure = KINDS[kind]
    if language is Language.ZH:
        text = title.zh + "、".join(f"{shape.zh}{count}{measure}" for shape, count in shapes)
        return text + (f"，{LISTED.zh.format(count=listed)}" if listed else "")
    text = title.en + ": " + ", ".join(f"{count} {shape.en}".rstrip() for shape, count in shapes)
    return text + (f", {LISTED.en.format(count=listed)}" if listed else "")


def _shape(row: DocumentRow) -> str:
    ending = row.name.rpartition(".")[2].lower()
    if row.form is Form.SCAN:
        return "scan"
    if row.form is Form.DIGITAL:
        return "OFD" if ending == "ofd" else "PDF"
    return "" if row.form is None else "Excel" if ending in TABLES else "Word"
