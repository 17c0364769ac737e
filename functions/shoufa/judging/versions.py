"""Which of several versions holds (contracts §2, Superseding).

Per document and form, the later unless it is worse.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from shoufa.judging.document import Doc, Row
from shoufa.judging.names import plain
from shoufa.judging.readings import same_reading
from shoufa.judging.seals import Bodies, SealState, check

FINAL = ("更正", "修订", "最终", "修改", "定稿", "终稿")
"""What a file or a table calls itself that takes another one's place."""
_FINAL = re.compile("|".join(FINAL))


def arrival(doc: Doc) -> tuple[datetime, bool, str]:
    """Documents from the first to the last: by receipt, then the one called final, then by their names."""
    return doc.received_at, called_final(doc), doc.key


def called_final(doc: Doc) -> bool:
    """Whether its file's name says that it is the final version."""
    return bool(_FINAL.search(doc.name))


def holding(versions: Sequence[Doc], bodies: Bodies | None, trusted: frozenset[str]) -> Doc | None:
    """The version that holds: the latest of those that pass best.

    `bodies` are whose seals are asked for, None where none are. What a new or unverified address sends adds
    but never supersedes: `trusted` are the digests of the mails whose senders are established.
    """
    if len(versions) < 2:
        return next(iter(versions), None)
    ordered = sorted(versions, key=arrival)
    own = [d for d in ordered if d.sent_in(trusted)] or ordered
    if bodies is None or len(own) == 1:
        return own[-1]
    states = [check(d, bodies).state for d in own]
    latest = [s for d, s in zip(own, states, strict=True) if d.received_at == own[-1].received_at]
    best = max(states) if SealState.MET in states else max(latest)
    return next(d for d, state in zip(reversed(own), reversed(states), strict=True) if state is best)


def superseded(docs: Sequence[Doc], kept: Sequence[Doc]) -> list[Doc]:
    """The documents with those marked that another version of the same kind and form replaced."""
    keys = {d.key for d in kept}
    return [d if d.key in keys else replace(d, superseded=True) for d in docs]


def rows_of(tables: Sequence[Doc], trusted: frozenset[str]) -> tuple[list[Row], bool, list[Doc]]:
    """Rows of the tables that hold, whether versions conflict, and the tables used.

    A later table replaces the earlier if it covers all its rows or calls itself 更正/修订/最终 (and its sender is
    trusted), adds if disjoint.
    """
    rows: list[Row] = []
    used: list[Doc] = []
    conflict = False
    for doc in sorted(tables, key=arrival):
        old, new = {plain(r.name) for r in rows}, {_known(r, rows) for r in doc.table.rows}
        sure = doc.sent_in(trusted)
        corrected = sure and any(w in doc.table.title + doc.name for w in FINAL)
        if not rows or corrected or (sure and old <= new):
            rows, used = list(doc.table.rows), [doc]
        elif not old & new:
            rows, used = [*rows, *doc.table.rows], [*used, doc]
        elif new <= old:
            used.append(doc)
        else:
            conflict = True
    return rows, conflict, used


def _known(row: Row, rows: Sequence[Row]) -> str:
    """A row's name, or that of the earlier row that it is: each recognised table spells it its own way."""
    if not row.exact:
        for other in rows:
            if same_reading(other.name, row.name) and (
                not (row.applicant and other.applicant) or same_reading(other.applicant, row.applicant)
            ):
                return plain(other.name)
    return plain(row.name)
