"""Mail that machines send.

An ordered list of named reasons (domain §4.1, RFC 3834, RFC 3464, RFC 2919, RFC 2369).

Filing is never suppressed: an automatic mail has its disposition and its ledger entry like any other.
"""

import re
from collections.abc import Callable

from shoufa.domain.mail import Envelope, InboundMail
from shoufa.domain.office import Office

_REPLY = r"(?:(?:re|回复|答复|回覆|fw|fwd|转发)\s*[:：]\s*)*"
_OPEN, _CLOSE = r"[\[【(（<《]?\s*", r"\s*[\]】)）>》]?"
_ANSWERS = (
    r"自动回[复覆復]|自動回[復覆]|自动答[复覆]|自動答[復覆]|自动应答|(?:外出|休假|假期)(?:自动回[复覆])?|离开办公室|不在办公室"
    r"|automatic reply|auto(?:matic)?[ -]?re(?:ply|sponse)?|out of (?:the )?office|autoreply|ooo|auto:"
)
_BOUNCES = (
    r"(?:系统)?退信(?:通知|提示|报告)?|(?:系统)?退件(?:通知)?|(?:邮件)?(?:投递|递送|发送|传送)(?:失败|错误|状态)(?:通知|提示|报告)?"
    r"|邮件被?退[回信](?:通知|提示)?|未送达|无法(?:投递|送达)(?:通知)?|(?:邮件)?送达(?:通知|回执|报告)|undeliver(?:able|ed)(?: mail)?"
    r"|returned mail|mail delivery (?:failed|failure|system)|delivery (?:status notification|failure|report)"
    r"|failure notice|mail system error"
)
_READ = (
    r"已读(?:回执|通知|报告)?|未读(?:回执|通知|报告)|(?:阅读|读信|收条|收信)回执|已阅读|不读已删除|read(?: receipt)?:|read receipt|not read:"
)
_SUBJECT = re.compile(
    rf"^\s*{_REPLY}{_OPEN}(?:{_ANSWERS}|{_BOUNCES}|{_READ}){_CLOSE}"
    r"(?:(?<=:)|[\s:：/!！（(\[【\-—]|(?<=[\]】)）>》])|$)",
    re.IGNORECASE,
)
_FROM_WHOM = re.compile(
    r"^\s*(?:来自|由)\s*.{1,60}的\s*(?:自动回[复覆復]|自动答[复覆]|外出回复|退信|已读回执)\s*$", re.IGNORECASE
)
"""Exchange, Coremail and QQ name whose answer it is before they say what it is."""
_DAEMON = re.compile(
    r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|owner-.*|.*-request|.*-bounces?)@",
    re.IGNORECASE,
)
_DELIVERY = re.compile(r"^(mailer-daemon|postmaster)@", re.IGNORECASE)

Reason = tuple[str, Callable[[InboundMail, Envelope, Office], bool]]


def _first(mail: InboundMail, name: str) -> str:
    values = mail.headers.get(name, ())
    return values[0].strip() if values else ""


def _auto_submitted(mail: InboundMail, _e: Envelope, _o: Office) -> bool:
    """RFC 3834 §5: any value but `no`."""
    value = _first(mail, "auto-submitted").partition(";")[0].strip().lower()
    return bool(value) and value != "no"


def _null_path(mail: InboundMail, envelope: Envelope, _o: Office) -> bool:
    """RFC 5321 §4.5.5: the null reverse-path."""
    return envelope.mail_from == "" or _first(mail, "return-path").replace(" ", "") == "<>"


def _report(mail: InboundMail, _e: Envelope, _o: Office) -> bool:
    """RFC 6522 multipart/report: delivery status, disposition notification, feedback."""
    return bool(mail.report)


def _daemon(mail: InboundMail, _e: Envelope, _o: Office) -> bool:
    return bool(_DELIVERY.match(mail.sender.email)) or (
        bool(_DAEMON.match(mail.sender.email)) and not mail.parts
    )


def _vendor(mail: InboundMail, _e: Envelope, _o: Office) -> bool:
    """QQ's own headers and other responders' marks, which come without Auto-Submitted (domain §4.4)."""
    names = ("x-qq-auto-reply", "x-qq-holidayreply", "x-autoreply", "x-autorespond", "x-auto-reply")
    return any(_first(mail, name).lower() not in {"", "no", "false"} for name in names)


def _list(mail: InboundMail, _e: Envelope, _o: Office) -> bool:
    """RFC 2919, RFC 2369; a list header alone does not outweigh attached papers."""
    bulk = _first(mail, "precedence").lower() in {"bulk", "junk", "list", "auto_reply"}
    listed = any(name.startswith("list-") for name in mail.headers)
    return (bulk or listed) and not _papers(mail)


def _papers(mail: InboundMail) -> bool:
    kinds = {"docx", "doc", "wps", "pdf", "zip", "7z", "rar", "xlsx", "xls", "et", "ofd", "jpg", "png", "tif"}
    return any(p.container in kinds and not p.inline for p in mail.parts)


def _ours(mail: InboundMail, _e: Envelope, office: Office) -> bool:
    """Our own mail coming back."""
    return "x-shoufa-notice" in mail.headers or mail.sender.email == office.sender_address.lower()


def _subject(mail: InboundMail, _e: Envelope, _o: Office) -> bool:
    """A responder's subject; who answers one with papers keeps its words and is no machine."""
    said = _SUBJECT.match(mail.subject) or _FROM_WHOM.match(mail.subject)
    return bool(said) and not _papers(mail)


REASONS: tuple[Reason, ...] = (
    ("own-mail", _ours),
    ("auto-submitted", _auto_submitted),
    ("delivery-report", _report),
    ("null-return-path", _null_path),
    ("daemon", _daemon),
    ("vendor-header", _vendor),
    ("list", _list),
    ("subject", _subject),
)


def automatic(mail: InboundMail, envelope: Envelope, office: Office) -> str:
    """The first reason for which a mail is automatic, "" if it is a person's."""
    return next((name for name, says in REASONS if says(mail, envelope, office)), "")


def verdict_fails(envelope: Envelope, mail: InboundMail) -> bool:
    """Whether a virus or spam verdict of our own server condemns it."""
    marks = [envelope.virus, envelope.spam]
    if envelope.door in {"ses", "process"}:  # elsewhere a header of that name is the sender's own
        marks += [_first(mail, "x-ses-virus-verdict"), _first(mail, "x-ses-spam-verdict")]
    return any(m.upper() == "FAIL" for m in marks)
