"""The receipt: what arrived with a mail, said at once and no further than it was read (contracts §5)."""

from collections.abc import Sequence

from shoufa.domain.call import Call, Unit
from shoufa.domain.codes import Template
from shoufa.domain.errors import UnreadableCode
from shoufa.domain.mail import ARCHIVES, READ, CloudLink, Part
from shoufa.domain.submission import Manifest
from shoufa.domain.volumes import is_gap, volumes_lacking
from shoufa.notices import phrases
from shoufa.notices.compose import Outgoing, outgoing, reply_to
from shoufa.notices.html import Block, footer, heading, items, lead, text
from shoufa.notices.plain import clipped, file_name, file_path
from shoufa.notices.sizes import size_text
from shoufa.notices.words import (
    BROKEN_OFF,
    REASONS,
    RECEIPT,
    VOLUMES_BROKEN,
    VOLUMES_LACK,
    Language,
    ReceiptWords,
    language_of,
    moment,
    pick,
)

PICTURES = frozenset({"jpg", "jpeg", "png", "gif", "bmp", "webp"})
SMALL_PICTURE = 40 * 1024
"""Bytes under which a picture in the body is taken for decoration (a logo, a signature's icon)."""
LIST_LIMIT = 300
"""Lines of one list; what is over is counted."""
DEPTH = 8


def compose_receipt(call: Call, unit: Unit, manifest: Manifest, numbers: Sequence[str]) -> Outgoing:
    """The receipt for one mail, in its language; several `numbers` where it went to several units.

    Raises Unaddressable if its From is no address, ValueError without a number.
    """
    if not numbers:
        raise ValueError("a receipt needs a number")
    mail = manifest.mail
    language = language_of(mail)
    words = RECEIPT[language]
    said = ("、" if language is Language.ZH else ", ").join(numbers)
    body = (
        text(words.hello),
        *nothing_attached(mail.parts, mail.links, words),
        text(received(manifest, said, language), strong=said),
        *arrived(mail.parts, mail.links, language),
        items(notes(call, manifest, language)),
        footer(phrases.automatic(language, not_you=True), *phrases.signature(call, unit, language)),
        *annex(mail.parts, words),
    )
    return outgoing(
        Template.RECEIPT,
        f"receipt-{numbers[0]}-{manifest.digest[:12]}",
        words.subject.format(numbers=said, title=phrases.material_title(call)),
        body,
        language,
        reply_to(mail, tuple(numbers)),
    )


def received(manifest: Manifest, numbers: str, language: Language) -> str:
    """When the mail came, and under which numbers."""
    at = moment(manifest.envelope.received_at, language)
    return RECEIPT[language].received.format(at=at, numbers=numbers)


def members(part: Part, parts: Sequence[Part], depth: int = DEPTH) -> list[Part]:
    """All files inside an archive, nested ones included; an archive that was opened is not itself counted."""
    inside = [p for p in parts if p.parent and p.parent == part.sha256 and p.sha256 != part.sha256]
    here = [p for p in inside if p.path.startswith(f"{part.path}/")] or inside
    found: dict[str, Part] = {}
    for child in (p for p in here if not is_gap(p)):
        deeper = members(child, parts, depth - 1) if depth else []
        found.update({p.path: p for p in deeper or [child]})
    return list(found.values())


def _attached(parts: Sequence[Part]) -> list[Part]:
    """The mail's own files, and those of a message attached to it.

    A small picture shown in the body is none.
    """
    return [p for p in _outermost(parts) if not _decoration(p)]


def _outermost(parts: Sequence[Part]) -> list[Part]:
    """Parts that lie in no file of the list: a forwarded message is not itself one, what it carries is.

    A member that was lost has no digest, and is nobody's holder.
    """
    files = {p.sha256 for p in parts if p.sha256}
    return [p for p in parts if p.parent not in files]


def _decoration(part: Part) -> bool:
    return _in_body(part) and part.size < SMALL_PICTURE and not part.code


def _in_body(part: Part) -> bool:
    return part.inline and (part.container in PICTURES or part.declared.lower().startswith("image/"))


def arrived(parts: Sequence[Part], links: Sequence[CloudLink], language: Language) -> tuple[Block, ...]:
    """The files that came, and what could not be opened or came as a link."""
    return (*_attachments(parts, RECEIPT[language]), *_unopened(parts, links, language))


def nothing_attached(parts: Sequence[Part], links: Sequence[CloudLink], words: ReceiptWords) -> list[Block]:
    """That nothing was attached, where nothing was."""
    if _attached(parts):
        return []
    return [text(words.links_only if links else words.nothing)]


def _attachments(parts: Sequence[Part], words: ReceiptWords) -> list[Block]:
    files, small = _attached(parts), [p for p in _outermost(parts) if _decoration(p)]
    blocks = []
    if files:
        blocks.append(lead(words.attached.format(count=len(files), size=_total(files))))
        blocks += _list([_listed(p, parts, words) for p in files], words)
    if small:
        blocks.append(text(words.small_pictures.format(count=len(small), size=_total(small))))
    return blocks


def _total(parts: Sequence[Part]) -> str:
    return size_text(sum(p.size for p in parts))


def _listed(part: Part, parts: Sequence[Part], words: ReceiptWords) -> str:
    """`申报书.zip（16.5 MB，校验码90cd47ae，内含文件6个，清单附后）`."""
    inside = members(part, parts)
    notes = _check(part, words)
    notes += words.in_body if _in_body(part) else ""
    notes += words.members.format(count=len(inside)) if inside else ""
    return words.listed.format(name=file_name(part.name), size=size_text(part.size), notes=notes)


def _list(lines: list[str], words: ReceiptWords) -> list[Block]:
    rest = len(lines) - LIST_LIMIT
    shown = [items(tuple(lines[:LIST_LIMIT]))]
    return [*shown, text(words.rest.format(count=rest))] if rest > 0 else shown


def _unopened(parts: Sequence[Part], links: Sequence[CloudLink], language: Language) -> list[Block]:
    """What could not be opened, and links in place of files; one line if there is neither."""
    words = RECEIPT[language]
    bad = [p for p in parts if _code(p)]
    if not bad and not links and not _attached(parts):
        return []
    if not bad and not links:
        space = "" if language is Language.ZH else " "
        return [text(words.unopened_none + space + words.links_none)]
    return [*_bad(bad, language), *_links(links, words)]


def _code(part: Part) -> UnreadableCode | None:
    """Why a part is known already not to open: a program or a film is not left for reading to find out."""
    if part.code or part.container in READ or part.container in ARCHIVES:
        return part.code
    return UnreadableCode.UNSUPPORTED


def _bad(parts: list[Part], language: Language) -> list[Block]:
    words = RECEIPT[language]
    if not parts:
        return [text(words.unopened_none)]
    colon, stop = ("：", "。") if language is Language.ZH else (": ", ".")
    reasons = [_why(p, language) for p in parts]
    lines = [f"{file_path(path)}{colon}{reason}{stop}" for path, reason in reasons]
    return [lead(words.unopened.format(count=len(parts))), *_list(lines, words)]


def _why(part: Part, language: Language) -> tuple[str, str]:
    """The path of what could not be opened, and why: of an archive that breaks off, its own."""
    if is_gap(part):
        return part.path.rpartition("/")[0], pick(BROKEN_OFF, language)
    path = part.path or part.name
    lacking = volumes_lacking(part.reason)
    if lacking is None:
        return path, pick(REASONS[_code(part) or UnreadableCode.UNREADABLE], language)
    numbers = ("、" if language is Language.ZH else ", ").join(lacking)
    return path, pick(VOLUMES_LACK if lacking else VOLUMES_BROKEN, language).format(numbers=numbers)


def _links(links: Sequence[CloudLink], words: ReceiptWords) -> list[Block]:
    if not links:
        return [text(words.links_none)]
    lines = [_link(link, words) for link in links]
    return [lead(words.links.format(count=len(links))), *_list(lines, words), text(words.links_policy)]


def _link(link: CloudLink, words: ReceiptWords) -> str:
    days = words.days.format(days=link.days) if link.days else words.days_unknown
    name = file_name(link.name) if link.name else words.unnamed
    return words.link.format(name=name, provider=clipped(link.provider, 30), days=days)


def notes(call: Call, manifest: Manifest, language: Language) -> tuple[str, ...]:
    """The three numbered notes; the last names the deadline, or that it has passed, and the paper."""
    first, second = RECEIPT[language].notes
    if phrases.by_post_only(call):
        return (first, phrases.channel_sentence(language))
    third = _deadline(call, phrases.is_late(call, manifest.envelope.received_at), language)
    return (first, second, third) if third else (first, second)


def _deadline(call: Call, late: bool, language: Language) -> str:
    paper = phrases.paper_sentence(call, language, copies=True)
    space = "" if language is Language.ZH else " "
    if late:
        return phrases.late_sentence(language) + (space + paper if paper else "")
    if not call.closes and not call.closes_text:
        return paper
    if language is Language.ZH:
        by = phrases.due(call, "报送", language)
        return f"{by}；{paper}" if paper else f"{by}。"
    return f"{phrases.due(call, 'submit', language)}. {paper}".rstrip()


def annex(parts: Sequence[Part], words: ReceiptWords) -> list[Block]:
    """The lists of the archives' files, under the numbers that the archives have above."""
    blocks: list[Block] = []
    for i, part in enumerate(_attached(parts), 1):
        inside = members(part, parts)
        if inside:
            head = words.annex_of.format(index=i, name=file_name(part.name), count=len(inside))
            lines = [_member(p, part, words) for p in inside]
            blocks += [lead(head), *_list(lines, words)]
    return [heading(words.annex), *blocks] if blocks else []


def _check(part: Part, words: ReceiptWords) -> str:
    """The check digits of a file; one that was lost has none."""
    return words.check.format(digits=part.sha256[:8]) if part.sha256 else ""


def _member(part: Part, archive: Part, words: ReceiptWords) -> str:
    path = file_path(part.path.removeprefix(f"{archive.path}/"))
    check = _check(part, words)
    return words.listed.format(name=path, size=size_text(part.size), notes=check)
