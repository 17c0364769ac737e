"""Parts of a draft as they stand in a definition's file: units, materials, paper, clauses, people."""

import re
from collections.abc import Sequence
from typing import Any

from shoufa.calls.draft_conditions import Clause
from shoufa.calls.draft_duties import Duty
from shoufa.calls.draft_papers import Papers
from shoufa.calls.draft_people import Person
from shoufa.calls.draft_quotas import Quota
from shoufa.calls.draft_said import Said
from shoufa.calls.draft_units import Place

Named = tuple[str, Sequence[str]]
"""A track's id and its names."""
Node = Said | dict[str, Any] | list[Any] | None
MAY_BE_NULL = frozenset({
    "title", "issuer", "number", "issued", "annex", "opens", "closes", "intake", "recommenders", "case_by",
    "form", "quota", "unit", "name", "mailbox", "subject_mark", "per", "duration_months", "copies",
})  # fmt: skip
"""Keys that a draft shows though they are null: the clerk sees what the notice leaves open."""


def without_nulls(node: Node) -> Node:
    """The same without the keys that hold nothing and have a default of their own."""
    if isinstance(node, list):
        return [without_nulls(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {k: without_nulls(v) for k, v in node.items() if v is not None or k in MAY_BE_NULL}


def unit(place: int, found: Place, name: Said | None) -> dict[str, Any]:
    """One receiving body."""
    person: dict[str, Any] = {"name": found.person, "phone": found.phone, "fax": found.fax}
    if found.person and found.office:
        person["office"] = Said(found.office, found.person.sentence)
    post = {"address": found.address, "code": found.code, "mark": found.mark}
    return {
        "id": Said(f"u{place}", ""),
        "name": name,
        "mailbox": found.mailbox,
        "contact": person if found.person else None,
        "post": post if found.address else None,
    }


def materials(papers: Papers) -> list[dict[str, Any]]:
    """What must arrive, with the forms that the notice asks for; re it names none."""
    told = {k: _needed(v) for k, v in (("word", papers.word), ("scan", papers.scan)) if v}
    rows = (
        ("letter", papers.letter, "submission"),
        ("application", papers.application, "project"),
        ("summary", papers.summary, "submission"),
        ("proof", papers.proof, "project"),
    )
    made = []
    for kind, said, per in rows:
        if said is None:
            continue
        forms: dict[str, Any] = dict(told) or {"any": Said("expected", said.sentence)}
        if kind == "proof":
            forms = {"any": Said("optional", said.sentence)}
        entry = {"kind": Said(kind, ""), "title": said, "per": Said(per, ""), "forms": forms}
        if kind == "letter" and papers.sealed:
            need = Said("required", papers.sealed.sentence)
            entry["seals"] = [{"any": [Said("recommender", papers.sealed.sentence)], "need": need}]
        made.append(entry)
    return made


def _needed(said: Said) -> Said:
    """required, or optional where the sentence leaves a choice (纸质盖章件或扫描件)."""
    choice = re.search(rf"或者?[^，。；]{{0,6}}{re.escape(said.value)}", said.sentence)
    return Said("optional" if choice else "required", said.sentence)


def paper(papers: Papers) -> dict[str, Any] | None:
    """What must come by post."""
    if not papers.paper and not papers.copies:
        return None
    disc = None
    if papers.disc:
        choice = re.search("光盘[^，。；]{0,12}或", papers.disc.sentence)
        disc = Said("optional" if choice else "required", papers.disc.sentence)
    copies = papers.copies or Said(None, "")
    return {
        "copies": copies,
        "disc": disc,
        "sealed": papers.stamped_paper and Said(True, papers.stamped_paper.sentence),
    }


def quota(found: Quota | None) -> dict[str, Any] | None:
    """A limit; whom it binds is written only where that is the applicant."""
    if found is None:
        return None
    per = Said("applicant", found.sentence) if found.per == "applicant" else None
    made = {"max": Said(found.most, found.sentence), "firm": Said(found.firm, found.sentence)}
    return made | ({"per": per} if per else {})


def conditions(clauses: Sequence[Clause], titles: Sequence[Named]) -> list[dict[str, Any]]:
    """Eligibility clauses; `titles` are the tracks' ids with their names, to tell whom a clause concerns."""
    made = []
    for place, clause in enumerate(clauses, 1):
        entry: dict[str, Any] = {"id": Said(f"c{place}", ""), "text": Said(clause.text, clause.sentence)}
        track = _track_of(clause, titles) if len(titles) > 1 else None
        if track:
            entry["tracks"] = [Said(track, clause.sentence)]
        if clause.either:
            entry["one_of"] = Said(clause.either, clause.sentence)
        made.append(entry)
    return made


def _track_of(clause: Clause, titles: Sequence[Named]) -> str | None:
    """The track whose name opens the clause, or the heading above it."""
    for text in (clause.of, clause.text, clause.sentence):
        bare = re.sub(r"^(?:[（(]?[一二三四五六七八九十\d]+[）)、.．]?\s*)?(?:其中[，,])?", "", text)
        known = [(len(w), w, track) for track, words in titles for w in words if len(w) > 2]
        named = [(length, track) for length, w, track in known if bare.startswith(w)]
        if named:
            return max(named)[1]
    return None


def target(place: int, duty: Duty) -> dict[str, Any]:
    """One numeric duty."""
    said = duty.sentence
    return {
        "id": Said(f"target{place}", ""), "text": Said(duty.text, said), "minimum": Said(duty.least, said),
        "unit": Said(duty.unit, said), "per": Said(duty.per, said),
    }  # fmt: skip


def report(place: int, what: str, to: str, said: str) -> dict[str, Any]:
    """One later reporting duty."""
    return {"id": Said(f"report{place}", ""), "text": Said(what, said), "to": Said(to, said) if to else None}


def person(found: Person) -> dict[str, Any]:
    """Somebody to ask."""
    office = Said(found.office, found.name.sentence) if found.office else None
    return {"name": found.name, "phone": found.phone, "fax": found.fax, "office": office}
