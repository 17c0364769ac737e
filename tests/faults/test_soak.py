"""A short run of the soak: all that must hold, but for time. `make soak` is the long one."""

from collections import Counter

import pytest

from faults.soak import soak
from faults.soak_result import MAILS_IN_TEST, Result, Tenth, Wanted, faults_of, measured_faults, report
from samples.soak_mails import SPAN, Writer, recommender_of
from samples.soak_plan import HUNDRED, REPEATS, Kind, Slot, plan


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    found = soak(tmp_path_factory.mktemp("soak"), Wanted(mails=MAILS_IN_TEST, warm=8, seed=7, kills=0.05))
    print("", *report(found), sep="\n")
    return found


def test_nothing_is_missed(result: Result) -> None:
    assert faults_of(result) == []


def test_every_mail_has_its_fate(result: Result) -> None:
    counts = result.counts
    assert counts.unaccounted == 0
    assert counts.mails == sum(counts.fates.values()) == MAILS_IN_TEST + 8 + result.loops
    assert set(counts.fates) == {
        "submission", "follow-up", "duplicate", "automatic", "unmatched", "quarantined"
    }  # fmt: skip


def test_it_was_disturbed(result: Result) -> None:
    """What held, held under faults: calls failed in every way, readers were killed, responders answered."""
    assert len(result.fails) == 5
    assert result.calls * 0.005 < sum(result.fails.values()) < result.calls * 0.02
    assert result.killed
    assert result.loops


def test_receipts_went_out_once(result: Result) -> None:
    counts = result.counts
    assert counts.receipts > MAILS_IN_TEST / 3
    assert counts.repeated < counts.notices / 5
    assert counts.held < counts.notices / 10


def test_memory_but_for_the_table_stays(result: Result) -> None:
    first, *_, last = result.looks
    assert last.process - last.table < first.process - first.table + 40


def test_each_tenth_is_measured(result: Result) -> None:
    assert len(result.tenths) == 10
    for tenth in result.tenths:
        assert tenth.calls > 20
        assert tenth.items > 10
        assert 0 < tenth.yardstick < tenth.seconds


@pytest.mark.parametrize(
    ("last", "missed"),
    [
        (Tenth(seconds=0.9, yardstick=0.010, calls=110, items=300), 0),
        (Tenth(seconds=1.1, yardstick=0.010, calls=100, items=100), 1),
        (Tenth(seconds=0.4, yardstick=0.005, calls=121, items=100), 1),
    ],
)
def test_dearer_mails_are_told_from_a_busy_machine(last: Tenth, missed: int) -> None:
    first = Tenth(seconds=0.4, yardstick=0.005, calls=100, items=100)
    assert len(measured_faults(Result(Wanted(), tenths=[first, last]))) == missed


def test_each_hundred_has_the_same_mixture() -> None:
    slots = plan(300, 5)
    for start in (0, 100, 200):
        assert Counter(s.kind for s in slots[start : start + 100]) == HUNDRED
    assert sum(HUNDRED.values()) == 100
    assert plan(300, 5) == slots != plan(300, 6)


def test_letters_of_one_recommender_come_close_together() -> None:
    """Else cases grow from the first tenth of a run to its last one, and their costs cannot be compared."""
    letters: dict[int, list[int]] = {}
    for number in range(0, 10 * SPAN, 3):
        letters.setdefault(recommender_of(number), []).append(number)
    assert max(letters) < Writer(1, 10 * SPAN).recommenders == len(letters)
    for own in letters.values():
        assert len(own) == 4
        assert own[-1] - own[0] < SPAN


def test_who_follows_and_who_comes_too_early() -> None:
    slots = plan(400, 3)
    for slot in slots:
        if slot.kind is Kind.EARLY:
            assert slots[slot.of].kind is Kind.NEW
            assert slot.of == slot.number + 1
        elif slot.kind in REPEATS:
            assert slots[slot.of].kind is Kind.NEW
            assert slot.of < slot.number - 4


def test_the_same_seed_writes_the_same_mails() -> None:
    slots = plan(120, 4)
    mails = [Writer(4, 120).write(s, str) for s in slots]
    assert mails == [Writer(4, 120).write(s, str) for s in slots]
    alone = [m for m, s in zip(mails, slots, strict=True) if s.kind not in REPEATS]
    assert len(set(alone)) == len(alone)
    same = next(s for s in slots if s.kind is Kind.SAME)
    assert mails[same.number] == mails[same.of]
    assert Writer(5, 120).write(Slot(0, Kind.NEW, 0), str) != mails[0]
