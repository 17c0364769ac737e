"""Tables of RTF 1.9: rows are defined by words beside their cells, nested rows in groups of their own."""

from dataclasses import dataclass, field

from shoufa.domain.facts import Table
from shoufa.readers.tables import RowCell, as_text, from_edges

MAX_NESTING = 8


@dataclass(eq=False)
class Level:
    """A table being read: rows done, cells and text of the row at work, and the row's definition."""

    rows: list[list[RowCell]] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    edges: list[int] = field(default_factory=list)
    left: int = 0
    merges: list[str] = field(default_factory=list)
    merge: str = ""
    place: int = -1


class Rows:
    """Open tables by depth; text goes to the innermost, finished tables as text into what holds them."""

    def __init__(self) -> None:
        """Start outside of any table."""
        self.tables: list[Table] = []
        self.body: list[str] = []
        self.levels: list[Level] = []
        self.depth = 0

    def say(self, text: str) -> None:
        """Add text to the cell at work, or to the body."""
        self.leave(self.depth)
        if self.depth:
            self._level(nested=self.depth > 1).text.append(text)
        else:
            self.body.append(text)

    def word(self, word: str, number: int, *, nested_row: bool) -> None:
        """Heed a control word that says where in a table the text stands."""
        if word == "pard":
            self.depth = 0
        elif word == "intbl":
            self.depth = max(1, self.depth)
        elif word == "itap":
            self.depth = max(0, min(MAX_NESTING, number))
        elif word in {"cell", "nestcell"}:
            self._end_cell(self._level(nested=word == "nestcell"))
        elif word in {"row", "nestrow"}:
            self._end_row(self._level(nested=word == "nestrow"))
        elif word == "trowd":
            level = self._level(nested=nested_row or self.depth > 1)
            level.edges, level.merges, level.merge, level.left = [], [], "", 0
        elif word in {"trleft", "cellx", "clmgf", "clmrg", "clvmgf", "clvmrg"}:
            self._row_word(self._level(nested=nested_row or self.depth > 1), word, number)

    def _row_word(self, level: Level, word: str, number: int) -> None:
        if word == "trleft":
            level.left = number
        elif word == "cellx":
            level.edges.append(number)
            level.merges.append(level.merge)
            level.merge = ""
        else:
            level.merge += f"{word} "

    def _level(self, *, nested: bool) -> Level:
        """The table that a table word speaks of, opened if it is not yet open."""
        depth = max(1, self.depth) if not nested else max(2, self.depth)
        while len(self.levels) < depth:
            self.levels.append(Level(place=len(self.tables)))
            self.tables.append(Table())
        return self.levels[depth - 1]

    def _end_cell(self, level: Level) -> None:
        self.leave(self.levels.index(level) + 1)
        level.cells.append("".join(level.text).strip())
        level.text = []

    def _end_row(self, level: Level) -> None:
        self.leave(self.levels.index(level) + 1)
        edges, merges = level.edges, level.merges
        while len(level.cells) > len(edges) > 0 and not level.cells[-1]:
            level.cells.pop()  # LibreOffice closes more cells than the row has
        count = len(level.cells)
        if not count:
            return
        if len(edges) < count:
            edges, merges = [1000 * (i + 1) for i in range(count)], [""] * count
        lefts = [min(level.left, edges[0] - 1), *edges]
        level.rows.append([
            RowCell(text, lefts[i], edges[i], "clmrg" in merges[i].split(), "clvmrg" in merges[i].split())
            for i, text in enumerate(level.cells)
        ])  # fmt: skip
        level.cells = []

    def leave(self, depth: int) -> None:
        """Close tables deeper than `depth`: each goes as text into the outer cell or the body."""
        while len(self.levels) > depth:
            level = self.levels.pop()
            if any(t.strip() for t in level.text) or level.cells:
                self.levels.append(level)
                self._end_cell(level)
                self._end_row(level)
                self.levels.pop()
            table = from_edges(level.rows)
            self.tables[level.place] = table
            (self.levels[-1].text if self.levels else self.body).append(as_text(table) + "\n")
