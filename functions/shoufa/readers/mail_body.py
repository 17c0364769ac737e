"""Text of a mail's body.

From HTML (scripts dropped, anchors kept aside), and whether it says to be automatic.
"""

import html
import re
from urllib.parse import unquote_to_bytes

from shoufa.readers.mail_charset import unbase64

MAX_HTML = 2_000_000
MAX_TAG = 8_000
_BLOCKS = {
    "p", "div", "br", "tr", "li", "table", "ul", "ol", "dl", "dt", "dd", "blockquote", "hr", "pre", "section",
    "article", "center", "fieldset", "h1", "h2", "h3", "h4", "h5", "h6",
}  # fmt: skip
_SILENT = {"script", "style", "title"}
_MARK = re.compile(r"<(?:(/?)([A-Za-z][^\s/<>]{0,30})|[!?/])")
_EDGE = re.compile(r">|=\s*([\"'])")
_HREF = re.compile(r"""(?:^|[\s/"'])href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*))""", re.IGNORECASE)
_AUTOMATIC = re.compile(
    r"这是.{0,30}自动(?:回复|答复)|[本此](?:邮件|信).{0,12}自动(?:回复|答复)|^.{0,6}自动回复[:：]"
    r"|this is an auto(?:mati(?:c|cally)|mated)?[ -]?(?:generated )?(?:reply|response)"
    r"|automatic(?:ally generated)? reply",
    re.IGNORECASE,
)


_DRAWN = re.compile(r"data:(image/[a-z.+-]{2,20});base64,([A-Za-z0-9+/=\s%]*)", re.IGNORECASE)
MAX_DRAWN = 100


def without_pictures(source: str) -> tuple[str, list[tuple[str, bytes]]]:
    """An HTML source with the pictures written into it (RFC 2397) cut out, and their types and bytes."""
    found: list[tuple[str, bytes]] = []

    def cut(match: "re.Match[str]") -> str:
        if len(found) < MAX_DRAWN:
            found.append((match[1].lower(), unbase64(unquote_to_bytes(match[2]))))
        return "data:"

    return (_DRAWN.sub(cut, source) if ";base64," in source else source), found


class _Page:
    """Collects visible text and anchors of an HTML source, however broken.

    In time that grows as its length does.

    The standard library's parser takes hours over a megabyte of unfinished tags, hence one of our own.
    Wherever something is looked for ahead, what was not found is remembered and not looked for again.
    """

    def __init__(self, source: str) -> None:
        self.out: list[str] = []
        self.anchors: list[tuple[str, int, int]] = []
        self._source = source
        self._at = 0
        self._anchor: tuple[str, int] | None = None
        self._lacking: set[str] = set()
        self._quotes = True

    def read(self) -> None:
        """Go through the source once."""
        while mark := _MARK.search(self._source, self._at):
            self._text(self._source[self._at : mark.start()])
            end = self._end_of(mark)
            if end < 0:  # nothing closes any more: what is left is text
                self._at = mark.start()
                break
            self._at = end
            if mark[2]:
                self._tag(mark[2].lower(), bool(mark[1]), self._source[mark.end() : end - 1][:MAX_TAG])
        self._text(self._source[self._at :])

    def _end_of(self, mark: "re.Match[str]") -> int:
        """Offset behind a tag, a comment or a declaration, -1 if it has no end."""
        if self._source.startswith("<!--", mark.start()):
            end = self._ahead("-->", mark.start() + 2)
            if end >= 0:
                return end + 3
        end = self._end_of_tag(mark.end()) if mark[2] else self._ahead(">", mark.end())
        return end + 1 if end >= 0 else -1

    def _end_of_tag(self, start: int) -> int:
        """Offset of the > that ends a tag.

        One in a quoted value does not, unless quotes are broken in this source.
        """
        at = start
        while self._quotes and (edge := _EDGE.search(self._source, at)):
            if not edge[1]:
                return edge.start()
            closed = self._ahead(edge[1], edge.end())
            self._quotes = closed >= 0
            at = closed + 1
        self._quotes = False
        return self._ahead(">", start)

    def _ahead(self, token: str, start: int) -> int:
        """Offset of a token from `start` on, -1 if there is none."""
        if token in self._lacking:
            return -1
        found = self._source.find(token, start)
        if found < 0:
            self._lacking.add(token)
        return found

    def _tag(self, name: str, closing: bool, attributes: str) -> None:
        """Break lines at blocks, keep an anchor with the span of its text, pass over what is not shown."""
        if name in _SILENT and not closing:
            self._skip(name)
        elif name == "a" and closing and self._anchor:
            self.anchors.append((*self._anchor, len(self.out)))
            self._anchor = None
        elif name == "a" and not closing:
            href = _HREF.search(attributes)
            self._anchor = (html.unescape(href[1] or href[2] or href[3] or "") if href else "", len(self.out))
        elif name in _BLOCKS and not (closing and name == "br"):
            self.out.append("\n")
        elif name in {"td", "th"} and not closing:
            self.out.append("\t")

    def _skip(self, name: str) -> None:
        """Go to the closing tag of a script, a style or a title.

        A title that is never closed is passed over alone.
        """
        if name in self._lacking:
            return
        found = re.compile("</" + name, re.IGNORECASE).search(self._source, self._at)
        if found:
            self._at = found.start()
        elif name == "title":
            self._lacking.add(name)
        else:
            self._at = len(self._source)

    def _text(self, data: str) -> None:
        """Visible text; runs of white space are one blank."""
        if data:
            self.out.append(re.sub(r"[\s\xa0]+", " ", html.unescape(data)))


class Anchor:
    """A link in HTML: address, its text, and the text before it (at most 200 characters)."""

    def __init__(self, href: str, text: str, before: str) -> None:
        """Keep the three."""
        self.href, self.text, self.before = href, text, before


def html_text(source: str) -> tuple[str, list[Anchor]]:
    """Text of an HTML body and its anchors in order; a page that shows nothing is merely stripped of tags."""
    page = _Page(source[:MAX_HTML])
    page.read()
    if not "".join(page.out).strip():
        return tidy(html.unescape(re.sub(r"<[^<>]{0,4000}>", " ", source[:MAX_HTML]))), []
    anchors = [
        Anchor(href, "".join(page.out[a:b]).strip(), "".join(page.out[max(0, a - 12) : a])[-200:])
        for href, a, b in page.anchors[:2000]
    ]
    return tidy("".join(page.out)), anchors


def tidy(text: str) -> str:
    """Text with plain line ends, no blanks at line ends, no more than one empty line.

    No control characters.
    """
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = "\n".join(line.rstrip(" \t\xa0") for line in text.replace("\n ", "\n").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def is_automatic(body: str) -> bool:
    """Whether the body's beginning says that it is an automatic answer."""
    return bool(_AUTOMATIC.search(body[:200]))
