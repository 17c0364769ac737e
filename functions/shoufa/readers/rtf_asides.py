"""Groups of RTF 1.9 that are no text of their own but say something: field codes, form fields, list numbers.

And the template, whose place may be on another machine.
"""

from dataclasses import dataclass, field

from shoufa.readers import office_active
from shoufa.readers.numerals import before_text

ASIDES = {"fldinst", "formfield", "ffl", "listtext", "pntext", "template"}
"""Destinations that are gathered here."""
_UNTOUCHED = 25
"""The result of a form field that nobody has touched: its default holds."""
_CHECK_BOX, _DROP_DOWN = 1, 2


@dataclass
class Asides:
    """What stands in the groups that are open, and what is active in those that were closed."""

    active: list[str] = field(default_factory=list)
    _open: list[list[str]] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)
    _entries: list[str] = field(default_factory=list)
    _shown: str = ""
    """What a form field inside the field code at work shows."""

    def begin(self, name: str) -> None:
        """A group opens."""
        self._open.append([])
        if name == "formfield":
            self._numbers, self._entries = {}, []

    def say(self, text: str) -> None:
        """Text of the innermost group."""
        if self._open:
            self._open[-1].append(text)

    def word(self, word: str, number: int | None) -> None:
        """A control word of a form field: fftype, ffres, ffdefres."""
        if word.startswith("ff"):
            self._numbers[word] = 1 if number is None else number

    def end(self, name: str) -> str:
        """A group closes: what the reader of the document sees of it."""
        text = "".join(self._open.pop()) if self._open else ""
        if name == "fldinst":
            self.active += office_active.of_code(text)
            text, self._shown = self._shown, ""
            return text
        if name == "template" and office_active.REMOTE.match(text.strip()):
            self.active.append("external")
        elif name == "ffl":
            self._entries.append(text.strip())
        elif name == "formfield":
            self._shown = self._field()
        return _label(text) if name in {"listtext", "pntext"} else ""

    def _field(self) -> str:
        numbers = self._numbers
        result = numbers.get("ffres", _UNTOUCHED)
        chosen = numbers.get("ffdefres", 0) if result == _UNTOUCHED else result
        if numbers.get("fftype") == _CHECK_BOX:
            return "☑" if chosen else "☐"
        entries = self._entries if numbers.get("fftype") == _DROP_DOWN else []
        return entries[chosen] if 0 <= chosen < len(entries) else ""


def _label(text: str) -> str:
    """A list's number; its bullet, a sign or a single letter of a symbol font, is an ornament."""
    label = text.strip()
    if not any(c.isalnum() for c in label) or (len(label) == 1 and label.isascii() and label.isalpha()):
        return ""
    return before_text(label)
