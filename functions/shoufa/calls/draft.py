"""A notice drafted into call definitions: one per programme, each value with the sentence that says it.

Nothing is guessed: what the notice does not say stays null and becomes a question for the clerk.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from shoufa.calls import (
    draft_conditions,
    draft_dates,
    draft_duties,
    draft_grants,
    draft_notice,
    draft_papers,
    draft_parts,
    draft_quotas,
    draft_tracks,
    draft_units,
)
from shoufa.calls.draft_parts import Node
from shoufa.calls.draft_said import Said
from shoufa.calls.draft_sections import Section, divided, title_of
from shoufa.calls.draft_text import Restored, restored
from shoufa.domain.call import Intake, RecommenderGroup
from shoufa.domain.receipt import ZONE


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
        self.title = draft_notice.title(section.title, title_of(read.paragraphs), read.paragraphs)
        self.issuer = draft_notice.issuer(read.paragraphs)
        self.issued = draft_dates.issued(read.paragraphs)
        self.number = draft_notice.number(read.paragraphs)
        self.tracks = draft_tracks.tracks(self.own, self.title)
        forms = draft_tracks.forms(self.own)
        self.papers = draft_papers.papers(self.own, forms[0] if len(forms) == 1 else None)
        self.where = draft_units.where(self.own, str(self.issuer.value) if self.issuer else "")
        self.questions: list[str] = []

    def draft(self, place: int | None) -> Draft:
        """The values in the order of a definition's file."""
        until = self._until()
        asked, address = draft_notice.system(self.own)
        intake = self._intake(asked, until is not None)
        taken = intake.value != Intake.REFERENCE.value
        values: dict[str, Node] = {
            "title": self._ask("title", self.title, "征集名称", "the call's title"),
            "notice": self._notice(),
            "intake": intake,
            "system": address,
            **self._times(until if taken else None, taken),
            "applicants": [*draft_duties.applicants(self.own), *self._granted()[:1]],
            "recommenders": self._recommenders() if taken else None,
            "case_by": self._case_by() if taken else Said("applicant", ""),
            "tracks": self._tracks() if taken else [],
            "units": self._units() if taken else [],
            "materials": self._materials() if taken else [],
            "subject_mark": self.where.subject,
            "archive": self.papers.archive and Said("optional", self.papers.archive.sentence),
            "paper": self._paper(),
            "conditions": self._conditions(),
            "targets": self._targets() if taken else [],
            "reports": [draft_parts.report(i, *r) for i, r in enumerate(draft_duties.reports(self.own), 1)],
            "grants": draft_grants.grants(self.own),
            "contacts": [draft_parts.person(p) for p in self.where.people],
        }
        if self.read.truncated:
            self.questions.append("truncated：文本在句中中断，其后内容不详 / the text breaks off; what follows is not known")
        kept = draft_parts.without_nulls(values)
        assert isinstance(kept, dict)
        return Draft(self._id(place), kept, tuple(self.questions), self.read.repairs, self.read.truncated)

    def _targets(self) -> Node:
        return [draft_parts.target(i, t) for i, t in enumerate(draft_duties.targets(self.own), 1)]

    def _id(self, place: int | None) -> str:
        """draft-<year>-<number>[-<annex>]; a notice without a number is told apart by its text's hash."""
        found = re.search(r"〔(\d{4})〕(\d+)号", str(self.number.value)) if self.number else None
        own = hashlib.sha256("".join(self.read.paragraphs).encode()).hexdigest()[:6]
        stem = f"draft-{found[1]}-{found[2]}" if found else f"draft-{own}"
        return f"{stem}-{self.section.annex or place}" if place else stem

    def _ask(self, field: str, said: Said | None, zh: str, en: str) -> Said | None:
        """The value, and a question if the notice does not give it or it had to be mended."""
        if said is None or said.value is None:
            self.questions.append(f"{field}：通知没有写{zh} / the notice does not give {en}")
        elif said.note:
            self.questions.append(f"{field}：{said.note}")
        return said

    def _until(self) -> draft_dates.Deadline | None:
        day = self.issued.value if self.issued else None
        year = draft_notice.year_of(self.read.paragraphs)
        return draft_dates.closes(self.own, day, year) or draft_dates.closes(self.body, day, year)

    def _times(self, until: draft_dates.Deadline | None, taken: bool) -> dict[str, Node]:
        """opens, closes and the notice's words; 15日前 is read as the day included, as sibling notices say."""
        day = self.issued.value if self.issued else None
        opens = draft_dates.opens(self.own, day, draft_notice.year_of(self.read.paragraphs))
        closes = None
        if until and until.day:
            moment = datetime.combine(until.day, until.hour or time(23, 59, 59), ZONE)
            closes = Said(moment, until.words.sentence, until.note)
        if taken and (closes or not until):
            self._ask("closes", closes, "截止日期", "the deadline")
        elif until and not closes:
            self.questions.append(f"closes：“{until.words.value}”：{until.note}")
        if until and until.others:
            others = "、".join(until.others[:4])
            self.questions.append(f"closes：通知里另有日期（{others}），请确认以哪一个为准 / other dates stand there too")
        start = opens and Said(datetime.combine(opens.value, time(0), ZONE), opens.sentence)
        return {"opens": start, "closes": closes, "closes_text": until.words if until else None}

    def _notice(self) -> Node:
        return {
            "issuer": self._ask("notice.issuer", self.issuer, "发文机关", "who issued it"),
            "number": self._ask("notice.number", self.number, "发文字号", "its number"),
            "annex": Said(self.section.annex, f"附件{self.section.annex}") if self.section.annex else None,
            "issued": self._ask("notice.issued", self.issued, "成文日期", "its date"),
            "source": Said(self.source, ""),
            "truncated": Said(True, self.read.paragraphs[-1]) if self.read.truncated else None,
        }

    def _intake(self, asked: Said | None, dated: bool) -> Said:
        """Email where a mailbox takes papers; system; paper; reference where nothing is asked for."""
        boxes = [p.mailbox for p in self.where.places if p.mailbox]
        mail = self.papers.mail
        mailed = mail if mail and re.search("发送|报送|发至|发到", mail.sentence) else None
        if boxes or mailed:
            return Said(Intake.EMAIL.value, (mailed or boxes[0]).sentence)
        if asked:
            return Said(Intake.SYSTEM.value, asked.sentence)
        paper = self.papers.paper or self.papers.copies
        if paper and dated:
            return Said(Intake.PAPER.value, paper.sentence)
        if not dated and not self.papers.application and not draft_quotas.quotas(self.own):
            return Said(Intake.REFERENCE.value, "")
        self.questions.append("intake：通知没有写以何种方式报送 / the notice does not say how papers are sent")
        return Said(None, "")

    def _recommenders(self) -> Node:
        own = draft_notice.recommenders(self.own, self.groups)
        found = own or draft_notice.recommenders(self.body, self.groups)
        zh, en = "推荐单位，或名单尚未建立", "who recommends, or the list is not set up"
        said = self._ask("recommenders.group", found, zh, en)
        return {"group": said} if said else None

    def _case_by(self) -> Said:
        """What one submission gathers: never stated, so it is asked; a table speaks for the recommender."""
        likely = "recommender" if self.papers.summary or self.papers.letter else "applicant"
        self.questions.append(
            f"case_by：按推荐单位（recommender）还是申报单位（applicant）归集，似为 {likely} / gathered by whom?"
        )
        return Said(None, "")

    def _tracks(self) -> Node:
        duration = draft_notice.duration(self.own)
        made = [self._track(place, track, duration) for place, track in enumerate(self.tracks, 1)]
        given = draft_quotas.quotas(self.own)
        if len({q.most for q in given}) > 1 and len(self.tracks) == 1:
            shown = "；".join(dict.fromkeys(q.sentence for q in given))[:120]
            self.questions.append(f"tracks[0].quota：名额不止一个，请核对 / several limits: “{shown}”")
        return made

    def _track(self, place: int, track: draft_tracks.Track, duration: Said | None) -> dict[str, Any]:
        fields, more = self._fields(track)
        form = self._ask(f"tracks[{place - 1}].form", track.form, "申报书全称", "the form's full title")
        return {
            "id": Said(f"t{place}", ""),
            "title": track.title,
            "form": form,
            "words": [Said(w, track.title.sentence) for w in track.words],
            "fields_of_work": fields,
            "fields_of_work_open": more,
            "quota": draft_parts.quota(track.quota),
            "unit": Said(self._unit_of(place, str(track.title.value)), ""),
            "duration_months": duration,
        }

    def _fields(self, track: draft_tracks.Track) -> tuple[list[Said], Said | None]:
        """The fields of work, for the only track, or for the one that their sentence names."""
        fields, more = draft_duties.fields_of_work(self.own)
        if len(self.tracks) == 1:
            return fields, more
        name = track.words[0] if track.words else ""
        near = len(name) > 4 and any(name in f.sentence for f in fields)
        return (fields, more) if near else ([], None)

    def _unit_of(self, place: int, track: str) -> str | None:
        """The unit whose heading speaks of the track; the only one; else null and a question."""
        places = self.where.places
        if len(places) <= 1:
            return "u1"
        named = [i for i, p in enumerate(places, 1) if p.what and track in p.what]
        longest = [i for i in named if len(track) > 4]
        others = [i for i, p in enumerate(places, 1) if p.what and not re.search("领域", p.what)]
        chosen = longest or (others if len(others) == 1 else named)
        if len(chosen) == 1:
            return f"u{chosen[0]}"
        self.questions.append(f"tracks[{place - 1}].unit：几处接收地址分属哪一类没有写明 / which place takes it is not told")
        return None

    def _units(self) -> Node:
        made = []
        for place, unit in enumerate(self.where.places or [draft_units.Place()], 1):
            name = self._ask(f"units[{place - 1}].name", unit.name, "接收单位名称", "the receiving body's name")
            made.append(draft_parts.unit(place, unit, name))
        return made

    def _materials(self) -> Node:
        made = draft_parts.materials(self.papers)
        if made and not (self.papers.word or self.papers.scan):
            self.questions.append("materials：没有写明要word版还是扫描件 / Word files or scans, the notice does not say")
        if not made:
            self.questions.append("materials：没有读到要报送什么材料 / what must be sent was not found")
        return made

    def _paper(self) -> Node:
        if self.papers.copies and self.papers.copies.note:
            self.questions.append(f"paper.copies：{self.papers.copies.note}")
        return draft_parts.paper(self.papers)

    def _conditions(self) -> Node:
        titles = [(f"t{i}", [str(t.title.value), *t.words]) for i, t in enumerate(self.tracks, 1)]
        names = [w for _, words in titles for w in words] if len(titles) > 1 else []
        made = draft_parts.conditions(draft_conditions.conditions(self.own, names), titles)
        given = self._granted()[1:]
        return made or [{"id": Said("c1", ""), "text": g} for g in given]

    def _granted(self) -> tuple[Said, ...]:
        return draft_grants.granted(self.own) or ()
