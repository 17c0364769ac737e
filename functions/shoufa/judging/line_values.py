"""Values on a form's lines: behind `label：`, behind a wide gap, or beside the label on a page with places."""

import re
from collections.abc import Iterator, Sequence

from shoufa.domain.facts import Line, Page
from shoufa.judging.labels import Vocabulary

_COLON = re.compile(r"[:：]")
_BOUNDARY = re.compile(r"[\s|,，;；。、/]+")
_NEXT_LABEL = re.compile(r"\s+[\u4e00-\u9fa5]{2,8}(?:（[^）]*）)?[:：]")
_WIDE = re.compile(r"\t+|[ \u3000]{2,}|\u3000+")
_LABELLED = re.compile(r"[:：\t\u3000]|  ")
"""What a line shows that can hold a label and its value: most of a page's lines are text and do not."""
_NO_MORE = re.compile(
    r"[（(]\s*(盖|公|签|印|加)|[一二三四五六七八九十\d]{1,2}\s*[、.．)）]|第.{1,3}[章节部]|附件|\W*\d{4}\s*年"
)
LONGEST_LABEL = 40
LEAST_TO_WRAP = 8
"""Characters that a value has at least before it goes on in a second line."""
SAME_EDGE = 0.02
"""Pages' widths by which the left edges of one value's lines may differ."""
Found = tuple[str, str]


def values_on(page: Page, labels: Vocabulary) -> Iterator[Found]:
    """Each field's name with the value that a line of the page gives it."""
    for line in filter(_LABELLED.search, page.text.splitlines()):
        for field, value in _on_line(line, labels, read=page.scanned):
            yield field, _with_rest(value, page, labels) if page.lines else value
    yield from _beside(page, labels)


def _on_line(line: str, labels: Vocabulary, *, read: bool) -> Iterator[Found]:
    """`label：value`, several times on one line perhaps; or a label and its value with a wide gap between."""
    if ":" not in line and "：" not in line:
        yield from _behind_gap(line, labels)
        return
    colons = list(_COLON.finditer(line))
    heads = list(_heads(line, colons, labels, read=read))
    for number, (_, start, fields) in enumerate(heads):
        end = heads[number + 1][0] if number + 1 < len(heads) else len(line)
        value = _NEXT_LABEL.split(line[start:end].partition("|")[0], maxsplit=1)[0].strip().rstrip("；;，,、")
        for field in fields:
            yield field, value


def _heads(
    line: str, colons: Sequence[re.Match[str]], labels: Vocabulary, *, read: bool
) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Where each label begins, where its value does, and the fields that it may name."""
    before = 0
    for colon in colons:
        low = max(before, colon.start() - LONGEST_LABEL)
        starts = [low] if low == 0 else []
        starts += [m.end() for m in _BOUNDARY.finditer(line, low, colon.start())]
        for slips in (False, True) if read else (False,):
            hit = next(
                ((s, f) for s in starts if (f := labels.fields_of(line[s : colon.start()], read=slips))), None
            )
            if hit:
                yield hit[0], colon.end(), hit[1]
                break
        before = colon.end()


def _behind_gap(line: str, labels: Vocabulary) -> Iterator[Found]:
    """A label and its value on a cover without colons; the label's own signs may stand apart too."""
    if "|" in line or len(line) > 3 * LONGEST_LABEL or not _WIDE.search(line):
        return
    parts = _WIDE.split(line.strip())
    for count in range(1, min(len(parts), 8)):
        fields = labels.fields_of("".join(parts[:count]))
        if fields and len(parts) == count + 1 and not labels.is_label(parts[count]):
            for field in fields:
                yield field, parts[count]


def _with_rest(value: str, page: Page, labels: Vocabulary) -> str:
    """A value with the lines that it goes on in below the line where it stands."""
    if len(value) < LEAST_TO_WRAP:
        return value
    at = next((x for x in page.lines if x.text.rstrip().endswith(value)), None)
    return value if at is None else value + "".join(x.text for x in _rest(at, at.box[0], page, labels))


def _beside(page: Page, labels: Vocabulary) -> Iterator[Found]:
    """Values right of labels, by the places of the lines on the page."""
    for line in page.lines:
        fields = labels.fields_of(line.text, read=page.scanned) if len(line.text) <= LONGEST_LABEL else ()
        first = _level(line, page.lines) if fields else None
        if first is None or labels.is_label(first.text, read=page.scanned):
            continue
        rest = _rest(first, first.box[0], page, labels, but=line)
        for field in fields:
            yield field, first.text + "".join(x.text for x in rest)


def _level(label: Line, lines: Sequence[Line]) -> Line | None:
    """The nearest line to the right whose middle lies in the label's height.

    Where the label stands midway beside two lines, the upper one.
    """
    top, bottom = label.box[1], label.box[3]
    right = [o for o in lines if o.box[0] >= label.box[2] - 0.005]
    level = [o for o in right if top <= _middle(o) <= bottom]
    if level:
        return min(level, key=lambda o: o.box[0])
    reach = 1.2 * (bottom - top)
    near = [o for o in right if abs(_middle(o) - _middle(label)) < reach]
    above = [o for o in near if _middle(o) < top]
    below = [o for o in near if _middle(o) > bottom]
    pairs = [(a, b) for a in above for b in below if abs(a.box[0] - b.box[0]) < SAME_EDGE]
    return min(pairs, key=lambda p: p[0].box[0])[0] if pairs else None


def _middle(line: Line) -> float:
    return (line.box[1] + line.box[3]) / 2


def _rest(first: Line, left: float, page: Page, labels: Vocabulary, but: Line | None = None) -> list[Line]:
    """The lines below one that its value goes on in, beside no other label (`but`: its own)."""
    found: list[Line] = []
    line = first
    while len(line.text) >= LEAST_TO_WRAP:
        below = next((o for o in page.lines if _goes_on(line, o, left)), None)
        if below is None or _stops(below, page, labels, but):
            break
        found.append(below)
        line = below
    return found


def _goes_on(upper: Line, lower: Line, left: float) -> bool:
    """Whether a line lies right under another one, within its width: a broken line is full."""
    height = upper.box[3] - upper.box[1]
    sign = (upper.box[2] - upper.box[0]) / max(len(upper.text), 1)
    gap = lower.box[1] - upper.box[3]
    under = -0.3 * height <= gap < height and _middle(lower) > upper.box[3]
    within = left - SAME_EDGE <= lower.box[0] < upper.box[2] and lower.box[2] <= upper.box[2] + sign
    return under and within


def _stops(line: Line, page: Page, labels: Vocabulary, but: Line | None) -> bool:
    """Whether a line is something of its own: a label, a note, a date, or the value of a label beside it."""
    if _NO_MORE.match(line.text) or _COLON.search(line.text) or labels.is_label(line.text, read=page.scanned):
        return True
    top, bottom = line.box[1], line.box[3]
    return any(
        o is not but and o.box[2] <= line.box[0] + 0.005 and top <= _middle(o) <= bottom for o in page.lines
    )
