"""Where papers go: receiving bodies with mailbox, people, address, postcode and the mark they ask for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from shoufa.calls.draft_said import Said, sentences
from shoufa.calls.draft_text import HAN

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<!\d)(?:0\d{2,3}[-—－ ]?)?\d{7,8}(?:转\d{1,6}分?机?)?(?!\d)|(?<!\d)1[3-9]\d{9}(?!\d|@)")
_HEAD = re.compile(rf"^(?P<what>[{HAN}、（）]{{0,40}}?)(?:支撑|受理|承办|接收|联系|咨询)单位(?:及联系人|和联系人|联系人|联系方式)?：?$")
_OFFICE = re.compile(rf"^([{HAN}]{{4,30}}(?:司|局|处|厅|委|院|所|会|中心|室|科|公司|部门))[ ]*(?=[{HAN}]{{2}})")
_CONTACT = re.compile(r"(?:联系人|联系方式|业务咨询|政策咨询)(?:及电话|及联系方式)?[：:]\s*(.+)")
_ADDRESS = re.compile(r"(?:地址|邮寄至|寄送至|寄至|版报送至|材料报送至|送至)[：:]\s*([^。；]+)")
_CODE = re.compile(r"(?:邮政编码|邮编)[：:]?\s*(\d{6})(?!\d)")
_MARK = re.compile(r"注明[:：]?[“\"「]([^”\"」]{2,60})[”\"」]")
_ELECTRONIC = re.compile(r"电子版|电子邮|邮箱|邮件")
_PAPER = re.compile(r"纸质|邮寄|信封|寄送")


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
    address: Said | None = None
    code: Said | None = None
    mark: Said | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing can be sent there."""
        return not (self.mailbox or self.address)


@dataclass
class Person:
    """Somebody to ask about the policy."""

    name: Said
    phone: Said | None = None
    fax: Said | None = None
    office: str = ""


@dataclass
class Where:
    """All places, the people beside them, and the mark that the subject of a mail must bear."""

    places: list[Place] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    subject: Said | None = None


def where(paragraphs: Sequence[str]) -> Where:
    """The receiving bodies of a programme, in the notice's order."""
    found = Where()
    place = Place()
    waiting = False
    for paragraph in paragraphs:
        head = _HEAD.match(paragraph)
        if head:
            place = _begun(found, place, Place(what=head["what"]))
            waiting = True
            continue
        person = _person(paragraph, waiting)
        if person:
            waiting = waiting and not _into(place, person, headed=True) if waiting else _policy(found, place, person)
        place = _filled(found, place, paragraph)
    _begun(found, place, Place())
    found.subject = _subject(paragraphs)
    _settle(found)
    return found


def _begun(found: Where, place: Place, following: Place) -> Place:
    if not place.empty or place.name:
        found.places.append(place)
    return following


def _person(paragraph: str, headed: bool) -> Person | None:
    """Name, phone, fax and office of a line 联系人：…, or of the bare line under a heading."""
    said = _CONTACT.search(paragraph)
    text = said[1] if said else paragraph if headed and PHONE.search(paragraph) else ""
    if not text or EMAIL.search(text):
        return None
    numbers = [m for m in PHONE.finditer(text)]
    before = (text[: numbers[0].start()] if numbers else text).strip(" ，,。：:（(")
    before = re.sub(r"(?:联系)?电话[：:]?$", "", before).strip(" ，,：:")
    office = _OFFICE.match(before)
    name = before[office.end() :].strip() if office else before
    if not re.fullmatch(rf"[{HAN}·]{{2,5}}(?:[、，][{HAN}·]{{2,5}})*", name):
        return None
    fax = next((m for m in numbers if text[m.end() : m.end() + 4].startswith(("（传真", "(传真"))), None)
    phones = [m[0].replace(" ", "") for m in numbers if m is not fax]
    return Person(
        Said(name, paragraph),
        Said("、".join(phones), paragraph) if phones else None,
        Said(fax[0], paragraph) if fax else None,
        office[1] if office else "",
    )


def _into(place: Place, person: Person, headed: bool) -> bool:
    place.person, place.phone, place.fax = person.name, person.phone, person.fax
    if headed and person.office:
        place.name = Said(person.office, person.name.sentence)
    return True


def _policy(found: Where, place: Place, person: Person) -> bool:
    """Somebody named outside a headed block: kept as a person to ask."""
    found.people.append(person)
    return False


def _filled(found: Where, place: Place, paragraph: str) -> Place:
    """Mailbox, address, postcode and mark of one paragraph put where they belong."""
    for said in sentences([paragraph]):
        address = _ADDRESS.search(said)
        mailbox = EMAIL.search(said)
        if (mailbox and place.mailbox) or (address and place.address and not EMAIL.search(address[1])):
            place = _begun(found, place, Place())
        if mailbox:
            place.mailbox = Said(mailbox[0].lower(), said)
        for clause in re.split("[；。]", said) if address else ():
            _address(place, clause, said)
        if code := _CODE.search(said):
            place.code = Said(code[1], said)
        mark = _MARK.search(said)
        if mark and (_PAPER.search(said) or "均注明" in said):
            place.mark = Said(mark[1], said)
    return place


def _address(place: Place, clause: str, said: str) -> None:
    found = _ADDRESS.search(clause)
    if found and not EMAIL.search(found[1]):
        bare = re.split(r"[（(]注|，\s*邮编|，\s*邮政编码|，\s*收件人|，\s*联系", found[1])[0].strip(" ，")
        place.address = Said(bare, said)


def _subject(paragraphs: Sequence[str]) -> Said | None:
    """The mark for the subject: asked of mails, or of both (均注明)."""
    said = list(sentences(paragraphs))
    for before, sentence in zip(["", *said], said, strict=False):
        mark = _MARK.search(sentence)
        if not mark or "信封" in sentence:
            continue
        mails = _ELECTRONIC.search(sentence) or ("均" in sentence and _ELECTRONIC.search(before))
        if mails or re.search("主题|标题", sentence):
            return Said(mark[1], sentence)
    return None


def _settle(found: Where) -> None:
    """One place and one person: that person answers for the place."""
    if len(found.places) == 1 and len(found.people) == 1 and not found.places[0].person:
        only, person = found.places[0], found.people.pop()
        _into(only, person, headed=False)
        if person.office and not only.name:
            only.name = Said(person.office, person.name.sentence)
    for place in found.places:
        mark = found.subject
        if mark and not place.mark and "均" in mark.sentence and place.address:
            place.mark = Said(mark.value, mark.sentence)
