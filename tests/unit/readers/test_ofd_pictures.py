"""Pictures on OFD pages with text, drawn in their places (ofd_pictures.py)."""

import numpy as np
import pytest

from shoufa.domain.codes import Form, SealMethod
from shoufa.readers.document import read_document
from shoufa.readers.ofd import read_ofd
from unit.readers import papers
from unit.readers.test_ofd import XMLNS, ofd, text

WORDS = text("关于推荐标准化试点项目的函", "40 30 120 6") + text("湖北省市场监督管理局", "110 200 60 6")
STAMP = '<ofd:ImageObject ResourceID="7" Boundary="{} {} 42 42" CTM="42 0 0 42 0 0"/>'


def ring(side: int = 300) -> np.ndarray:
    """A red ring with a star-like blot, on white."""
    y, x = np.mgrid[:side, :side]
    away = np.hypot(x - side / 2, y - side / 2)
    ink = ((away > side * 0.44) & (away < side * 0.48)) | (away < side * 0.1)
    picture = np.full((side, side, 3), 255, np.uint8)
    picture[ink] = (40, 30, 220)
    return picture


def seals(content: str, members: dict[str, bytes | str] | None = None):
    data = ofd(content, {"Doc_0/Res/a.png": papers.encoded(ring()), **(members or {})})
    return read_ofd(data)[0][0]


def found(page) -> list[tuple[float, float]]:
    """Centres in millimetres of a page of 200 by 300, of what is or may be a seal."""
    boxes = [s.box for s in (*page.seals, *page.faint)]
    return [((b[0] + b[2]) * 100, (b[1] + b[3]) * 150) for b in boxes]


@pytest.mark.parametrize("at", [(120, 180), (20, 40), (150, 250)])
def test_a_seal_set_as_a_picture_is_seen_where_it_stands(at):
    page = seals(WORDS + STAMP.format(*at))
    assert page.seals_seen
    assert [(round(x / 5), round(y / 5)) for x, y in found(page)] == [
        (round((at[0] + 21) / 5), round((at[1] + 21) / 5))
    ]
    assert {s.method for s in page.seals} <= {SealMethod.IMAGE}
    assert "标准化试点项目" in page.text


def test_a_stamp_in_an_annotation_is_seen_too():
    listed = (
        f"<ofd:Document {XMLNS}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 200 300</ofd:PhysicalBox></ofd:PageArea>"
        "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes></ofd:CommonData><ofd:Annotations>Annots/All.xml</ofd:Annotations>"
        '<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>'
    )
    pages = f'<ofd:Annotations {XMLNS}><ofd:Page PageID="1"><ofd:FileLoc>P/A.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>'
    note = (
        f'<ofd:PageAnnot {XMLNS}><ofd:Annot Type="Stamp"><ofd:Appearance Boundary="120 180 42 42">'
        f"{STAMP.format(0, 0)}</ofd:Appearance></ofd:Annot></ofd:PageAnnot>"
    )
    members = {"Doc_0/Document.xml": listed, "Doc_0/Annots/All.xml": pages, "Doc_0/Annots/P/A.xml": note}
    assert [(round(x / 5), round(y / 5)) for x, y in found(seals(WORDS, members))] == [(28, 40)]


@pytest.mark.parametrize(
    "picture", [b"no picture", b"", papers.encoded(ring())[:200], papers.encoded(papers.blank(60, 60))]
)
def test_pictures_that_are_broken_or_show_no_seal_show_none(picture):
    page = seals(WORDS + STAMP.format(120, 180), {"Doc_0/Res/a.png": picture})
    assert found(page) == []
    assert "标准化试点项目" in page.text


@pytest.mark.parametrize("bounds", ["", "a b c d", "900 900 42 42", "10 10 0 0", "-500 0 20 20"])
def test_a_picture_that_stands_nowhere_is_no_fault(bounds):
    page = seals(WORDS + f'<ofd:ImageObject ResourceID="7" Boundary="{bounds}"/>')
    assert found(page) == []


def test_the_page_stays_a_digital_one():
    data = ofd(WORDS + STAMP.format(120, 180), {"Doc_0/Res/a.png": papers.encoded(ring())})
    assert read_document(data).form is Form.DIGITAL
