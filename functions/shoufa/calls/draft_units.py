"""Where papers go: receiving bodies with mailbox, people, address, postcode and the mark they ask for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from shoufa.calls.draft_people import EMAIL, Person, further, person
from shoufa.calls.draft_said import Said, sentences
from shoufa.calls.draft_text import HAN

_HEAD = re.compile(
    rf"^(?P<what>[{HAN}、（）]{{0,40}}?)(?:支撑|受理|承办|接收|联系|咨询)单位(?:及联系人|和联系人|联系人|联系方式)?：?$"
)
_ADDRESS = re.compile(
    rf"(?:地址(?:及联系方式)?|邮寄至|寄送至|寄至|版报送至|材料报送至|送至)[：:]\s*([^。；]+)|"
    rf"(?:邮寄|寄送|寄)(?:至|到)([{HAN}\d（）]{{4,40}}?\d+号[^，。；（]{{0,20}})"
)
_WEB = re.compile(r"网址|网站|下载|登录|平台")
_CODE = re.compile(r"(?:(?:邮政编码|邮编)[：:]?\s*|地址[：:][^。；]{6,60}（)(\d{6})(?!\d)")
_MARK = re.compile(
    r"(?:注明|标明|标注|写明)[:：]?[“\"「]([^”\"」]{2,60})[”\"」]|(?:主题|标题)[:：为][“\"「]([^”\"」]{2,60})[”\"」]"
)
_ELECTRONIC = re.compile(r"电子版|电子邮|邮箱|邮件")
_PAPER = re.compile(r"纸质|邮寄|信封|寄送")
_NOT_FOR_PAPERS = re.compile(r"监督|投诉|举报|技术支持|技术咨询|系统咨询|版权")
_TO_ASK = re.compile(rf"(?:请|可)[^。；]{{0,12}}联系[{HAN}]{{2,20}}（")
"""Whom to ask about something, with his mailbox in brackets."""
_NAMED = re.compile(rf"^([{HAN}]{{3,30}}(?:秘书处|处|会|局|中心|院|室|科|司)) ?(?:电子)?(?:邮箱|[Ee]-?[Mm]ail)[：:]")
"""One line of several: a body with its mailbox."""
NEAR = 30
"""Characters before a mailbox that tell what it is for."""
_SENDS = re.compile(r"发送|发至|发到|报送|提交|反馈|投稿|发[\w.+-]+@|申报邮箱|报名邮箱|送至")
_BODY = (
    rf"[{HAN}]{{1,20}}?(?:秘书处|办公室|标准技术司|司|局|处|厅|委|院|中心|科|室|协会|学会|标委会|会办公室)"
)
_TO = re.compile(
    rf"(?:寄送|报送|邮寄|送达|提交|发送|送交|反馈|(?<![申填])报(?![告名表书])|送)(?:[{HAN}]{{0,6}}材料)?(?:至|到|给)?\s*"
    rf"((?:我(?:协会|学会|中心|[局厅委部会办司院校所]))?(?:{_BODY}){{0,2}})(?=[，。；（）]|$|汇总|及|和|的?(?:电子)?邮箱|的?信箱)"
)
_SHORTLY = re.compile(rf"([{HAN}]{{4,30}})（[^（）]*以下简称“?([{HAN}]{{2,12}})”?）")
_SOMEBODY = re.compile(
    r"^各|支撑单位|指定|所在地|当地|所属|各[省市县区地]|归口|省级|推荐单位|有关|相关|本单位|或|^告"
)


_OURS = re.compile("我(?:协会|学会|中心|[局厅委部会办司院校所])")
"""A house that speaks of itself."""
SHORTEST = 3
"""A name of two characters (协会, 学院) may be anybody's."""


@dataclass
class Place:
    """One receiving body, as far as the notice tells."""

    what: str = ""
    """The words before 支撑单位: which programme it serves."""
    name: Said | None = None
    mailbox: Said | None = None
    person: Said | None = None
    phone: Said | None = None
    fax: Said | None = None
    office: str = ""
    address: Said | None = None
    code: Said | None = None
    mark: Said | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing can be sent there."""
        return not (self.mailbox or self.address)


@dataclass
class Where:
    """All places, the people beside them, and the mark that the subject of a mail must bear."""

    places: list[Place] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    subject: Said | None = None


def where(paragraphs: Sequence[str], issuer: str = "") -> Where:
    """The receiving bodies of a programme, in the notice's order; `issuer` is what 我局 means."""
    found = Where()
    place = Place()
    waiting = False
    for at, paragraph in enumerate(paragraphs):
        head = _HEAD.match(paragraph)
        if head:
            place = _begun(found, place, Place(what=head["what"]))
            waiting = True
            continue
        nobody = not (found.people or place.person)
        before = paragraphs[max(at - 3, 0) : at][::-1] if nobody else ()
        asked = person(paragraph, paragraphs[at + 1 :], headed=waiting, before=before) or (
            further(paragraph) if found.people or place.person else None
        )
        if asked and waiting:
            _into(place, asked, headed=True)
            waiting = False
        elif asked:
            found.people.append(asked)
        place = _filled(found, place, paragraph)
    _begun(found, place, Place())
    found.subject = _subject(paragraphs)
    _settle(found, paragraphs, issuer)
    return found


def _begun(found: Where, place: Place, following: Place) -> Place:
    if not place.empty or place.name:
        found.places.append(place)
    return following


def _into(place: Place, asked: Person, *, headed: bool) -> None:
    place.person, place.phone, place.fax, place.office = asked.name, asked.phone, asked.fax, asked.office
    if headed and asked.office:
        place.name, place.office = Said(asked.office, asked.name.sentence), ""


def _filled(found: Where, place: Place, paragraph: str) -> Place:
    """Mailbox, address, postcode and mark of one paragraph put where they belong."""
    for said in sentences([paragraph]):
        address = None if _WEB.search(said) else _ADDRESS.search(said)
        mailbox = _mailbox(said, place, {p.mailbox.value for p in [*found.places, place] if p.mailbox})
        goes = address and _street(address[1] or address[2])
        named = _NAMED.match(said) if mailbox else None
        if (mailbox and place.mailbox) or (goes and place.address) or named:
            place = _begun(found, place, Place(name=Said(named[1], said) if named else None))
        if mailbox:
            place.mailbox = Said(mailbox, said)
        for clause in re.split("[；。]", said) if address else ():
            _address(place, clause, said)
        if code := _CODE.search(said):
            place.code = Said(code[1], said)
        mark = _MARK.search(said)
        if mark and (_PAPER.search(said) or "均注明" in said):
            place.mark = Said(mark[1] or mark[2], said)
    return place


def _mailbox(said: str, place: Place, known: set[str]) -> str | None:
    """The new mailbox that a sentence gives for papers; beside one that is known only if papers go there."""
    if _TO_ASK.search(said) and not _SENDS.search(said):
        return None
    for found in EMAIL.finditer(said):
        if not _NOT_FOR_PAPERS.search(said[: found.start()][-NEAR:]):
            further = place.mailbox and not (_SENDS.search(said) or _NAMED.match(said))
            return None if further or found[0].lower() in known else found[0].lower()
    return None


def _address(place: Place, clause: str, said: str) -> None:
    found = _ADDRESS.search(clause)
    bare = _street(found[1] or found[2]) if found else ""
    if bare:
        place.address = Said(bare, said)


def _street(goes: str) -> str:
    """An address without what follows it in the line; "" where it is a mailbox's."""
    ends = r"[（(]注|[，\s]\s*(?:邮编|邮政编码|收件人|收件|联系|电话|电子|邮箱|信箱|[Ee]-?[Mm]ail)"
    bare = re.sub(r"（\d{6}）$", "", re.split(ends, goes)[0].strip(" ，"))
    bare = bare.replace("(", "（").replace(")", "）")
    if bare.count("）") > bare.count("（"):  # the label stands in brackets itself
        bare = bare.split("）")[0]
    bare = bare if bare.count("（") == bare.count("）") else bare.strip("（）")
    return "" if EMAIL.search(bare) else bare


def _subject(paragraphs: Sequence[str]) -> Said | None:
    """The mark for the subject: asked of mails, or of both (均注明)."""
    said = list(sentences(paragraphs))
    for before, sentence in zip(["", *said], said, strict=False):
        mark = _MARK.search(sentence)
        if not mark or "信封" in sentence:
            continue
        mails = _ELECTRONIC.search(sentence) or ("均" in sentence and _ELECTRONIC.search(before))
        if mails or re.search("主题|标题", sentence):
            return Said(mark[1] or mark[2], sentence)
    return None


def _settle(found: Where, paragraphs: Sequence[str], issuer: str) -> None:
    """What the notice says once belongs to the one place there is: the person to ask, the body, the mark."""
    if not found.places and (receiver := _receiver(paragraphs, issuer)):
        found.places.append(Place(name=receiver))
    if len(found.places) == 1:
        only = found.places[0]
        if len(found.people) == 1 and not only.person:
            _into(only, found.people.pop(), headed=False)
        only.name = only.name or _receiver(paragraphs, issuer)
    for place in found.places:
        mark = found.subject
        if mark and not place.mark and "均" in mark.sentence and place.address:
            place.mark = Said(mark.value, mark.sentence)


def _ours(issuer: str, name: str, ours: str) -> str:
    """我局某处 written out; 我部 of a ministry's office is the ministry, a department is not named twice."""
    whole = re.sub("(?<=[部委局])(?:办公厅|办公室)$", "", issuer) if ours[1:] in "部委局" else issuer
    own = name[len(ours) :]
    at = next((i for i in range(len(own), 1, -1) if whole.endswith(own[:i])), 0)
    return whole + own[at:]


def _receiver(paragraphs: Sequence[str], issuer: str) -> Said | None:
    """The body that a sentence sends papers to; 我局 is the issuer, a short name is written out."""
    short = {m[2]: m[1] for p in paragraphs for m in _SHORTLY.finditer(p)}
    told: dict[str, tuple[int, str]] = {}
    for sentence in sentences(paragraphs):
        for found in _TO.finditer(sentence):
            name = re.sub(r"^.*(?:统一|上)?报(?:送)?(?=[市省区县自工])|^(?:至|到|给|报?送|达)+", "", found[1])
            if re.match("[局厅委部会][^员]", name):  # 报厅造林处: a house speaks of itself
                name = f"我{name}"
            ours = _OURS.match(name)
            if (ours and not issuer) or (not ours and (_SOMEBODY.search(name) or len(name) < SHORTEST)):
                continue
            full = _ours(issuer, name, ours[0]) if ours else re.sub("^.*提交至", "", short.get(name, name))
            plainly = re.search("纸质|推荐公函|清单|申报材料|推荐材料|书面|盖章", sentence)
            told.setdefault(full, (2 if name == (ours and ours[0]) else 0 if plainly else 1, sentence))
    best = [n for n, (rank, _) in told.items() if rank == min(r for r, _ in told.values())]
    whole = [n for n in best if all(other in n or n in other for other in best)]
    return Said(max(whole, key=len), told[max(whole, key=len)][1]) if whole else None
