"""What clerks decided about a submission, brought into its judging: a person's word holds over a reading.

The last word on a thing is the one that counts. A decision that fits nothing (its document was never here,
its project is not listed) changes nothing and is shown as not applied.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from shoufa.domain.call import Call
from shoufa.domain.decision import (
    KindDecided,
    Made,
    OnDocument,
    PaperReceived,
    SealDecided,
    SenderDecided,
    Withdrawn,
    later_than,
)
from shoufa.domain.facts import Page
from shoufa.domain.submission import Case, DecisionRow, PaperRow
from shoufa.judging.document import Doc, Fields, LetterReading, Source, TableReading, Word
from shoufa.judging.names import plain
from shoufa.judging.projects import Project
from shoufa.judging.segments import read_as


def with_decisions(docs: Iterable[Doc], case: Case, call: Call) -> list[Doc]:
    """The documents as clerks see them: their kinds first, then their seals."""
    found = list(docs)
    for made in case.decisions:
        if isinstance(made.decision, KindDecided):
            found = [_of_kind(d, made.decision, call) for d in found]
    for made in case.decisions:
        if isinstance(made.decision, SealDecided):
            found = [_sealed(d, made, made.decision) for d in found]
    return found


def _concerns(doc: Doc, decision: OnDocument) -> bool:
    return any(_meets(source, decision) for source in doc.sources)


def _meets(source: Source, decision: OnDocument) -> bool:
    return source.piece.part.sha256 == decision.sha256 and decision.on(source.first, source.last)


def _of_kind(doc: Doc, decision: KindDecided, call: Call) -> Doc:
    """The document read anew as what the clerk says that it is."""
    if not _concerns(doc, decision) or doc.bears is not None:
        return doc
    bare = replace(
        doc, kind=decision.kind, guessed=False, fields=Fields(), table=TableReading(), letter=LetterReading()
    )
    return read_as(bare, call)


def _sealed(doc: Doc, made: Made, decision: SealDecided) -> Doc:
    """The document with the clerk's word on its seals."""
    if not _concerns(doc, decision):
        return doc
    said = Word(made.object, decision.whose, decision.pages)
    if decision.confirmed:
        return replace(doc, confirmed=(*doc.confirmed, said))
    kept = tuple(w for w in doc.confirmed if w.pages and not decision.on(*w.pages))
    whole = all(_covers(s, decision) for s in doc.sources)
    own = {s.piece.part.sha256 for s in doc.sources}
    beside = doc.beside if decision.sha256 not in own else tuple(_bare(p, decision) for p in doc.beside)
    return replace(doc, pages=_without_seals(doc, decision), beside=beside, confirmed=kept, denied=whole)


def _covers(source: Source, decision: SealDecided) -> bool:
    """Whether it speaks of all pages of a source."""
    pages = decision.pages or (source.first, source.last)
    same = source.piece.part.sha256 == decision.sha256
    return same and pages[0] <= source.first and source.last <= pages[1]


def _without_seals(doc: Doc, decision: SealDecided) -> tuple[Page, ...]:
    """The pages, those that the clerk saw without what was taken for a seal there."""
    pages: list[Page] = []
    for sha, count in _pages_of_files(doc):
        mine = doc.pages[len(pages) : len(pages) + count]
        pages += [_bare(p, decision) if sha == decision.sha256 else p for p in mine]
    return (*pages, *doc.pages[len(pages) :])


def _pages_of_files(doc: Doc) -> Iterator[tuple[str, int]]:
    """How many of a document's pages come from each of its files, in their order."""
    counted: dict[int, tuple[str, int]] = {}
    for source in doc.sources:
        sha, count = counted.get(id(source.piece), (source.piece.part.sha256, 0))
        counted[id(source.piece)] = (sha, count + source.last - source.first + 1)
    yield from counted.values()


def _bare(page: Page, decision: SealDecided) -> Page:
    if not decision.on(page.number, page.number):
        return page
    return page.model_copy(update={"seals": (), "faint": (), "seals_seen": True})


def confirmed_senders(case: Case) -> frozenset[str]:
    """Addresses that a clerk confirmed, in lower case."""
    return frozenset(address for address, confirmed in _senders(case).items() if confirmed)


def denied_senders(case: Case) -> frozenset[str]:
    """Addresses that a clerk denied, in lower case."""
    return frozenset(address for address, confirmed in _senders(case).items() if not confirmed)


def _senders(case: Case) -> dict[str, bool]:
    """The last word on each address; of submissions that were merged, by the time of each."""
    said = [m.decision for m in case.decisions if isinstance(m.decision, SenderDecided)]
    in_time = sorted(said, key=lambda d: d.at or datetime.min.replace(tzinfo=UTC))
    return {d.address.strip().lower(): d.confirmed for d in in_time}


def without_withdrawn(found: Sequence[Project], case: Case) -> tuple[list[Project], list[Project]]:
    """The projects that stay, and those that a clerk took out."""
    out = {plain(n) for n in _withdrawn_names(case)}
    kept = [p for p in found if plain(p.name) not in out]
    return kept, [p for p in found if plain(p.name) in out]


def _withdrawn_names(case: Case) -> list[str]:
    said = [m.decision for m in case.decisions]
    return [d.project for d in said if isinstance(d, Withdrawn) and d.project]


def withdrawal_answered(case: Case, at: datetime) -> bool:
    """Whether a clerk decided on withdrawals after a mail of that time."""
    said = [m.decision for m in case.decisions]
    return any(isinstance(d, Withdrawn) and later_than(d.at, at) for d in said)


def paper_row(case: Case) -> PaperRow | None:
    """Paper and disc as registered last."""
    said = [m.decision for m in case.decisions]
    papers = [d for d in said if isinstance(d, PaperReceived)]
    if not papers:
        return None
    return PaperRow(copies=papers[-1].copies, disc=papers[-1].disc, received=papers[-1].received)


def decision_rows(
    case: Case, docs: Sequence[Doc], withdrawn: Sequence[Project], refused: frozenset[str]
) -> tuple[DecisionRow, ...]:
    """The decisions that the verdict was made with, and whether each fits anything that is there.

    `refused`: digests of the mails that denials keep out (senders.denied).
    """
    rows = (_row(made, case, docs, withdrawn, refused) for made in case.decisions)
    return tuple(row for row in rows if row is not None)


def _row(
    made: Made, case: Case, docs: Sequence[Doc], withdrawn: Sequence[Project], refused: frozenset[str]
) -> DecisionRow | None:
    decision: Any = made.decision
    about, said, applied = "", "", True
    if isinstance(decision, (SealDecided, KindDecided)):
        doc = next((d for d in docs if _concerns(d, decision)), None)
        about, applied = (doc.path if doc else decision.sha256), doc is not None
        said = decision.kind.value if isinstance(decision, KindDecided) else _answer(decision)
    elif isinstance(decision, SenderDecided):
        about, said = decision.address, "" if decision.confirmed else "denied"
        applied = _holds_mails(decision, case, refused)
    elif isinstance(decision, Withdrawn):
        about = decision.project or ""
        applied = not about or any(plain(p.name) == plain(about) for p in withdrawn)
    elif isinstance(decision, PaperReceived):
        said = f"{decision.copies}"
    else:
        return None
    row = {"object": made.object, "action": decision.action, "who": decision.who}
    return DecisionRow(**row, about=about, said=said, applied=applied)


def _holds_mails(decision: SenderDecided, case: Case, refused: frozenset[str]) -> bool:
    """Whether mails of that address are here; of a denial that stands, whether it keeps any of them out."""
    address = decision.address.strip().lower()
    mine = {m.digest for m in case.mails if m.sender == address}
    stands = not decision.confirmed and address in denied_senders(case)
    return bool(mine & refused if stands else mine)


def _answer(decision: SealDecided) -> str:
    return "confirmed" if decision.confirmed else "denied"
