"""Erasure: what a person asked to be erased, or what is over its time, removed wherever it lies.

First everything that would go is listed (`plan_erasure`), then, once that list was confirmed, an entry
`erased` says who, why and which digests, and the objects go (`erase`). Chains stay whole: they hold digests
and codes only. The claims of an erased mail stay too: it has its fate and is not lost.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from shoufa.domain.codes import EntryKind, Status
from shoufa.domain.fingerprint import contents, private
from shoufa.domain.ledger import Entry, Head, canonical
from shoufa.domain.ledger import digest as sha256
from shoufa.domain.submission import Manifest
from shoufa.domain.value import Value
from shoufa.ports import Index
from shoufa.steps.commit import Wanted, append
from shoufa.steps.elsewhere import forget_holders
from shoufa.steps.erasure_list import Listed, list_keys, register
from shoufa.steps.fate import cases_of
from shoufa.steps.files import MAIL_PREFIX, load_manifest, load_verdict
from shoufa.steps.house import House

ERASING = "erasing"
"""The look-ups of what is being erased, by the code of its list."""


class Why(StrEnum):
    """Why something is erased: the person asked · over its time · filed by mistake · ordered from above."""

    REQUEST = "request"
    RETENTION = "retention"
    MISTAKE = "mistake"
    ORDER = "order"


class Plan(Value):
    """What would go: whole submissions, mails by object, all keys; `shared`: what stays for others' sake."""

    submissions: tuple[str, ...]
    mails: tuple[tuple[str, str], ...]
    """(object, digest) of each mail."""
    chains: tuple[str, ...]
    """Every chain that gets an entry: of the submissions, of those that lose a mail, of single mails."""
    keys: tuple[str, ...]
    shared: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """What confirms exactly this list: eight characters."""
        return sha256(canonical([self.submissions, self.mails, self.keys]).encode())[:8]


def plan_erasure(
    house: House, submissions: Sequence[str] = (), objects: Sequence[str] = (), *, spare: bool = False
) -> Plan:
    """Everything that belongs to these submissions and mails. Reads the whole ledger; changes nothing.

    A submission takes those that were merged into it along, never what it was merged into, and repeats of
    its mails. A mail that another submission holds too stays, unless it was named itself; with `spare` also
    then. Raises BrokenLedger where a chain does not hold.
    """
    known = register(house.objects)
    whole = known.with_members(submissions)
    if spare:
        objects = known.unheld(objects, whole)
    mails = known.mails_of(whole) | known.repeats_of(objects)
    whole |= known.left_empty(mails, house.ledger.head)
    mails |= known.mails_of(whole)
    chains = {chain for key in mails for chain in known.chains_of(key)} | whole
    found: Listed = list_keys(house, known, whole, mails)
    return Plan(
        submissions=tuple(sorted(whole)),
        mails=tuple(sorted((key, known.digests[key]) for key in mails)),
        chains=tuple(sorted(chains)),
        keys=found.keys,
        shared=found.shared,
    )


def erase(house: House, plan: Plan, who: str, why: Why) -> int:
    """Write it into the ledger, then remove everything of the plan; how many objects there were.

    `who` is a code without a name. A look-up names what is being erased until all of it is gone: after a stop
    half-way it is planned again (by a person, or `erase_on`), and the rest goes.
    """
    said = {"who": who, "why": why.value}
    named = {"submissions": " ".join(plan.submissions), "objects": " ".join(key for key, _ in plan.mails)}
    house.index.write(ERASING, plan.code, {**named, **said})
    count = _erase(house, plan, said)
    done = {*plan.submissions, *(key for key, _ in plan.mails)}
    for code, begun in house.index.find(ERASING):
        if set(_named(begun)) <= done:
            house.index.drop(ERASING, code)
    return count


def erase_on(house: House) -> int:
    """Go on with what a stop left half erased; how many objects went."""
    return sum(
        erase(house, _planned_again(house, begun), begun["who"], Why(begun["why"]))
        for _, begun in house.index.find(ERASING)
    )


def half_erased(house: House) -> list[str]:
    """Submissions and mail objects whose erasure was begun and not ended."""
    return sorted({name for _, begun in house.index.find(ERASING) for name in _named(begun)})


def note_half_erased(house: House, entry: Entry) -> None:
    """The look-up once more, of an entry `erased` whose mails are still there (a lost table, restored)."""
    left = [key for key in entry.data["objects"] if house.objects.exists(key)]
    if left:
        whose = entry.submission if entry.data.get("whole") else ""
        said = {"who": entry.data["who"], "why": entry.data["why"]}
        house.index.write(ERASING, entry.hash[:8], {"submissions": whose, "objects": " ".join(left), **said})


def _named(begun: Mapping[str, str]) -> list[str]:
    return [*begun["submissions"].split(), *begun["objects"].split()]


def _planned_again(house: House, begun: Mapping[str, str]) -> Plan:
    return plan_erasure(house, begun["submissions"].split(), begun["objects"].split())


def _erase(house: House, plan: Plan, said: dict[str, str]) -> int:
    for chain in plan.chains:
        append(house, chain, _once(house, plan, chain, said))
    _drop_look_ups(house, plan)
    for key, _ in plan.mails:
        forget(house.index, key)
    count = sum(house.objects.erase(key) > 0 for key in _in_order(plan.keys))
    for chain in plan.chains:
        if chain not in plan.submissions and not chain.startswith("MAIL#"):
            message = {"submission": chain, "cause": f"erased {plan.code}"}
            house.queues.send("submissions", message, group=chain)
    return count


def forget(index: Index, key: str) -> None:
    """The watch's look-ups of an erased mail: it is counted as erased, and waits for nobody."""
    index.write("fates", key, {"fate": "erased", "erased": "yes"})
    for group in ("held", "quarantined", "unfiled"):
        index.drop(group, key)


def erased_state(state: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """What an entry `erased` makes of a head's state: the mails are out, nothing is known of them."""
    gone = [*state.get("erased", ()), *data["mails"]]
    if "call" not in state:
        return {"erased": gone}
    left = [m for m in state["mails"] if m not in data["mails"]]
    new: dict[str, Any] = {"erased": gone, "mails": left, "judged": [], "key": "", "told_what": ""}
    if data.get("whole"):
        return new | {"gone": True}
    return new if state.get("into") else new | {"status": Status.READING.value}


def _once(house: House, plan: Plan, chain: str, said: dict[str, str]) -> Callable[[Head], Wanted | None]:
    own = {d for key, d in plan.mails} if not chain.startswith("MAIL#") else {chain.removeprefix("MAIL#")}

    def entries(head: Head) -> Wanted | None:
        there = {e.data["digest"] for e in house.ledger.entries(chain) if "digest" in e.data}
        there |= set(head.state.get("mails", ())) if "call" in head.state else own
        mails = sorted((own & there) - set(head.state.get("erased", ())))
        whole = chain in plan.submissions and not head.state.get("gone")
        if not mails and not whole:
            return None
        objects = sorted(key for key, digest in plan.mails if digest in mails)
        data: dict[str, Any] = {**said, "mails": mails, "objects": objects, "parts": _parts(plan)}
        if whole:
            data["whole"] = True
        return [(EntryKind.ERASED, data)], erased_state(head.state, data)

    return entries


def _parts(plan: Plan) -> list[str]:
    """Digests of the attachments that go; the entry says no more of them."""
    return [key.removeprefix("parts/") for key in plan.keys if key.startswith("parts/")]


def _in_order(keys: Sequence[str]) -> list[str]:
    """What the rest is found by goes last: the manifest, then the mail, which shows that it is not ended."""
    return sorted(keys, key=lambda k: (k.startswith(MAIL_PREFIX), k.startswith("mails/"), k))


def _drop_look_ups(house: House, plan: Plan) -> None:
    """Index items of the mails and verdicts, while these can still be read."""
    for part in _parts(plan):
        house.index.drop("parts", part)
    for chain in plan.chains:
        head = house.ledger.head(chain)
        if head is None or "call" not in head.state:
            continue
        place = f"{head.state['call']}#{head.state['unit']}"
        for _, digest in plan.mails:
            manifest = load_manifest(house.objects, digest)
            if manifest is not None:
                _drop_mail(house, manifest, place, chain)
        _drop_verdict(house, head)
        if chain in plan.submissions:
            house.index.drop(f"unit#{place}", chain)
            house.index.drop(cases_of(head.state["call"]), chain)


def _drop_mail(house: House, manifest: Manifest, place: str, chain: str) -> None:
    same = contents(manifest.mail, manifest.sender, manifest.mailbox)
    house.index.drop(f"sender#{place}#{private(manifest.sender)}", chain)
    for key, value in house.index.find(f"contents#{same}") if same else ():
        if value["receipt"] == chain:
            house.index.drop(f"contents#{same}", key)


def _drop_verdict(house: House, head: Head) -> None:
    verdict = load_verdict(house.objects, head.submission, head.state.get("verdict", ""))
    house.index.drop("due", f"{head.state.get('due', '')}#{head.submission}")
    if verdict is None:
        return
    if verdict.key:
        house.index.drop(f"key#{verdict.key}", head.submission)
    forget_holders(house.index, head.submission, verdict)
