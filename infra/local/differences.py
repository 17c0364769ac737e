"""Where a ledger and what was recomputed differ, in words, grouped by reader version and call revision."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from local.account import TOLD, Account, Case, LeftOut
from shoufa.domain.finding import FindingCode

WORDS = {
    "status": "核对结论 / status",
    "late": "逾期 / lateness",
    "cured_late": "逾期补正 / cured late",
    "tracks": "类型 / tracks",
    "sender": "来件邮箱 / sender",
    "letter": "公文 / letter",
    "recommender": "推荐单位 / recommender",
    "applicant": "申报单位 / applicant",
    "other_matter": "是否本征集 / other matter",
    "documents": "文件 / documents",
    "projects": "项目 / projects",
    "findings": "核对意见 / findings",
}
COUNTED = ("status", "findings", "projects", "late")
"""What the entry of a judgement says of its verdict."""


BESIDE = frozenset({FindingCode.SUBMISSION_DUPLICATE_PROJECT.value, FindingCode.SUBMISSION_OVER_QUOTA.value})
"""Findings that speak of what other submissions hold."""


class Difference(NamedTuple):
    """One difference: what differs (a mail's object or a submission's number), and how."""

    what: str
    why: str
    group: str = ""


class Compared(NamedTuple):
    """How much was compared, what differs, and how many submissions were equal by group."""

    mails: int
    cases: int
    unfinished: int
    equal: Counter[str]
    found: list[Difference]
    left: LeftOut = LeftOut()
    """What was erased, and what cannot be recomputed without it."""


def compare(ledger: Account, again: Account) -> Compared:
    """Hold what was recomputed against the ledger, but for what was erased there."""
    left = ledger.left_out()
    ledger, again = ledger.without(left), again.without(left)
    found = [*_fates(ledger, again), *_merges(ledger, again), *_others(ledger, again)]
    equal: Counter[str] = Counter()
    unfinished = 0
    living = {n: c for n, c in ledger.cases.items() if not c.into}
    for number, case in living.items():
        other = again.cases.get(number)
        if other is None or other.into:
            continue  # said already
        mine = list(_case(*_alone(case, other, left)))
        found += mine
        unfinished += not case.ended
        equal[_group(case, other)] += not mine
    return Compared(len(ledger.fates), len(living), unfinished, equal, found, left)


def _fates(ledger: Account, again: Account) -> Iterator[Difference]:
    for key in sorted(ledger.fates.keys() | again.fates.keys()):
        was, now = ledger.fates.get(key), again.fates.get(key)
        if now is None:
            yield Difference(key, f"来邮对象缺失或未能处理 / the mail is gone or has no fate (was {was})")
        elif was is None:
            yield Difference(key, f"台账没有这封来邮 / the ledger has no such mail (now {now})")
        elif was != now:
            yield Difference(key, f"去向不同 / disposition: {was} → {now}")


def _merges(ledger: Account, again: Account) -> Iterator[Difference]:
    for number in sorted(ledger.cases.keys() | again.cases.keys()):
        was, now = _standing(ledger, number), _standing(again, number)
        if was != now:
            yield Difference(number, f"报送不同 / submission: {was} → {now}")


def _standing(account: Account, number: str) -> str:
    case = account.cases.get(number)
    if case is None:
        return "没有 / none"
    return f"并入 / merged into {case.into}" if case.into else "独立 / on its own"


def _others(ledger: Account, again: Account) -> Iterator[Difference]:
    """Receipts, revisions and decisions."""
    for mail in sorted(ledger.receipts ^ again.receipts):
        was = mail in ledger.receipts
        why = "台账有回执，重算没有 / only the ledger has" if was else "重算有回执，台账没有 / the ledger lacks"
        yield Difference(mail, f"{why} a receipt")
    for key in sorted(ledger.calls.keys() | again.calls.keys()):
        if ledger.calls.get(key) != again.calls.get(key):
            said = f"{ledger.calls.get(key)} → {again.calls.get(key)}"
            yield Difference(key, f"征集修订的处理不同 / revision of a call: {said}")
    for key, number in sorted(ledger.decisions ^ again.decisions):
        yield Difference(key, f"决定的处理不同 / decision on {number}")


def _alone(case: Case, other: Case, left: LeftOut) -> tuple[Case, Case]:
    """Both without what they say of other submissions, where some of these cannot be recomputed."""
    said = [c.verdict["findings"] for c in (case, other) if c.verdict]
    if not left.numbers or not any(f["code"] in BESIDE for findings in said for f in findings):
        return case, other
    return _without_others(case), _without_others(other)


def _without_others(case: Case) -> Case:
    """Without findings about others, and what hangs on them: status, counts, notices."""
    if case.verdict is None:
        return case
    kept = [f for f in case.verdict["findings"] if f["code"] not in BESIDE]
    verdict = {**case.verdict, "findings": kept, "status": ""}
    judged = {n: v for n, v in case.judged.items() if n not in {"status", "findings"}}
    return replace(case, verdict=verdict, judged=judged, outcome="", notice="")


def _case(case: Case, other: Case) -> Iterator[Difference]:
    group = _group(case, other)
    if sorted(case.mails) != sorted(other.mails):
        why = f"所含来邮不同 / mails: {len(case.mails)} → {len(other.mails)}"
        yield Difference(case.number, why, group)
    if not case.judged:
        if case.ended or not other.judged:
            yield Difference(case.number, "没有核对结果 / was never judged", group)
        return
    if case.verdict is None or other.verdict is None:
        why = "核对结果文件缺失或字节被改动 / its verdict is gone or its bytes were changed"
        yield Difference(case.number, why, group)
        return
    yield from (Difference(case.number, why, group) for why in _verdicts(case.verdict, other.verdict))
    if any(case.judged.get(name) != other.judged.get(name) for name in COUNTED):
        yield Difference(case.number, "台账所记核对结论不同 / the entry of its judgement differs", group)
    if case.ended and (case.outcome, case.notice) != (other.outcome, other.notice):
        yield Difference(case.number, f"通知不同 / notices: {_sent(case)} → {_sent(other)}", group)


def _verdicts(one: Mapping[str, Any], two: Mapping[str, Any]) -> Iterator[str]:
    for name in TOLD:
        if one.get(name) != two.get(name):
            yield f"{WORDS[name]}: {_short(name, one.get(name), two.get(name))}"


def _short(name: str, one: Any, two: Any) -> str:
    """Lists by how many items are gone and new, other values by themselves; no texts of papers."""
    if name in {"documents", "projects", "findings"}:
        before, after = _items(one), _items(two)
        gone, new = before - after, after - before
        said = f"－{gone.total()} ＋{new.total()}"
        if name != "findings":
            return said
        codes = [f"{sign}{json.loads(i)['code']}" for sign, items in (("－", gone), ("＋", new)) for i in items]
        return f"{said} ({', '.join(sorted(codes)[:8])})"
    return f"{one} → {two}" if name in {"status", "late", "cured_late", "tracks", "other_matter"} else "≠"


def _items(rows: Iterable[Any] | None) -> Counter[str]:
    return Counter(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in rows or ())


def _sent(case: Case) -> str:
    return f"outcome {case.outcome or '—'}, notice {case.notice or '—'}"


def _group(case: Case, other: Case) -> str:
    """Which readers and revisions were compared."""
    said = []
    for name, one, two in zip(("reader", "revision"), case.group, other.group, strict=True):
        said.append(f"{name} {one or '—'}" if one == two else f"{name} {one or '—'} → {two or '—'}")
    return ", ".join(said)
