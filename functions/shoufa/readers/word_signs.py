"""Signs that Word draws by other means than a character: symbols of its fonts, check boxes, drop-downs."""

import re
from typing import Any

from shoufa.readers.package import attribute, child, count, local

SYMBOLS = {
    "wingdings": {0x6E: "■", 0x6F: "□", 0x71: "□", 0x72: "□", 0x78: "☒", 0xA8: "□", 0xFB: "✗", 0xFC: "✓",
                  0xFD: "☒", 0xFE: "☑"},
    "wingdings 2": {0x2A: "□", 0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "□",
                    0x30: "□"},
}  # fmt: skip
"""Signs of Microsoft's symbol fonts that forms use for boxes and ticks, by their place in the font."""

_PRIVATE = re.compile("[\uf020-\uf0ff]")


def sign(item: Any) -> str:
    """What a symbol or a form field shows, "" if it is neither."""
    if local(item) == "sym":
        code = attribute(item, "char") or ""
        font = (attribute(item, "font") or "").lower()
        return _symbol(int(code, 16) & 0xFF, font) if code and _is_hex(code) else ""
    return _form_tick(item) or _form_choice(item)


def _is_hex(code: str) -> bool:
    return all(c in "0123456789abcdefABCDEF" for c in code)


def _symbol(place: int, font: str) -> str:
    """The sign, U+FFFD for one that has no counterpart here."""
    table = SYMBOLS.get(font) or (SYMBOLS["wingdings 2"] | SYMBOLS["wingdings"])
    return table.get(place, "\ufffd")


def from_font(text: str, font: str) -> str:
    """Text set in a symbol font, or in the private area that such fonts use, as signs."""
    if font in SYMBOLS:
        return "".join(SYMBOLS[font].get(ord(c) & 0xFF, c) if not c.isspace() else c for c in text)
    if not _PRIVATE.search(text):
        return text
    return "".join(_symbol(ord(c) & 0xFF, "") if 0xF020 <= ord(c) <= 0xF0FF else c for c in text)


def is_on(flag: Any) -> bool:
    """An ST_OnOff: present without a value means on."""
    return (attribute(flag, "val") or "1").lower() not in {"0", "false", "off"}


def control_tick(sdt: Any) -> str:
    """☑ or ☐ of a check box content control ([MS-DOCX] w14:checkbox), "" for another control."""
    properties = child(sdt, "sdtPr")
    box = None if properties is None else child(properties, "checkbox")
    if box is None:
        return ""
    state = child(box, "checked")
    return "☑" if state is not None and is_on(state) else "☐"


def shows_placeholder(sdt: Any) -> bool:
    """Whether nobody has filled a content control in: it shows its prompt (§17.5.2.39 showingPlcHdr)."""
    properties = child(sdt, "sdtPr")
    flag = None if properties is None else child(properties, "showingPlcHdr")
    return flag is not None and is_on(flag)


def _form_tick(field: Any) -> str:
    """☑ or ☐ of a legacy form check box (§17.16.7), "" for another field."""
    data = child(field, "ffData")
    box = None if data is None else child(data, "checkBox")
    if box is None:
        return ""
    state = child(box, "checked")
    if state is None:
        state = child(box, "default")
    return "☑" if state is not None and is_on(state) else "☐"


def _form_choice(field: Any) -> str:
    """The entry chosen in a legacy drop-down (§17.16.9): its result, else its default, else the first."""
    data = child(field, "ffData")
    box = None if data is None else child(data, "ddList")
    if box is None:
        return ""
    entries = [attribute(e, "val") or "" for e in box if local(e) == "listEntry"]
    chosen = next((e for name in ("result", "default") if (e := child(box, name)) is not None), None)
    index = "0" if chosen is None else attribute(chosen, "val") or "0"
    place = count(index)
    return entries[place] if place is not None and place < len(entries) else ""
