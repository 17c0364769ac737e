"""Values that the tests of notices are made from: the data of the two model mails, and pieces to vary them with."""

from datetime import datetime

from shoufa.domain.call import Call
from shoufa.domain.codes import Audience, Form, Kind, Severity, Status
from shoufa.domain.finding import Finding, FindingCode, Words
from shoufa.domain.mail import InboundMail, Part
from shoufa.domain.submission import DocumentRow, Manifest, ProjectRow, Verdict

NUMBER = "230810-7KQ3XF-4"
BUREAU = "某某省市场监督管理局"


def call(**changes: object) -> Call:
    return Call.model_validate(
        {
            "id": "call-1",
            "title": "2023年度国家高新技术产业标准化试点示范项目",
            "notice": {"issuer": "国家标准化管理委员会"},
            "closes": "2023-08-15T23:59:59+08:00",
            "closes_text": "2023年8月15日前",
            "recommenders": {"group": "provincial-market-regulators"},
            "case_by": "recommender",
            "tracks": [{"id": "pilot", "title": "试点项目", "form": "申报书", "unit": "u1"}],
            "units": [
                {
                    "id": "u1",
                    "name": "某某研究院",
                    "mailbox": "intake@unit.example",
                    "contact": {"name": "李某某", "phone": "010-00000000"},
                }
            ],
            "materials": [
                {"kind": "letter", "title": "公文", "per": "submission", "forms": {"scan": "required"}}
            ],
            "paper": {"copies": 2, "disc": "required"},
            **changes,
        }
    )


UNIT = call().units[0]


def part(name: str, size: int, digits: str = "00000000", **more: object) -> Part:
    return Part.model_validate(
        {"path": name, "name": name, "sha256": digits + "0" * 56, "size": size, "container": "pdf", **more}
    )


def model_parts() -> tuple[Part, ...]:
    archive = part("申报书.zip", 17301504, "90cd47ae", container="zip")
    inside = [
        part(f"{i}.docx", 2048, f"1000000{i}", path=f"申报书.zip/甲/{i}.docx", parent=archive.sha256)
        for i in range(6)
    ]
    return (
        part("关于推荐试点示范项目的函.pdf", 2202010, "3f9a1c07"),
        part("项目推荐汇总表.xlsx", 28672, "b81e5520", container="xlsx"),
        archive,
        *inside,
    )


def manifest(at: str = "2023-08-10T16:42:31+08:00", digest: str = "d" * 64, **mail: object) -> Manifest:
    said = {
        "message_id": "<first@province.example>",
        "subject": "报送材料",
        "sender": {"name": "张某", "email": "zhang@province.example"},
        "body": "请查收。",
        **mail,
    }
    return Manifest.model_validate(
        {
            "object": "inbox/mail/x",
            "digest": digest,
            "mail": InboundMail.model_validate(said),
            "envelope": {"received_at": at, "door": "smtp"},
            "sender": "zhang@province.example",
        }
    )


def finding(
    code: str,
    severity: Severity,
    message: str,
    remedy: str = "",
    audience: Audience = Audience.APPLICANT,
    **more: object,
) -> Finding:
    return Finding(
        code=FindingCode(code),
        severity=severity,
        audience=audience,
        message=Words(zh=message, en=f"english {code}"),
        remedy=Words(zh=remedy, en="please act" if remedy else ""),
        **more,  # type: ignore[arg-type]
    )


def row(name: str, kind: Kind, form: Form | None, **more: object) -> DocumentRow:
    return DocumentRow.model_validate(
        {"name": name, "path": name, "sha256": name, "kind": kind, "form": form, "pages": 1, **more}
    )


def model_findings() -> tuple[Finding, ...]:
    return (
        finding(
            "summary.scan-missing",
            Severity.ERROR,
            "项目推荐汇总表盖章扫描件：目前仅收到Excel版",
            "请将盖章后的汇总表扫描发送",
        ),
        finding(
            "application.word-missing",
            Severity.ERROR,
            "“某某标准化试点”（某某有限公司）申报书word版：目前仅收到扫描件",
        ),
        finding(
            "letter.seal-unclear",
            Severity.QUESTION,
            "内部说明",
            "请工作人员人工核对",
            Audience.UNIT,
            document="函.pdf",
            page=2,
            evidence="内部依据",
        ),
    )


def model_documents() -> tuple[DocumentRow, ...]:
    return (
        row("函.pdf", Kind.LETTER, Form.SCAN),
        row("汇总表.xlsx", Kind.SUMMARY, Form.WORD),
        *(row(f"申报书{i}.pdf", Kind.APPLICATION, Form.SCAN) for i in range(5)),
        *(row(f"申报书{i}.docx", Kind.APPLICATION, Form.WORD) for i in range(4)),
    )


def verdict(**changes: object) -> Verdict:
    return Verdict.model_validate(
        {
            "receipt": NUMBER,
            "call": "call-1",
            "unit": "u1",
            "status": Status.INCOMPLETE,
            "sender": "zhang@province.example",
            "recommender": BUREAU,
            "received_at": datetime.fromisoformat("2023-08-10T16:42:31+08:00"),
            "documents": model_documents(),
            "projects": [ProjectRow(name=f"项目{i}", listed=True, application=True) for i in range(5)],
            "findings": model_findings(),
            **changes,
        }
    )


def two_mails() -> tuple[Manifest, Manifest]:
    second = manifest(
        "2023-08-11T09:00:00+08:00", message_id="<second@province.example>", references=("<r@x.example>",)
    )
    return manifest(), second
