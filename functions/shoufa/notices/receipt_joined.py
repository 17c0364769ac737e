"""One receipt for several mails of one address and day: each mail and each file named (contracts §5)."""

from collections.abc import Sequence

from shoufa.domain.call import Call, Unit
from shoufa.domain.codes import Template
from shoufa.domain.finding import Words
from shoufa.domain.submission import Manifest
from shoufa.notices import phrases
from shoufa.notices.compose import Outgoing, outgoing, reply_to
from shoufa.notices.html import Block, footer, heading, items, text
from shoufa.notices.receipt import annex, arrived, notes, nothing_attached, received
from shoufa.notices.words import RECEIPT, Language, language_of, pick

IN_SUBJECT = 2
"""Receipt numbers that stand in the subject; of more, it says how many there are."""
JOINED = Words(
    zh="您当日来邮较多，以下{count}封来邮的回执合并为一封。",
    en="Several mails came from you on one day; this is the receipt for {count} of them together.",
)
WHICH = Words(zh="第{index}封", en="Mail {index}")
MORE = Words(zh="{numbers}等{count}个编号", en="{numbers} and others ({count} numbers)")


def compose_joined_receipt(
    notice: str, call: Call, unit: Unit, mails: Sequence[tuple[Manifest, Sequence[str]]]
) -> Outgoing:
    """The receipt under the id `notice` for `mails`, each with its receipt numbers, in order of receipt.

    It answers the last of them and is signed by the unit of the first. Raises Unaddressable if its From is
    no address, ValueError without a mail.
    """
    if not mails:
        raise ValueError("a joined receipt needs a mail")
    last = mails[-1][0]
    language = language_of(last.mail)
    numbers = tuple(dict.fromkeys(n for _, own in mails for n in own))
    body = (
        text(RECEIPT[language].hello),
        text(pick(JOINED, language).format(count=len(mails))),
        *(block for i, (m, own) in enumerate(mails, 1) for block in _mail(i, m, own, language)),
        items(notes(call, last, language)),
        footer(phrases.automatic(language, not_you=True), *phrases.signature(call, unit, language)),
        *_annexes(mails, language),
    )
    subject = RECEIPT[language].subject.format(
        numbers=_named(numbers, language), title=phrases.material_title(call)
    )
    return outgoing(Template.RECEIPT, notice, subject, body, language, reply_to(last.mail, numbers))


def _named(numbers: Sequence[str], language: Language) -> str:
    said = _listed(numbers[:IN_SUBJECT], language)
    if len(numbers) <= IN_SUBJECT:
        return said
    return pick(MORE, language).format(numbers=said, count=len(numbers))


def _listed(numbers: Sequence[str], language: Language) -> str:
    return ("、" if language is Language.ZH else ", ").join(numbers)


def _mail(index: int, manifest: Manifest, numbers: Sequence[str], language: Language) -> list[Block]:
    mail, said = manifest.mail, _listed(numbers, language)
    return [
        heading(pick(WHICH, language).format(index=index)),
        *nothing_attached(mail.parts, mail.links, RECEIPT[language]),
        text(received(manifest, said, language), strong=said),
        *arrived(mail.parts, mail.links, language),
    ]


def _annexes(mails: Sequence[tuple[Manifest, Sequence[str]]], language: Language) -> list[Block]:
    """The lists of the archives' files, under the number of their mail."""
    blocks: list[Block] = []
    for index, (manifest, _) in enumerate(mails, 1):
        own = annex(manifest.mail.parts, RECEIPT[language])
        blocks += [heading(pick(WHICH, language).format(index=index)), *own] if own else []
    return blocks
