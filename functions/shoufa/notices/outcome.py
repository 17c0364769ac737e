"""The outcome: what the first check of a submission found, for all its mails so far (contracts §5)."""

from collections.abc import Sequence
from datetime import date, datetime

from shoufa.domain.call import Call, Unit
from shoufa.domain.codes import Status, Template
from shoufa.domain.finding import FindingCode
from shoufa.domain.receipt import ZONE
from shoufa.domain.submission import Manifest, Verdict
from shoufa.notices import phrases
from shoufa.notices.compose import Outgoing, outgoing, reply_to
from shoufa.notices.headers import Unaddressable
from shoufa.notices.html import Block, footer, heading, items, lead, text
from shoufa.notices.outcome_words import OUTCOME
from shoufa.notices.plain import clipped
from shoufa.notices.received import received_sentence
from shoufa.notices.told import Told, outcome_digest, told
from shoufa.notices.words import MONTHS, Language, language_of

__all__ = ["answered_mail", "compose_outcome", "honorific", "mails_counted", "outcome_digest"]
JUDGED = frozenset({Status.INCOMPLETE, Status.REVIEW, Status.COMPLETE})
NUMERALS = "一二三四五六"
DAYS_LIMIT = 6
"""Days named one by one; more are told as a span."""
CHANNEL = FindingCode.SUBMISSION_WRONG_CHANNEL
DIRECT = FindingCode.SUBMISSION_NOT_THROUGH_RECOMMENDER


def compose_outcome(
    call: Call,
    unit: Unit,
    verdict: Verdict,
    manifests: Sequence[Manifest],
    history: bool = False,
    at: datetime | None = None,
    answered: Manifest | None = None,
) -> Outgoing:
    """The outcome of one submission, in the language of the mail it answers.

    `history`: an earlier outcome went out. `at`: the present, for the deadline (default: when the last mail
    was received). `answered`: the mail to answer (default: the last of the submission's own sender). Raises
    ValueError for a verdict that is still being read or was merged, Unaddressable if nobody can be answered.
    """
    if verdict.status not in JUDGED:
        raise ValueError(f"no outcome for a submission that is {verdict.status}")
    answered = answered or answered_mail(verdict, manifests)
    language = language_of(answered.mail)
    letter = _Letter(call, verdict, manifests, language, at or manifests[-1].envelope.received_at)
    signed = footer(phrases.automatic(language), *phrases.signature(call, unit, language))
    return outgoing(
        Template.OUTCOME,
        f"outcome-{verdict.receipt}-{outcome_digest(verdict)[:12]}",
        OUTCOME[language].subject.format(number=verdict.receipt, what=letter.headline()),
        (*letter.blocks(history), signed),
        language,
        reply_to(answered.mail, (verdict.receipt,)),
    )


def answered_mail(verdict: Verdict, manifests: Sequence[Manifest]) -> Manifest:
    """The last mail of the submission's own sender; none from elsewhere, forwarded or in doubt is answered.

    A receipt number is no secret (contracts §3): who merely quotes it must not be told what is in the case.
    """
    own = (verdict.sender or (manifests[0].mail.sender.email if manifests else "")).lower()
    doubted = any(f.code is FindingCode.SENDER_UNVERIFIED for f in verdict.findings)
    for manifest in reversed(manifests):
        in_doubt = doubted and manifest.unverified
        if manifest.mail.sender.email.lower() == own and not in_doubt and not manifest.via:
            return manifest
    raise Unaddressable("no mail of the submission's own sender can be answered")


class _Letter:
    """One outcome in the making: what is told, to whom, in which language."""

    def __init__(
        self, call: Call, verdict: Verdict, manifests: Sequence[Manifest], language: Language, at: datetime
    ) -> None:
        self.call, self.verdict, self.manifests = call, verdict, manifests
        self.language, self.at = language, at
        self.words = OUTCOME[language]
        self.told: Told = told(call, verdict, language)
        self.body = clipped(body_addressed(call, verdict), 60)
        self.whose = honorific(self.body, language)
        self.late = verdict.late or verdict.cured_late or FindingCode.SUBMISSION_LATE in self.told.codes

    @property
    def clear(self) -> bool:
        """Whether nothing was found missing and nothing is left to ask or to look at."""
        t = self.told
        return not (t.supply or t.clarify or t.human or CHANNEL in t.codes or DIRECT in t.codes)

    def headline(self) -> str:
        """The end of the subject."""
        t, w = self.told, self.words
        rules = (
            (CHANNEL in t.codes, w.channel_subject),
            (DIRECT in t.codes, w.through_subject.format(who=phrases.recommender(self.call, self.language))),
            (t.supply, w.supply_subject.format(count=len(t.supply))),
            (t.clarify, w.clarify_subject.format(count=len(t.clarify))),
            (t.human, w.human_subject),
        )
        return next((said for holds, said in rules if holds), w.clear_subject)

    def blocks(self, history: bool) -> list[Block]:
        """All but the signature."""
        colon = "：" if self.language is Language.ZH else ","
        hello = text(f"{self.body}{colon}" if self.body else self.words.hello)
        if self.clear:
            return [hello, *self._clear()]
        return [hello, self._opening(history), *self._course(), *self._sections(), *self._closing()]

    def _clear(self) -> list[Block]:
        blocks = [text(self.words.clear.format(whose=self.whose))]
        if self.late:
            blocks.append(text(phrases.late_sentence(self.language)))
        hints = self.told.hints
        return [*blocks, lead(self.words.hints.format(count=len(hints))), items(hints)] if hints else blocks

    def _opening(self, history: bool) -> Block:
        w = self.words
        through = bool(self.body) and self.call.case_by == "recommender"
        again = w.again if history else "" if self.language is Language.ZH else "a"
        mails = mails_counted(self.manifests, self.language)
        pattern = w.opening_through if through else w.opening
        return text(pattern.format(whose=self.whose, mails=mails, again=again))

    def _course(self) -> list[Block]:
        """What comes before any list: another channel, or another sender, is needed."""
        said = []
        if CHANNEL in self.told.codes:
            said.append(text(phrases.channel_sentence(self.language)))
        if DIRECT in self.told.codes:
            said.append(text(phrases.through_sentence(self.call, self.language)))
        return said

    def _sections(self) -> list[Block]:
        """The sections that have something to say, their headings numbered without gaps."""
        t, w = self.told, self.words
        body = "" if self.whose == "您" else self.whose
        received = received_sentence(self.verdict, self.language)
        parts = (
            (w.supply.format(count=len(t.supply)), items(t.supply) if t.supply else None),
            (w.clarify.format(count=len(t.clarify)), items(t.clarify) if t.clarify else None),
            (w.hints.format(count=len(t.hints)), items(t.hints) if t.hints else None),
            (w.human.format(count=len(t.human), body=body), self._human() if t.human else None),
            (w.received, text(received) if received else None),
        )
        told_parts = [(title, block) for title, block in parts if block]
        return [b for i, (title, block) in enumerate(told_parts) for b in (self._heading(i, title), block)]

    def _heading(self, index: int, title: str) -> Block:
        mark = f"{NUMERALS[index]}、" if self.language is Language.ZH else f"{'ABCDEF'[index]}. "
        return heading(mark + title)

    def _human(self) -> Block:
        contact = self.words.contact.format(whose=self.whose)
        if len(self.told.human) > 1:
            numbered = items(self.told.human)
            return numbered.model_copy(update={"lines": (*numbered.lines, contact)})
        return text(self._join(self.told.human[0], contact))

    def _closing(self) -> list[Block]:
        w = self.words
        if CHANNEL in self.told.codes:
            return [text(w.thanks)]
        paper = phrases.paper_sentence(self.call, self.language, copies=False)
        asked = w.mistaken if self.told.supply else w.disputed
        return [text(self._join(self._deadline(), asked)), text(self._join(w.formal, paper, w.thanks))]

    def _deadline(self) -> str:
        """By when to answer; after the deadline, what follows from that."""
        t, w = self.told, self.words
        if self.late:
            return self._join(phrases.late_sentence(self.language), w.late_supply if t.supply else "")
        if not (t.supply or t.clarify):
            return ""
        if phrases.is_late(self.call, self.at):
            return w.after
        action = w.supply_action if t.supply else w.clarify_action
        return phrases.due(self.call, action, self.language) + w.others_stay

    def _join(self, *sentences: str) -> str:
        return ("" if self.language is Language.ZH else " ").join(s for s in sentences if s)


def body_addressed(call: Call, verdict: Verdict) -> str:
    """The body that the mail addresses, "" unless established and entitled."""
    doubt = {FindingCode.RECOMMENDER_UNKNOWN, FindingCode.RECOMMENDER_NOT_ENTITLED, DIRECT}
    if call.case_by == "applicant":
        return verdict.applicant or ""
    return "" if any(f.code in doubt for f in verdict.findings) else verdict.recommender or ""


def honorific(body: str, language: Language) -> str:
    """贵局, 贵委, 贵厅 or 贵单位 by the body's last word; 您 where none is addressed."""
    if language is Language.EN:
        return "your organisation" if body else "you"
    if not body:
        return "您"
    name = body.partition("（")[0].partition("(")[0]
    ends = {"局": "贵局", "厅": "贵厅", "委": "贵委", "委员会": "贵委"}
    return next((said for end, said in ends.items() if name.endswith(end)), "贵单位")


def mails_counted(manifests: Sequence[Manifest], language: Language) -> str:
    """`8月10日、11日来邮共2封`: the days (Asia/Shanghai) on which mails came, and how many came."""
    days = sorted({m.envelope.received_at.astimezone(ZONE).date() for m in manifests})
    spanned = [days[0], days[-1]] if len(days) > DAYS_LIMIT else days
    count = len(manifests)
    if language is Language.ZH:
        return ("至" if spanned is not days else "、").join(_days(spanned)) + f"来邮共{count}封"
    said = [f"{d.day} {MONTHS[d.month - 1]} {d.year}" for d in spanned]
    return f"{count} mail(s) of " + (" to " if spanned is not days else ", ").join(said)


def _days(days: list[date]) -> list[str]:
    """Days as `8月10日`, `11日`; the year stands where the days are of several."""
    years = len({d.year for d in days}) > 1
    said, year, month = [], 0, 0
    for day in days:
        new_year = f"{day.year}年" if years and day.year != year else ""
        new_month = f"{day.month}月" if (day.year, day.month) != (year, month) else ""
        said.append(f"{new_year}{new_month}{day.day}日")
        year, month = day.year, day.month
    return said
