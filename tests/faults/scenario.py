"""A fortnight of an office's mail, once through every branch: what lands, and when.

Stages are hours apart, so that whatever a fault delays is done before the next one: only then must the end be the
very same. Mails that overtake each other are the matter of test_redelivery.py.
"""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from fakes import digest
from faults.landings import (
    APART,
    SHORTLY,
    Landing,
    added,
    came_back,
    decision,
    erased,
    for_the_office,
    landing,
    let_in,
    mail,
    nothing,
    revised,
)
from faults.office_at_work import AtWork, Durable, Outside, office, read_plan
from shoufa.domain.facts import Facts
from unit.judging.build import (
    BRIDGE,
    BUILD,
    FARM,
    HUNAN,
    LATIN,
    RICE,
    START,
    application,
    call,
    facts,
    group,
    letter,
    page,
    seal,
    summary,
)
from unit.steps.world import packed, paper, papers

OPENING: dict[str, Facts | None] = {"公文.pdf": letter(), "申报书.docx": application()}
MORE: dict[str, Facts | None] = {"汇总表.xlsx": summary(((LATIN, "某公司", "试点"), (BRIDGE, BUILD, "示范")))}
OTHERS: dict[str, Facts | None] = {
    "函.pdf": letter(issuer=HUNAN, seals=[seal(HUNAN)]),
    "书.docx": application(推荐单位=HUNAN),
}
SECOND: dict[str, Facts | None] = {
    "申报书二.docx": application(BRIDGE, BUILD),
    "公文二.pdf": letter(number="鄂市监函〔2023〕13号"),
}
COLLEAGUE = "wang@unit.example"
LI, ZHOU = "li@hubei.example", "zhou@hunan.example"
FIRST, ELSEWHERE, HUNANS = 0, 1, 2
"""Submissions by their place in the order of numbers."""
LETTER_SHA = digest(paper(letter()).encode())
NOTE = paper(facts([page("补充说明")]))
INFECTED = papers({"申报书三.docx": application(FARM, RICE)})


def _link(name: str) -> list[dict[str, str]]:
    return [{"provider": "某云盘", "host": "pan.example.com", "name": name}]


OURS = {"answer_unmatched": True, "closes": "2023-08-15T17:00:00+08:00", "outcome": {"settle": "PT30M"}}
"""How the scenario's call is other than that of all tests: its quiet time is longer than two faults delay a message,
else what is told of a verdict that soon gives way to another would be a matter of luck."""
FORWARDED = {"forwarded": [{"sender": {"email": "sun@hubei2.example"}}]}
STAGES: tuple[tuple[Any, ...], ...] = (
    ("a package opens a submission", mail(papers(OPENING), date=START)),
    (
        "a follow-up joins by its number, papers in an archive",
        mail({"补充.zip": packed(**papers(MORE))}, sender="li@hubei.example", subject="补充 {0}"),
    ),
    ("the same message again", mail(papers(OPENING), date=START, message_id="<1@hubei.example>")),
    ("an automatic answer", mail(headers={"auto-submitted": ["auto-replied"]}, subject="自动回复")),
    ("a stranger's question belongs nowhere", mail(sender="who@else.example", body="请问截止时间？")),
    ("a mail that cannot be opened", mail(raw="unreadable:unreadable")),
    (
        "a package for two units, with a project that another holds",
        mail(papers(OTHERS), sender="zhou@hunan.example", to=["a@unit.example", "b@unit.example"]),
    ),
    ("a colleague's forward", mail(papers(SECOND), sender=COLLEAGUE, **FORWARDED)),
    ("another sender of the same recommender is merged", mail(papers(SECOND), sender="chen@other.example")),
    ("a clerk has a merged submission judged again", decision("judge-again")),
    (
        "a locked file of a known sender",
        mail({"密.pdf": "unreadable:encrypted"}, sender="zhou@hunan.example", subject="补充材料"),
    ),
    (
        "the same papers under another Message-ID",
        mail({"密.pdf": "unreadable:encrypted"}, sender="zhou@hunan.example", subject="再次补充材料"),
    ),
    ("a known sender's question", mail(body="收到了吗？")),
    ("a clerk's note", decision("note"), SHORTLY),
    ("a clerk stops all mail", for_the_office("pause"), SHORTLY),
    (
        "a mail while nothing goes out",
        mail({"说明.docx": NOTE}, sender=LI, subject="说明 {0}"),
        timedelta(hours=3),
    ),
    ("mail goes on", for_the_office("resume"), SHORTLY),
    ("a clerk saw no seal", decision("seal", FIRST, sha256=LETTER_SHA, confirmed=False), SHORTLY),
    (
        "a clerk says what a paper is",
        decision("kind", FIRST, sha256=digest(NOTE.encode()), kind="proof"),
        SHORTLY,
    ),
    ("paper copies came", decision("paper", FIRST, copies=3, disc=True), SHORTLY),
    ("a clerk knows an address", decision("sender", FIRST, address="chen@other.example"), SHORTLY),
    ("a clerk holds an outcome back", decision("hold", FIRST), SHORTLY),
    ("a project is withdrawn", decision("withdraw", FIRST, project=BRIDGE), SHORTLY),
    ("the outcome is released", decision("release", FIRST, verdict=""), SHORTLY),
    ("a clerk merges two", decision("merge", HUNANS, other=FIRST), SHORTLY),
    ("and takes them apart", decision("unmerge", HUNANS), SHORTLY),
    ("a clerk adds files", added({"补正.docx": paper(facts([page("补正说明")]))}, HUNANS)),
    ("a mail with a virus", mail(INFECTED, sender="wu@else.example", virus="FAIL")),
    ("it is let in", let_in()),
    ("an outcome comes back", came_back("outcome"), timedelta(hours=4)),
    *(
        (f"mail {n} of a day", mail(sender=LI, subject="补充 {0}", links=_link(f"{n}.zip")), SHORTLY)
        for n in range(1, 7)
    ),
    ("the call is revised", revised(**OURS, closes_text="2023年8月16日前"), SHORTLY),
    ("a person has something erased", erased(HUNANS, 5)),
    ("a month goes by", nothing, timedelta(days=40, hours=16)),
    ("and two years", nothing, timedelta(days=760)),
)


FIRST_WEEKS = STAGES[: next(n for n, stage in enumerate(STAGES) if stage[0] == "a mail with a virus")]
"""What is swept for other offices, too."""


def in_office(folder: Path, **more: str) -> Any:
    """The environment of the scenario's office; `more` settings for another one."""
    settings = {
        "OWN_DOMAINS": "unit.example",
        "OFFICE_MAILBOX": "office@unit.example",
        "RETENTION": "automatic",
        "TABLE": "table",
        "RECONCILE_MINUTES": "90",
    }
    return office(folder, {"calls": [call(**OURS)], "recommenders": [group()]}, **{**settings, **more})


class Checkpoint(NamedTuple):
    """The durable state before a process of one stage, and how many calls there had been."""

    stage: int
    calls: int
    durable: Durable


class Undisturbed(NamedTuple):
    """What landed, checkpoints before each process, the state after each stage, the calls, what tasks did."""

    landings: list[Landing]
    checkpoints: list[Checkpoint]
    ends: list[Durable]
    calls: list[str]
    did: Counter[str]


def undisturbed(stages: tuple[tuple[Any, ...], ...] = STAGES) -> Undisturbed:
    """Run the scenario."""
    durable = Durable(read_plan(), START)
    outside = Outside(durable.clock)
    made = Undisturbed([], [], [], outside.calls, Counter())
    for number, (name, make, *apart) in enumerate(stages, 1):
        landed = landing(name, make, durable, number, *(apart or [APART]))
        made.landings.append(landed)
        landed.land(durable)
        work = AtWork(durable, outside)

        def keep(stage: int = number - 1) -> None:
            made.checkpoints.append(Checkpoint(stage, outside.count, durable.copy()))

        work.run(landed.until, keep)
        made.did.update(work.did)
        made.ends.append(durable.copy())
    return made
