"""Raw mail bytes to a tree of entities (RFC 2045, RFC 2046, RFC 5322).

Tolerant of what real mailers get wrong.

Works on offsets into the raw bytes, so that a 60 MB mail is not copied at every level: a leaf's body is cut
out once. Cured here: CR-only line ends, a mailbox's From line, folded lines that lost their blank, missing,
wrong and unfinished boundaries, parts behind the closing boundary, multiparts that were encoded as a whole.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.readers import mail_headers
from shoufa.readers.mail_transfer import transfer_decoded

MAX_NESTING = 30
MAX_HEADERS = 2_000
MAX_VALUE = 64_000
_HEADER = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*(.*)", re.DOTALL)
_DASHED = re.compile(rb"^--([^\s-][^\r\n]{0,200}|-[^\r\n]{1,200})[ \t]*\r?$", re.MULTILINE)
_KNOWN = re.compile(
    r"(?:x-|content-|mime-|from$|to$|cc$|bcc$|subject$|date$|received|message-id|return-path|delivered-to"
    r"|sender$"
    r"|reply-to|in-reply-to|references|list-|dkim-|authentication-|arc-|resent-)"
)


@dataclass(frozen=True)
class Entity:
    """One entity: headers (lower-case name, raw unfolded value), content type, and a body or children."""

    headers: tuple[tuple[str, bytes], ...]
    type: str
    params: dict[str, str]
    raw: bytes
    """The bytes its offsets count in."""
    start: int
    end: int
    children: tuple["Entity", ...] = ()

    def first(self, name: str) -> bytes:
        """The first value of a header, b"" if there is none."""
        return next((v for k, v in self.headers if k == name), b"")

    def every(self, name: str) -> list[bytes]:
        """All values of a header, in order."""
        return [v for k, v in self.headers if k == name]

    def body(self) -> bytes:
        """The body with its transfer encoding undone (RFC 2045 §6); what cannot be decoded comes as it is."""
        return transfer_decoded(self.raw[self.start : self.end], self.encoding)

    @property
    def encoding(self) -> str:
        """The transfer encoding's name, "" if none."""
        return self.first("content-transfer-encoding").decode("ascii", "replace").strip().lower()


@dataclass
class Tree:
    """Splits one message; counts entities against `most`, notes what was cured in `defects`."""

    most: int
    count: int = 0
    defects: list[str] = field(default_factory=list)

    def parse(self, raw: bytes) -> Entity:
        """The message in `raw`. Raises Unreadable("unreadable") where no header can be found."""
        raw = self._normalised(raw)
        entity = self._entity(raw, _skip_blank(raw), len(raw), 0)
        if not any(_KNOWN.match(name) for name, _ in entity.headers):
            raise Unreadable(UnreadableCode.UNREADABLE, "no header of a mail")
        return entity

    def _normalised(self, raw: bytes) -> bytes:
        """Raw bytes with usable line ends; a message saved as UTF-16 becomes UTF-8."""
        raw = raw.removeprefix(b"\xef\xbb\xbf")
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            raw = raw.decode("utf-16", "replace").encode("utf-8", "replace")
        head = raw[:65_536]
        if b"\r\r\n" in head:
            self._note("line-ends")
            return raw.replace(b"\r\r\n", b"\r\n")
        if b"\n" not in head and b"\r" in head:
            self._note("line-ends")
            return raw.replace(b"\r", b"\n")
        return raw

    def _note(self, defect: str) -> None:
        """Keep a defect once."""
        if defect not in self.defects:
            self.defects.append(defect)

    def _entity(self, raw: bytes, start: int, end: int, depth: int, default: str = "text/plain") -> Entity:
        """The entity in raw[start:end]. Raises Unreadable("too-large") over the limit of parts."""
        self.count += 1
        if self.count > self.most:
            raise Unreadable(UnreadableCode.TOO_LARGE, f"more than {self.most} parts")
        headers, body = self._headers(raw, start, end, top=depth == 0)
        declared = mail_headers.field(next((v for k, v in headers if k == "content-type"), b""))
        kind = _content_type(declared.value, default)
        entity = Entity(tuple(headers), kind, declared.params, raw, body, end)
        if not kind.startswith("multipart/") or depth >= MAX_NESTING:
            return entity
        return self._multipart(entity, depth)

    def _multipart(self, entity: Entity, depth: int) -> Entity:
        """The entity with its children; one without any becomes a text."""
        raw, start, end = entity.raw, entity.start, entity.end
        boundary = entity.params.get("boundary", "").strip().encode("utf-8", "replace")
        spans = list(_spans(raw, boundary, start, end)) if boundary else []
        if not spans and entity.encoding.startswith(("base64", "quoted")):
            raw = entity.body()
            start, end = 0, len(raw)
            spans = list(_spans(raw, boundary, start, end)) if boundary else []
        if not spans:
            self._note("boundary")
            guessed = _DASHED.search(raw[start : min(end, start + 200_000)])
            spans = list(_spans(raw, guessed[1].rstrip(), start, end)) if guessed else []
        if not spans:
            return Entity(entity.headers, "text/plain", entity.params, raw, start, end)
        inner = "message/rfc822" if entity.type == "multipart/digest" else "text/plain"
        children = tuple(self._entity(raw, a, b, depth + 1, inner) for a, b in spans)
        return Entity(entity.headers, entity.type, entity.params, raw, start, end, children)

    def _headers(self, raw: bytes, start: int, end: int, *, top: bool) -> tuple[list[tuple[str, bytes]], int]:
        """Header fields from `start`, and where the body begins.

        A line that is no field continues the one before if more fields follow; otherwise the body begins
        there.
        """
        headers: list[tuple[str, bytes]] = []
        at = start
        while at < end:
            stop = _line_end(raw, at, end)
            line = raw[at : min(stop, at + MAX_VALUE)]
            if not line.strip(b"\r\n"):
                return headers, stop
            if not self._field(headers, line):
                following = raw[stop : min(_line_end(raw, stop, end), stop + 400)]
                if not (headers or top) or not _HEADER.match(following):
                    return headers, at
                self._note("header")
                _continue(headers, line)
            at = stop
        return headers, end

    def _field(self, headers: list[tuple[str, bytes]], line: bytes) -> bool:
        """Take a field, or a continuation of the last one; False if the line is neither."""
        if line[:1] in b" \t" and headers:
            _continue(headers, line)
            return True
        found = _HEADER.fullmatch(line.rstrip(b"\r\n"))
        if found and len(headers) < MAX_HEADERS:
            headers.append((found[1].decode("ascii").lower(), found[2]))
        return bool(found)


def _continue(headers: list[tuple[str, bytes]], line: bytes) -> None:
    """Append a folded line to the last field, if there is one."""
    name, value = headers[-1] if headers else ("", b"")
    if headers and len(value) < MAX_VALUE:
        headers[-1] = (name, value + b" " + line.strip())


def _line_end(raw: bytes, at: int, end: int) -> int:
    """Offset behind the line that begins at `at`."""
    found = raw.find(b"\n", at, end)
    return end if found < 0 else found + 1


def _skip_blank(raw: bytes) -> int:
    """Offset of the first line that says anything, a mailbox's From line passed over."""
    at = len(raw) - len(raw.lstrip(b"\r\n \t"))
    return _line_end(raw, at, len(raw)) if raw.startswith((b"From ", b">From "), at) else at


def _content_type(declared: str, default: str) -> str:
    """A usable content type; a malformed one is plain bytes, a missing one the default (RFC 2045 §5.2)."""
    if not declared:
        return default
    kind = re.sub(r"\s+", "", declared)
    if kind in {"text", "multipart"}:
        return {"text": "text/plain", "multipart": "multipart/mixed"}[kind]
    return kind if re.fullmatch(r"[\w.+-]+/[\w.+*-]+", kind) else "application/octet-stream"


def _spans(raw: bytes, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Offsets of the parts between boundary lines (RFC 2046 §5.1.1).

    What stands behind a closing line is a part only if another boundary line follows it later on.
    """
    marks = list(_marks(raw, boundary, start, end))
    for number, (_, after, closing) in enumerate(marks):
        last = number + 1 == len(marks)
        if closing:
            continue
        stop = end if last else marks[number + 1][0]
        if not last:
            stop -= 1 if raw[stop - 1 : stop] in {b"\n", b"\r"} and stop > after else 0
            stop -= 1 if raw[stop - 1 : stop] == b"\r" and stop > after else 0
        yield after, max(after, stop)


def _marks(raw: bytes, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Boundary lines: where each begins, what follows it, whether it closes."""
    token = b"--" + boundary
    at = raw.find(token, start, end)
    while at >= 0:
        stop = _line_end(raw, at, end)
        rest = raw[at + len(token) : stop].strip()
        if rest in {b"", b"--"} and (at == start or raw[at - 1] in b"\r\n"):
            yield at, stop, rest == b"--"
        at = raw.find(token, at + len(token), end)
