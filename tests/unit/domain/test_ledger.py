"""The chain (domain/ledger.py): canonical form, links, and that every single tampering shows."""

import hashlib
import json
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoufa.domain.codes import EntryKind
from shoufa.domain.ledger import Entry, Head, canonical, next_entry, verify

AT = datetime.fromisoformat("2023-08-01T09:00:00+08:00")


def chain(length: int, submission: str = "S") -> list[Entry]:
    head, entries = Head(submission=submission), []
    for i in range(length):
        made = next_entry(
            head, AT + timedelta(minutes=i), EntryKind.NOTED, {"n": i, "字": [submission, None]}
        )
        entries.append(made)
        head = Head(submission=submission, seq=made.seq, hash=made.hash)
    return entries


CHAIN = chain(6)
PLACES = st.integers(0, len(CHAIN) - 1)


def test_canonical_is_sorted_tight_and_unescaped():
    assert (
        canonical({"b": 1, "a": ["省", {"z": None, "y": True}]}) == '{"a":["省",{"y":true,"z":null}],"b":1}'
    )


def test_a_hash_can_be_made_again_without_our_code():
    stored = json.loads(CHAIN[2].text())
    claimed = stored.pop("hash")
    bare = json.dumps(stored, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(bare.encode()).hexdigest() == claimed
    assert set(stored) == {"submission", "seq", "at", "kind", "data", "previous"}


def test_entries_are_numbered_from_one_and_linked():
    assert [e.seq for e in CHAIN] == [1, 2, 3, 4, 5, 6]
    assert [e.previous for e in CHAIN] == [None, *(e.hash for e in CHAIN[:-1])]


def test_text_and_back_is_the_same_entry():
    assert [Entry.model_validate_json(e.text()) for e in CHAIN] == CHAIN


def test_a_whole_chain_holds_and_chains_may_be_interleaved():
    assert verify(CHAIN) == []
    other = chain(3, "T")
    assert verify([e for pair in zip(CHAIN, other, strict=False) for e in pair]) == []


CHANGES = [
    {"seq": 99},
    {"at": "2023-08-01T09:00:01+08:00"},
    {"kind": EntryKind.JUDGED},
    {"data": {"n": 99}},
    {"previous": "0" * 64},
    {"hash": "0" * 64},
    {"submission": "T"},
]


@given(PLACES, st.sampled_from(CHANGES))
def test_any_single_change_is_found(at, change):
    forged = [*CHAIN]
    forged[at] = forged[at].model_copy(update=change)
    found = verify(forged)
    assert found
    assert found[0].seq in {forged[at].seq, CHAIN[at].seq, CHAIN[at].seq + 1}


@given(PLACES, st.sampled_from(CHANGES[:-2]))
def test_a_change_hashed_anew_breaks_the_next_link(at, change):
    forged = [*CHAIN]
    forged[at] = forged[at].model_copy(update=change).sealed()
    tail = at == len(CHAIN) - 1
    assert bool(verify(forged)) or (tail and not {"seq", "previous"} & set(change))


@given(st.integers(0, len(CHAIN) - 2))
def test_any_removal_but_the_tails_is_found(at):
    assert verify([*CHAIN[:at], *CHAIN[at + 1 :]])


def test_a_cut_tail_needs_a_checkpoint():
    assert verify(CHAIN[:-1]) == []


@given(PLACES, PLACES)
def test_any_swap_is_found(a, b):
    forged = [*CHAIN]
    forged[a], forged[b] = forged[b], forged[a]
    assert bool(verify(forged)) is (a != b)


@given(PLACES, st.integers(0, len(CHAIN)))
def test_any_insertion_is_found(which, where):
    assert verify([*CHAIN[:where], CHAIN[which], *CHAIN[where:]])


@given(st.integers(1, len(CHAIN)))
def test_a_forged_entry_put_in_with_a_right_hash_is_found(where):
    head = Head(submission="S", seq=where, hash=CHAIN[where - 1].hash)
    forged = next_entry(head, AT, EntryKind.NOTED, {"forged": True})
    rest = CHAIN[where:]
    assert bool(verify([*CHAIN[:where], forged, *rest])) is bool(rest)


def test_a_break_names_its_entry():
    forged = [*CHAIN]
    forged[3] = forged[3].model_copy(update={"data": {"n": 99}})
    assert [(b.submission, b.seq) for b in verify(forged)] == [("S", 4)]


@pytest.mark.parametrize(
    "value", [{"a": 1}, {"a": "1"}, {"a": True}, {"a": None}, {"a": [1]}, {"a": {"b": 1}}]
)
def test_values_that_look_alike_hash_differently(value):
    hashes = {next_entry(Head(submission="S"), AT, EntryKind.NOTED, v).hash for v in ({"a": "x"}, value)}
    assert len(hashes) == 2
