"""PDF files made to hang, blow up or crash a reader: each costs itself alone, within its limits."""

import io
import random
import struct
import time
import zlib
from collections.abc import Callable, Iterator

import pytest

from faults import pdf_kit
from faults.pdf_kit import TEXT, flate, one_page, picture, stream, with_picture, written
from shoufa.domain.errors import UnreadableCode
from shoufa.domain.facts import Facts
from shoufa.readers.limits import Limits
from shoufa.readers.pool import WorkerPool

LIMITS = Limits(document_seconds=6, worker_bytes=700 << 20)
GOOD = one_page(stream(TEXT))


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(ocr=1, limits=LIMITS) as made:
        yield made


def read(pool: WorkerPool, data: bytes) -> Facts:
    """The facts of a hostile file, within its time; after it, an ordinary one is read."""
    begun = time.monotonic()
    facts = pool.read_document(data, "a.pdf")[0]
    assert time.monotonic() - begun < LIMITS.document_seconds + 5
    assert "ordinary page" in pool.read_document(GOOD, "b.pdf")[0].text
    return facts


def tree(levels: int) -> bytes:
    """A page below so many nodes."""
    nodes = [b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (n + 3) for n in range(levels)]
    leaf = b"<</Type/Page/MediaBox[0 0 595 842]/Contents %d 0 R>>" % (levels + 3)
    return written([b"<</Type/Catalog/Pages 2 0 R>>", *nodes, leaf, stream(TEXT)])


def pages_over_and_over(count: int) -> bytes:
    kids = b" ".join([b"3 0 R"] * count)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"
    return written([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count), page])


def packed(objects: dict[int, bytes], more: bytes = b"") -> bytes:
    """An object stream."""
    bodies, index = b"", b""
    for number, content in objects.items():
        index += b"%d %d " % (number, len(bodies))
        bodies += content + b" "
    return flate(index + bodies, b"/Type/ObjStm/N %d/First %d%s" % (len(objects), len(index), more))


def doubling(levels: int) -> bytes:
    """Forms of which each draws the next one ten times: a billion texts at nine levels."""
    forms = [
        stream(b"/X Do " * 10, b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X %d 0 R>>>>" % (n + 7))
        for n in range(levels)
    ]
    last = stream(b"0 0 500 800 re f " * 10, b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]")
    return one_page(stream(b"/X Do"), *forms, last, resources=b"/XObject<</X 6 0 R>>")


def jbig2(width: int, height: int) -> bytes:
    """A JBIG2 page of that size, as PDF embeds it (ITU-T T.88 §7.4.8), filled by one generic region."""
    page = struct.pack(">IBBI", 0, 48, 1, 19) + struct.pack(">IIIIBH", width, height, 0, 0, 0, 0)
    body = struct.pack(">IIIIB", width, height, 0, 0, 0) + b"\0" + b"\x03\xff\xfd\xff\x02\xfe\xfe\xfe" + b"\0" * 20
    return page + struct.pack(">IBBI", 1, 38, 1, len(body)) + body


def jpx(width: int, height: int) -> bytes:
    """The head of a JPEG 2000 codestream of that size."""
    siz = struct.pack(">HHIIIIIIIIH", 41, 0, width, height, 0, 0, width, height, 0, 0, 1) + b"\x07\x01\x01"
    cod = b"\xff\x52\x00\x0c\x00\x00\x00\x01\x00\x05\x04\x04\x00\x01"
    qcd = b"\xff\x5c\x00\x13\x40" + b"\x40" * 16
    return b"\xff\x4f\xff\x51" + siz + cod + qcd + b"\xff\x90\x00\x0a\x00\x00\x00\x00\x00\x00\x00\x01\xff\x93" + b"\0" * 500


def lzw_zeros(codes: int) -> bytes:
    """LZW that clears once and repeats ever longer runs (ISO 32000-1 §7.4.4): 12-bit codes after the first few."""
    bits, width, following = "", 9, 258
    for code in [256, 0, *(258 + n for n in range(codes))]:
        bits += format(code, f"0{width}b")
        following += code >= 258
        width = 9 + (following >= 511) + (following >= 1023) + (following >= 2047)
        if following >= 4090:
            break
    block = bits + format(256, f"0{width}b")
    whole = block * 40
    whole += "0" * (-len(whole) % 8)
    return int(whole, 2).to_bytes(len(whole) // 8, "big")


def font(subtype: bytes, file: bytes, kind: bytes) -> bytes:
    """A page set in a font whose program is these bytes."""
    descriptor = b"<</Type/FontDescriptor/FontName/X/Flags 4/FontBBox[0 0 9 9]/%s 8 0 R>>" % file
    return one_page(
        stream(TEXT.replace(b"/F ", b"/G ")),
        b"<</Type/Font/Subtype/%s/BaseFont/X/FirstChar 32/LastChar 126/Widths[%s]/FontDescriptor 7 0 R>>"
        % (subtype, b"500 " * 95),
        descriptor,
        flate(kind),
        resources=b"/Font<</F 5 0 R/G 6 0 R>>",
    )  # fmt: skip


GARBAGE = random.Random(7).randbytes(20_000)
ZEROS = bytes(1 << 20)
TYPE3 = (
    b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/CharProcs<</a 7 0 R>>/FirstChar 65/LastChar 65"
    b"/Widths[9]/Encoding<</Differences[65/a]>>/Resources<</Font<</G 6 0 R>>>>>>"
)
TILES = (
    b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 .001 .001]/XStep .001/YStep .001/Resources<<>>"
)
PATHS = b"0 0 m " + b"9 9 l 0 800 l 595 0 l " * 1_000_000 + b"W n 0 0 595 842 re f"
FILLS = b" 0 0 595 842 re f" * 200_000
BOMBS: dict[str, Callable[[], bytes]] = {
    "page-tree-deep": lambda: tree(3000),
    "page-tree-loop": lambda: written([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>"]),
    "page-count-lies": lambda: GOOD.replace(b"/Count 1", b"/Count 2000000000"),
    "object-stream-of-itself": lambda: written(
        [b"<</Type/Catalog/Pages 2 0 R>>", packed({2: b"<</Type/Pages/Kids[2 0 R]/Count 1>>"}, b"/Extends 2 0 R")]
    ),
    "object-streams-in-a-ring": lambda: written(
        [b"<</Type/Catalog/Pages 4 0 R>>", packed({4: b"<<>>"}, b"/Extends 3 0 R"), packed({4: b"<<>>"}, b"/Extends 2 0 R")]
    ),
    "xref-loop": lambda: GOOD.replace(b"/Size 6", b"/Size 6/Prev %d" % GOOD.rindex(b"xref\n0")),
    "xref-far-away": lambda: GOOD[: GOOD.rindex(b"startxref")] + b"startxref\n99999999999\n%%EOF",
    "length-lies": lambda: one_page(stream(TEXT).replace(b"/Length", b"/Length 99999999999 /Was")),
    "reference-to-itself": lambda: GOOD.replace(b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"2 0 R" + b" " * 30),
    "flate-bomb": lambda: one_page(stream(zlib.compress(zlib.compress(ZEROS * 400, 9), 9), b"/Filter[/FlateDecode/FlateDecode]")),
    "flate-bomb-in-an-object-stream": lambda: written([b"<</Type/Catalog/Pages 2 0 R>>", flate(ZEROS * 300, b"/Type/ObjStm/N 1/First 4")]),
    "lzw-bomb": lambda: one_page(stream(lzw_zeros(3000) * 20, b"/Filter/LZWDecode")),
    "run-length-bomb": lambda: one_page(stream(b"\x81 " * 2_000_000, b"/Filter/RunLengthDecode")),
    "filters-in-a-row": lambda: one_page(stream(TEXT, b"/Filter[%s]" % (b"/ASCIIHexDecode" * 5000))),
    "jbig2-bomb": lambda: with_picture(picture(60_000, 60_000, jbig2(60_000, 60_000), b"/Filter/JBIG2Decode")),
    "jbig2-that-lies": lambda: with_picture(picture(600, 800, jbig2(65_000, 65_000), b"/Filter/JBIG2Decode")),
    "jpx-bomb": lambda: with_picture(picture(60_000, 60_000, jpx(60_000, 60_000), b"/Filter/JPXDecode")),
    "jpx-that-lies": lambda: with_picture(picture(600, 800, jpx(65_000, 65_000), b"/Filter/JPXDecode")),
    "fax-bomb": lambda: with_picture(
        picture(65_000, 65_000, b"\0" * 500, b"/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns 65000/Rows 65000>>")
    ),
    "predictor-bomb": lambda: one_page(
        stream(zlib.compress(ZEROS), b"/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 2000000000/Colors 4>>")
    ),
    "forms-that-double": lambda: doubling(9),
    "form-in-itself": lambda: one_page(
        stream(b"/X Do"), stream(b"/X Do /X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>"),
        resources=b"/XObject<</X 6 0 R>>",
    ),
    "font-in-itself": lambda: one_page(
        stream(b"BT /G 9 Tf (AAAA) Tj ET"), TYPE3, stream(b"BT /G 9 Tf (AA) Tj ET"), resources=b"/Font<</G 6 0 R>>"
    ),
    "pattern-of-specks": lambda: one_page(
        stream(b"/Pattern cs /P scn 0 0 595 842 re f"), stream(b"0 0 1 1 re f", TILES), resources=b"/Pattern<</P 6 0 R>>"
    ),
    "brackets": lambda: one_page(stream(b"[" * 2_000_000)),
    "dictionaries": lambda: written([b"<</Type/Catalog/Pages 2 0 R/X " + b"<</X" * 100_000 + b">>"]),
    "saved-states": lambda: one_page(stream(b"q " * 3_000_000)),
    "paths": lambda: one_page(flate(PATHS)),
    "fills": lambda: one_page(flate(FILLS)),
    "characters": lambda: one_page(flate(b"BT /F 9 Tf 9 9 Td " + b"(ordinary) Tj " * 150_000 + b"ET")),
    "font-type1": lambda: font(b"Type1", b"FontFile", b"%!PS-AdobeFont-1.0\n" + GARBAGE),
    "font-truetype": lambda: font(b"TrueType", b"FontFile2", b"\0\1\0\0\0\x0a" + GARBAGE),
    "font-cff": lambda: font(b"Type1", b"FontFile3", b"\1\0\4\2" + GARBAGE),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_it_costs_itself_alone(pool: WorkerPool, name: str) -> None:
    facts = read(pool, BOMBS[name]())
    assert facts.unreadable in {None, UnreadableCode.UNREADABLE, UnreadableCode.TOO_LARGE}
    assert facts.unreadable or facts.page_count


def test_ten_thousand_pages(pool: WorkerPool) -> None:
    facts = read(pool, pages_over_and_over(10_000))
    assert (facts.page_count, len(facts.pages), facts.truncated) == (10_000, LIMITS.text_pages, True)


@pytest.mark.parametrize("box", ["0 0 14400000 14400", "0 0 0 0", "0 0 1e-9 1e9", "842 595 0 0", "a b c d", "-9e9 -9e9 9e9 9e9", ""])
def test_boxes_that_are_no_paper(pool: WorkerPool, box: str) -> None:
    facts = read(pool, one_page(stream(TEXT), box=box.encode()))
    assert facts.unreadable or facts.page_count == 1


def test_a_picture_of_more_pixels_than_a_page(pool: WorkerPool) -> None:
    data = zlib.compress(bytes(10_000 * 1_000))
    facts = read(pool, with_picture(picture(10_000, 8_000, data, b"/Filter/FlateDecode")))
    assert facts.unreadable is UnreadableCode.TOO_LARGE
    paper = zlib.compress(b"\xff" * (125 * 800))
    small = read(pool, with_picture(picture(1_000, 800, paper, b"/Filter/FlateDecode")))
    assert small.unreadable is None


def test_text_beside_a_picture_that_is_too_large(pool: WorkerPool) -> None:
    content = stream(TEXT * 8 + b" 60 0 0 84 0 0 cm /I Do")
    large = picture(10_000, 8_000, zlib.compress(bytes(10_000 * 1_000)), b"/Filter/FlateDecode")
    facts = read(pool, one_page(content, large, resources=b"/Font<</F 5 0 R>>/XObject<</I 6 0 R>>"))
    assert "ordinary page" in facts.text
    assert (facts.truncated, facts.pages[0].seals_seen) == (True, False)


def test_pages_before_one_that_never_ends_are_kept(pool: WorkerPool) -> None:
    """The library cannot be stopped on the third page; what the first two say is not lost."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<</F 7 0 R>>>>>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R 3 0 R 4 0 R 3 0 R]/Count 4>>",
        page % 5, page % 6, stream(TEXT), flate(TEXT + FILLS), pdf_kit.FONT,
    ]  # fmt: skip
    facts = read(pool, written(objects))
    assert facts.unreadable is None
    assert ["ordinary" in p.text for p in facts.pages[:2]] == [True, True]
    assert (facts.page_count, facts.truncated) == (4, True)
    assert facts.pages[3].seals_seen is False


def test_damaged_at_any_place(pool: WorkerPool) -> None:
    """A digital page with a picture, cut off and overwritten at random."""
    from reportlab.pdfgen.canvas import Canvas

    out, chance = io.BytesIO(), random.Random(11)
    canvas = Canvas(out)
    for number in range(3):
        canvas.drawString(72, 700, f"An ordinary page {number}")
        canvas.showPage()
    canvas.save()
    for _ in range(60):
        data = bytearray(out.getvalue()[: chance.randrange(100, len(out.getvalue()) + 1)])
        for _ in range(chance.randrange(12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        facts = pool.read_document(bytes(data), "a.pdf")[0]
        assert facts.unreadable or facts.page_count
        assert not facts.reason.startswith("reader crashed")
    assert "ordinary page" in pool.read_document(GOOD, "b.pdf")[0].text
