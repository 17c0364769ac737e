"""PDF: scanned and born-digital pages, what is active in it, passwords and damage."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from shoufa.domain.codes import Form
from shoufa.domain.errors import Unreadable
from shoufa.readers import pdf
from shoufa.readers.document import read_document
from unit.readers import papers

A4 = (595, 842)


def made(*pages: Callable[[Canvas], None], **options) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, **options)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def scan(canvas: Canvas) -> None:
    page = papers.blank()
    papers.write(page, "STAMPED APPLICATION", 200, 300)
    canvas.drawImage(ImageReader(Image.fromarray(page)), 0, 0, *A4)


def scan_over_text(canvas: Canvas) -> None:
    canvas.drawString(
        72, 700, "text recognised by the scanner, standing under its picture, long enough to count"
    )
    scan(canvas)


def scan_under_invisible_text(canvas: Canvas) -> None:
    scan(canvas)
    text = canvas.beginText(72, 700)
    text.setTextRenderMode(3)
    text.textLine("text recognised by the scanner, drawn invisibly, long enough to count as a page of it")
    canvas.drawText(text)


def digital(canvas: Canvas) -> None:
    canvas.drawString(72, 760, "Recommendation of projects, page of the letter")
    for x in (72, 250, 520):
        canvas.line(x, 600, x, 700)
    for y in (600, 650, 700):
        canvas.line(72, y, 520, y)
    for x, y, text in (
        (80, 670, "Name"),
        (260, 670, "cold chain"),
        (80, 620, "Code"),
        (260, 620, "91420122UH3BML548Q"),
    ):
        canvas.drawString(x, y, text)
    canvas.drawString(72, 500, "After the table")


@pytest.mark.parametrize("draw", [scan, scan_over_text, scan_under_invisible_text])
def test_a_page_that_is_a_picture_of_paper_is_a_scan(draw: Callable[[Canvas], None]):
    facts = read_document(made(draw))
    assert (facts.form, facts.page_count, facts.pages[0].scanned) == (Form.SCAN, 1, True)
    assert "STAMPED" in facts.text.upper()
    assert "recognised" not in facts.text


def test_text_over_a_picture_is_digital():
    def letterhead(canvas: Canvas) -> None:
        scan(canvas)
        for i in range(12):
            canvas.drawString(72, 500 - 20 * i, "visible text that was printed on a background picture")

    facts = read_document(made(letterhead))
    assert facts.form == Form.DIGITAL
    assert "background picture" in facts.text


def test_a_digital_page_has_lines_and_tables():
    facts = read_document(made(digital))
    assert (facts.form, facts.pages[0].quality, facts.pages[0].seals_seen) == (Form.DIGITAL, 1.0, True)
    assert facts.pages[0].text.splitlines() == [
        "Recommendation of projects, page of the letter", "Name | cold chain", "Code | 91420122UH3BML548Q", "After the table",
    ]  # fmt: skip
    assert facts.tables[0].rows() == [["Name", "cold chain"], ["Code", "91420122UH3BML548Q"]]
    x0, y0, x1, y1 = facts.pages[0].lines[0].box
    assert (x0, y0) == (pytest.approx(72 / 595, abs=0.01), pytest.approx((842 - 772) / 842, abs=0.01))
    assert x1 > 0.4
    assert y1 < 0.11


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_places_on_a_page_that_is_shown_turned(degrees: int):
    def turned(canvas: Canvas) -> None:
        canvas.setPageRotation(degrees)
        canvas.drawString(20, 20, "corner")

    box = read_document(made(turned)).pages[0].lines[0].box
    corner = {90: (0, 0), 180: (1, 0), 270: (1, 1)}[degrees]
    assert (box[0], box[1]) == (pytest.approx(corner[0], abs=0.12), pytest.approx(corner[1], abs=0.12))


def test_most_pages_decide_the_form():
    assert read_document(made(scan, scan, digital)).form == Form.SCAN
    facts = read_document(made(digital, digital, scan))
    assert facts.form == Form.DIGITAL
    assert [p.scanned for p in facts.pages] == [False, False, True]


def test_letters_drawn_as_shapes_are_recognised():
    def outlines(canvas: Canvas) -> None:
        for i in range(40):
            canvas.line(100, 700 - 3 * i, 110, 700 - 3 * i)

    facts = read_document(made(outlines))
    assert facts.form == Form.DIGITAL
    assert not facts.pages[0].scanned


def test_an_empty_page_is_blank():
    facts = read_document(made(digital, lambda canvas: canvas.setFont("Helvetica", 10)))
    assert [p.blank for p in facts.pages] == [False, True]


def test_a_password_is_told_apart_from_damage():
    with pytest.raises(Unreadable) as caught:
        read_document(made(digital, encrypt="secret"))
    assert caught.value.code == "encrypted"


@pytest.mark.parametrize("data", [b"%PDF-1.7\n" + b"x" * 400, made(scan)[:2000]])
def test_a_broken_file_is_unreadable(data: bytes):
    with pytest.raises(Unreadable) as caught:
        read_document(data)
    assert caught.value.code == "unreadable"


def test_scripts_and_launches_are_active():
    def active(extra: bytes) -> tuple[str, ...]:
        data = made(digital)
        return read_document(data.replace(b"/Type /Catalog", b"/Type /Catalog " + extra)).active

    assert active(b"") == ()
    assert active(b"/OpenAction << /S /JavaScript /JS (app.alert) >>") == ("script",)
    assert active(b"/OpenAction << /S /Launch /F (a.exe) >>") == ("launch",)


def test_past_the_limit_only_seals_are_looked_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pdf, "READ_FIRST", 1)
    monkeypatch.setattr(pdf, "READ_LAST", 1)
    facts = read_document(made(scan, scan, scan))
    assert [bool(p.text) for p in facts.pages] == [True, False, True]
    assert facts.pages[1].seals_seen
    assert facts.truncated


def test_a_page_of_noise_ends():
    noise = np.random.default_rng(2).integers(0, 255, (1000, 700, 3), dtype=np.uint8)
    facts = read_document(
        made(lambda canvas: canvas.drawImage(ImageReader(Image.fromarray(noise)), 0, 0, *A4))
    )
    assert facts.form == Form.SCAN
