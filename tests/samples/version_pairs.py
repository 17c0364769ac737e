"""Applications in two versions, for measuring what tells a difference from a slip (judging/rules_versions.py).

Each pair is what a Word version says and what a recogniser read on the stamped scan of it: the same four things with
slips, or with one of them changed as people change it between printing and stamping.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from samples import name_readings
from samples.name_readings import firm, misread, project

PROVINCES = ("湖北省", "湖南省", "四川省", "河北省", "河南省", "江苏省", "山东省")
BODY = "市场监督管理局"
BOXES = (("☑", "□"), ("☑", "☐"), ("√", "□"), ("[√]", "[ ]"), ("■", "□"))
MISREAD_BOXES = (("区", "口"), ("☑", "口"), ("团", "□"), ("√", ""), ("", ""), ("回", "口"))
TYPES = ("试点", "示范")


@dataclass(frozen=True)
class Said:
    """What an application says of itself; `kind` is its line of boxes."""

    name: str
    applicant: str
    recommender: str
    type: str
    boxes: tuple[str, str] = BOXES[0]

    @property
    def kind(self) -> str:
        """The line with both types, one of them ticked."""
        ticked, empty = self.boxes
        return "　".join(f"{ticked if t == self.type else empty}{t}" for t in TYPES)


def made(rng: random.Random) -> Said:
    """An application."""
    return Said(project(rng), firm(rng), rng.choice(PROVINCES) + BODY, rng.choice(TYPES), rng.choice(BOXES))


def read(said: Said, rng: random.Random, rate: float) -> Said:
    """What a recogniser makes of it: signs misread and left out at `rate`, boxes misread now and then."""
    boxes = rng.choice(MISREAD_BOXES) if rng.random() < 0.3 else said.boxes
    words = {k: misread(getattr(said, k), rng, rate).replace("\n", "") for k in ("name", "applicant", "recommender")}
    return replace(said, boxes=boxes, **words)


def pairs(count: int, rate: float, seed: int) -> Iterator[tuple[Said, Said]]:
    """Applications and readings of their own scans."""
    rng = random.Random(seed)
    for _ in range(count):
        said = made(rng)
        yield said, read(said, rng, rate)


def changed_pairs(count: int, rate: float, seed: int) -> Iterator[tuple[str, Said, Said]]:
    """What was changed (name, applicant, recommender, type; how), an application, a reading of the changed scan."""
    rng = random.Random(seed)
    ways = tuple(_CHANGES)
    done = 0
    while done < count:
        way = ways[done % len(ways)]
        said = made(rng)
        other = _CHANGES[way](said, rng)
        if other != said:
            done += 1
            seen = read(other, rng, rate)
            yield way, said, replace(seen, boxes=other.boxes) if way == "type" else seen


def _name(change: Callable[[str, random.Random], str]) -> Callable[[Said, random.Random], Said]:
    return lambda said, rng: replace(said, name=change(said.name, rng))


_CHANGES: dict[str, Callable[[Said, random.Random], Said]] = {
    "name: field": _name(name_readings._field),
    "name: way": _name(name_readings._way),
    "name: year": _name(name_readings._year),
    "name: phase": _name(name_readings._phase),
    "name: place": _name(name_readings._place),
    "name: phase added": _name(lambda name, _: name if "期" in name else f"{name}（二期）"),
    "applicant: mark": lambda said, rng: replace(said, applicant=name_readings._firm(said.applicant, rng)),
    "applicant: place": lambda said, rng: replace(said, applicant=name_readings._place(said.applicant, rng)),
    "applicant: branch": lambda said, rng: replace(said, applicant=said.applicant + rng.choice(("武汉", "宜昌")) + "分公司"),
    "recommender": lambda said, rng: replace(said, recommender=rng.choice(PROVINCES) + BODY),
    "type": lambda said, _: replace(said, type=TYPES[said.type == TYPES[0]]),
}
