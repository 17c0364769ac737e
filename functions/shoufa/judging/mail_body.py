"""Papers written into a mail's text instead of being attached (contracts §2, `mail-body`).

An applicant pastes the form, the letter or the table into the mail. The text is shown and its project known,
but it fulfils no form: the notices ask for Word files and stamped scans. A covering note (现报送…，见附件) is none.
"""

import re
from collections.abc import Sequence

from shoufa.domain.call import Call, FieldRule
from shoufa.domain.codes import Kind
from shoufa.domain.facts import Facts, Page, Table
from shoufa.domain.mail import InboundMail, Part
from shoufa.domain.submission import Manifest, Piece
from shoufa.judging.body_tables import rows_in, tables_in
from shoufa.judging.choices import track_words
from shoufa.judging.document import Doc, Fields, LetterReading, Source, TableReading
from shoufa.judging.fields import filled, read_fields
from shoufa.judging.letter_reading import read_letter
from shoufa.judging.names import plain
from shoufa.judging.starts import LETTER_WORDS, TABLE_TITLE, has_header_row, letter_title
from shoufa.judging.table_reading import read_table

NAME = "邮件正文"
LONGEST = 40_000
"""Characters of a body that are looked at; a form is far shorter."""
RULE = 300
"""Characters of a line in which a rule above a quoted message stands: more dashes would cost their square."""
MOST_PAPERS = 60
"""Papers looked for in one text: bounds the time of a bad one."""
_RULE = re.compile(
    r"^[\s>*_-]*-{2,}\s*(原始邮件|原邮件|转发的邮件|转发邮件|回复的原邮件|original message|forwarded message)",
    re.IGNORECASE,
)
_WROTE = re.compile(r"^.{0,200}(写道|wrote)\s*[:：]\s*$", re.IGNORECASE)
_FROM = re.compile(r"^[\s>*]*(发件人|寄件者|寄件人|from)\*?\s*[:：]", re.IGNORECASE)
_HEAD = re.compile(
    r"^[\s>*]*(发送时间|发送日期|日期|时间|收件人|抄送|主题|主旨|sent|date|to|cc|subject)\*?\s*[:：]", re.IGNORECASE
)
_SIGNATURE = re.compile(r"^--\s*$")
_TITLE = re.compile(r"[\u4e00-\u9fa5A-Z0-9()]{4,60}(申报书|申请书|申报表|申请表)(\([^)]*\))?")
_NO_TITLE = re.compile(r"^(附件|以下|如下|您好|现将|现报|我|本|贵|请|详见|见|关于)")
_LISTED = re.compile(r"^\s*(附件|\d+\s*[.、．])")
NOTE_FIELDS = frozenset({"name", "applicant", "contact", "phone", "email", "recommender"})
"""What a covering note says of a project too; only a form says more (code, type, field, dates …)."""


def bears_papers(mail: InboundMail, call: Call, *, via: bool = False) -> bool:
    """Whether the mail's own words are an application, a letter or a table of this call."""
    return bool(_sections(own_words(mail.body, via=via), call))


def body_documents(mails: Sequence[Manifest], call: Call) -> list[Doc]:
    """One document per paper in each mail's text, of kind `mail-body` and of no form."""
    return [doc for m in mails for doc in _of_mail(m, call)]


def own_words(body: str, *, via: bool = False) -> str:
    """The text without what it quotes and without the signature behind `--` (RFC 3676 §4.3).

    `via`: a colleague forwarded it, so the quoted message's own words are what counts.
    """
    passages: list[list[str]] = [[]]
    lines = body[:LONGEST].splitlines()
    for at, line in enumerate(lines):
        if _begins_history(lines, at):
            passages.append([])
        elif not (len(passages) > 1 and _HEAD.match(line)):
            passages[-1].append(line)
    chosen = _forwarded(passages) if via else passages[0]
    quoted = [line.lstrip("> ") for line in chosen] if via else [x for x in chosen if not x.startswith(">")]
    end = next((i for i, line in enumerate(quoted) if _SIGNATURE.match(line)), len(quoted))
    return "\n".join(quoted[:end]).strip()


def _forwarded(passages: list[list[str]]) -> list[str]:
    """The first quoted passage that says anything (a rule and the head below it have nothing between)."""
    return next((p for p in passages[1:] if "".join(p).strip("> \t")), passages[0])


def _begins_history(lines: list[str], at: int) -> bool:
    line = lines[at]
    if _RULE.match(line[:RULE]) or _WROTE.match(line):
        return True
    return bool(_FROM.match(line)) and any(_HEAD.match(x) for x in lines[at + 1 : at + 6])


Section = tuple[Kind, Page, tuple[Table, ...]]


def _sections(text: str, call: Call) -> list[Section]:
    """The papers in a text: each begins at a form's or a table's printed title."""
    found: list[Section] = []
    for lines in _cut(text.splitlines(), call):
        page = Page(number=len(found) + 1, text="\n".join(lines))
        tables = tables_in(lines, page.number)
        kind = _kind(page, tables, call)
        if kind is not None:
            found.append((kind, page, tables))
    return found


def _cut(lines: list[str], call: Call) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for line in lines:
        if _is_title(line, call) or (len(plain(line)) <= 40 and TABLE_TITLE.search(line.strip()[-4:])):
            parts.append([])
        parts[-1].append(line)
    return [p for p in parts if any(line.strip() for line in p)][:MOST_PAPERS]


def _is_title(line: str, call: Call) -> bool:
    """Whether a line is a form's printed title and nothing else."""
    flat = plain(line)
    if flat in {plain(form) for form in call.form_titles}:
        return True
    return bool(_TITLE.fullmatch(flat)) and not _NO_TITLE.match(flat)


def _kind(page: Page, tables: tuple[Table, ...], call: Call) -> Kind | None:
    if _is_table(page, tables, call):
        return Kind.SUMMARY
    if _is_form(page, tables, call):
        return Kind.APPLICATION
    return Kind.LETTER if _is_letter(page, call) else None


def _is_form(page: Page, tables: tuple[Table, ...], call: Call) -> bool:
    """A form's title with three fields filled in; without a title, fields that no covering note has."""
    said = filled((page,), tables, _rules(call, Kind.APPLICATION))
    more = len(said - NOTE_FIELDS)
    titled = _is_title(next((x for x in page.text.splitlines() if x.strip()), ""), call)
    if titled:
        return bool(said & {"name", "applicant"}) and (len(said) >= 4 or (len(said) >= 3 and more > 0))
    return {"name", "applicant"} <= said and more >= 2


def _is_table(page: Page, tables: tuple[Table, ...], call: Call) -> bool:
    head = next((x for x in page.text.splitlines() if x.strip()), "")
    if not has_header_row(tables) and not TABLE_TITLE.search(head):
        return False
    read = read_table((page,), tables, _rules(call, Kind.SUMMARY))
    return any(row.applicant for row in read.rows)


def _is_letter(page: Page, call: Call) -> bool:
    """Title, the words of a letter, who signs and the date: a note to a colleague has not all of them."""
    title = letter_title(page)
    listed = any(plain(title) in plain(x) and _LISTED.match(x) for x in rows_in(page.text))
    if not title or listed or not any(word in page.text for word in LETTER_WORDS):
        return False
    read = read_letter((page,), call)
    return bool(read.issuers and read.date)


def _of_mail(manifest: Manifest, call: Call) -> list[Doc]:
    """The papers in one mail's text, as page ranges of one piece whose digest is the mail's own."""
    sections = _sections(own_words(manifest.mail.body, via=bool(manifest.via)), call)
    if not sections:
        return []
    part = Part(path=NAME, name=NAME, sha256=manifest.digest, size=0, container="txt", inline=True)
    pages = tuple(page for _, page, _ in sections)
    piece = Piece(
        part=part,
        facts=Facts(sha256=manifest.digest, container="txt", page_count=len(pages), pages=pages),
        mail=manifest.digest,
        received_at=manifest.envelope.received_at,
    )
    return [_doc(piece, section, len(sections) == 1, call) for section in sections]


def _doc(piece: Piece, section: Section, whole: bool, call: Call) -> Doc:
    kind, page, tables = section
    form, table, letter = Fields(), TableReading(), LetterReading()
    if kind is Kind.APPLICATION:
        form = read_fields((page,), tables, _rules(call, kind), track_words(call))
    elif kind is Kind.SUMMARY:
        table = read_table((page,), tables, _rules(call, kind))
    else:
        letter = read_letter((page,), call)
    return Doc(
        kind=Kind.MAIL_BODY,
        form=None,
        sources=(Source(piece, page.number, page.number, whole),),
        pages=(page,),
        tables=tables,
        fields=form,
        table=table,
        letter=letter,
        bears=kind,
    )


def _rules(call: Call, kind: Kind) -> tuple[FieldRule, ...]:
    material = call.material(kind)
    if material is None:
        return ()
    return material.columns if kind is Kind.SUMMARY else material.fields
