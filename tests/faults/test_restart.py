"""`shoufa up` killed with kill -9 under load: nothing accepted is lost, the ledger goes on, receipts repeat at most once.

SHOUFA_KILLS says how often (`make restart`: 50); the suite kills a few times. The seed is printed and can be given.
"""

import json
import os
import random
from collections import Counter
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from faults.restarts import Result, killed_under_load, ledger_of
from local.ledger_commands import verify_ledger
from shoufa.domain.ledger import Entry

KILLS = int(os.environ.get("SHOUFA_KILLS", "3"))
SEED = int(os.environ.get("SHOUFA_SEED") or random.randrange(10**6))


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return killed_under_load(tmp_path_factory.mktemp("restart"), KILLS, SEED)


def entries(result: Result) -> list[Entry]:
    return [Entry.model_validate_json(data) for data in ledger_of(result.data).values()]


def fates(result: Result) -> dict[str, list[str]]:
    """Message-ID to the kinds of entry that its objects have."""
    found: dict[str, list[str]] = {}
    kinds: dict[str, list[str]] = {}
    for entry in entries(result):
        if "object" in entry.data:
            kinds.setdefault(entry.data["object"], []).append(entry.data.get("disposition", entry.kind.value))
    for file in (result.data / "inbox" / "mail").rglob("*"):
        if file.is_file():
            key = str(file.relative_to(result.data))
            message_id = str(message_from_bytes(file.read_bytes(), policy=policy.default)["Message-ID"])
            found.setdefault(message_id, []).extend(kinds.get(key, ["none"]))
    return found


def test_every_accepted_mail_has_one_fate(result: Result):
    found = fates(result)
    accepted = result.load.accepted | set(result.load.dropped.values())
    print(
        f"\nseed {SEED}: {result.kills} kills ({result.unready_kills} before it was ready), "
        f"{len(result.load.accepted)} mails got 250, {len(result.load.dropped)} files laid, "
        f"{len(found)} messages stored, fates {dict(Counter(k for f in found.values() for k in f))}"
    )
    assert accepted
    assert accepted - set(found) == set()
    for message_id, kinds in found.items():
        assert kinds.count("opened") == 1, (message_id, kinds)
        assert set(kinds) <= {"opened", "duplicate"}, (message_id, kinds)


def test_nothing_is_left_in_the_drop_folder(result: Result):
    assert list((result.data / "drop").glob("*.eml")) == []
    taken = {f.name for f in (result.data / "drop" / "taken").glob("*.eml")}
    assert set(result.load.dropped) <= taken


def test_the_ledger_goes_on_where_it_was(result: Result, capsys: pytest.CaptureFixture[str]):
    for earlier, later in zip(result.snapshots, [*result.snapshots[1:], ledger_of(result.data)], strict=True):
        assert {k: v for k, v in later.items() if k in earlier} == earlier
    assert len(result.snapshots[-1]) > 0
    assert verify_ledger(result.data) == 0
    capsys.readouterr()
    assert not list((result.data / "pending").glob("*"))


def test_each_mail_has_its_receipt_and_at_most_one_repeat(result: Result):
    accepted = result.load.accepted | set(result.load.dropped.values())
    twice = {n: c for n, c in result.relay.notices.items() if c > 1}
    unknown = Counter(e.data["notice"] for e in entries(result) if "interrupted" in e.data)
    given_up = {n for n, c in unknown.items() if c > 1}
    print(
        f"\n{sum(result.relay.receipts.values())} receipts for {len(accepted)} mails, {len(twice)} notices repeated, "
        f"{sum(unknown.values())} sendings cut off, {len(given_up)} notices cut off twice"
    )
    assert max(result.relay.notices.values()) <= 2
    assert {n for n, ids in result.relay.message_ids.items() if len(ids) > 1} == set()
    assert set(twice) <= set(unknown)
    lacking = accepted - set(result.relay.receipts)
    assert len(lacking) <= len(given_up), lacking


def test_it_stops_when_asked_and_is_at_rest(result: Result):
    assert result.status == 0
    last: dict[str, int] = {}
    for entry in entries(result):
        last[entry.submission] = max(last.get(entry.submission, 0), entry.seq)
    assert last


def test_sidecars_are_there_for_all(result: Result):
    mails = {
        str(p.relative_to(result.data / "inbox" / "mail"))
        for p in (result.data / "inbox" / "mail").rglob("*")
        if p.is_file()
    }
    known = {
        str(p.relative_to(result.data / "inbox" / "envelope"))[:-5]
        for p in (result.data / "inbox" / "envelope").rglob("*.json")
    }
    assert mails <= known
    for name in mails:
        envelope = json.loads((result.data / "inbox" / "envelope" / f"{name}.json").read_text("utf-8"))
        assert envelope["door"] in {"smtp", "drop"}


def test_the_folder_holds_no_half_object(result: Result):
    assert [p for p in Path(result.data / "tmp").glob("*") if p.is_file()] == []
