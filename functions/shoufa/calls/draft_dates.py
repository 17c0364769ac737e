"""The days that a notice names: when it was issued, from when and until when papers are taken.

Forms seen: 于X月X日前, X月X日（周五）下班前, X月X日17:00前, 截止日期为X年X月X日, X月X日至X月X日, 10月底前.
"""

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time

from shoufa.calls.draft_said import Said, sentences
from shoufa.calls.draft_text import HAN
from shoufa.domain.dates import dates_in, parse_date

_DAY = r"(?:(?:19|20)\d{2}年)?\d{1,2}月(?:\d{1,2}日|底)"
_WEEKDAY = r"(?:（[^）]{1,12}）|[，,]?(?:星期|周)[一二三四五六日天])?"
_CLOCK = r"(?:\s*(?:上午|中午|下午|晚上?)?\s*\d{1,2}(?:[:：]\d{2}|[时点](?:\d{1,2}分|整)?))?"
_UNTIL = re.compile(rf"({_DAY}{_WEEKDAY}{_CLOCK}(?:下班)?(?:之前|以前|前|截止|止|之内))")
_CLOSES = re.compile(
    rf"(?:截止|截至|时限|申报时间|报送时间|征集时间|受理时间)[^。；]{{0,14}}?({_DAY}{_WEEKDAY}{_CLOCK})(?!起|[-—－~～至到])"
)
_ON = re.compile(rf"于({_DAY}{_WEEKDAY}{_CLOCK})将")
_TO = re.compile(rf"((?:{_DAY}起?|即日起|之日起)(?:至|—|-|－|~|～|到){_DAY}{_CLOCK})")
_FROM = re.compile(rf"({_DAY})(?:起?(?:至|—|-|－|~|～|到){_DAY}|起)")
_SENDING = re.compile(
    r"报送|提交|寄|发送|发至|发到|反馈|送达|上报|报至|报[市省区局厅委我]|送至|推荐|申报|登录|投稿|报名|填报"
)
_NOT_SENDING = re.compile(r"完成|验收|结题|结项|研制|建成|公示|评审|立项|公布|注册成立|出生")
_LOWER = re.compile(r"(?:至|到|向|给)(?:所在地|当地|所属|各县|各区|各市|属地|归口|本单位|单位所在)")
_HOUR = re.compile(r"(上午|中午|下午|晚上?)?\s*(\d{1,2})(?:[:：](\d{2})|[时点](?:(\d{1,2})分)?)")
NOON = 12
UNKNOWN = 20
"""How far a day without a known year stands behind one that is known."""


@dataclass(frozen=True)
class Deadline:
    """`day` is null where its year is not known, `hour` where none is given; `others` are further days."""

    day: date | None
    hour: time | None
    words: Said
    note: str = ""
    others: tuple[str, ...] = ()


def closes(paragraphs: Sequence[str], issued: date | None, year: int | None) -> Deadline | None:
    """The deadline, from a sentence about sending papers to whoever issued the notice; null if there is none.

    A day without a year is of the year of issue, or of the next where it would lie before the issue.
    """
    found = list(_deadlines(paragraphs))
    if not found:
        return None
    words, said, several, _ = min(found, key=lambda f: f[3] + UNKNOWN * (_day(f[0], issued, year)[0] is None))
    if several:
        note = "通知按类别写了几个截止日期 / the notice gives several deadlines, by kind"
        return Deadline(None, None, Said(words, said), note)
    day, note = _day(words, issued, year)
    others = tuple(dict.fromkeys(w for w, *_ in found if _flat(w) != _flat(words)))
    return Deadline(day, _hour(words), Said(words, said), note, others)


def _deadlines(paragraphs: Sequence[str]) -> Iterator[tuple[str, str, bool, int]]:
    """Words, sentence, whether further days stand beside them, and rank (the lowest speaks most plainly)."""
    for sentence in sentences(paragraphs):
        for rank, pattern in enumerate((_UNTIL, _ON, _TO, _CLOSES)):
            for match in pattern.finditer(sentence):
                after = sentence[match.end() :]
                if _NOT_SENDING.match(after[:12].lstrip("，")) or re.match("[^，。；]{0,8}(?:完成|立项|结项)", after):
                    continue
                sent = bool(_SENDING.search(sentence)) or rank > 0
                worse = 10 * (not sent) + 5 * bool(_LOWER.search(after[:60]))
                several = bool(re.match(rf"[、和]\s*{_DAY}", after))
                yield match[1].strip(), sentence, several, worse
                break
            else:
                continue
            break


def opens(paragraphs: Sequence[str], issued: date | None, year: int | None) -> Said | None:
    """The first day, where the notice gives one."""
    for sentence in sentences(paragraphs):
        found = _FROM.search(sentence) if _SENDING.search(sentence) and "活动" not in sentence else None
        if found and (day := _day(found[1], issued, year)[0]):
            return Said(day, sentence)
    return None


def issued(paragraphs: Sequence[str]) -> Said | None:
    """The date under (or above) the signature (成文日期), never that of a web page."""
    for place, paragraph in enumerate(paragraphs):
        near = [*paragraphs[max(place - 1, 0) : place], *paragraphs[place + 1 : place + 2]]
        if only_date(paragraph) and place > len(paragraphs) // 3 and any(map(is_body, near)):
            return Said(parse_date(paragraph), paragraph)
    for paragraph in reversed(paragraphs[-12:]):
        if only_date(paragraph):
            return Said(parse_date(paragraph), paragraph)
    return None


def only_date(paragraph: str) -> bool:
    """Whether a line is a date and nothing else."""
    bare = paragraph.replace(" ", "")
    return len(bare) <= 14 and bare.endswith("日") and bool(dates_in(paragraph))


def is_body(paragraph: str) -> bool:
    """Whether a line is the name of a body, as a signature is."""
    ends = "会|府|厅|室|局|院|部|委|处|科|办|心|会议|联盟|集团|公司|学校|大学|学院"
    return bool(re.fullmatch(rf"[{HAN}（）]{{2,40}}(?:{ends})(?:（[^）]+）)?", paragraph.replace(" ", "")))


def _day(words: str, issued_on: date | None, year: int | None) -> tuple[date | None, str]:
    days = re.findall(_DAY, re.sub(r"\s", "", words))
    bare = days[-1] if days else ""
    if len(days) > 1 and re.match(r"\d{4}年", days[0]) and not re.match(r"\d{4}年", bare):
        bare = days[0][:5] + bare
    if re.match(r"\d{1,2}月", bare):
        known = issued_on.year if issued_on else year
        day = _exact(f"{known}年{bare}") if known else None
        if day and issued_on and day < issued_on:
            day = _exact(f"{day.year + 1}年{bare}")
            return day, "年份由成文日期推得，为次年，请核对 / the year after that of issue, please check"
        note = "" if day else "没有写年份，也没有成文日期 / no year is given and the notice bears no date"
        return day, note
    return _exact(bare), ""


def _exact(text: str) -> date | None:
    found = re.match(r"(\d{4})年(\d{1,2})月底", text)
    if found and 1 <= int(found[2]) <= NOON:
        year, month = int(found[1]), int(found[2])
        return date(year, month, calendar.monthrange(year, month)[1])
    return parse_date(text)


def _hour(words: str) -> time | None:
    """The hour, if one is named; 24时 is the day's end, as is 下班前, whose hour differs from house to house."""
    found = _HOUR.search(re.sub(rf"^.*{_DAY}", "", words))
    if not found:
        return None
    hour, minute = int(found[2]), int(found[3] or found[4] or 0)
    if found[1] in {"下午", "晚", "晚上"} and hour < NOON:
        hour += NOON
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _flat(words: str) -> str:
    return re.sub(r"\s|（.*?）|(?:19|20)\d{2}年|[前止]$", "", words)
