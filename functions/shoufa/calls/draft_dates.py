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

_NUMERAL = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_YEAR = r"(?:(?:19|20)\d{2}|[一二][〇○零O0一二三四五六七八九]{3})年"
_MONTH = rf"(?<![\d一二三四五六七八九十])(?:{_YEAR})?{_NUMERAL}月"
_FIGURES = r"(?<![\d.])(?:19|20)\d{2}(?:-\d{1,2}-|\.\d{1,2}\.|/\d{1,2}/)\d{1,2}日?(?!\d)"
_DAY = rf"(?:{_MONTH}(?:{_NUMERAL}[日号]|底)|{_FIGURES})"
"""5月6日, 五月六日, 5月底, 2031.5.6."""
_WEEKDAY = r"(?:（[^）]{1,12}）|[，,]?(?:星期|周)[一二三四五六日天])?"
_AS_FAR_AS = r"\s*(?:至|—+|-+|－|–|~|～|到)\s*"
_HOURS = r"(?:上午|中午|下午|晚上?)?\s*\d{1,2}(?:[:：]\d{2}|[时点](?:\d{1,2}分|整|半)?)"
_CLOCK = rf"(?:\s*{_HOURS}(?:{_AS_FAR_AS}{_HOURS})?)?"
_A_DAY = re.compile(_DAY)
_UNTIL = re.compile(
    rf"(?P<said>{_DAY}{_WEEKDAY}{_CLOCK}(?:(?:上午|中午|下午)?下班)?(?:之前|以前|前|截止|止|之内))"
)
_CLOSES = re.compile(
    r"(?:截止|截至|时限|申报时间|报送时间|征集时间|受理时间)[^。；]{0,14}?"
    rf"(?P<said>(?>{_DAY}{_WEEKDAY}{_CLOCK}))(?!起|{_AS_FAR_AS})"
)
_ON = re.compile(
    rf"(?:于(?P<said>{_DAY}{_WEEKDAY}{_CLOCK})将|"
    rf"(?P<told>{_DAY}{_WEEKDAY}{_CLOCK})[{HAN}（）]{{2,14}}向[{HAN}]{{2,10}}(?:报送|提交))"
)
_TO = re.compile(
    rf"(?P<said>(?:{_DAY}{_WEEKDAY}{_CLOCK}起?|{_MONTH}{_NUMERAL}|即日起|之日起){_AS_FAR_AS}"
    rf"(?:{_DAY}|{_NUMERAL}[日号]){_WEEKDAY}{_CLOCK})"
)
_WITHIN = re.compile(
    r"(?P<said>(?:之日起|印发后|发布后|收到[^，。；]{0,12}后)的?\s*\d{1,3}(?:个(?:自然|工作))?[日天](?:之?内|前))"
)
_FROM = re.compile(rf"(?P<from>{_DAY}){_WEEKDAY}{_CLOCK}(?:起?{_AS_FAR_AS}(?:{_DAY}|{_NUMERAL}[日号])|起)")
_SENDING = re.compile(
    r"报送|提交|寄|发送|发至|发到|反馈|送达|上报|报至|报[市省区局厅委我]|送至|推荐|申报|登录|投稿|报名|填报"
)
_GIVES = re.compile(r"报|送|交|发|寄|反馈")
_NOT_SENDING = re.compile(r"完成|验收|结题|结项|研制|建成|公示|评审|立项|公布|注册成立|出生")
_LOWER = re.compile(
    r"(?:至|到|向|给)(?:所在地|当地|所属|各县|各区|各市|属地|归口|本单位|单位所在|各[^自]|推荐单位|院系|学院)"
)
_HOUR = re.compile(r"(上午|中午|下午|晚上?)?\s*(\d{1,2})(?:[:：](\d{2})|[时点](?:(\d{1,2})分|(半))?)")
WHOLE_DATE = r"(?:19|20)\d{2}年\d{1,2}月\d{1,2}日"
_INDEX = re.compile(r"^(?:[-•·] )?(?:成文日期|公文生成日期|生成日期|发文日期|印发日期)[:：]")
NOON = 12
LONGEST = 300
"""Days from issue to deadline; what would be longer is a slip in one of the two."""
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

    A day without a year is of the year of issue, or of the next where it would lie before the issue; in a
    notice without any date it is of the year that its other deadlines name.
    """
    found = list(_deadlines(paragraphs))
    if not found:
        return None
    known = year or _only_year(found)
    words, said, several, _ = min(
        found, key=lambda f: f[3] + UNKNOWN * (_day(f[0], issued, known)[0] is None)
    )
    if several:
        note = "通知按类别写了几个截止日期 / the notice gives several deadlines, by kind"
        return Deadline(None, None, Said(words, said), note)
    day, note = _day(words, issued, known)
    if day and not (issued or year or dates_in(words)):
        note = "年份取自通知里另一个截止日期，请核对 / its year is another deadline's, please check"
    if day and "上午下班" in words:
        note = "上午下班的钟点没有写，请核对 / the hour is not told, please check"
    others = tuple(dict.fromkeys(w for w, *_ in found if _flat(w) != _flat(words)))
    return Deadline(day, _hour(words), Said(words, said), note, others)


def _only_year(found: Sequence[tuple[str, str, bool, int]]) -> int | None:
    """The one year that the deadlines name, null if none or several do."""
    years = {day.year for words, *_ in found for day in dates_in(words)}
    return years.pop() if len(years) == 1 else None


def _deadlines(paragraphs: Sequence[str]) -> Iterator[tuple[str, str, bool, int]]:
    """Words, sentence, whether further days stand beside them, and rank (the lowest speaks most plainly)."""
    for sentence in sentences(paragraphs):
        for rank, pattern in enumerate((_UNTIL, _ON, _TO, _CLOSES, _WITHIN)):
            found = [m for m in pattern.finditer(sentence) if not _of_something_else(sentence, m.end())]
            for match in found:
                yield (
                    (match["said"] or match.groupdict()["told"]).strip(),
                    sentence,
                    *_ranked(sentence, match.end(), rank),
                )
            if found:
                break


def _of_something_else(sentence: str, end: int) -> bool:
    """Whether what is to be done by the day is no sending of papers."""
    after = sentence[end:]
    if re.match("(?:期间|之间)(?![^，。；]{0,6}(?:报|提交|登录|填|递|送))", after):
        return True
    if re.match(
        "[^，。；]{0,8}完成[^，。；]{0,12}(?:申报|填报|报送|上报|推荐|提交|上传|[^。；]*，[^。；]*[将并][^。；]*[报发送交])",
        after,
    ):
        return False
    return bool(
        _NOT_SENDING.match(after[:12].lstrip("，")) or re.match("[^，。；]{0,8}(?:完成|立项|结项)", after)
    )


def _ranked(sentence: str, end: int, rank: int) -> tuple[bool, int]:
    """Whether further days stand beside it; its rank.

    A day by which papers go to whoever issued the notice comes before one that is only declared (in a notice
    passed on that is the day of the house above), and before one for sending to a lower house.
    """
    after = sentence[end:]
    next_day = _A_DAY.search(after)
    near = after[: next_day.start() if next_day else len(after)][:60]
    sent = bool(_SENDING.search(sentence)) or rank > 0
    declared = rank > 1 or not _GIVES.search(near)
    early = re.search("联系人|联络[员人]|意向|名单|回执|培训", near) and not re.search(
        "材料|申报书|推荐表", near
    )
    several = bool(next_day and re.fullmatch(r"[、和]\s*", near))
    return several, 10 * (not sent) + 5 * bool(_LOWER.search(near)) + 3 * bool(early) + 2 * declared


def opens(paragraphs: Sequence[str], issued: date | None, year: int | None) -> Said | None:
    """The first day, where the notice gives one."""
    for sentence in sentences(paragraphs):
        found = _FROM.search(sentence) if _SENDING.search(sentence) and "活动" not in sentence else None
        if found and _of_something_else(sentence, found.end()):
            continue
        if found and (day := _day(found["from"], issued, year)[0]):
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
    return _indexed(paragraphs)


def _indexed(paragraphs: Sequence[str]) -> Said | None:
    """The date that a government site's index gives (成文日期：…), or that closes a copy without lines."""
    for paragraph in paragraphs[:12]:
        if len(paragraph) < 40 and _INDEX.match(paragraph) and (day := parse_date(paragraph)):
            return Said(day, paragraph)
    ends = "局|委|厅|部|办公室|会|政府"
    found = [
        (m[1], p)
        for p in paragraphs
        for m in re.finditer(rf"[。》；][{HAN}]{{3,30}}(?:{ends})({WHOLE_DATE})", p)
    ]
    return Said(parse_date(found[-1][0]), found[-1][1]) if found else None


def only_date(paragraph: str) -> bool:
    """Whether a line is a date and nothing else."""
    bare = paragraph.replace(" ", "")
    return len(bare) <= 14 and bare.endswith("日") and bool(dates_in(paragraph))


def is_body(paragraph: str) -> bool:
    """Whether a line is the name of a body, as a signature is."""
    ends = "会|司|府|厅|室|局|院|部|委|处|科|办|心|会议|联盟|集团|公司|学校|大学|学院"
    return bool(re.fullmatch(rf"[{HAN}（）]{{2,40}}(?:{ends})(?:（[^）]+）)?", paragraph.replace(" ", "")))


def _day(words: str, issued_on: date | None, year: int | None) -> tuple[date | None, str]:
    """The last day that the words name, and what the clerk must check of it."""
    bare = _last_day(re.sub(r"(?<!\d)\s|\s(?!\d)", "", words))
    if not bare:
        return None, "期限是相对的，请推算并填写 / the deadline is relative, please work it out"
    if not re.match(r"\d{1,2}月|[一二三四五六七八九十]{1,3}月", bare):
        return _exact(bare), ""
    known = issued_on.year if issued_on else year
    day = _exact(f"{known}年{bare}") if known else None
    if day and issued_on and day < issued_on:
        day = _exact(f"{day.year + 1}年{bare}")
        if day and (day - issued_on).days > LONGEST:
            return None, "早于成文日期，请核对 / it lies before the notice's own date, please check"
        return day, "年份由成文日期推得，为次年，请核对 / the year after that of issue, please check"
    note = "" if day else "没有写年份，也没有成文日期 / no year is given and the notice bears no date"
    return day, note


def _last_day(words: str) -> str:
    """The last day as it would stand alone: 2031年4月1日至10日 is 2031年4月10日; "" where there is none."""
    days = [m[0] for m in _A_DAY.finditer(words)]
    until = re.search(rf"{_AS_FAR_AS}({_NUMERAL}[日号])", words)
    month = re.search(_MONTH, words)
    if until and month and not words[until.start(1) :].startswith(tuple(days[-1:]) or "-"):
        return month[0] + until[1]
    bare = days[-1] if days else ""
    year = re.match(_YEAR, days[0]) if len(days) > 1 else None
    return year[0] + bare if year and not re.match(_YEAR, bare) and "月" in bare else bare


def _exact(text: str) -> date | None:
    text = text.replace("号", "日")
    found = re.match(r"(\d{4})年(\d{1,2})月底", text)
    if found and 1 <= int(found[2]) <= NOON:
        year, month = int(found[1]), int(found[2])
        return date(year, month, calendar.monthrange(year, month)[1])
    return parse_date(text)


def _hour(words: str) -> time | None:
    """The hour, if one is named; 24时 is the day's end, as is 下班前, whose hour differs from house to house."""
    found = _HOUR.search(re.split(rf"[日号底]|{_AS_FAR_AS}", _A_DAY.sub("日", words))[-1])
    if not found:
        return None
    hour, minute = int(found[2]), int(found[3] or found[4] or (30 if found[5] else 0))
    if found[1] in {"下午", "晚", "晚上"} and hour < NOON:
        hour += NOON
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _flat(words: str) -> str:
    return re.sub(r"\s|（.*?）|(?:19|20)\d{2}年|[前止]$", "", words)
