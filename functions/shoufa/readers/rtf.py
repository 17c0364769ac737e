"""Rich Text Format 1.9: text in order, tables with their merges, pictures where nothing else is there.

A tokeniser and a stack of states, as the specification's reader sample has it ("Appendix A"); groups that
are not part of the text (fonts, styles, metadata, fallbacks) are left out.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.readers.rtf_asides import ASIDES, Asides
from shoufa.readers.rtf_tables import Rows
from shoufa.readers.word import WordText
from shoufa.readers.word_signs import SYMBOLS, from_font

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|([^\\{}\r\n]+)"
    rb"|[\r\n]+|\\"
)
_CHARSETS = {0: "cp1252", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5", 204: "cp1251"}
"""Charsets by \\fcharset; others are read in the document's own code page."""
_SKIPPED = {
    "fonttbl", "colortbl", "stylesheet", "info", "object", "nonshppict", "nonesttables", "pnseclvl",
    "shprslt", "xmlnstbl", "themedata", "colorschememapping", "datastore", "latentstyles",
    "listtable",
    "listoverridetable", "rsidtbl", "generator", "bkmkstart", "bkmkend", "atnid", "atnauthor", "annotation",
    "revtbl", "mmathPr", "wgrffmtfilter", "operator", "objdata", "objclass", "pgdsctbl", "ftnsep", "ftnsepc",
    "aftnsep", "aftnsepc", "upr", "sp", "private", "xe", "tc", "filetbl",
}  # fmt: skip
_SIDE = {"header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf", "footnote"}
_KNOWN_STARRED = {"shpinst", "shptxt", "ud", "nesttableprops", "shppict"}
_SIGNS = {
    "par": "\n", "line": "\n", "tab": "\t", "page": "\n", "sect": "\n", "column": "\n", "emdash": "—",
    "endash": "–",
    "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•", "emspace": " ",
    "enspace": " ", "qmspace": " ",
}  # fmt: skip
MAX_DEPTH = 500
MAX_PICTURES = 60


@dataclass(frozen=True)
class _State:
    """What a group inherits and may change."""

    target: str = "body"
    font: int = -1
    skip_after_unicode: int = 1
    hidden: bool = False
    starred: bool = False
    nested_row: bool = False
    """Inside the group that defines a nested table's row."""
    depth: int = 0


def read_rtf(data: bytes) -> WordText:
    """Read a .rtf. Raises Unreadable("unreadable")."""
    if not data.lstrip().startswith(b"{\\rtf"):
        raise Unreadable(UnreadableCode.UNREADABLE, "no RTF")
    return _Reader(data).read()


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.state = _State()
        self.stack: list[_State] = []
        self.fonts: dict[int, str] = {}
        self.symbol_fonts: dict[int, str] = {}
        self.page = "cp1252"
        self.pending = bytearray()
        self.high = 0
        self.ignore = 0
        self.rows = Rows()
        self.side: list[str] = []
        self.found = WordText()
        self.picture: list[bytes] = []
        self.picture_kind = ""
        self.asides = Asides()

    def read(self) -> WordText:
        at = 0
        while at < len(self.data):
            token = _TOKEN.match(self.data, at)
            if token is None:
                at += 1
                continue
            at = token.end()
            self._token(token)
            if token.group(1) == b"bin" and token.group(2):
                at += max(0, int(token.group(2)))
        self._flush()
        self.rows.leave(0)
        self.found.text = "".join(self.rows.body).strip("\n")
        self.found.tables = self.rows.tables
        side = "".join(self.side).strip()
        self.found.headers = [side] if side else []
        self.found.active = list(dict.fromkeys(self.found.active + self.asides.active))
        self.found.picture_count = len(self.found.pictures)
        return self.found

    def _token(self, token: re.Match[bytes]) -> None:
        word, number, code, sign, brace, plain = token.groups()
        if code is not None:
            self._byte(int(code, 16))
        elif plain is not None:
            self._plain(plain)
        elif brace is not None:
            self._flush()
            self._brace(brace)
        elif word is not None:
            if word != b"u":
                self._flush()
            self._word(word.decode("ascii"), None if number is None else int(number))
        elif sign is not None:
            self._control(sign.decode("latin-1"))

    def _brace(self, brace: bytes) -> None:
        if brace == b"{":
            if len(self.stack) > MAX_DEPTH:
                raise Unreadable(UnreadableCode.UNREADABLE, "groups nested past any document")
            self.stack.append(self.state)
            self.state = replace(self.state, starred=False, depth=self.state.depth + 1)
        elif self.stack:
            if self.state.target == "pict" and self.stack[-1].target != "pict":
                self._end_picture()
            ended, self.state = self.state.target, self.stack.pop()
            if ended in ASIDES and self.state.target != ended:
                self._say(self.asides.end(ended))
        self.ignore = 0

    def _control(self, sign: str) -> None:
        self._flush()
        if sign == "*":
            self.state = replace(self.state, starred=True)
        elif sign in "~_-{}\\\r\n":
            self._say({"~": " ", "_": "-", "-": "", "\r": "\n", "\n": "\n"}.get(sign, sign))

    def _word(self, word: str, number: int | None) -> None:
        if self.state.target == "skip":
            if word == "objdata":
                self._note_object()
            return
        if self.state.target == "fonttbl":
            self._font_word(word, number)
        elif self._destination(word):
            pass
        elif word == "u":
            self._unicode(number or 0)
        elif word in _SIGNS:
            self._say(_SIGNS[word])
        else:
            self._setting(word, number)

    def _destination(self, word: str) -> bool:
        """Enter a group that is not plain body text; true if `word` opened one."""
        if self.state.starred and word in _KNOWN_STARRED:
            self.state = replace(self.state, starred=False, nested_row=word == "nesttableprops")
        elif word in {"fonttbl", "pict", "object"}:
            self.state = replace(self.state, target=word)
            self.picture, self.picture_kind = [], ""
        elif word in ASIDES:
            self.asides.begin(word)
            self.state = replace(self.state, target=word, starred=False)
        elif word in _SIDE:
            self.state = replace(self.state, target="side")
        elif word in _SKIPPED or self.state.starred:
            if word == "objdata":
                self._note_object()
            self.state = replace(self.state, target="skip")
        else:
            return False
        return True

    def _note_object(self) -> None:
        if "embedded" not in self.found.active:
            self.found.active.append("embedded")

    def _font_word(self, word: str, number: int | None) -> None:
        if word == "f" and number is not None:
            self.state = replace(self.state, font=number)
        elif word == "fcharset" and number is not None:
            self.fonts[self.state.font] = _CHARSETS.get(number, "")

    def _setting(self, word: str, number: int | None) -> None:
        if self.state.target in ASIDES:
            self.asides.word(word, number)
        if word == "ansicpg" and number:
            self.page = "gb18030" if number in {936, 54936} else f"cp{number}"
        elif word in {"pngblip", "jpegblip"}:
            self.picture_kind = word
        elif (changed := _style(word, number)) is not None:
            self.state = replace(self.state, **changed)
        elif self.state.target == "body":
            self.rows.word(word, number or 0, nested_row=self.state.nested_row)

    def _byte(self, value: int) -> None:
        if self.ignore:
            self.ignore -= 1
        else:
            self.pending.append(value)

    def _plain(self, data: bytes) -> None:
        if self.state.target == "pict":
            self.picture.append(data)
            return
        if self.state.target == "fonttbl":
            self._flush()
            name = data.decode("latin-1").strip(" ;").lower()
            if name in SYMBOLS:
                self.symbol_fonts[self.state.font] = name
            return
        skipped = min(self.ignore, len(data))
        self.ignore -= skipped
        self.pending += data[skipped:]

    def _flush(self) -> None:
        """Say the bytes gathered so far, decoded in the font's charset."""
        self.ignore = 0
        if not self.pending:
            return
        raw, self.pending = bytes(self.pending), bytearray()
        charset = self.fonts.get(self.state.font) or self.page
        if charset == "cp1252" and self.page == "gb18030":
            charset = self.page  # Chinese writers leave western fonts on Chinese bytes
        try:
            text = raw.decode(charset, "replace")
        except LookupError:
            text = raw.decode("cp1252", "replace")
        self._say(text)

    def _unicode(self, number: int) -> None:
        unit = number & 0xFFFF
        if self.pending:
            self._flush()
        self.ignore = self.state.skip_after_unicode
        if 0xD800 <= unit < 0xDC00:
            self.high = unit
            return
        if 0xDC00 <= unit < 0xE000 and self.high:
            unit = 0x10000 + ((self.high - 0xD800) << 10) + (unit - 0xDC00)
        self.high = 0
        ignore = self.ignore
        self._say("\ufffd" if 0xD800 <= unit < 0xE000 else chr(unit))
        self.ignore = ignore

    def _say(self, text: str) -> None:
        if self.state.hidden or self.state.target in {"skip", "fonttbl", "pict", "object"}:
            return
        text = from_font(text, self.symbol_fonts.get(self.state.font, ""))
        if self.state.target in ASIDES:
            self.asides.say(text)
        elif self.state.target == "side":
            self.side.append(text)
        else:
            self.rows.say(text)

    def _end_picture(self) -> None:
        if not self.picture_kind or len(self.found.pictures) >= MAX_PICTURES:
            return
        digits = re.sub(rb"[^0-9a-fA-F]", b"", b"".join(self.picture))
        self.found.pictures.append(bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii")))
        self.picture = []


def _style(word: str, number: int | None) -> dict[str, Any] | None:
    """What a control word changes for the rest of its group, null if it is none of these."""
    if word == "f" and number is not None:
        return {"font": number}
    if word == "plain":
        return {"hidden": False}
    if word in {"v", "deleted"}:
        return {"hidden": number != 0}
    if word == "uc" and number is not None:
        return {"skip_after_unicode": max(0, number)}
    return None
