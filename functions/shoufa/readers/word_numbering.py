"""Automatic numbers of paragraphs (ECMA-376 part 1, §17.9): 一、 （一） 1. 1.1 as Word shows them.

Bullets are left out: a ✓ or a □ before a list's line is an ornament and would pass for a ticked box.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from shoufa.readers.numerals import before_text, numeral
from shoufa.readers.package import attribute, child, count, local
from shoufa.readers.word_signs import is_on

LEVELS = 9
MAX_TEXT = 60
"""Characters of a level's text past which nothing more of it is shown before a paragraph."""
MAX_PARENTS = 20
"""Styles that are followed to the one they are based on."""


@dataclass(frozen=True)
class Level:
    """How one level is counted and shown; `restart` is the level (1-based) after which it starts anew."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    restart: int | None = None
    legal: bool = False
    style: str = ""


@dataclass
class Numbering:
    """Counts the paragraphs of one document; `label` must be asked in the document's order."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    """Levels by abstract definition."""
    lists: dict[str, tuple[str, dict[int, Level], dict[int, int]]] = field(default_factory=dict)
    """By number id: abstract definition, levels of its own, starts of its own."""
    styles: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """By style id: number id, level, style that it is based on; "" where not given."""
    counts: dict[str, list[int | None]] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)

    def label(self, paragraph: Any) -> str:
        """What Word writes before the paragraph's text by itself, "" if nothing."""
        properties = child(paragraph, "pPr")
        if properties is None or not self.lists:
            return ""
        key, depth = self._place(properties)
        found = self.lists.get(key)
        if found is None or not 0 <= depth < LEVELS:
            return ""
        base, own, starts = found
        levels = {**self.levels.get(base, {}), **own}
        counts = self._counted(key, base, depth, levels, starts)
        return _shown(levels, counts, depth)

    def _place(self, properties: Any) -> tuple[str, int]:
        """Number id and level of a paragraph: its own, else its style's."""
        style = _value(child(properties, "pStyle"))
        given, depth = _reference(child(properties, "numPr"))
        key, level = self._of_style(style)
        if given:
            return given, int(depth or level or 0)
        if not depth and not level and key:
            own = self.levels.get(self.lists.get(key, ("", {}, {}))[0], {})
            level = next((str(n) for n, found in own.items() if found.style == style), "")
        return key, int(depth or level or 0)

    def _of_style(self, style: str) -> tuple[str, str]:
        key = level = ""
        for _ in range(MAX_PARENTS):
            if style not in self.styles:
                break
            number, depth, parent = self.styles[style]
            key, level = key or number, level or depth
            style = parent
        return key, level

    def _counted(
        self, key: str, base: str, depth: int, levels: dict[int, Level], starts: dict[int, int]
    ) -> list[int]:
        """The counters of all levels down to this paragraph's, after it was counted."""
        counts = self.counts.setdefault(base, [None] * LEVELS)
        if key not in self.begun:
            self.begun.add(key)
            for level in starts:
                counts[level] = None
        for level in range(depth + 1):
            start = starts.get(level, levels.get(level, Level()).start)
            held = counts[level]
            if held is None:
                counts[level] = start
            elif level == depth:
                counts[level] = held + 1
        for level in range(depth + 1, LEVELS):
            restart = levels.get(level, Level()).restart
            if restart is None or (restart and depth < restart):
                counts[level] = None
        return [c or 0 for c in counts]


def _shown(levels: dict[int, Level], counts: list[int], depth: int) -> str:
    level = levels.get(depth)
    if level is None or level.format in {"bullet", "none"}:
        return ""

    def counter(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        form = "decimal" if level.legal else levels.get(at, Level()).format
        return numeral(counts[at], form)

    return before_text(re.sub(r"%([1-9])", counter, level.text))


def read_numbering(numbering: Any, styles: Any) -> Numbering:
    """From the roots of numbering.xml and styles.xml, each of which may be null."""
    found = Numbering()
    for style in styles if styles is not None else ():
        if local(style) == "style" and attribute(style, "type") == "paragraph":
            found.styles[attribute(style, "styleId") or ""] = _style(style)
    links: dict[str, str] = {}
    for item in numbering if numbering is not None else ():
        key = attribute(item, "abstractNumId") or ""
        if local(item) == "abstractNum":
            found.levels[key] = _levels(item)
            links[key] = _value(child(item, "numStyleLink"))
    for item in numbering if numbering is not None else ():
        if local(item) == "num":
            found.lists[attribute(item, "numId") or ""] = _list(item)
    _follow(found, links, styles)
    return found


def _follow(found: Numbering, links: dict[str, str], styles: Any) -> None:
    """Give lists whose definition only names a list style (§17.9.21) that style's definition."""
    named = {}
    for style in styles if styles is not None else ():
        if attribute(style, "type") == "numbering":
            named[attribute(style, "styleId") or ""] = _style(style)[0]
    for key, (base, own, starts) in list(found.lists.items()):
        target = found.lists.get(named.get(links.get(base, ""), ""))
        if target is not None:
            found.lists[key] = (target[0], own, starts)


def _style(style: Any) -> tuple[str, str, str]:
    properties = child(style, "pPr")
    number, depth = _reference(None if properties is None else child(properties, "numPr"))
    return number, depth, _value(child(style, "basedOn"))


def _reference(properties: Any) -> tuple[str, str]:
    """Number id and level of a numPr, each "" where not given."""
    if properties is None:
        return "", ""
    depth = _value(child(properties, "ilvl"))
    return _value(child(properties, "numId")), depth[:9] if count(depth) is not None else ""


def _list(item: Any) -> tuple[str, dict[int, Level], dict[int, int]]:
    own: dict[int, Level] = {}
    starts: dict[int, int] = {}
    for change in item:
        depth = count(attribute(change, "ilvl") or "")
        if local(change) == "lvlOverride" and depth is not None and depth < LEVELS:
            own.update(_levels(change))
            start = count(_value(child(change, "startOverride")))
            if start is not None:
                starts[depth] = start
    return _value(child(item, "abstractNumId")), own, starts


def _levels(parent: Any) -> dict[int, Level]:
    found = {}
    for item in parent:
        depth = count(attribute(item, "ilvl") or "")
        if local(item) == "lvl" and depth is not None:
            found[depth] = _level(item)
    return found


def _level(item: Any) -> Level:
    start, restart = (count(_value(child(item, name))) for name in ("start", "lvlRestart"))
    legal = child(item, "isLgl")
    return Level(
        start=start or 0,
        format=_format(item),
        text=_value(child(item, "lvlText"))[:MAX_TEXT],
        restart=restart,
        legal=legal is not None and is_on(legal),
        style=_value(child(item, "pStyle")),
    )


def _format(item: Any) -> str:
    """The numeral's name; newer ones stand in an alternative that older programs do not know."""
    return next((_value(e) for e in item.iter("{*}numFmt") if _value(e) != "custom"), "decimal")


def _value(element: Any) -> str:
    return "" if element is None else attribute(element, "val") or ""
