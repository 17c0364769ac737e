"""The sweep: each call of the scenario made to fail in each way, and the end compared with the undisturbed one."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from faults.landings import Landing
from faults.office_at_work import AtWork, Durable
from faults.port_faults import Hit, Mode, Outside
from faults.same_end import copies, end_of, given_up, hourless, mail_faults, proof_faults
from faults.scenario import STAGES, Checkpoint, undisturbed
from shoufa.domain.moments import stamp

READS = frozenset({"find", "get", "exists", "keys", "head", "entries", "claimed"})


class Result(NamedTuple):
    """What came of a disturbance: what is wrong, how many mails were repeated, whether a person has to look."""

    faults: list[str]
    repeats: int
    held: bool


class KnownEnd(Exception):
    """The state is one whose end is known."""


class Point(NamedTuple):
    """Faults by the number of the call; the first lies in the undisturbed run, a second counts on from it."""

    faults: tuple[tuple[int, Mode], ...]
    whole: bool = False
    """Whether to go on to the end of the scenario, instead of to the end of the stage."""


@dataclass
class Ran:
    """The undisturbed run, and what came of the points that were tried against it."""

    landings: list[Landing]
    checkpoints: list[Checkpoint]
    ends: list[Durable]
    calls: list[str]
    did: Counter[str]
    """How much each scheduled task did."""
    compared: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict
    """What of an end is compared."""
    tried: Counter[str] = field(default_factory=Counter)
    failed: dict[str, list[str]] = field(default_factory=dict)
    repeats: int = 0
    held: int = 0
    _after: dict[tuple[int, ...], "Result"] = field(default_factory=dict)
    """What came of the state that was left when all faults had come to pass."""

    def __post_init__(self) -> None:
        self._stamps = {stamp(landing.at) for landing in self.landings}
        self._known = [self.compared(end_of(durable, self._stamps)) for durable in self.ends]

    @classmethod
    def start(cls, stages: tuple[tuple[Any, ...], ...] = STAGES, *, full_hours: bool = False) -> "Ran":
        """Run the scenario undisturbed. `full_hours`: in which hour a notice goes is chance."""
        landings, checkpoints, ends, calls, did = undisturbed(stages)
        return cls(landings, checkpoints, ends, calls, did, hourless if full_hours else dict)

    def singles(self) -> Iterator[Point]:
        """Each call in each way; each 211th is followed to the end of the scenario."""
        number = 0
        for call, name in enumerate(self.calls, 1):
            for mode in ways(name):
                number += 1
                yield Point(((call, mode),), whole=number % 211 == 0)

    def pairs(self, count: int, dice: random.Random) -> Iterator[Point]:
        """Random pairs: the second fault falls soon after the first, mostly into what makes good for it."""
        modes, calls = list(Mode), range(1, len(self.calls) + 1)
        for _ in range(count):
            first = dice.choice(calls)
            second = first + dice.choice((1, 2, 3, dice.randint(1, 40), dice.randint(1, 200)))
            yield Point(((first, dice.choice(modes)), (second, dice.choice(modes))))

    def attempt(self, point: Point) -> list[str]:
        """Try one point; what is wrong, in words."""
        faults, repeats, held = self._attempt(point)
        self.repeats, self.held = self.repeats + repeats, self.held + held
        (call, mode), *more = point.faults
        self.tried["pair" if more else mode.value] += 1
        if faults:
            self.failed[f"{call} {self.calls[call - 1]} {mode.value} {more}"] = faults
        return faults

    def _attempt(self, point: Point) -> Result:
        """Go on from before the first fault; where two faults left the same state, only once from there."""
        start = max((c for c in self.checkpoints if c.calls < point.faults[0][0]), key=lambda c: c.calls)
        durable = start.durable.copy()
        outside = Outside(durable.clock, dict(point.faults), start.calls)
        sent = copies(durable)
        work, last = AtWork(durable, outside), self._last(start, point)
        left: list[tuple[int, ...]] = []

        def look() -> None:
            if left or len(outside.hits) < len(point.faults):
                return
            unrecorded = sum(h.unrecorded for h in outside.hits)
            left.append((last, durable.fingerprint(), unrecorded, len(outside.hits)))
            if left[0] in self._after:
                raise KnownEnd

        try:
            self._run(work, start.stage, last, look)
        except KnownEnd:
            return self._after[left[0]]
        result = self._compare(durable, self._known[last], outside.hits, sent)
        if left:
            self._after[left[0]] = result
        return result

    def _run(self, work: AtWork, stage: int, last: int, look: Callable[[], None]) -> None:
        work.run(self.landings[stage].until, look)
        for landing in self.landings[stage + 1 : last + 1]:
            landing.land(work.durable)
            work.run(landing.until, look)

    def _last(self, start: Checkpoint, point: Point) -> int:
        """The stage after which to compare."""
        return len(self.landings) - 1 if point.whole else start.stage

    def _compare(
        self, durable: Durable, known: Mapping[str, Any], hits: Sequence[Hit], sent: Counter[str]
    ) -> Result:
        faults = [*proof_faults(durable), *mail_faults(durable, hits, sent)]
        repeats = sum((copies(durable) - sent).values()) - len(copies(durable).keys() - sent.keys())
        held = given_up(durable)
        if held:  # two faults fell on the sending of one notice: a third mail could be a second repeat
            untold = sorted(n for n in held if not _is_told(durable, n))
            unfit = [] if len(hits) > 1 and not untold else [f"given up: {sorted(held)}, untold: {untold}"]
            return Result(faults + unfit, repeats, held=True)
        found = self.compared(end_of(durable, self._stamps))
        other = [_difference(name, known[name], found[name]) for name in known if known[name] != found[name]]
        return Result(faults + other, repeats, held=False)


def _is_told(durable: Durable, notice: str) -> bool:
    """Whether a person hears of a notice that was given up: its unit, or, of the office's own, the alarm."""
    noted = any(e.data.get("unsure") == notice for e in durable.ledger.all())
    return noted or any(notice.split("-")[1] in m.body for m in durable.sqs.dead)


def ways(call: str) -> list[Mode]:
    """How a call can fail: for one that only reads, that its answer was lost is that it never came to pass."""
    reads = call.partition(".")[2] in READS
    return [m for m in Mode if not (reads and m is Mode.AFTER)]


def _difference(name: str, known: Any, found: Any) -> str:
    if isinstance(known, dict):
        return "; ".join(
            f"{name} {k}: {_difference('', known.get(k), found.get(k))}"
            for k in known.keys() | found.keys()
            if known.get(k) != found.get(k)
        )
    if isinstance(known, list) and isinstance(found, list):
        lost = list((Counter(known) - Counter(found)).elements())
        more = list((Counter(found) - Counter(known)).elements())
        return f"{name} lost {lost}, more {more}"
    return f"{name} {known!r} became {found!r}"


def sampled(points: Iterator[Point], every: int, seed: int) -> Iterator[Point]:
    """Each `every`-th point, beginning where the seed says."""
    return (p for n, p in enumerate(points) if n % every == seed % every)


def sweep(ran: Ran, points: Iterator[Point], tell: Callable[[str], None] = lambda _: None) -> None:
    """Try all points."""
    for point in points:
        faults = ran.attempt(point)
        if faults:
            tell(f"{point.faults}: {ran.calls[point.faults[0][0] - 1]}\n   " + "\n   ".join(faults)[:1500])
