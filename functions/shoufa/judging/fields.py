"""Reading an application form: label and value, in a table, on a line, or side by side on a scanned page."""

import re
from collections.abc import Iterator
from functools import lru_cache

from shoufa.domain import credit_code
from shoufa.domain.call import FieldRule
from shoufa.domain.facts import Page, Table
from shoufa.judging.cell_values import FormTable
from shoufa.judging.choices import ticked
from shoufa.judging.document import Fields
from shoufa.judging.labels import LABELS, Vocabulary, vocabulary
from shoufa.judging.line_values import values_on
from shoufa.judging.names import is_organisation, plain
from shoufa.judging.starts import form_title

_STRIP = re.compile(r"^[\s_＿:：]+|[\s_＿]+$")
_NOTE = re.compile(
    r"\s*[（(]\s*(?:加?盖?(?:单位)?(?:公章|章)|盖章处?|签章|签字|签名|印章|全称)\s*[）)]\s*$|\s{2,}(?:盖章|公章|签章)\s*$"
)
WHOLE = frozenset({"name", "applicant"})
"""Fields that a page may show cut short in one place and whole in another."""
SHORTEST_NAME, LONGEST_VALUE = 4, 80
BODIES = frozenset({"applicant", "recommender"})
SHORTEST_BODY = 6
"""Signs that the name of a body has at least which does not end as most of them do (苏州工业园区)."""
_SENTENCE = re.compile(r"[。；？！]")


def read_fields(
    pages: tuple[Page, ...],
    tables: tuple[Table, ...],
    rules: tuple[FieldRule, ...] = (),
    words: tuple[str, ...] = (),
) -> Fields:
    """What an application form says of itself.

    `rules` are the call's fields with the labels they may carry, `words` the names of its tracks.
    """
    found = _values(pages, tables, vocabulary(rules))
    said = {key: found.get(key, "") for key in LABELS}
    code_text = said.pop("credit_code")
    title = next((t for t in (form_title(p) for p in pages[:3]) if t), "")
    codes = credit_code.find(code_text) or credit_code.find("\n".join(p.text for p in pages))
    return Fields(
        title=title,
        credit_code=codes[0] if codes else plain(code_text)[:18],
        code_text=code_text,
        ticked=ticked(said["type_text"], words),
        more=tuple((name, text) for name, text in sorted(found.items()) if name not in LABELS),
        **said,
    )


def filled(
    pages: tuple[Page, ...], tables: tuple[Table, ...], rules: tuple[FieldRule, ...] = ()
) -> frozenset[str]:
    """Names of the fields, the usual ones and the call's own, that bear a value."""
    return frozenset(_values(pages, tables, vocabulary(rules)))


def _values(pages: tuple[Page, ...], tables: tuple[Table, ...], labels: Vocabulary) -> dict[str, str]:
    """The value of each field that has one: the first; a longer one where a recogniser cut that short."""
    read = any(p.scanned for p in pages)
    found: dict[str, str] = {}
    for field, text in _all(pages, tables, labels, read=read):
        if field in found and not (read and field in WHOLE):
            continue
        value = clean(text)
        if not value or labels.is_label(value) or (read and field in BODIES and not _may_be_body(value)):
            continue
        before = found.setdefault(field, value)
        if read and field in WHOLE and _extends(before, value):
            found[field] = value
    return found


def _all(
    pages: tuple[Page, ...], tables: tuple[Table, ...], labels: Vocabulary, *, read: bool
) -> Iterator[tuple[str, str]]:
    for table in tables:
        yield from FormTable(table, labels, read=read).values()
    for page in pages:
        yield from values_on(page, labels)


def _may_be_body(value: str) -> bool:
    """Whether what was recognised in a body's place can be its name, and not the end of a sentence nearby."""
    return not _SENTENCE.search(value) and (is_organisation(value) or len(plain(value)) >= SHORTEST_BODY)


def _extends(short: str, long: str) -> bool:
    """Whether a value is another one and more; a few signs are no name, but what a recogniser left of one."""
    a, b = plain(short), plain(long)
    if not SHORTEST_NAME <= len(b) <= LONGEST_VALUE:
        return False
    return len(a) < SHORTEST_NAME or (len(a) < len(b) and b.startswith(a))


@lru_cache(maxsize=4096)
def clean(value: str) -> str:
    """A value without fill-in rules, the line breaks of a narrow cell and a note such as （盖章） behind it."""
    lines = [_STRIP.sub("", line) for line in value.splitlines()]
    return _STRIP.sub("", _NOTE.sub("", "".join(line for line in lines if line)))
