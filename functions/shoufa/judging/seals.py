"""Whether the seals on a document are the ones needed: met, unclear, wrong, or missing (contracts §2).

A claim needs a reading that supports it: a seal whose name could not be read is unclear, not right and not
wrong.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from shoufa.domain.codes import Form, SealMethod
from shoufa.domain.facts import Page, Seal
from shoufa.judging.document import Doc
from shoufa.judging.names import Weights, body, fit, is_organisation, like

MATCHED, WRONG_BELOW, READ_WELL, READ_WHOLE = 0.72, 0.5, 0.6, 0.97
"""Share of a name's weight that must be read; share under which it is another body.

Then the confidence that makes a reading certain, and the share at which a rival was read whole.
"""
ALIKE = 0.65
"""Likeness of whole names that a claim needs as well: what they share weighs little but must be there."""


class SealState(IntEnum):
    """How a document stands against a seal rule; higher is better."""

    MISSING = 0
    WRONG = 1
    UNCLEAR = 2
    MET = 3


@dataclass(frozen=True)
class SealVerdict:
    """The state, and the page and words that show it."""

    state: SealState
    page: int | None = None
    detail: str = ""


@dataclass(frozen=True)
class Bodies:
    """Names that matter: those whose seal is needed, and all others that a seal might be."""

    wanted: tuple[str, ...]
    others: tuple[str, ...] = ()
    impostors: tuple[str, ...] = ()
    """Patterns of bodies of nearly such names: a city's bureau, a province's other departments."""

    def weights(self) -> Weights:
        """Which characters tell these names apart."""
        return Weights((*self.wanted, *self.others))


def check(doc: Doc, bodies: Bodies) -> SealVerdict:
    """How a document's seals stand against the bodies wanted (any of them suffices)."""
    pages = (*doc.pages, *doc.beside)
    seals = [s for p in pages for s in p.seals]
    weights = bodies.weights()
    readings = [(_one(seal, bodies, weights), seal) for seal in seals]
    met = [s for state, s in readings if state is SealState.MET]
    if met:
        return _met(doc, met)
    unclear = [s for state, s in readings if state is SealState.UNCLEAR]
    if unclear:
        return SealVerdict(SealState.UNCLEAR, unclear[0].page, _read_as(unclear[0]))
    if readings:
        return SealVerdict(SealState.WRONG, readings[0][1].page, _read_as(readings[0][1]))
    return _none_seen(doc, pages)


def _met(doc: Doc, met: Sequence[Seal]) -> SealVerdict:
    """A picture of a seal in a born-digital file is neither a seal on paper nor nothing (contracts §2)."""
    pictures = all(s.method is SealMethod.IMAGE for s in met)
    if doc.form is Form.DIGITAL and pictures:
        return SealVerdict(SealState.UNCLEAR, met[0].page, "：电子文件中的印章图片")
    return SealVerdict(SealState.MET, met[0].page)


def _none_seen(doc: Doc, pages: Iterable[Page]) -> SealVerdict:
    faint = [s for p in pages for s in p.faint]
    if faint:
        return SealVerdict(SealState.UNCLEAR, faint[0].page, f"第{faint[0].page}页印迹不清")
    unseen = [p.number for p in pages if not p.seals_seen]
    if unseen or not doc.complete:
        return SealVerdict(SealState.UNCLEAR, unseen[0] if unseen else None, "有页面未能看清")
    return SealVerdict(SealState.MISSING)


def _one(seal: Seal, bodies: Bodies, weights: Weights) -> SealState:
    """One seal against the wanted bodies."""
    if seal.official is False:
        return SealState.WRONG if seal.name_score >= READ_WELL or seal.inner else SealState.UNCLEAR
    readings = [r for r in (seal.name, *seal.candidates) if r]
    if not readings or seal.valid is False:
        return SealState.UNCLEAR
    best = _best(readings, bodies.wanted, weights)
    rival = _best(
        readings, [o for o in bodies.others if body(o) not in {body(w) for w in bodies.wanted}], weights
    )
    impostor = best < READ_WHOLE and any(re.search(p, body(seal.name)) for p in bodies.impostors)
    alike = max(like(body(r), body(w)) for r in readings for w in bodies.wanted) if bodies.wanted else 0.0
    if best >= MATCHED and best > rival and alike >= ALIKE and not impostor:
        return SealState.MET
    if impostor and seal.name_score >= READ_WELL:
        return SealState.WRONG
    if rival >= READ_WHOLE and rival - best >= 0.2:
        return SealState.WRONG
    if best < WRONG_BELOW and (rival >= 0.9 or _certain(seal, bodies, weights)):
        return SealState.WRONG
    return SealState.UNCLEAR


def _best(readings: Sequence[str], names: Iterable[str], weights: Weights) -> float:
    return max((fit(r, n, weights).matched for n in names if n for r in readings), default=0.0)


def _certain(seal: Seal, bodies: Bodies, weights: Weights) -> bool:
    """Whether the ring was read as some other organisation.

    Well, whole, and with other characters in place.
    """
    if seal.name_score < READ_WELL or len(body(seal.name)) < 6 or not is_organisation(seal.name):
        return False
    return all(fit(seal.name, w, weights).replaced >= 0.2 for w in bodies.wanted if w)


def _read_as(seal: Seal) -> str:
    """What was read, for people: （读作“…”）, "" if nothing was."""
    read = seal.name + (f"（{seal.inner}）" if seal.inner else "")
    return f"（第{seal.page}页，读作“{read}”）" if read else f"（第{seal.page}页）"
