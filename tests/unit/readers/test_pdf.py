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
from shoufa.readers.document import Work, read_document
from shoufa.readers.time_budget import Care, TimeBudget
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


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_digital_page_that_lies_on_its_side_is_read_upright(degrees: int):
    def lying(canvas: Canvas) -> None:
        canvas.translate(297, 421)
        canvas.rotate(degrees)
        canvas.translate(-297, -421)
        digital(canvas)

    page = read_document(made(lying)).pages[0]
    assert page.rotation == degrees
    assert page.text.splitlines()[1:] == ["Name | cold chain", "Code | 91420122UH3BML548Q", "After the table"]


def test_a_few_words_on_their_side_turn_no_page():
    def labelled(canvas: Canvas) -> None:
        digital(canvas)
        canvas.rotate(90)
        canvas.drawString(72, -30, "at the edge")

    page = read_document(made(labelled)).pages[0]
    assert (page.rotation, page.text.splitlines()[1]) == (0, "Name | cold chain")


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


def picture(words: str, left: int = 200, top: int = 300) -> np.ndarray:
    page = papers.blank()
    papers.write(page, words, left, top)
    return page


def drawn(canvas: Canvas, pixels: np.ndarray, *place: float) -> None:
    canvas.drawImage(ImageReader(Image.fromarray(pixels)), *place)


@pytest.mark.parametrize(("across", "down"), [(1, 12), (3, 4)])
def test_a_scan_in_strips_or_tiles(across: int, down: int):
    """Over text that the pieces hide, none of which covers half of the page."""

    def pieces(canvas: Canvas) -> None:
        for i in range(30):
            canvas.drawString(72, 800 - 25 * i, "text recognised by the scanner, standing under its picture")
        page = picture("STAMPED APPLICATION")
        high, wide = page.shape[0] // down, page.shape[1] // across
        for row in range(down):
            for col in range(across):
                tile = page[row * high : (row + 1) * high, col * wide : (col + 1) * wide]
                drawn(canvas, tile, col * 595 / across, 842 - (row + 1) * 842 / down, 595 / across, 842 / down)

    facts = read_document(made(pieces))
    assert (facts.form, facts.pages[0].scanned) == (Form.SCAN, True)
    assert "STAMPED" in facts.text.upper()
    assert "recognised" not in facts.text


def test_what_a_program_prints_on_a_scan_does_not_hide_the_scan():
    def stamped(canvas: Canvas) -> None:
        scan(canvas)
        canvas.drawString(60, 20, "Scanned by an app, page 1 of 1, received on 2023-08-10 by the registry")

    facts = read_document(made(stamped))
    assert (facts.form, "STAMPED" in facts.text.upper()) == (Form.SCAN, True)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_scan_that_the_viewer_turns(degrees: int):
    def turned(canvas: Canvas) -> None:
        canvas.setPageRotation(degrees)
        page = picture("STAMPED APPLICATION OF THE CITY")
        for row in range(6):
            papers.write(page, "AND MORE WORDS TO TELL THE WAY", 200, 400 + 60 * row)
        sheet = A4 if degrees == 180 else A4[::-1]  # reportlab turns the box as well
        drawn(canvas, np.ascontiguousarray(np.rot90(page, degrees // 90)), 0, 0, *sheet)

    facts = read_document(made(turned))
    assert (facts.form, "STAMPED" in facts.text.upper()) == (Form.SCAN, True)


def test_a_scan_of_which_a_part_is_shown():
    """A crop box far from the origin: only what it shows counts, and is read."""

    def cropped(canvas: Canvas) -> None:
        canvas.setPageSize((1400, 1900))
        canvas.setCropBox((700, 900, 1295, 1742))
        drawn(canvas, picture("STAMPED APPLICATION"), 700, 900, *A4)
        drawn(canvas, picture("OUT OF SIGHT"), 0, 0, *A4)

    facts = read_document(made(cropped))
    assert (facts.form, facts.pages[0].scanned) == (Form.SCAN, True)
    assert ("STAMPED" in facts.text.upper(), "SIGHT" in facts.text.upper()) == (True, False)


def test_a_scan_in_a_form_that_sets_its_size():
    def formed(canvas: Canvas) -> None:
        canvas.beginForm("sheet")
        drawn(canvas, picture("STAMPED APPLICATION"), 0, 0, 1, 1)
        canvas.endForm()
        canvas.scale(*A4)
        canvas.doForm("sheet")

    facts = read_document(made(formed))
    assert (facts.form, "STAMPED" in facts.text.upper()) == (Form.SCAN, True)


@pytest.mark.skipif(papers.CHINESE_FONT is None, reason="no Chinese font")
def test_letters_as_outlines_are_read():
    """Every letter as a path: what printing programs write to be safe from missing fonts."""
    from PIL import ImageFont

    font = ImageFont.truetype(str(papers.CHINESE_FONT), 24)

    def outlined(canvas: Canvas) -> None:
        bitmap = np.asarray(font.getmask("关于报送试点项目申报材料的函", "1")).reshape(
            font.getmask("关于报送试点项目申报材料的函", "1").size[::-1]
        )
        path = canvas.beginPath()
        for y, x in zip(*np.nonzero(bitmap), strict=True):
            path.rect(100 + float(x), 700 - float(y), 1, 1)
        canvas.drawPath(path, stroke=0, fill=1)

    facts = read_document(made(outlined))
    assert facts.form == Form.DIGITAL
    assert "申报材料的函" in facts.text


def test_a_layer_of_gibberish_is_not_believed():
    """A font whose map to Unicode leads elsewhere: the page shows words, its text says others."""
    private = "".join(f"<{c:02x}> <{0xE000 + c:04x}>\n" for c in range(33, 127))
    unicode_map = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        "1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"94 beginbfchar\n{private}endbfchar\nendcmap end end"
    ).encode()
    stream = b"<</Length %d>>\nstream\n%s\nendstream" % (len(unicode_map), unicode_map)
    words = b"BT /F 20 Tf 72 700 Td (Recommendation of projects for the list) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(words), words),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>", stream,
    ]  # fmt: skip
    body = b"".join(b"%d 0 obj%s endobj\n" % (n, o) for n, o in enumerate(objects, 1))
    data = b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R/Size 7>>\n%%EOF"
    facts = read_document(data)
    assert (facts.form, facts.pages[0].scanned) == (Form.DIGITAL, False)
    assert "ecommendation of projects" in facts.text


class Told(TimeBudget):
    """A budget that says what it is told to say."""

    def __init__(self, *cares: Care, text: bool = True) -> None:
        super().__init__()
        self.cares, self.text = list(cares), text

    def care(self, waiting: int) -> Care:
        return self.cares.pop(0)

    @property
    def has_time_for_text(self) -> bool:
        return self.text


def hurried(data: bytes, *cares: Care, text: bool = True):
    work = Work()
    work.budget = Told(*cares, text=text)
    return read_document(data, work=work)


def test_in_a_hurry_only_seals_are_looked_for():
    facts = hurried(made(scan, scan), Care.FULL, Care.SEALS)
    assert [bool(p.text) for p in facts.pages] == [True, False]
    assert [p.seals_seen for p in facts.pages] == [True, True]
    assert facts.truncated


def test_without_time_nobody_says_that_a_page_bears_no_seal():
    facts = hurried(made(scan, scan, digital), Care.NONE, Care.STAMPS, Care.NONE, text=False)
    assert (facts.page_count, facts.text.strip()) == (3, "")
    assert [p.seals_seen for p in facts.pages] == [False] * 3
    assert facts.truncated


def test_text_is_still_taken_when_nothing_can_be_drawn_any_more():
    facts = hurried(made(digital), Care.NONE)
    assert "Recommendation of projects" in facts.text
    assert (facts.truncated, facts.pages[0].seals_seen, facts.pages[0].lines) == (True, False, ())


def test_a_page_of_noise_ends():
    noise = np.random.default_rng(2).integers(0, 255, (1000, 700, 3), dtype=np.uint8)
    facts = read_document(
        made(lambda canvas: canvas.drawImage(ImageReader(Image.fromarray(noise)), 0, 0, *A4))
    )
    assert facts.form == Form.SCAN
