"""A fortnight of an office's mail, once through every branch: what lands, and when.

Stages are hours apart, so that whatever a fault delays is done before the next one: only then must the end be the
very same. Mails that overtake each other are the matter of test_redelivery.py.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from faults.office_at_work import AtWork, Durable, Outside, office, read_plan
from shoufa.domain.codes import EntryKind
from shoufa.domain.mail import Envelope
from shoufa.steps.files import MAIL_PREFIX, dump, envelope_key
from unit.judging.build import (
    BRIDGE,
    BUILD,
    HUNAN,
    LATIN,
    START,
    application,
    call,
    group,
    letter,
    seal,
    summary,
)
from unit.steps.world import World, packed, papers

APART = timedelta(hours=8)
OPENING = {"公文.pdf": letter(), "申报书.docx": application()}
MORE = {"汇总表.xlsx": summary(((LATIN, "某公司", "试点"), (BRIDGE, BUILD, "示范")))}
OTHERS = {"函.pdf": letter(issuer=HUNAN, seals=[seal(HUNAN)]), "书.docx": application(推荐单位=HUNAN)}
SECOND = {"申报书二.docx": application(BRIDGE, BUILD), "公文二.pdf": letter(number="鄂市监函〔2023〕13号")}
COLLEAGUE = "wang@unit.example"


class Landing(NamedTuple):
    """What comes in at one moment: objects by key, in order."""

    name: str
    at: datetime
    objects: tuple[tuple[str, bytes], ...]


def _mail(
    files: dict[str, str] | None = None, **said: Any
) -> Callable[[Durable, datetime, int], list[tuple[str, bytes]]]:
    """A mail that lands: first its sidecar, then its bytes."""

    def landed(durable: Durable, at: datetime, number: int) -> list[tuple[str, bytes]]:
        key = f"{MAIL_PREFIX}smtp/{number}.eml"
        words = {k: v.format(*_numbers(durable)) if isinstance(v, str) else v for k, v in said.items()}
        raw_only = words.pop("raw", None)
        numbered = {"message_id": f"<{number}@hubei.example>", **words}
        raw = (
            raw_only.encode()
            if raw_only
            else World().written(files or {}, numbered.pop("date", at), **numbered)
        )
        return [(envelope_key(key), dump(Envelope(received_at=at, door="smtp"))), (key, raw)]

    return landed


def _decision(action: str) -> Callable[[Durable, datetime, int], list[tuple[str, bytes]]]:
    def landed(durable: Durable, _: datetime, number: int) -> list[tuple[str, bytes]]:
        body = {"who": "clerk-1", "submission": _numbers(durable)[-1], "action": action, "why": "核对"}
        return [(f"inbox/decision/{number}.json", json.dumps(body, ensure_ascii=False).encode())]

    return landed


def _numbers(durable: Durable) -> list[str]:
    opened = [e for e in durable.ledger.all() if e.kind is EntryKind.OPENED]
    return [e.submission for e in sorted(opened, key=lambda e: (e.at, e.submission))]


FORWARDED = {"forwarded": [{"sender": {"email": "sun@hubei2.example"}}]}
STAGES = (
    ("a package opens a submission", _mail(papers(OPENING), date=START)),
    (
        "a follow-up joins by its number, papers in an archive",
        _mail({"补充.zip": packed(**papers(MORE))}, sender="li@hubei.example", subject="补充 {0}"),
    ),
    ("the same message again", _mail(papers(OPENING), date=START, message_id="<1@hubei.example>")),
    ("an automatic answer", _mail(headers={"auto-submitted": ["auto-replied"]}, subject="自动回复")),
    ("a stranger's question belongs nowhere", _mail(sender="who@else.example", body="请问截止时间？")),
    ("a mail that cannot be opened", _mail(raw="unreadable:unreadable")),
    (
        "a package for two units, with a project that another holds",
        _mail(papers(OTHERS), sender="zhou@hunan.example", to=["a@unit.example", "b@unit.example"]),
    ),
    ("a colleague's forward", _mail(papers(SECOND), sender=COLLEAGUE, **FORWARDED)),
    ("another sender of the same recommender is merged", _mail(papers(SECOND), sender="chen@other.example")),
    ("a clerk has a merged submission judged again", _decision("judge-again")),
    (
        "a locked file of a known sender",
        _mail({"密.pdf": "unreadable:encrypted"}, sender="zhou@hunan.example", subject="补充材料"),
    ),
    (
        "the same papers under another Message-ID",
        _mail({"密.pdf": "unreadable:encrypted"}, sender="zhou@hunan.example", subject="再次补充材料"),
    ),
    ("a known sender's question", _mail(body="收到了吗？")),
    ("a clerk's note", _decision("note")),
)


def in_office(folder: Path) -> Any:
    """The environment of the scenario's office."""
    return office(folder, {"calls": [call()], "recommenders": [group()]}, OWN_DOMAINS="unit.example")


def undisturbed() -> tuple[list[Landing], list["Checkpoint"], list[Durable], Outside]:
    """Run the scenario: what landed, checkpoints before each process, the state after each stage, the calls."""
    durable = Durable(read_plan(), START)
    outside = Outside(durable.clock)
    landings: list[Landing] = []
    checkpoints: list[Checkpoint] = []
    ends: list[Durable] = []
    for number, (name, make) in enumerate(STAGES, 1):
        landing = Landing(name, durable.clock.now(), tuple(make(durable, durable.clock.now(), number)))
        landings.append(landing)
        land(durable, landing)
        work = AtWork(durable, outside)

        def keep(stage: int = number - 1) -> None:
            checkpoints.append(Checkpoint(stage, outside.count, durable.copy()))

        work.run(landing.at + APART, keep)
        ends.append(durable.copy())
    return landings, checkpoints, ends, outside


class Checkpoint(NamedTuple):
    """The durable state before a process of one stage, and how many calls there had been."""

    stage: int
    calls: int
    durable: Durable


def land(durable: Durable, landing: Landing) -> None:
    """Let one stage's objects come in."""
    for key, data in landing.objects:
        durable.store(key, data)
