"""Pictures of every seal and doubtful place come back with the facts, whatever the seals are carried in."""

import io
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from shoufa.domain.codes import SealMethod, Shape
from shoufa.domain.facts import Facts, Page, Seal
from shoufa.readers.document import Work, read_document
from shoufa.readers.limits import SHOWN_BYTES, SHOWN_FAINT, SHOWN_SEALS
from shoufa.readers.seal_album import Album
from unit.readers import papers, signing, signing_pdf
from unit.readers.test_ofd import ofd
from unit.readers.test_ofd_pictures import STAMP, WORDS
from unit.readers.test_seal import LATIN, RED, sealed

PLACES = ((140.0, 220.0), (70.0, 220.0))


def page(*places: tuple[float, float], colour: tuple[int, int, int] = RED) -> np.ndarray:
    made = papers.blank()
    for place in places or PLACES:
        made = sealed(LATIN, place, colour, made)
    return made


def png(made: np.ndarray | None = None) -> bytes:
    return papers.encoded(page() if made is None else made)


def scanned_pdf() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    canvas.drawImage(ImageReader(io.BytesIO(png())), 0, 0, 595, 842)
    canvas.showPage()
    canvas.drawString(72, 700, "An ordinary page of ordinary words, born digital, on which there is no seal at all.")
    canvas.showPage()
    canvas.drawImage(ImageReader(io.BytesIO(png(page((140, 120))))), 0, 0, 595, 842)
    canvas.save()
    return out.getvalue()


def word_of_pictures() -> bytes:
    picture = '<w:p><w:r><w:drawing><a:blip r:embed="i"/></w:drawing></w:r></w:p>'
    relations = papers.relations(("i", "image", "media/image1.png", False))
    return papers.docx(picture, {"word/media/image1.png": png(), "word/_rels/document.xml.rels": relations})


def stamped_ofd() -> bytes:
    cut = sealed(LATIN, (105, 148), RED, papers.blank())[750:1000, 495:745]
    return ofd(WORDS + STAMP.format(120, 180), {"Doc_0/Res/a.png": papers.encoded(cut)})


def read(data: bytes) -> tuple[Facts, dict[str, bytes]]:
    work = Work()
    facts = read_document(data, work=work)
    return facts, work.album.shown(facts)


def redness(data: bytes) -> float:
    """Share of red ink in a picture."""
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR).astype(int)
    return float((picture[:, :, 2] - picture[:, :, 1] > 60).mean())


@pytest.mark.parametrize(
    ("made", "least"), [(png, 2), (scanned_pdf, 3), (word_of_pictures, 2), (stamped_ofd, 1)]
)
def test_every_place_has_its_picture_and_its_ring(made: Callable[[], bytes], least: int) -> None:
    facts, shown = read(made())
    assert len(facts.places) >= least
    assert set(shown) == {f"{n}{ring}" for n in range(1, len(facts.places) + 1) for ring in ("", ".ring")}
    assert all(len(data) <= SHOWN_BYTES and data.startswith(b"\xff\xd8\xff") for data in shown.values())
    assert all(redness(shown[f"{n}"]) > 0.03 for n in range(1, least + 1))


def test_numbers_go_through_the_document_seals_before_doubts() -> None:
    places = [Seal(page=n, box=(0.1 * k, 0.1, 0.1 * k + 0.2, 0.3)) for n, k in ((1, 1), (1, 2), (2, 1))]
    facts = Facts(
        sha256="0" * 64,
        pages=(
            Page(number=1, seals=(places[0],), faint=(places[1],)),
            Page(number=2),
            Page(number=3, seals=(places[2],)),
        ),
    )
    assert facts.places == tuple(places)


def mark(n: int, k: int = 0) -> Seal:
    return Seal(page=n, box=(0.1 + 0.01 * k, 0.1, 0.4 + 0.01 * k, 0.4))


def facts_of(*pages: Page, sensitive: str = "") -> Facts:
    return Facts(sha256="0" * 64, pages=pages, sensitive=sensitive)


def test_a_page_that_is_read_again_is_shown_as_it_was_read_last() -> None:
    album, blue = Album(), papers.blank(600, 800)
    blue[:] = (220, 40, 30)
    album.take(blue, 1, [mark(1)])
    album.take(page(), 1, [mark(1, 5)])
    album.take(blue, 2, [mark(2)])
    assert album.shown(facts_of(Page(number=1, seals=(mark(1),)))) == {}
    assert set(album.shown(facts_of(Page(number=1, seals=(mark(1, 5),))))) == {"1", "1.ring"}


def test_what_bears_a_secrecy_mark_is_not_shown() -> None:
    album = Album()
    album.take(page(), 1, [mark(1)])
    held = Page(number=1, seals=(mark(1),))
    assert album.shown(facts_of(held))
    assert album.shown(facts_of(held, sensitive="机密")) == {}


@pytest.mark.skipif(papers.CHINESE_FONT is None, reason="no Chinese font")
def test_nothing_of_a_sealed_secret_scan_is_shown() -> None:
    made = page()
    plain, _ = read(png(made))
    papers.chinese(made, "机密★10年", 120, 90, 34)
    facts, shown = read(png(made))
    assert plain.places
    assert (facts.sensitive, facts.places, shown) == ("机密", (), {})


def test_there_are_only_so_many_pictures() -> None:
    album, picture = Album(), papers.blank(300, 400)
    chop = {"shape": Shape.SQUARE}
    for n in range(1, 101):
        album.take(picture, n, [mark(n).model_copy(update=chop)], [mark(n, 1).model_copy(update=chop)])
    held = [Page(number=n, seals=(mark(n),), faint=(mark(n, 1),)) for n in range(1, 101)]
    shown = album.shown(facts_of(*held))
    crops = [int(name) for name in shown]
    assert len(crops) == SHOWN_SEALS + SHOWN_FAINT
    assert crops == [*range(1, 2 * SHOWN_FAINT + 1), *range(2 * SHOWN_FAINT + 1, 2 * SHOWN_SEALS, 2)]


def test_a_speck_has_no_picture() -> None:
    album = Album()
    album.take(page(), 1, [mark(1).model_copy(update={"box": (0.5, 0.5, 0.501, 0.5)})])
    assert album.shown(facts_of(Page(number=1, seals=(mark(1),)))) == {}


def test_the_seal_of_a_signed_pdf_is_shown_as_it_stands_on_the_page() -> None:
    facts, shown = read(signing_pdf.sign(signing_pdf.blank()))
    assert [s.method for s in facts.places] == [SealMethod.PDF_SIGNATURE]
    crop = cv2.imdecode(np.frombuffer(shown["1"], np.uint8), cv2.IMREAD_COLOR)
    assert crop.shape[0] > 100
    assert crop.std() > 5  # the appearance that pyHanko draws is text, not an empty place


def test_a_hidden_signature_has_no_picture() -> None:
    facts, shown = read(signing_pdf.sign(signing_pdf.blank(), box=(0, 0, 0, 0)))
    assert (len(facts.places), shown) == (1, {})


def test_the_seal_of_a_signed_ofd_is_shown_by_the_picture_that_it_carries() -> None:
    cut = papers.encoded(sealed(LATIN, (105, 148), RED, papers.blank())[750:1000, 495:745])
    facts, shown = read(signing.with_recipe(picture=cut))
    assert [s.method for s in facts.places] == [SealMethod.OFD_SIGNATURE]
    assert set(shown) == {"1", "1.ring"}
    assert redness(shown["1"]) > 0.05


@pytest.mark.parametrize("picture", [b"\x89PNG", b"", b"<svg/>", b"PK\x03\x04"])
def test_a_seal_whose_picture_cannot_be_shown_is_a_seal_all_the_same(picture: bytes) -> None:
    facts, shown = read(signing.with_recipe(picture=picture))
    assert (len(facts.places), shown) == (1, {})
