"""Making a finding: its code, its weight, and the words that say it in both languages."""

from shoufa.domain.codes import Audience, Kind, Severity
from shoufa.domain.finding import Finding, FindingCode, Words
from shoufa.judging.message_texts import BY_KIND, TEXTS, TO_UNIT, WORDS
from shoufa.judging.message_variants import SPECIAL


def finding(code: FindingCode | str, severity: Severity, **seen: object) -> Finding:
    """One finding in words.

    `seen` may hold detail, detail_en, project, project_name, document, page, field, evidence, audience,
    in_body (the text of it stands in a mail, no file came), electronic (it is about an electronic seal),
    divided (volumes of an archive lack), broken_off (an archive was cut short).
    """
    code = FindingCode(code)
    head, _, tail = code.value.partition(".")
    kind = Kind(head) if head in {"letter", "application", "summary"} else None
    what, what_en = WORDS[kind] if kind else ("", "")
    said = next((texts[tail] for key, texts in SPECIAL.items() if seen.get(key) and tail in texts), None)
    zh, en, remedy_zh, remedy_en = said or TEXTS.get(code) or BY_KIND[tail]
    project = str(seen.get("project") or "")
    shown = f"“{project}”" if project else ""
    if kind is Kind.APPLICATION and code not in TEXTS and shown:
        what, what_en = f"{shown}申报书", f"application {shown}"
    slots = {"what": what, "what_en": what_en, "project": shown or "申报书"}
    detail = str(seen.get("detail") or "")
    detail_en = str(seen.get("detail_en") or detail)
    page = seen.get("page")
    audience = seen.get("audience") or (Audience.UNIT if tail in TO_UNIT else Audience.APPLICANT)
    return Finding(
        code=code,
        severity=severity,
        audience=Audience(str(audience)),
        document=_text(seen.get("document")),
        page=page if isinstance(page, int) else None,
        project=project or None,
        field=_text(seen.get("field")),
        evidence=_text(seen.get("evidence")),
        message=Words(zh=zh.format(**slots, detail=detail), en=en.format(**slots, detail=detail_en)),
        remedy=Words(zh=remedy_zh.format(**slots), en=remedy_en.format(**slots)),
    )


def _text(value: object) -> str | None:
    return str(value) if value else None
