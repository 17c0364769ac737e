"""What is wrong with a clerk's decision, field by field, in words of the field's own."""

from typing import Any

_WORDS = {
    "who": (
        "工作人员代号，限字母、数字和._-，最多32个字符",
        "a short id: letters, digits, . _ -, at most 32",
    ),
    "submission": ("收件编号，如230810-7KQ3XF-4", "a receipt number such as 230810-7KQ3XF-4"),
    "other": ("收件编号，如230810-7KQ3XF-4", "a receipt number such as 230810-7KQ3XF-4"),
    "sha256": ("文件的SHA-256，64位十六进制", "a file's SHA-256, 64 hex digits"),
    "verdict": ("核对结果的SHA-256，64位十六进制", "a verdict's SHA-256, 64 hex digits"),
    "pages": ("起止页码，如[3, 5]", "first and last page, such as [3, 5]"),
    "confirmed": ("true（有）或false（没有）", "true or false"),
    "whose": ("any、recommender或applicant", "any, recommender or applicant"),
    "kind": ("letter、application、summary、proof或other", "letter, application, summary, proof or other"),
    "address": ("邮箱地址", "a mail address"),
    "project": ("项目名称，或null（没有项目撤回）", "a project's name, or null for none"),
    "copies": ("份数，0到9999", "copies, 0 to 9999"),
    "disc": ("true（有光盘）或false", "true or false"),
    "received": ("日期，如2023-08-10", "a date such as 2023-08-10"),
    "at": ("带时区的时间，如2023-08-10T09:30:00+08:00", "a time with its zone"),
    "received_at": ("带时区的时间，如2023-08-10T09:30:00+08:00", "a time with its zone"),
    "why": ("理由，最多2000字", "a reason, at most 2000 characters"),
    "object": ("隔离来邮的对象编号，inbox/mail/下", "a quarantined mail's key under inbox/mail/"),
    "mail": ("inbox/mail/add/下的对象", "an object under inbox/mail/add/"),
}
ACTIONS = (
    *("judge-again", "note", "seal", "kind", "sender", "release", "hold"),
    *("merge", "unmerge", "withdraw", "paper", "add", "release-mail", "pause", "resume"),
)


def problem(error: dict[str, Any]) -> str:
    """One error of pydantic's in our words; the value itself is not repeated."""
    first, *rest = [*map(str, error["loc"]), ""]
    name = rest[0] if first in ACTIONS else first
    if error["type"].startswith("union_tag"):
        return f"action：须为其中之一 / must be one of: {', '.join(ACTIONS)}"
    if not name:
        return "不是JSON对象 / not a JSON object"
    zh, en = _WORDS.get(name, ("", ""))
    if error["type"] == "missing":
        return f"{name}：缺少，应为{zh} / is missing: {en}"
    if error["type"] == "extra_forbidden":
        return f"{name}：该操作没有此项 / this action has no such field"
    return f"{name}：应为{zh} / must be {en}"
