"""Text of a mail's body: from HTML (scripts dropped, anchors kept aside), and whether it says to be automatic."""

import html
import re
from html.parser import HTMLParser

MAX_HTML = 2_000_000
_BLOCKS = {
    "p", "div", "br", "tr", "li", "table", "ul", "ol", "dl", "dt", "dd", "blockquote", "hr", "pre", "section",
    "article", "center", "fieldset", "h1", "h2", "h3", "h4", "h5", "h6",
}  # fmt: skip
_SILENT = {"script", "style", "title"}
_AUTOMATIC = re.compile(
    r"这是.{0,30}自动(?:回复|答复)|[本此](?:邮件|信).{0,12}自动(?:回复|答复)|^.{0,6}自动回复[:：]"
    r"|this is an auto(?:mati(?:c|cally)|mated)?[ -]?(?:generated )?(?:reply|response)|automatic(?:ally generated)? reply",
    re.IGNORECASE,
)


class _Page(HTMLParser):
    """Collects visible text and anchors."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.anchors: list[tuple[str, int, int]] = []
        self._silent = 0
        self._anchor: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Break lines at blocks, remember where an anchor begins."""
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS:
            self.out.append("\n")
        elif tag in {"td", "th"}:
            self.out.append("\t")
        elif tag == "a":
            self._anchor = (dict(attrs).get("href") or "", len(self.out))

    def handle_endtag(self, tag: str) -> None:
        """Break lines at blocks, keep an anchor with the span of its text."""
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "a" and self._anchor:
            self.anchors.append((*self._anchor, len(self.out)))
            self._anchor = None
        elif tag in _BLOCKS and tag != "br":
            self.out.append("\n")

    def handle_data(self, data: str) -> None:
        """Visible text; runs of white space are one blank."""
        if not self._silent:
            self.out.append(re.sub(r"[\s\xa0]+", " ", data))


class Anchor:
    """A link in HTML: address, its text, and the text before it (at most 200 characters)."""

    def __init__(self, href: str, text: str, before: str) -> None:
        """Keep the three."""
        self.href, self.text, self.before = href, text, before


def html_text(source: str) -> tuple[str, list[Anchor]]:
    """Text of an HTML body and its anchors in order; markup that cannot be parsed is merely stripped of tags."""
    page = _Page()
    try:
        page.feed(source[:MAX_HTML])
        page.close()
    except (AssertionError, ValueError):  # the parser's own answer to some broken declarations
        page.out = []
    if not "".join(page.out).strip():
        return tidy(html.unescape(re.sub(r"<[^>]{0,4000}>", " ", source[:MAX_HTML]))), []
    anchors = [
        Anchor(href, "".join(page.out[a:b]).strip(), "".join(page.out[max(0, a - 12) : a])[-200:])
        for href, a, b in page.anchors[:2000]
    ]
    return tidy("".join(page.out)), anchors


def tidy(text: str) -> str:
    """Text with plain line ends, no blanks at line ends, no more than one empty line, no control characters."""
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = re.sub(r"[ \t\xa0]+\n", "\n", text.replace("\n ", "\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def is_automatic(body: str) -> bool:
    """Whether the body's beginning says that it is an automatic answer."""
    return bool(_AUTOMATIC.search(body[:200]))
