"""Names of bodies and projects compared: one normal form, and a likeness that weighs what tells names apart.

监管 and 监督管理 are the same word in this trade (notices write 市场监管局, seals 市场监督管理局; domain §3.2).
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from shoufa.domain.width import nfkc

_SIGNS = "“”\"'‘’《》〈〉（）()[]【】〔〕·・•.,，。、:：;；-—–_/\\|^*#~!！?？"
_PUNCTUATION = re.compile(rf"[\s{re.escape(_SIGNS)}]+")
_WORD = re.compile(r"[0-9A-Za-z\u4e00-\u9fa5]")
_SHORT = (("市监局", "市场监督管理局"), ("市场监管", "市场监督管理"), ("监管", "监督管理"))
_ORGANISATION_END = re.compile(
    r"(局|厅|委员会|委|院|所|公司|大学|学院|学校|中心|部|政府|处|协会|学会|集团|厂|商会|联合会|办公室|基地|园区|站|馆)$"
)

ROUNDING = 1e-9
"""What sums of weights may differ by when they are added in another order."""
_MORE = 2
"""Signs that a reading has more than a name from which it is another's: a district's bureau, a branch."""
_SAME = re.compile(r"(壮族|回族|维吾尔)?自治区|有限|责任")
"""What one body's name may have or lack."""
LONGEST_NAME = 200
"""Signs past which a text is a page's and no name: of these few are kept."""


def plain(text: str) -> str:
    """NFKC, upper case, without spaces and punctuation."""
    return _plain(text) if len(text) <= LONGEST_NAME else _plain_page(text)


@lru_cache(maxsize=8192)
def _plain(text: str) -> str:
    return _PUNCTUATION.sub("", nfkc(text)).upper()


@lru_cache(maxsize=128)
def _plain_page(text: str) -> str:
    """The same for a long text, which is gone through once for each sign instead of once for each find."""
    flat = "".join(nfkc(text).split())
    for sign in _SIGNS:
        if sign in flat:
            flat = flat.replace(sign, "")
    return flat.upper()


def is_written(text: str) -> bool:
    """Whether a text says anything, and is no line of signs and spaces: nearly all begin with a word."""
    return bool(_WORD.search(text) or plain(text))


@lru_cache(maxsize=4096)
def body(text: str) -> str:
    """A body's name in one form: 监管 written out, bracketed second names kept as they are."""
    name = plain(text)
    for short, full in _SHORT:
        if full not in name:
            name = name.replace(short, full)
    return name


def like(a: str, b: str) -> float:
    """Likeness of two names, 0..1, after `plain`; two empty names are not alike."""
    return alike(plain(a), plain(b))


def alike(a: str, b: str) -> float:
    """Likeness of two names that are in their plain form already."""
    if not a or not b:
        return 0.0
    return float(Levenshtein.normalized_similarity(a, b))


def is_organisation(text: str) -> bool:
    """Whether the text ends as an organisation's name does."""
    return bool(_ORGANISATION_END.search(plain(text)))


def says_more(reading: str, names: Collection[str]) -> bool:
    """Whether a reading has the signs of a name (as `body` gives it) and more of its own.

    Within it, or behind it up to another end: 北京市东城区市场监督管理局 has every sign of 北京市市场监督管理局. What stands
    before is print, or a place left out.
    """
    read = body(reading)
    return read not in names and any(_more(read, n) >= _MORE for n in names)


def _more(read: str, name: str) -> int:
    """Signs that a reading has more than a name, behind its first one; not those read twice."""
    count = 0
    for op in Levenshtein.opcodes(name, read):
        more = read[op.dest_start : op.dest_end]
        behind = op.src_start == len(name) and not is_organisation(read)
        if op.tag == "insert" and op.src_start and not behind and more not in name:
            count += len(_SAME.sub("", more))
    return count


class Weighed(NamedTuple):
    """A name in its one form, its characters, the weight of each in order, and of all together."""

    name: str
    characters: frozenset[str]
    weights: list[float]
    total: float


class Weights:
    """How much each character tells bodies of one lexicon apart.

    Characters that most names share weigh little.
    """

    def __init__(self, lexicon: Iterable[str]) -> None:
        """Count in how many names of the lexicon each character stands."""
        names = {body(n) for n in lexicon if n}
        total = max(len(names), 1)
        seen = Counter(c for n in names for c in set(n))
        self._weighed: dict[str, Weighed] = {}
        self._weights = {c: max(0.15, 1.0 - 2.0 * (n - 1) / total) for c, n in seen.items()}

    def of(self, character: str) -> float:
        """Weight of a character: 1 where one name in the lexicon has it, down to 0.15 where all have."""
        return self._weights.get(character, 1.0)

    def weighed(self, name: str) -> "Weighed":
        """A name with the weight of each of its characters, counted once."""
        if name not in self._weighed:
            want = body(name)
            known = [self.of(c) for c in want]
            self._weighed[name] = Weighed(want, frozenset(want), known, sum(known) or 1.0)
        return self._weighed[name]


@lru_cache(maxsize=256)
def weights_of(lexicon: tuple[str, ...]) -> Weights:
    """The weights of a lexicon, counted once."""
    return Weights(lexicon)


class Match:
    """How a reading fits an expected name, in shares of the expected name's weight."""

    def __init__(self, got: str, want: Weighed) -> None:
        """What was read as it is; most readings share no character with a name and need no alignment."""
        self._got = got
        self._want = want
        self.matched = 0.0
        if got == want.name and got:
            self.matched = 1.0
        elif not want.characters.isdisjoint(got):
            self.matched = self._share("equal")

    @property
    def replaced(self) -> float:
        """What was read as something else, not merely left out."""
        return self._share("replace")

    def _share(self, tag: str) -> float:
        known = self._want.weights
        ops = Levenshtein.opcodes(self._want.name, self._got)
        return sum(sum(known[o.src_start : o.src_end]) for o in ops if o.tag == tag) / self._want.total


@lru_cache(maxsize=32768)
def fit(reading: str, expected: str, weights: Weights) -> Match:
    """How a reading fits an expected name: what agrees, and what was read as other characters."""
    return Match(body(reading), weights.weighed(expected))


@lru_cache(maxsize=1024)
def nearest_first(reading: str, names: tuple[str, ...], weights: Weights) -> tuple[tuple[float, str], ...]:
    """The names that share signs with a reading, each with the share of its weight that may be read at most.

    Aligning is dear, so a name is aligned only while this bound says that it may decide. A seal is held
    against all names once, however many papers of a submission bear it.
    """
    holders = _holders(names)
    shared: dict[str, float] = {}
    for character in set(body(reading)):
        weight = weights.of(character)
        for name in holders.get(character, ()):
            shared[name] = shared.get(name, 0.0) + weight
    bounds = ((weight / weights.weighed(name).total + ROUNDING, name) for name, weight in shared.items())
    return tuple(sorted(bounds, reverse=True))


@lru_cache(maxsize=64)
def _holders(names: tuple[str, ...]) -> dict[str, list[str]]:
    """Each character with the names that have it, a name as often as it does."""
    holders: dict[str, list[str]] = {}
    for name in names:
        for character in body(name):
            holders.setdefault(character, []).append(name)
    return holders


def best_of(reading: str, names: tuple[str, ...], weights: Weights, but: set[str]) -> float:
    """The greatest share that was read of any of the names, however spelt, but these (in their one form)."""
    best = 0.0
    for most, name in nearest_first(reading, names, weights):
        if most < best:
            break
        if body(name) not in but:
            best = max(best, fit(reading, name, weights).matched)
    return best
