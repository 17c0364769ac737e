"""Whether the seals on a document are the ones needed: met, unclear, wrong, or missing (contracts §2).

A claim needs a reading that supports it: a seal whose name could not be read is unclear, not right and not
wrong.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property
from itertools import zip_longest

from rapidfuzz.distance import Levenshtein

from shoufa.domain.codes import Form, SealMethod
from shoufa.domain.facts import Page, Seal
from shoufa.judging.document import Doc
from shoufa.judging.electronic_seals import counts, is_electronic, told
from shoufa.judging.names import Weights, alike, best_of, body, fit, is_organisation, says_more, weights_of

READ_SURELY, _REPLACED, _TELLS = 0.95, 2, 0.5
"""Confidence from which so many other signs are no slips; weight from which a sign tells bodies apart."""
_READ_AS_OTHER = 0.75
"""Confidence from which a reading unlike the wanted name is another body's, not a ruin of the wanted one."""
MATCHED, WRONG_BELOW, READ_WELL, READ_WHOLE = 0.72, 0.5, 0.6, 0.97
"""Share of a name's weight that must be read; share under which it is another body.

Then the confidence that makes a reading certain, and the share at which a rival was read whole.
"""
_LOST = 2
"""Signs at most that a reading of a name may lack and still be no other's."""
ALIKE = 0.65
"""Likeness of whole names that a claim needs as well: what they share weighs little but must be there."""


RANKS = "省市区县州盟旗"
NEAR_CITIES = (
    *("南京", "北海", "北安", "北票", "北镇", "北流", "天水", "天门", "天长", "河津", "上饶", "珠海", "威海"),
    *("乌海", "琼海", "临海", "凌海", "大庆", "安庆", "肇庆"),
)
"""Cities whose names are one sign away from a municipality's (GB/T 2260): read so, they are no slip."""


class SealState(IntEnum):
    """How a document stands against a seal rule; higher is better."""

    MISSING = 0
    WRONG = 1
    UNCLEAR = 2
    MET = 3


class Whose(StrEnum):
    """Whose one seal is, as far as the reading supports it."""

    RIGHT = "right"
    ANOTHER = "another"
    NOT_OFFICIAL = "not-official"
    UNKNOWN = "unknown"


_STATES = {
    Whose.RIGHT: SealState.MET,
    Whose.ANOTHER: SealState.WRONG,
    Whose.NOT_OFFICIAL: SealState.WRONG,
    Whose.UNKNOWN: SealState.UNCLEAR,
}


@dataclass(frozen=True)
class SealVerdict:
    """The state, and the page and words that show it."""

    state: SealState
    page: int | None = None
    detail: str = ""
    detail_en: str = ""
    """Only where an electronic seal could not be counted."""
    by: str = ""
    """The decision that says so, "" where it was read."""


@dataclass(frozen=True)
class Bodies:
    """Names that matter: those whose seal is needed, and all others that a seal might be."""

    wanted: tuple[str, ...]
    others: tuple[str, ...] = ()
    impostors: tuple[str, ...] = ()
    """Patterns of bodies of nearly such names: a city's bureau, a province's other departments."""
    roles: tuple[str, ...] = ()
    """As what they are wanted (`recommender`, `applicant`)."""

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All of them, in an order that does not depend on which are wanted."""
        return tuple(sorted({n for n in (*self.wanted, *self.others) if n}))

    def weights(self) -> Weights:
        """Which characters tell these names apart."""
        return weights_of(self.names)


def check(doc: Doc, bodies: Bodies) -> SealVerdict:
    """How a document's seals stand against the bodies wanted (any of them suffices).

    A clerk's word holds over what was read.
    """
    word = next((w for w in reversed(doc.confirmed) if w.answers(bodies.roles)), None)
    if word is not None:
        return SealVerdict(SealState.MET, word.pages[0] if word.pages else None, by=word.by)
    pages = (*doc.pages, *doc.beside)
    seals = [s for p in pages for s in p.seals]
    weights = bodies.weights()
    readings = [(_STATES[whose(seal, bodies, weights)], seal) for seal in seals]
    met = [s for state, s in readings if state is SealState.MET]
    if met:
        return _met(doc, met)
    unclear = [s for state, s in readings if state is SealState.UNCLEAR]
    if unclear:
        return _unclear(unclear[0])
    if readings:
        return SealVerdict(SealState.WRONG, readings[0][1].page, _read_as(readings[0][1]))
    return _none_seen(doc, pages)


def _unclear(seal: Seal) -> SealVerdict:
    if is_electronic(seal):
        return SealVerdict(SealState.UNCLEAR, seal.page, *told(seal))
    return SealVerdict(SealState.UNCLEAR, seal.page, _read_as(seal))


def _met(doc: Doc, met: Sequence[Seal]) -> SealVerdict:
    """A picture of a seal in a born-digital file is neither a seal on paper nor nothing (contracts §2)."""
    pictures = all(s.method is SealMethod.IMAGE for s in met)
    if doc.form is Form.DIGITAL and pictures:
        return SealVerdict(SealState.UNCLEAR, met[0].page, "：电子文件中的印章图片")
    return SealVerdict(SealState.MET, met[0].page)


def _none_seen(doc: Doc, pages: Iterable[Page]) -> SealVerdict:
    if doc.denied:
        return SealVerdict(SealState.MISSING)
    faint = [s for p in pages for s in p.faint]
    if faint:
        return SealVerdict(SealState.UNCLEAR, faint[0].page, f"第{faint[0].page}页印迹不清")
    unseen = [p.number for p in pages if not p.seals_seen]
    if unseen or not doc.complete:
        return SealVerdict(SealState.UNCLEAR, unseen[0] if unseen else None, "有页面未能看清")
    return SealVerdict(SealState.MISSING)


def whose(seal: Seal, bodies: Bodies, weights: Weights) -> Whose:
    """One seal against the wanted bodies: theirs, another's, none of a body's own, or cannot be told."""
    if not counts(seal):
        return Whose.UNKNOWN
    if seal.official is False:
        return Whose.NOT_OFFICIAL if seal.name_score >= READ_WELL or seal.inner else Whose.UNKNOWN
    readings = [r for r in (seal.name, *seal.candidates) if r]
    if not readings:
        return Whose.UNKNOWN
    wanted = {body(w) for w in bodies.wanted}
    best = _best(readings, bodies.wanted, weights)
    own = [] if says_more(seal.name, wanted) else [r for r in readings if not says_more(r, wanted)]
    rival = max(best_of(r, bodies.names, weights, wanted) for r in readings)
    slipped = any(_lost_only(body(seal.name), w) for w in wanted)
    alien = (best < READ_WHOLE or not own) and not slipped
    impostor = alien and any(re.search(p, body(seal.name)) for p in bodies.impostors)
    fitting = _best(own, bodies.wanted, weights)
    whole = max((alike(body(r), w) for r in own for w in wanted), default=0.0)
    if fitting >= MATCHED and fitting > rival and whole >= ALIKE and not impostor:
        doubted = seal.crossed or (fitting < READ_WHOLE and _other_signs(seal, wanted, weights))
        return Whose.UNKNOWN if doubted else Whose.RIGHT
    if impostor and seal.name_score >= READ_WELL:
        sure = seal.name_score >= READ_SURELY
        apart = all(_told_apart(body(seal.name), w, weights, sure=sure) for w in wanted)
        return Whose.ANOTHER if apart else Whose.UNKNOWN
    return Whose.ANOTHER if _is_rival(seal, bodies, weights, best, rival) else Whose.UNKNOWN


def _lost_only(read: str, wanted: str) -> bool:
    """Whether a reading is the wanted name with a sign or two left out: other bodies have other signs.

    广西壮族治区 is no district (区) of anything; it is 广西壮族自治区 with a sign unread.
    """
    return 0 < len(wanted) - len(read) <= _LOST and not Levenshtein.distance(wanted, read, weights=(1, 0, 1))


def _other_signs(seal: Seal, wanted: Iterable[str], weights: Weights) -> bool:
    """Whether two signs that tell bodies apart were surely read as others: 上海恒源 is no slip for 泽城恒源."""
    read = body(seal.name)
    return seal.name_score >= READ_SURELY and all(_replaced(read, w, weights) >= _REPLACED for w in wanted)


def _replaced(read: str, wanted: str, weights: Weights) -> int:
    """How many signs that tell bodies apart were read as others."""
    steps = (op for op in Levenshtein.opcodes(wanted, read) if op.tag == "replace")
    return sum(weights.of(c) >= _TELLS for op in steps for c in wanted[op.src_start : op.src_end])


def _told_apart(read: str, wanted: str, weights: Weights, *, sure: bool) -> bool:
    """Whether a reading of nearly the wanted name is another body's, and no slip of recognition.

    It is another's where one rank stands for another (省, 市), where the place that was read is a real one, or
    where two signs that tell bodies apart differ and the ring was read surely.
    """
    if any(read.startswith(f"{city}市") and not wanted.startswith(city) for city in NEAR_CITIES):
        return True
    weighty = 0
    for op in Levenshtein.opcodes(wanted, read):
        if op.tag == "equal":
            continue
        gone, come = wanted[op.src_start : op.src_end], read[op.dest_start : op.dest_end]
        signs = list(zip_longest(gone, come, fillvalue=""))
        if any(a and b and a in RANKS and b in RANKS for a, b in signs):
            return True
        weighty += sum(max(weights.of(c) for c in pair if c) >= _TELLS for pair in signs)
    return sure and weighty >= _REPLACED


def _is_rival(seal: Seal, bodies: Bodies, weights: Weights, best: float, rival: float) -> bool:
    """Whether the reading supports another body: read whole and far better, or wholly unlike the wanted."""
    if rival >= READ_WHOLE and rival - best >= 0.2:
        return True
    return best < WRONG_BELOW and (rival >= 0.9 or _certain(seal, bodies, weights))


def _best(readings: Sequence[str], names: Iterable[str], weights: Weights) -> float:
    """The greatest share that any reading has of any of a few names."""
    return max((fit(r, n, weights).matched for n in names if n for r in readings), default=0.0)


def _certain(seal: Seal, bodies: Bodies, weights: Weights) -> bool:
    """Whether the ring was read as some other organisation.

    Well, whole, and with other characters in place.
    """
    if seal.name_score < _READ_AS_OTHER or len(body(seal.name)) < 6 or not is_organisation(seal.name):
        return False
    return all(fit(seal.name, w, weights).replaced >= 0.2 for w in bodies.wanted if w)


def _read_as(seal: Seal) -> str:
    """What was read, for people: （读作“…”）, "" if nothing was."""
    inside = seal.inner or ("中部文字未能辨认" if seal.crossed else "")
    read = seal.name + (f"（{inside}）" if inside else "")
    return f"（第{seal.page}页，读作“{read}”）" if read else f"（第{seal.page}页）"
