"""Who recommends: by the letter, then its seal, then the table, then the form.

Never by the sender (contracts §2).
"""

from collections.abc import Iterable, Sequence

from shoufa.domain.call import Call
from shoufa.domain.codes import Kind
from shoufa.judging.bodies import Established, Register, Standing
from shoufa.judging.document import Doc
from shoufa.judging.electronic_seals import counts
from shoufa.judging.names import body, fit, says_more
from shoufa.judging.seals import MATCHED

PAPERS = frozenset({Kind.APPLICATION, Kind.SUMMARY})


def establish(docs: Sequence[Doc], register: Register, call: Call) -> Established:
    """The recommender of a submission.

    What an applicant's form says counts only in a call that asks for no letter: elsewhere anybody who names a
    province in a form would step into its submission. There, too, a seal on a form or a table is the
    recommender's, where all that were read are one body's. Among letters an entitled body wins over one that
    is not: a city's letter beside the province's is no fault.
    """
    letters = [d for d in docs if d.kind is Kind.LETTER]
    exact_first = sorted(letters, key=lambda d: d.form is not None and d.form.value != "word")
    signed = [(n, "letter") for d in exact_first for n in d.letter.issuers]
    alone = call.material(Kind.LETTER) is None
    stamped = [(n, "seal") for d in letters for n in _sealed_by(d, register)]
    papers = [d for d in docs if d.kind in PAPERS] if alone else []
    stamped += [(n, "seal") for n in _of_one(papers, register)]
    files = [d for d in docs if d.kind is not Kind.MAIL_BODY]
    tables = [(d.table.recommender, "table") for d in files if d.table.recommender]
    own = [d.fields.recommender for d in docs if d.kind is Kind.APPLICATION and d.fields.recommender]
    forms = [(name, "form") for name in own] if alone else []
    for name, how in (*signed, *stamped):
        if found := register.entitled(name):
            return Established(Standing.ENTITLED, found.name, how)
    for name, how in signed:
        if register.standing(name) is Standing.NOT_ENTITLED:
            return Established(Standing.NOT_ENTITLED, name, how)
    return _by_papers((*tables, *forms), register, bool(letters))


def _by_papers(said: Iterable[tuple[str, str]], register: Register, has_letter: bool) -> Established:
    """The table's or the forms' word; where they name a body that is positively not entitled, that."""
    said = list(said)
    for name, how in said:
        if found := register.entitled(name):
            return Established(Standing.ENTITLED, found.name, how)
    for name, how in said:
        if register.standing(name) is Standing.NOT_ENTITLED and not has_letter:
            return Established(Standing.NOT_ENTITLED, name, how)
    return Established(Standing.UNKNOWN, said[0][0] if said else "")


def _of_one(docs: Sequence[Doc], register: Register) -> list[str]:
    """The one entitled body whose seals these papers bear; none where they bear several bodies'."""
    names = list(dict.fromkeys(n for d in docs for n in _sealed_by(d, register)))
    return names if len(names) == 1 else []


def _sealed_by(letter: Doc, register: Register) -> list[str]:
    """Entitled bodies whose seal on the letter (or other paper) was read with certainty."""
    names = []
    for seal in (s for p in letter.pages for s in p.seals if s.official is not False and counts(s)):
        scored = (
            sorted((fit(seal.name, n, register.weights).matched, n) for n in register.lexicon)
            if seal.name
            else []
        )
        if (
            scored
            and scored[-1][0] >= max(MATCHED, 0.85)
            and (len(scored) < 2 or scored[-1][0] - scored[-2][0] >= 0.1)
            and not says_more(seal.name, {body(scored[-1][1])})
        ):
            names.append(scored[-1][1])
    return names
