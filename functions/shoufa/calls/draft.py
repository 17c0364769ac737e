"""A notice drafted into call definitions: one per programme, each value with the sentence that says it.

Nothing is guessed: what the notice does not say stays null and becomes a question for the clerk.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from shoufa.calls import draft_duties, draft_notice, draft_papers, draft_units
from shoufa.calls.draft_said import Said
from shoufa.calls.draft_sections import Section, divided, title_of
from shoufa.calls.draft_text import Restored, restored
from shoufa.domain.call import Intake, RecommenderGroup
from shoufa.domain.receipt import ZONE

Node = Said | dict[str, Any] | list[Any] | None


@dataclass(frozen=True)
class Draft:
    """One call as read: `values` in the order of the file, each a Said, null, or a list or map of them."""

    id: str
    values: dict[str, Node]
    questions: tuple[str, ...]
    repairs: tuple[str, ...]
    truncated: bool


def draft_calls(text: str, source: str, groups: Sequence[RecommenderGroup]) -> list[Draft]:
    """The calls that a notice's text contains; at least one, unless the text holds nothing (ValueError)."""
    read = restored(text)
    if not read.paragraphs:
        raise ValueError("通知没有文字 / the notice holds no text")
    parts = divided(read.paragraphs)
    several = len(parts.sections) > 1
    return [
        _Drafting(read, parts.body, section, source, groups).draft(place if several else None)
        for place, section in enumerate(parts.sections, 1)
    ]


class _Drafting:
    """One programme's paragraphs first, the notice's body where these are silent."""

    def __init__(
        self,
        read: Restored,
        body: tuple[str, ...],
        section: Section,
        source: str,
        groups: Sequence[RecommenderGroup],
    ) -> None:
        self.read, self.body, self.section, self.source, self.groups = read, body, section, source, groups
        self.own = section.paragraphs
        self.title = draft_notice.title(section.title, title_of(read.paragraphs))
        self.papers = draft_papers.papers(self.own)
        self.where = draft_units.where(self.own)
        self.number = draft_notice.number(read.paragraphs)
        self.questions: list[str] = []

    def draft(self, place: int | None) -> Draft:
        """The values in the order of a definition's file."""
        year = draft_notice.year_of(self.read.paragraphs)
        until = draft_notice.closes(self.own, year) or draft_notice.closes(self.body, year)
        asked, address = draft_notice.system(self.own)
        intake = self._intake(asked, until is not None)
        taken = intake.value != Intake.REFERENCE.value
        values: dict[str, Node] = {
            "title": self._ask("title", self.title, "征集名称", "the call's title"),
            "notice": self._notice(),
            "intake": intake,
            "system": address,
            "opens": draft_notice.opens(self.own, year),
            "closes": self._ask("closes", until and _day_end(until[0]), "截止日期", "the deadline") if taken else None,
            "closes_text": until[1] if until else None,
            "applicants": draft_duties.applicants(self.own),
            "recommenders": self._recommenders() if taken else None,
            "case_by": self._case_by(taken),
            "tracks": self._tracks() if taken else [],
            "units": self._units() if taken else [],
            "materials": self._materials() if taken else [],
            "subject_mark": self.where.subject,
            "archive": self.papers.archive and Said("optional", self.papers.archive.sentence),
            "paper": self._paper(),
            "conditions": self._conditions(),
            "targets": [_target(i, t) for i, t in enumerate(draft_duties.targets(self.own), 1)] if taken else [],
            "reports": [_report(i, *r) for i, r in enumerate(draft_duties.reports(self.own), 1)],
            "contacts": [_person(p) for p in self.where.people],
        }
        if self.read.truncated:
            self.questions.append("文本在句中中断，其后内容不详 / the text breaks off; what follows is not known")
        return Draft(self._id(place), values, tuple(self.questions), self.read.repairs, self.read.truncated)

    def _id(self, place: int | None) -> str:
        """draft-<year>-<number>[-<annex>], by the document number where it is known."""
        found = re.search(r"〔(\d{4})〕(\d+)号", str(self.number.value)) if self.number else None
        stem = f"draft-{found[1]}-{found[2]}" if found else "draft"
        return f"{stem}-{self.section.annex or place}" if place else stem

    def _ask(self, field: str, said: Said | None, zh: str, en: str) -> Said | None:
        """The value, and a question if the notice does not give it."""
        if said is None:
            self.questions.append(f"{field}：通知没有写{zh} / the notice does not give {en}")
        elif said.note:
            self.questions.append(f"{field}：{said.note}")
        return said

    def _notice(self) -> Node:
        issued = draft_notice.issued(self.read.paragraphs)
        issuer = draft_notice.issuer(self.read.paragraphs)
        return {
            "issuer": self._ask("notice.issuer", issuer, "发文机关", "who issued it"),
            "number": self._ask("notice.number", self.number, "发文字号", "its number"),
            "annex": Said(self.section.annex, f"附件{self.section.annex}") if self.section.annex else None,
            "issued": self._ask("notice.issued", issued, "成文日期", "its date"),
            "source": Said(self.source, ""),
            "truncated": Said(True, self.read.paragraphs[-1]) if self.read.truncated else None,
        }

    def _intake(self, asked: Said | None, dated: bool) -> Said:
        """email where a mailbox takes papers; system; paper; reference where nothing is asked for."""
        boxes = [p.mailbox for p in self.where.places if p.mailbox]
        mailed = self.papers.mail if self.papers.mail and re.search("发送|报送|发至", self.papers.mail.sentence) else None
        if boxes or mailed:
            return Said(Intake.EMAIL.value, (mailed or boxes[0]).sentence)  # type: ignore[union-attr]
        if asked:
            return Said(Intake.SYSTEM.value, asked.sentence)
        if self.papers.paper and dated:
            return Said(Intake.PAPER.value, self.papers.paper.sentence)
        if not dated:
            return Said(Intake.REFERENCE.value, "")
        self.questions.append("intake：通知没有写以何种方式报送 / the notice does not say how papers are sent")
        return Said(None, "")

    def _recommenders(self) -> Node:
        found = draft_notice.recommenders(self.own, self.groups) or draft_notice.recommenders(self.body, self.groups)
        said = self._ask("recommenders.group", found, "推荐单位，或名单尚未建立", "who recommends, or the list is not set up")
        return {"group": said} if said else None

    def _case_by(self, taken: bool) -> Said:
        """What one submission gathers: never stated, so it is asked; the recommender's where a table is wanted."""
        if taken:
            self.questions.append(
                "case_by：一次报送按推荐单位还是按申报单位归集，请选定 / gathered by recommender or by applicant? please choose"
            )
        return Said("recommender" if self.papers.summary or self.papers.letter else "applicant", "")

    def _tracks(self) -> Node:
        duration = draft_notice.duration(self.own)
        fields, more = draft_duties.fields_of_work(self.own)
        made = []
        found = draft_papers.tracks(self.own, self.title)
        for place, track in enumerate(found, 1):
            near = len(found) == 1 or any(f.sentence.find(track.words[0] if track.words else "※") >= 0 for f in fields)
            near = near and (len(found) == 1 or len(track.words[0]) > 4)
            form = self._ask(f"tracks[{track.title.value}].form", track.form, "申报书全称", "the form's full title")
            quota = track.quota
            made.append(
                {
                    "id": Said(f"t{place}", ""),
                    "title": track.title,
                    "form": form,
                    "words": [Said(w, track.title.sentence) for w in track.words],
                    "fields_of_work": fields if near else [],
                    "fields_of_work_open": more if near else None,
                    "quota": quota and {"max": Said(quota.most, quota.sentence), "firm": Said(quota.firm, quota.sentence)},
                    "unit": Said(self._unit_of(track.title.value), ""),
                    "duration_months": duration,
                }
            )
        return made

    def _unit_of(self, track: str) -> str | None:
        """The unit whose heading speaks of the track; the only one; else null and a question."""
        places = self.where.places
        if len(places) <= 1:
            return "u1"
        named = [i for i, p in enumerate(places, 1) if p.what and track in p.what]
        longest = [i for i in named if len(track) > 4]  # noqa: PLR2004 - 试点 and 示范 stand in every heading
        others = [i for i, p in enumerate(places, 1) if p.what and not re.search("领域", p.what)]
        chosen = longest or (others if len(others) == 1 else named)
        if len(chosen) == 1:
            return f"u{chosen[0]}"
        self.questions.append(f"tracks[{track}].unit：几处接收地址分属哪一类没有写明 / which place takes it is not told")
        return None

    def _units(self) -> Node:
        made = []
        for place, unit in enumerate(self.where.places or [draft_units.Place()], 1):
            name = self._ask(f"units[u{place}].name", unit.name, "接收单位名称", "the receiving body's name")
            person = {"name": unit.person, "phone": unit.phone, "fax": unit.fax}
            post = {"address": unit.address, "code": unit.code, "mark": unit.mark}
            made.append(
                {
                    "id": Said(f"u{place}", ""),
                    "name": name,
                    "mailbox": unit.mailbox,
                    "contact": person if unit.person else None,
                    "post": post if unit.address else None,
                }
            )
        return made

    def _materials(self) -> Node:
        papers = self.papers
        both = {"word": papers.word and Said("required", papers.word.sentence)}
        both |= {"scan": papers.scan and Said("required", papers.scan.sentence)}
        told = {k: v for k, v in both.items() if v}
        rows = (("letter", papers.letter, "submission"), ("application", papers.application, "project"))
        rows += (("summary", papers.summary, "submission"), ("proof", papers.proof, "project"))
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
        if not told and made:
            self.questions.append("materials：没有写明要word版还是扫描件 / Word files or scans, the notice does not say")
        return made

    def _paper(self) -> Node:
        papers = self.papers
        if not papers.paper and not papers.copies:
            return None
        return {
            "copies": papers.copies,
            "disc": papers.disc and Said("required", papers.disc.sentence),
            "sealed": papers.stamped_paper and Said(True, papers.stamped_paper.sentence),
        }

    def _conditions(self) -> Node:
        made = []
        for place, clause in enumerate(draft_duties.conditions(self.own), 1):
            entry = {"id": Said(f"c{place}", ""), "text": Said(clause.text, clause.sentence)}
            made.append(entry | ({"one_of": Said(clause.either, clause.sentence)} if clause.either else {}))
        return made


def _day_end(said: Said) -> Said:
    """The last second of the day in Asia/Shanghai: 15日前 is read as the day included, as sibling notices say."""
    return Said(datetime.combine(said.value, time(23, 59, 59), ZONE), said.sentence, said.note)


def _target(place: int, duty: draft_duties.Duty) -> dict[str, Any]:
    said = duty.sentence
    return {
        "id": Said(f"target{place}", ""), "text": Said(duty.text, said), "minimum": Said(duty.least, said),
        "unit": Said(duty.unit, said), "per": Said(duty.per, said),
    }  # fmt: skip


def _report(place: int, what: str, to: str, said: str) -> dict[str, Any]:
    return {"id": Said(f"report{place}", ""), "text": Said(what, said), "to": Said(to, said)}


def _person(person: draft_units.Person) -> dict[str, Any]:
    office = Said(person.office, person.name.sentence) if person.office else None
    return {"name": person.name, "phone": person.phone, "fax": person.fax, "office": office}
