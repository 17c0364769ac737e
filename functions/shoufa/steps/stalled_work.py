"""Submissions that did not move on within their time, driven again."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from shoufa.domain.errors import Damaged
from shoufa.domain.ledger import Head
from shoufa.domain.moments import stamp
from shoufa.steps.asking import ask_again
from shoufa.steps.driving import is_owed, read_on, send_owed
from shoufa.steps.held import HELD, paused
from shoufa.steps.house import House
from shoufa.steps.reconciliation import DAMAGED, LIMIT, backoff, prove_all
from shoufa.steps.unfinished import Unfinished, is_parked, outcome_expected, receipt_expected

LOOKS = 200
"""Submissions looked at in one call."""


def stalled_work(house: House) -> int:
    """Look at each submission whose time is over, drive what stalls; how many messages were asked for again.

    A submission with nothing left to do is looked at no more, until something comes in for it. One of which
    an object is damaged keeps no other waiting.
    """
    now = stamp(house.clock.now())
    driven = 0 if paused(house) else ask_again(house)
    for key, value in house.index.find("looks", until=f"{now}~")[:LOOKS]:
        submission = key.rpartition("#")[2]
        head = house.ledger.head(submission)
        stalled, more = what_stalls(house, head) if head else (), {}
        try:
            driven += _drive(house, submission, stalled)
        except Damaged as err:
            stalled, more = (DAMAGED,), {"object": err.key}
        if stalled:
            tries = int(value["tries"]) + 1 if stalled != ("waiting",) else 0
            when = stamp(house.clock.now() + backoff(tries))
            said = {"tries": str(tries), "why": ",".join(stalled), **more}
            house.index.write("looks", f"{when}#{submission}", said)
        elif head is not None:
            prove_all(house, submission)
        house.index.drop("looks", key)
    return driven


def what_stalls(house: House, head: Head) -> tuple[str, ...]:
    """Codes of what a submission owes: `reading`, `receipt`, `outcome`; `waiting`: its time is not over.

    Nothing is owed in vain: while all mail is stopped notices wait, as do those that are parked, joined with
    others of their day, or put off to another hour.
    """
    found, entries = Unfinished(), house.ledger.entries(head.submission)
    found.see(head, entries)
    codes = ["reading"] if found.open else []
    owed = [o for o in found.owed if is_owed(house, o)]
    stopped = paused(house)
    late = [o for o in owed if not stopped and is_over(house, receipt_expected(entries, o.digest))]
    codes += ["receipt"] if late else []
    untold = bool(found.untold) and not is_parked(head, "outcome")
    told_late = untold and not stopped and is_over(house, outcome_expected(head, entries))
    codes += ["outcome"] if told_late else []
    waits = len(owed) > len(late) or bool(found.untold and not told_late) or bool(head.state.get(HELD))
    return (*codes, "waiting") if waits else tuple(codes)


def is_over(house: House, expected: datetime | None) -> bool:
    """Whether what was expected by a moment is late; at once where nothing says when."""
    return expected is None or expected + LIMIT <= house.clock.now()


def _drive(house: House, submission: str, stalled: tuple[str, ...]) -> int:
    """Ask for what stalls once more; how many asked."""
    if "reading" in stalled:
        read_on(house, submission)
    if "outcome" in stalled:
        house.queues.send("notices", {"template": "outcome", "submission": submission})
    if "receipt" in stalled:
        found, head = Unfinished(), house.ledger.head(submission)
        entries = house.ledger.entries(submission)
        if head is not None:
            found.see(head, entries)
        for owed in found.owed:
            if is_over(house, receipt_expected(entries, owed.digest)):
                send_owed(house, owed)
    return sum(code != "waiting" for code in stalled)


def stalled_now(house: House) -> dict[str, Mapping[str, str]]:
    """What was driven again and is still not done: objects and submissions, with why and how often.

    And objects that are damaged: a person has to restore them.
    """
    damaged = {v["object"]: {"why": DAMAGED} for _, v in house.index.find(DAMAGED)}
    unfiled = {key: {"why": "unfiled", **v} for key, v in house.index.find("unfiled") if v["tries"] != "0"}
    late = [(k.rpartition("#")[2], v) for k, v in house.index.find("looks") if v["tries"] != "0"]
    looks = {v.get("object", submission): v for submission, v in late}
    return {**unfiled, **looks, **damaged}


def soon(house: House, submission: str, after: timedelta = LIMIT) -> None:
    """Have a submission looked at after a while."""
    house.index.write("looks", f"{stamp(house.clock.now() + after)}#{submission}", {"tries": "0"})
