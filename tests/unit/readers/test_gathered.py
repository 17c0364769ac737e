"""Pages in the order in which they are best read, and what is said of those that were not."""

from shoufa.domain.facts import Page, Table
from shoufa.readers.gathered import READ_FIRST, READ_LAST, Gathered
from shoufa.readers.limits import Limits
from shoufa.readers.time_budget import LAST_WORD, SOFT, TEXT, Care, TimeBudget
from unit.readers import papers


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def budget(clock: Clock, seconds: float = 100) -> TimeBudget:
    return TimeBudget(Limits(document_seconds=seconds), clock)


def test_the_first_and_the_last_pages_come_before_the_rest():
    found = Gathered(limit=300, count=400)
    order = found.order()
    assert order[: READ_FIRST + READ_LAST] == [*range(1, READ_FIRST + 1), *range(301 - READ_LAST, 301)]
    assert sorted(order) == list(range(1, 301))
    assert Gathered(limit=300, count=9).order() == list(range(1, 10))


def test_pages_that_were_not_reached_are_told():
    found = Gathered(limit=10, count=3)
    found.put(Page(number=3, text="c"), (Table(page=3),))
    found.put(Page(number=1, text="a"), (Table(page=1),))
    assert [(p.number, p.text, p.seals_seen) for p in found.pages] == [(1, "a", True), (2, "", False), (3, "c", True)]
    assert [t.page for t in found.tables] == [1, 3]
    assert found.truncated
    found.put(Page(number=2, text="b"))
    assert not found.truncated
    assert Gathered(limit=1, count=2, read={1: (Page(number=1), ())}).truncated


def test_care_lessens_as_time_goes():
    clock = Clock()
    one = budget(clock)
    assert one.care(100) is Care.FULL
    clock.now = 70
    assert one.care(0) is Care.FULL
    assert one.care(24) is Care.SEALS
    assert one.care(99) is Care.STAMPS
    clock.now = SOFT * 100
    assert (one.care(0), one.has_time_for_text) == (Care.NONE, True)
    clock.now = TEXT * 100
    assert not one.has_time_for_text
    assert TEXT < LAST_WORD < 1


def test_slow_pages_are_learnt_from():
    clock = Clock()
    one = budget(clock)
    for _ in range(5):
        with one.measured(Care.SEALS):
            clock.now += 2
    assert one.care(100) is Care.SEALS
    assert one.care(2000) is Care.STAMPS
    assert one.care(10) is Care.FULL


def test_in_a_hurry_paper_is_searched_where_there_is_colour():
    clock = Clock()
    one = budget(clock)
    clock.now = 74
    found = Gathered(limit=9, count=2)
    plain, red = papers.blank(), papers.blank()
    red[300:600, 300:600] = (40, 40, 220)
    found.paper(lambda: plain, 1, 99, one)
    found.paper(lambda: red, 2, 99, one)
    assert [p.seals_seen for p in found.pages] == [False, True]
    assert found.truncated


def test_a_strip_is_no_page():
    found = Gathered(limit=9, count=1)
    found.paper(lambda: papers.blank(5000, 3), 1, 0, budget(Clock()))
    assert (found.pages[0].seals_seen, found.pages[0].text) == (False, "")
