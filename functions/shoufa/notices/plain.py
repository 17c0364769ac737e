"""Untrusted words made fit to print: controls made visible, links broken, file names cut (contracts §5)."""

import re
import unicodedata

NAME_LIMIT = 60
"""Characters of a file name that a mail shows, its extension included."""
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Unicode categories that are shown as `\\u202e`: controls, bidi and zero-width, surrogates, separators."""
SCHEME = re.compile(r"(?<![A-Za-z])(ht|f)tp(s?)(?=:/?/?)", re.IGNORECASE)
DOTTED = re.compile(r"[\w-]+(?:\.[\w-]+)+")
TOP_LEVEL = re.compile(r"[A-Za-z]{2,24}|[Xx][Nn]--[A-Za-z0-9-]+|中国|公司|网络|网址|集团|在线|商城|政务|公益")
"""What a label after a dot must be for the whole to look like a domain."""
FILE_TYPES = frozenset(
    {"pdf", "ofd", "doc", "docx", "docm", "dot", "dotx", "wps", "wpt", "rtf", "odt", "txt", "csv"}
    | {"xls", "xlsx", "xlsm", "et", "ett", "ods", "ppt", "pptx", "dps", "odp", "eml", "msg", "html", "htm"}
    | {"jpg", "jpeg", "png", "tif", "tiff", "bmp", "gif", "webp", "heic", "heif", "dwg", "mp3", "mp4"}
    | {"zip", "rar", "7z", "tar", "gz", "tgz", "bz2", "xz", "xml", "json"}
)
"""Endings that are a file's type and no domain, when they stand last."""


def visible(text: str) -> str:
    """The text on one line, with every character that hides or reorders others shown as its code."""
    return "".join(_escape(c) if unicodedata.category(c) in HIDDEN else c for c in text)


def unlinked(text: str) -> str:
    """The text with schemes as `hxxp` and the dots of domains as `[.]`, so that nothing can be clicked."""
    return DOTTED.sub(_break_dots, SCHEME.sub(_break_scheme, text))


def shown(text: str) -> str:
    """Any untrusted words: visible and without links."""
    return unlinked(visible(text))


def file_name(name: str, limit: int = NAME_LIMIT) -> str:
    """A file's name as shown: visible, without links, at most `limit` characters with its extension kept."""
    text = shown(name) or "-"
    if len(text) <= limit:
        return text
    stem, dot, extension = text.rpartition(".")
    if not dot or not re.fullmatch(r"[0-9A-Za-z]{1,10}", extension):
        return text[: limit - 1] + "…"
    return stem[: limit - len(extension) - 2] + "…." + extension


def file_path(path: str) -> str:
    """A path inside an archive as shown: whole if short enough, else its last name only, behind `…/`."""
    text = shown(path)
    last = path.rpartition("/")[2] or path
    return text if len(text) <= NAME_LIMIT else "…/" + file_name(last, NAME_LIMIT - 2)


def clipped(text: str, limit: int) -> str:
    """Untrusted words of at most `limit` characters."""
    text = shown(text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _escape(char: str) -> str:
    code = ord(char)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _break_scheme(match: re.Match[str]) -> str:
    return {"ht": "hxxp", "f": "fxp"}[match[1].lower()] + match[2].lower()


def _break_dots(match: re.Match[str]) -> str:
    labels = match[0].split(".")
    text = labels[0]
    for i, label in enumerate(labels[1:], 1):
        is_type = i == len(labels) - 1 and label.lower() in FILE_TYPES
        text += ("." if is_type or not TOP_LEVEL.fullmatch(label) else "[.]") + label
    return text
