"""The register of what came in (收文登记表): its columns, and a row of each submission.

Columns as offices keep them (GB/T 9704 names sender, number, title and date of a letter), then what this
house knows besides.
"""

from datetime import datetime
from typing import Any

from shoufa.domain.codes import Kind
from shoufa.domain.receipt import ZONE
from shoufa.domain.submission import Verdict

TITLE = "收文登记表"
COLUMNS = (
    "序号", "收件编号", "收文时间", "来文单位", "来文字号", "标题", "成文日期", "份数", "项目数", "征集通知", "支撑单位",
    "纸质份数", "光盘", "去向", "核对情况", "逾期", "来邮封数", "来件邮箱", "末条哈希",
)  # fmt: skip
"""份数: documents that hold (archives and those superseded are not counted).

末条哈希: of the last entry of its chain.
"""
DISPOSITIONS = {
    "submission": "新报送",
    "follow-up": "补充材料",
    "duplicate": "重复来邮",
    "automatic": "自动邮件（不回复）",
    "unmatched": "咨询或其他（待人工）",
    "quarantined": "隔离（待人工）",
    None: "未处理",
}
ERASED = "已按要求删除"
"""Of what was erased: where it went, and what is known of it."""
STATUSES = {
    "complete": "未发现缺项",
    "incomplete": "需补充",
    "review": "待人工核对",
    "reading": "读取中",
    "merged": "已并入",
}


def read_of(verdict: Verdict) -> dict[str, Any]:
    """What was read of a submission's papers."""
    letter = verdict.letter
    return {
        "来文单位": verdict.recommender or verdict.applicant or (letter.issuer if letter else ""),
        "来文字号": letter.number if letter else "",
        "标题": letter.title if letter else "",
        "成文日期": letter.date if letter else "",
        "份数": _copies(verdict),
        "项目数": len(verdict.projects),
        "纸质份数": verdict.paper.copies if verdict.paper else "",
        "光盘": "有" if verdict.paper and verdict.paper.disc else "",
        "逾期": "是" if verdict.late else "",
        "来件邮箱": verdict.sender,
    }


def _copies(verdict: Verdict) -> int:
    """How many documents hold: one in several files is one, an archive is what it holds."""
    held = [d for d in verdict.documents if not (d.superseded or d.proposed) and d.kind is not Kind.ARCHIVE]
    return len({d.group or f"{n}" for n, d in enumerate(held)})


def shown_time(moment: str) -> str:
    """In the office's own zone, to the minute."""
    return datetime.fromisoformat(moment).astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
