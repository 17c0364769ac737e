"""People whom a notice names to be asked: name, office, telephone, fax, however the line is written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shoufa.calls.draft_said import Said
from shoufa.calls.draft_text import HAN

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
PHONE = re.compile(
    r"(?<![\d@.])(?<!QQ[:：])(?<!QQ)(?:0\d{2,3}[-—－ ]{0,2})?\d{7,8}(?:转\d{1,6}分?机?|-\d{3,5}(?!\d))?(?![\d@])|"
    r"(?<![\d.])1[3-9]\d{9}(?![\d@])"
)
_CONTACT = re.compile(
    r"(?:联系人|联络人|联系方式|业务咨询|政策咨询|咨询人)(?:姓名)?(?:及(?:联系)?(?:电话|方式))?[：:]\s*(.+)"
)
_LABEL = re.compile(
    r"(?:联系|咨询|办公)?(?:电话|方式|手机)(?:[/／]?传真)?(?:号码)?[：:]?|手机[：:]?|传真[：:]?|"
    r"(?:电子)?(?:邮箱|邮件|信箱)[：:]?|[Ee]-?[Mm]ail[：:]?|微信|QQ|(?:联系|邮寄)?地址[：:]?|邮编[：:]?|邮政编码[：:]?"
)
_FOR_BOTH = re.compile("(?:电话|手机)(?:(?:和|及|与|、|/)传真)?[：:]?$")
"""电话：…（传真） and 电话和传真：…: one number for both."""
_LATER = re.compile(r"(?:联系|咨询|办公)?电话[：:]\s*([\d—－、，/／ （）转分机-]+)")
_NUMBERS = re.compile(
    r"^(?:（)?(?:联系|咨询|办公)?(?:电话|手机|传真|方式)[^：:]{0,6}[：:]\s*([\d—－、，/／ （）转分机传真-]+)"
)
LONGEST = 80
"""A line with a mailbox or an address has at most so many characters."""
_BETWEEN = re.compile(
    r"(?:电子)?(?:邮箱|邮件|信箱)|[Ee]-?[Mm]ail|(?:通信|通讯|联系|邮寄|单位)?地址|邮编|邮政编码|QQ|微信"
)
_OFFICE = re.compile(
    rf"^([{HAN}（）]{{1,30}}(?:司|局|处|厅|委|院|所|会|中心|室|科|公司|部门|部|办|集团|大学|学院))[ ，]*(?=[{HAN}] ?[{HAN}])"
)
_NAME = rf"(?:[{HAN}·]{{2,4}}|[{HAN}](?:先生|女士|老师|同志|处长|科长|主任|工))"
_NAMES = re.compile(rf"{_NAME}(?:、{_NAME})*")


@dataclass
class Person:
    """Somebody to ask."""

    name: Said
    phone: Said | None = None
    fax: Said | None = None
    office: str = ""


def person(
    paragraph: str, following: Sequence[str], *, headed: bool, before: Sequence[str] = ()
) -> Person | None:
    """Who a line 联系人：… names, or the bare line under a heading; numbers may stand in the lines after it.

    `before`: the lines above it, the nearest first, if nobody's numbers stand there; used where none follow.
    """
    text = _numbers_together(paragraph)
    said = _CONTACT.search(text)
    rest = said[1] if said else text if headed and PHONE.search(text) else ""
    first = _NUMBERS.match(text) if said else None
    if not rest or (not said and EMAIL.search(rest)):
        return None
    name, office = _named(rest)
    if not name:
        return None
    made = Person(Said(name, paragraph), office=office)
    lines = [*([(first[1], paragraph)] if first else []), (rest, paragraph), *_numbered(following)]
    _telephones(made, lines)
    if not (made.phone or made.fax):
        _telephones(made, _numbered(before))
    return made


def further(paragraph: str) -> Person | None:
    """A bare line office, name, number, such as follows the first contact's."""
    text = _numbers_together(paragraph)
    if not PHONE.search(text) or re.search(r"[：。]", text) or EMAIL.search(text):
        return None
    name, office = _named(text)
    if not (name and office):
        return None
    made = Person(Said(name, paragraph), office=office)
    _telephones(made, [(text, paragraph)])
    return made


def _numbers_together(text: str) -> str:
    """A number written in groups (159 0137 2383, 010-5919 9585) without its spaces."""
    text = re.sub(r"(?<!\d)(1[3-9]\d) (\d{4}) (\d{4})(?!\d)", r"\1\2\3", text)
    return re.sub(r"(?<!\d)(0\d{2,3}[-—－]{1,2})(\d{3,4}) (\d{4})(?!\d)", r"\1\2\3", text)


def _named(rest: str) -> tuple[str, str]:
    """Name and office before the numbers; "" where it is no name."""
    head = re.split(r"[。；]", rest)[0]
    stops = [m.start() for m in (PHONE.search(head), _LABEL.search(head), re.search("[（(]", head)) if m]
    head = head[: min(stops)] if stops else head
    head = head.strip(" ，,。：:）)、")
    office = _OFFICE.match(head)
    name = head[office.end() :] if office else head
    name = re.sub(rf"(?<![{HAN}])([{HAN}]) ([{HAN}])(?![{HAN}])", r"\1\2", name.strip(" ，"))
    name = re.sub(r"[，, ]+", "、", name)
    body = re.search("[处科局办室部司]$|中心$|委员会$", name)
    return (name if _NAMES.fullmatch(name) and not body else ""), (office[1] if office else "")


def _numbered(following: Sequence[str]) -> list[tuple[str, str]]:
    """The lines after the name's that give numbers; a mailbox or an address may stand between."""
    found = []
    for paragraph in following[:5]:
        text = _numbers_together(paragraph)
        between = _BETWEEN.match(text) and len(text) < LONGEST
        if not (number := _LATER.search(text) if between else _NUMBERS.match(text)):
            if between:
                continue
            break
        label = "（传真）" if text.startswith("传真") else ""
        found.append((number[1] + label, paragraph))
    return found


def _telephones(made: Person, lines: Sequence[tuple[str, str]]) -> None:
    phones: list[str] = []
    for text, paragraph in lines:
        for match in PHONE.finditer(text):
            before, after = text[: match.start()], text[match.end() : match.end() + 4]
            fax = bool(after.startswith("（传真") or re.search("(?<![/／])传真[：:]?$", before))
            number = re.sub(r"\s", "", match[0])
            if fax:
                made.fax = made.fax or Said(number, paragraph)
            if (not fax or _FOR_BOTH.search(before)) and number not in phones:
                phones.append(number)
                made.phone = Said("、".join(phones), made.phone.sentence if made.phone else paragraph)
