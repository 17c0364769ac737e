"""Sentences that several mails share: title, deadline, paper, recommender, signature."""

import re
from datetime import datetime

from shoufa.domain.call import Call, Intake, Unit
from shoufa.domain.codes import Need
from shoufa.domain.finding import Words
from shoufa.notices.plain import shown
from shoufa.notices.words import (
    ANY_RECOMMENDER,
    LATE,
    RECEIPT,
    RECOMMENDERS,
    THROUGH,
    WRONG_CHANNEL,
    Language,
    moment,
    pick,
)

YEAR = re.compile(r"^\s*(?:19|20)\d{2}\s*年度?")
COPIES = "零一两三四五六七八九十"
NEEDED = frozenset({Need.REQUIRED, Need.EXPECTED})


def material_title(call: Call) -> str:
    """What a receipt's subject calls the mail: the call's title without its year, and 申报材料."""
    title = shown(YEAR.sub("", call.title).strip())
    if title.endswith("材料"):
        return title
    return title + ("材料" if title.endswith("申报") else "申报材料")


def by_post_only(call: Call) -> bool:
    """Whether the call's material does not come by e-mail at all."""
    return call.intake is not Intake.EMAIL


def is_late(call: Call, at: datetime) -> bool:
    """Whether `at` is after the deadline; never where there is none."""
    return call.closes is not None and at > call.closes


def due(call: Call, action: str, language: Language) -> str:
    """`请于2023年8月15日前{action}`, in the notice's words for the deadline, without a full stop."""
    if language is Language.EN:
        return f"Please {action}{_due_en(call)}"
    words = call.closes_text.strip().removeprefix("于").rstrip("。；，")
    if not words:
        return f"请于{moment(call.closes, language)}前{action}" if call.closes else f"请{action}"
    return (
        f"请于{words}{action}" if words.endswith(("前", "内")) else f"请按通知规定的时间（{words}）{action}"
    )


def _due_en(call: Call) -> str:
    notice = f"in the notice's words: {call.closes_text}" if call.closes_text else ""
    if call.closes is None:
        return f" ({notice})" if notice else ""
    by = f" by {moment(call.closes, Language.EN)} Beijing time"
    return f"{by} ({notice})" if notice else by


def late_sentence(language: Language) -> str:
    """What stands in place of the deadline after it."""
    return pick(LATE, language)


def paper_sentence(call: Call, language: Language, copies: bool) -> str:
    """What must come by post, "" if nothing must; `copies`: say how many."""
    count, disc = call.paper.copies, call.paper.disc in NEEDED
    posted = count is None or count > 0
    if not posted and not disc:
        return ""
    told = count or 0 if copies else 0
    if language is Language.EN:
        return _paper_en(told, posted, disc)
    number = COPIES[told] if told < len(COPIES) else str(told)
    paper = "纸质材料" + (f"（一式{number}份）" if told else "") if posted else ""
    return f"{paper}{'及' if paper and disc else ''}{'光盘' if disc else ''}请按通知要求另行邮寄。"


def _paper_en(copies: int, paper: bool, disc: bool) -> str:
    what = ["the paper copies" + (f" ({copies})" if copies else "")] if paper else []
    what += ["the disc"] if disc else []
    return f"Please post {' and '.join(what)} separately as the notice asks."


def channel_sentence(language: Language) -> str:
    """For a call whose notice asks for paper or another system."""
    return pick(WRONG_CHANNEL, language)


def recommender(call: Call, language: Language) -> str:
    """Who recommends, as mails say it."""
    return pick(_recommenders(call)[0], language)


def _recommenders(call: Call) -> tuple[Words, Words]:
    group = call.recommenders.group if call.recommenders else ""
    return RECOMMENDERS.get(group, ANY_RECOMMENDER)


def through_sentence(call: Call, language: Language) -> str:
    """For an applicant who writes directly where a recommender is required."""
    who, whom = _recommenders(call)
    return pick(THROUGH, language).format(who=pick(who, language), whom=pick(whom, language))


def signature(call: Call, unit: Unit, language: Language) -> tuple[str, ...]:
    """Contact, phone and the unit's name; a unit other than the notice's issuer is the support unit."""
    zh = language is Language.ZH
    labels = ("联系人：", "电话：") if zh else ("Contact: ", "phone: ")
    values = (unit.contact.name, unit.contact.phone)
    said = [label + value for label, value in zip(labels, values, strict=True) if value]
    issuer = _short(call.notice.issuer)
    supports = not issuer or not _short(unit.name).startswith(issuer)
    role = ("（项目支撑单位）" if zh else " (support unit)") if supports else ""
    return ("　".join(said) if zh else ", ".join(said), f"{unit.name}{role}")


def _short(name: str) -> str:
    """A body's name with the usual short form of 市场监督管理, so that both forms compare equal."""
    return name.strip().replace("监督管理", "监管")


def automatic(language: Language, not_you: bool = False) -> str:
    """That a machine wrote and people read answers; `not_you` adds the line for who did not write to us."""
    words = RECEIPT[language]
    if not not_you:
        return words.automatic
    return words.automatic + ("" if language is Language.ZH else " ") + words.not_you
