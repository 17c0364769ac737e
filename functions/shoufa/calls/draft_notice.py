"""What a notice says of itself and of its time: title, issuer, number, dates, who recommends, how to send."""

import re
from collections.abc import Sequence
from datetime import date

from shoufa.calls.draft_said import Said, number_in, sentences
from shoufa.calls.draft_text import HAN
from shoufa.domain.call import RecommenderGroup
from shoufa.domain.dates import dates_in, parse_date

_BODY = rf"[{HAN}]{{2,24}}(?:委员会|人民政府办公厅|人民政府办公室|人民政府|办公厅|办公室|管理局|监督局|监管局|总局|委|局|厅|部)"
_NUMBER = re.compile(rf"([{HAN}]{{2,14}})[〔\[［【（]((?:19|20)\d{{2}})[〕\]］】）]\s*(?:第)?(\d{{1,4}})号")
_DAMAGED = re.compile(rf"^([{HAN}]{{3,14}})((?:19|20)\d{{2}})0?(\d{{1,4}})号$")
_DAY = r"(?:(?:19|20)\d{2}年)?\d{1,2}月\d{1,2}日"
_UNTIL = re.compile(rf"({_DAY}(?:（[^）]{{1,12}}）)?(?:\d{{1,2}}[:：时]\d{{0,2}}分?)?(?:之前|以前|前|止|截止))")
_CLOSES = re.compile(rf"(?:截止(?:时间|日期)?|时限|申报时间|报送时间)[^。；]{{0,12}}?({_DAY}(?:[^。；]{{0,6}}?\d{{1,2}}[:：时]\d{{0,2}})?)")
_FROM_TO = re.compile(rf"({_DAY})(?:起)?(?:至|—|-|－|到)({_DAY})")
_SENDING = re.compile(r"报送|提交|寄送|邮寄|发送|推荐|申报|送达|上报|报至")
_WORK = re.compile(r"(?:申报|征集|遴选|推荐)?(?:工作)?(?:要求|指南|须知|通知|事项)$")
_SYSTEM = re.compile(r"(?:通过|经|登录|登陆)[^。；，]{0,30}(?:系统|平台)[^。；]{0,40}(?:提交|申报|报送|填报|上传)")
_ADDRESS = re.compile(r"https?://[\w./:%?=&#~-]+[\w/]")
_PERIOD = re.compile(
    r"(?:建设|试点|实施|创建|示范|项目)?(?:周期|期限)[^，。；]{0,8}?(?:不超过|为|是)\s*(\d{1,2}|[一二三四五两])\s*(年|个月)"
)


def title(section: str, notice: str) -> Said | None:
    """The call's title: the annex's without 申报工作要求, else the notice's."""
    said = section or notice
    bare = _WORK.sub("", said.replace(" ", ""))
    if re.search(r"关于", bare) and (found := re.search(r"关于(?:开展|组织开展|组织|征集|做好)?(.+?)(?:的|工作)*$", bare)):
        bare = bare if said == notice and said.endswith(("意见", "办法", "细则")) else found[1]
    return Said(bare, said) if bare else None


def issuer(paragraphs: Sequence[str]) -> Said | None:
    """Who issued it: the red head (…文件), the title (…关于…), the signature above the date, or …决定."""
    for paragraph in paragraphs[:8]:
        if found := re.fullmatch(rf"({_BODY})文件", paragraph) or re.match(rf"^({_BODY})关于", paragraph):
            return Said(found[1], paragraph)
    for before, after in zip(paragraphs[-12:], paragraphs[-11:], strict=False):
        if re.fullmatch(_BODY, before) and _only_date(after):
            return Said(before, before)
    for sentence in sentences(paragraphs):
        if found := re.search(rf"(?:^|，)({_BODY})(?:现|研究)?决定", sentence):
            return Said(found[1], sentence)
    return None


def number(paragraphs: Sequence[str]) -> Said | None:
    """The notice's own number (发文字号, GB/T 9704-2012 §7.2.5), mended where its brackets were lost."""
    for paragraph in paragraphs[:10]:
        bare = paragraph.replace(" ", "")
        if found := _NUMBER.fullmatch(bare):
            return Said(f"{found[1]}〔{found[2]}〕{int(found[3])}号", paragraph)
        if found := _DAMAGED.match(bare):
            note = "疑为抄录时丢失六角括号，请核对 / the brackets seem to be lost, please check"
            return Said(f"{found[1]}〔{found[2]}〕{int(found[3])}号", paragraph, note)
    return None


def issued(paragraphs: Sequence[str]) -> Said | None:
    """The date under the signature (成文日期), never that of a web page."""
    for paragraph in reversed(paragraphs[-12:]):
        if _only_date(paragraph) and (day := parse_date(paragraph)):
            return Said(day, paragraph)
    return None


def closes(paragraphs: Sequence[str], year: int | None) -> tuple[Said, Said] | None:
    """The deadline and the notice's words for it, from a sentence about sending; `year`: where none stands."""
    for wanted in (True, False):
        for sentence in sentences(paragraphs):
            if wanted and not _SENDING.search(sentence):
                continue
            found = _UNTIL.search(sentence) or _CLOSES.search(sentence)
            if found and (day := _day(found[1], year)):
                return Said(day, sentence), Said(found[1], sentence)
            if (span := _FROM_TO.search(sentence)) and (day := _day(span[2], year)):
                return Said(day, sentence), Said(span[2], sentence)
    return None


def opens(paragraphs: Sequence[str], year: int | None) -> Said | None:
    """The first day, where the notice gives one."""
    for sentence in sentences(paragraphs):
        if not _SENDING.search(sentence):
            continue
        found = _FROM_TO.search(sentence) or re.search(rf"自({_DAY})起", sentence)
        if found and (day := _day(found[1], year)):
            return Said(day, sentence)
    return None


def recommenders(paragraphs: Sequence[str], groups: Sequence[RecommenderGroup]) -> Said | None:
    """The list whose wording (`said_as`) stands in a sentence about recommending."""
    for sentence in sentences(paragraphs):
        if not re.search("推荐|受理|汇总|组织", sentence):
            continue
        for group in groups:
            if any(re.search(p, sentence) for p in group.said_as):
                return Said(group.id, sentence)
    return None


def system(paragraphs: Sequence[str]) -> tuple[Said | None, Said | None]:
    """Whether the notice asks for a system, and its address."""
    for sentence in sentences(paragraphs):
        if _SYSTEM.search(sentence) and "公文交换" not in sentence and "可" not in sentence[:6]:
            address = _ADDRESS.search(sentence)
            return Said(True, sentence), Said(address[0], sentence) if address else None
    return None, None


def duration(paragraphs: Sequence[str]) -> Said | None:
    """Months that a project lasts."""
    for sentence in sentences(paragraphs):
        if found := _PERIOD.search(sentence):
            return Said(number_in(found[1]) * (12 if found[2] == "年" else 1), sentence)
    return None


def year_of(paragraphs: Sequence[str]) -> int | None:
    """The year that dates without one mean: that of the notice's date, else of its number; null if neither."""
    said = issued(paragraphs)
    if said:
        return int(said.value.year)
    known = number(paragraphs)
    found = re.search(r"〔(\d{4})〕", known.value) if known else None
    return int(found[1]) if found else None


def _only_date(paragraph: str) -> bool:
    return len(paragraph.replace(" ", "")) <= 14 and bool(dates_in(paragraph))


def _day(text: str, year: int | None) -> date | None:
    if re.match(r"\d{1,2}月", text):
        text = f"{year}年{text}" if year else ""
    return parse_date(text)
