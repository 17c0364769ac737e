"""Conservation: every mail that came in, counted by its fate, in one line (contracts §3)."""

from shoufa.domain.codes import Disposition
from shoufa.domain.finding import Words
from shoufa.domain.value import Value

_SAID = {
    Disposition.SUBMISSION: ("新报送{}封", "{} submissions"),
    Disposition.FOLLOW_UP: ("补充材料{}封", "{} follow-ups"),
    Disposition.DUPLICATE: ("重复来邮{}封", "{} duplicates"),
    Disposition.AUTOMATIC: ("自动邮件{}封", "{} automatic"),
    Disposition.UNMATCHED: ("咨询或其他{}封", "{} unmatched"),
    Disposition.QUARANTINED: ("隔离{}封", "{} quarantined"),
}


class Conservation(Value):
    """Mails by fate. `in_hand`: younger than the limit and not filed yet · `unaccounted`: older, no fate.

    `lost`: was filed, its object is gone, and nobody ordered that. `damaged`: what is kept of it cannot be
    read, and its fate is not counted. `released`: copies that a person let out of quarantine, counted among
    the fates too. `orphans`: attachments of no mail.
    """

    fates: dict[Disposition, int] = {}
    in_hand: int = 0
    unaccounted: int = 0
    erased: int = 0
    lost: int = 0
    damaged: int = 0
    released: int = 0
    orphans: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        other = (self.in_hand, self.unaccounted, self.erased, self.lost, self.damaged)
        return sum(self.fates.values()) + sum(other)

    @property
    def holds(self) -> bool:
        """Whether every mail has its fate and its object, and nothing of it is damaged."""
        return not (self.unaccounted or self.lost or self.damaged)

    def line(self) -> Words:
        """`214 mails: 180 submissions, … 0 unaccounted`: four fates always, others where there are any."""
        main = (Disposition.SUBMISSION, Disposition.FOLLOW_UP, Disposition.AUTOMATIC, Disposition.UNMATCHED)
        said = [
            tuple(w.format(self.fates.get(fate, 0)) for w in words)
            for fate, words in _SAID.items()
            if fate in main or self.fates.get(fate)
        ]
        more = (
            (self.in_hand, "正在收文{}封", "{} being filed"),
            (self.erased, "已按要求删除{}封", "{} erased by order"),
            (self.lost, "原件不见{}封", "{} whose object is gone"),
            (self.damaged, "存储损坏{}封", "{} damaged in storage"),
        )
        said += [(zh.format(n), en.format(n)) for n, zh, en in more if n]
        said.append((f"未落实{self.unaccounted}封", f"{self.unaccounted} unaccounted"))
        zh = f"来邮{self.total}封：{'，'.join(s[0] for s in said)}。"
        en = f"{self.total} mails: {', '.join(s[1] for s in said)}."
        return Words(zh=zh + self._asides()[0], en=en + self._asides()[1])

    def _asides(self) -> tuple[str, str]:
        """What is no fate of its own."""
        zh = en = ""
        if self.released:
            zh += f"其中{self.released}封为人工放行的副本。"
            en += f" {self.released} of them are copies released from quarantine."
        if self.orphans:
            zh += f"另有{self.orphans}个附件不属于任何来邮。"
            en += f" {self.orphans} attachments belong to no mail."
        return zh, en
