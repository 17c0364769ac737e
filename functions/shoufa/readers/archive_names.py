"""Names of archive members.

Which charset they were written in, and which members are no files of anyone's.
"""

import re

from shoufa.readers.mail_charset import member_path

_NOISE = re.compile(
    r"(?:^|/)(?:__MACOSX(?:/|$)|\.DS_Store$|\.AppleDouble(?:/|$)|Thumbs\.db$|desktop\.ini$|~\$[^/]*$"
    r"|\.~[^/]*$|\._[^/]*$|~WR[A-Z]\d{4}\.tmp$)",
    re.IGNORECASE,
)
MIXED = "cp437"
"""What is said of names that fit no other charset together; each may still fit one alone."""
_KANA = re.compile("[\u3041-\u30fa]")
_HALF_WIDTH = re.compile("[\uff61-\uff9f]")


def is_noise(name: str) -> bool:
    """Whether a member is a system's or an editor's own file (__MACOSX, Thumbs.db, ~$ lock files)."""
    return bool(_NOISE.search(name.replace("\\", "/")))


def charset_of(names: list[bytes]) -> str:
    """The charset of an archive's unlabelled names, judged over all of them.

    UTF-8, GB 18030, Shift-JIS, cp437.

    Chinese text read as Shift-JIS shows half-width kana, Japanese text read as GB 18030 shows no character of
    GB 2312's common rows.
    """
    blob = b"\n".join(n for n in names if not n.isascii())
    if not blob or _reads(blob, "utf-8"):
        return "utf-8"
    chinese, japanese = _reads(blob, "gb18030"), _reads(blob, "cp932")
    if japanese and not _HALF_WIDTH.search(japanese) and (_KANA.search(japanese) or not _common(chinese)):
        return "cp932"
    return "gb18030" if chinese else MIXED


def _reads(blob: bytes, charset: str) -> str:
    """The text, "" if the bytes are none in this charset."""
    try:
        return blob.decode(charset)
    except UnicodeDecodeError:
        return ""


def _common(text: str) -> bool:
    """Whether any character stands in GB 2312's rows of characters (lead byte B0 to F7)."""
    for character in text:
        raw = character.encode("gb18030")
        if len(raw) == 2 and 0xB0 <= raw[0] <= 0xF7 and raw[1] >= 0xA1:
            return True
    return False


def shown(raw: bytes, charset: str) -> str:
    """A raw name as visible segments, without roots and dots."""
    return member_path(raw.decode(charset, "replace"))
