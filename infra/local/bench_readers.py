"""Readers measured beside the best other tool for the same file, in one run.

A tool that is absent is left out.
"""

import email
import importlib.util
import io
import shutil
import statistics
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any, NamedTuple

from shoufa.readers.document import read_document
from shoufa.readers.mail import read_mail

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RUNS = 5


class Row(NamedTuple):
    """One measurement: what was read, our milliseconds, the other tool and its milliseconds (0 if absent)."""

    what: str
    ours: float
    other: str
    theirs: float


def print_readers(scan: bytes | None, legacy: bytes | None) -> None:
    """All rows; `scan` is one scanned page (JPEG), `legacy` a .doc file, None where there is none at hand."""
    print(f"\n  readers, in process, median of {RUNS} runs after one warm-up")
    for row in _rows(scan, legacy):
        beside = f"{row.other} {row.theirs:8.0f} ms, ratio {row.ours / row.theirs:.2f}" if row.theirs else ""
        print(f"    {row.what:<34} {row.ours:8.0f} ms   {beside}")


def _rows(scan: bytes | None, legacy: bytes | None) -> Iterator[Row]:
    docx = long_docx()
    yield _row("docx, 40 pages", docx, "python-docx", _python_docx(docx))
    xlsx = long_xlsx()
    if xlsx is not None:
        yield _row("xlsx, 20,000 rows of 8", xlsx, "openpyxl (read only)", _openpyxl(xlsx))
    if legacy is not None:
        yield _row("doc, one application", legacy, "soffice to docx", _soffice(legacy))
    if scan is not None:
        yield _row("scanned A4 page, read whole", scan, "tesseract chi_sim", _tesseract(scan))
    raw = big_mail()
    parsed = _median(lambda: [p.get_payload(decode=True) for p in email.message_from_bytes(raw).walk()])
    yield Row("mail of 40 MB, 20 attachments", _median(lambda: read_mail(raw)), "standard library", parsed)


def _row(what: str, data: bytes, other: str, theirs: float) -> Row:
    return Row(what, _median(lambda: read_document(data)), other, theirs)


def _median(work: Callable[[], object], runs: int = RUNS) -> float:
    """Milliseconds, after one run that is not counted."""
    work()
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def long_docx() -> bytes:
    """About 40 pages: 600 paragraphs and 80 tables."""
    text = "申报单位围绕本领域持续开展标准化工作，建立了企业标准体系，参与制定国家标准。" * 2
    paragraph = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
    cell = "<w:tc><w:p><w:r><w:t>单位名称</w:t></w:r></w:p></w:tc>"
    table = f"<w:tbl>{('<w:tr>' + cell * 4 + '</w:tr>') * 6}</w:tbl>"
    body = (paragraph * 8 + table) * 75
    return _zip({"word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>"})


def _zip(files: dict[str, str]) -> bytes:
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    part = f'<Override PartName="/word/document.xml" ContentType="{main}"/>'
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    link = f'<Relationship Id="r1" Type="{office}" Target="word/document.xml"/>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", f'<Types xmlns="{types}">{part}</Types>')
        z.writestr("_rels/.rels", f'<Relationships xmlns="{rels}">{link}</Relationships>')
        for name, text in files.items():
            z.writestr(name, text)
    return buffer.getvalue()


def _python_docx(data: bytes) -> float:
    if importlib.util.find_spec("docx") is None:
        return 0.0
    docx: Any = importlib.import_module("docx")

    def read() -> object:
        made = docx.Document(io.BytesIO(data))
        return [p.text for p in made.paragraphs], [
            c.text for t in made.tables for r in t.rows for c in r.cells
        ]

    return _median(read, 3)


def long_xlsx() -> bytes | None:
    """20,000 rows of 8 columns, None where nothing here can write one."""
    if importlib.util.find_spec("openpyxl") is None:
        return None
    openpyxl: Any = importlib.import_module("openpyxl")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for n in range(20_000):
        sheet.append(
            [n, f"项目{n}", "试点", f"单位{n}", "91110000600037341L", "物联网", "王某", 13800000000 + n]
        )
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _openpyxl(data: bytes) -> float:
    openpyxl: Any = importlib.import_module("openpyxl")

    def read() -> object:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]

    return _median(read, 1)


def _soffice(data: bytes) -> float:
    return _program(data, "in.doc", ["soffice", "--headless", "--convert-to", "docx", "in.doc"])


def _tesseract(data: bytes) -> float:
    return _program(data, "in.jpg", ["tesseract", "in.jpg", "out", "-l", "chi_sim"])


def _program(data: bytes, name: str, command: list[str]) -> float:
    """Milliseconds of a whole program on a file of its own, 0 where it is not installed."""
    if shutil.which(command[0]) is None:
        return 0.0
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(data)
        return _median(lambda: subprocess.run(command, cwd=folder, capture_output=True, check=False), 1)


def big_mail() -> bytes:
    """40 MB as sent: 20 attachments of 1.46 MB each."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "申报材料"
    message.set_content("请查收。")
    for n in range(20):
        data = bytes((i * 7 + n) % 251 for i in range(4096)) * 358
        message.add_attachment(data, maintype="application", subtype="pdf", filename=f"申报书{n}.pdf")
    return message.as_bytes()
