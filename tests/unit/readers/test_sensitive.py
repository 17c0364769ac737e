"""Secrecy marks in their place, however they are written; the words anywhere else are none."""

import io
from collections.abc import Callable

import numpy as np
import pytest

from shoufa.domain.codes import Form
from shoufa.domain.facts import Cell, Facts, Line, Page, Seal, Table
from shoufa.readers import sensitive
from shoufa.readers.document import read_document
from unit.readers import papers

MARKS = {
    "秘密★1年": "秘密", "机密★10年": "机密", "绝密★长期": "绝密", "机　密": "机密", "机 密 ★ 1 0 年": "机密",
    "秘密女1年": "秘密", "机密大10年": "机密", "秘密*5年": "秘密", "绝密": "绝密", "密级：机密★10年": "机密", "密级:秘密": "秘密",
    "000001  机密★5年  特急": "机密", "【秘密】": "秘密", "绝密★启用前": "绝密", "机密★2025年12月31日前": "机密", "機密★長期": "机密",
    "秘密★l年": "秘密", "秘密1年": "秘密", "秘密★": "秘密", "机密 | 特急": "机密", "秘密★六个月": "秘密", "秘密☆6个月": "秘密",
}  # fmt: skip
WORDS = [
    "商业秘密", "商业秘密★5年", "国家秘密", "保密承诺书", "机密性", "秘密工作条例", "本项目不涉及国家秘密。", "秘密女", "秘密大学",
    "机密文件", "密级：无", "密级：公开", "绝密档案", "机密级测绘成果", "保守秘密", "秘密书记", "秘密1", "是否涉密：否", "保密期限5年",
]  # fmt: skip
CORNER, CENTRE, BELOW = (0.1, 0.05, 0.25, 0.07), (0.4, 0.05, 0.62, 0.07), (0.1, 0.5, 0.25, 0.52)


def text(words: str) -> Facts:
    return Facts(sha256="0", form=Form.WORD, pages=(Page(number=1, text=f"{words}\n正文"),))


def placed(*lines: tuple[str, tuple[float, float, float, float]]) -> Facts:
    return Facts(sha256="0", pages=(Page(number=1, text="x", lines=tuple(Line(text=t, box=b) for t, b in lines)),))


@pytest.mark.parametrize("words", MARKS)
def test_a_mark(words: str) -> None:
    assert sensitive.mark(text(words)) == MARKS[words]
    assert sensitive.mark(placed((words, CORNER))) == MARKS[words]


@pytest.mark.parametrize("words", WORDS)
def test_no_mark(words: str) -> None:
    assert sensitive.mark(text(words)) == ""
    assert sensitive.mark(placed((words, CORNER))) == ""


def test_the_place_decides() -> None:
    assert sensitive.mark(placed(("秘密★1年", BELOW))) == ""
    assert sensitive.mark(placed(("秘密★1年", CENTRE))) == "秘密"
    assert sensitive.mark(placed(("秘密", CENTRE))) == ""
    assert sensitive.mark(placed(("秘密", (0.75, 0.05, 0.85, 0.07)))) == "秘密"


def test_letters_set_wide_are_one_mark() -> None:
    assert sensitive.mark(placed(("机", (0.1, 0.05, 0.12, 0.065)), ("密★5年", (0.16, 0.05, 0.24, 0.065)))) == "机密"
    assert sensitive.mark(placed(("机", (0.1, 0.05, 0.12, 0.065)), ("密★5年", (0.6, 0.05, 0.7, 0.065)))) == ""


def test_only_the_first_page() -> None:
    facts = placed(("正文", CORNER))
    second = Page(number=2, text="x", lines=(Line(text="秘密★1年", box=CORNER),))
    assert sensitive.mark(facts.model_copy(update={"pages": (*facts.pages, second)})) == ""


def test_the_head_of_every_sheet() -> None:
    def book(row: int) -> Facts:
        cells = (Cell(row=row, col=0, text="秘密★1年"),)
        return Facts(sha256="0", pages=(Page(number=1, text="x"),), tables=(Table(name="二", cells=cells),))

    assert sensitive.mark(book(1)) == "秘密"
    assert sensitive.mark(book(9)) == ""


def test_nothing_that_was_read_is_kept() -> None:
    seal = Seal(page=1, box=(0, 0, 1, 1), name="某某局", candidates=("某某局",))
    page = Page(number=1, text="机密", lines=(Line(text="机密", box=CORNER),), seals=(seal,), faint=(seal,))
    facts = Facts(sha256="0", pages=(page,), tables=(Table(cells=(Cell(row=0, col=0, text="甲"),)),), headers=("乙",))
    bare = sensitive.withheld(facts, "机密")
    kept = bare.model_dump_json()
    assert bare.sensitive == "机密"
    assert not any(word in kept.replace('"sensitive":"机密"', "") for word in ("机密", "某某局", "甲", "乙"))
    assert bare.pages[0].seals_seen is False


def docx(mark: str) -> bytes:
    return papers.docx(papers.p(mark) + papers.p("关于某事的函") + papers.p("正文"))


def docx_header(mark: str) -> bytes:
    head = f"<w:hdr {papers.NAMESPACES}>{papers.p(mark)}</w:hdr>"
    relations = papers.relations(("h", "header", "header1.xml", False))
    body = papers.p("关于某事的函") + '<w:sectPr><w:headerReference w:type="default" r:id="h"/></w:sectPr>'
    return papers.docx(body, {"word/header1.xml": head, "word/_rels/document.xml.rels": relations})


def xlsx(mark: str) -> bytes:
    import openpyxl

    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append([mark])
    book.active.append(["序号", "项目名称"])
    book.active.append([1, "甲"])
    book.save(out)
    return out.getvalue()


def html(mark: str) -> bytes:
    return f"<html><body><p>{mark}</p><p>关于某事的函</p></body></html>".encode()


def rtf(mark: str) -> bytes:
    coded = "".join(f"\\u{ord(c)}?" if ord(c) < 32768 else f"\\u{ord(c) - 65536}?" for c in mark)
    return f"{{\\rtf1\\ansi {coded}\\par body of it\\par}}".encode()


def scan(mark: str) -> bytes:
    page = papers.blank()
    papers.chinese(page, mark, 150, 160, 40)
    papers.chinese(page, "关于报送试点项目申报材料的函", 300, 420, 44)
    for row in range(12):
        papers.chinese(page, "现将有关申报材料报送贵单位，请予审核并接收。", 160, 600 + 60 * row, 34)
    return papers.encoded(page)


def pdf(mark: str) -> bytes:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    canvas.setFont("STSong-Light", 16)
    canvas.drawString(72, 780, mark)
    canvas.drawString(200, 600, "关于报送试点项目申报材料的函")
    canvas.save()
    return out.getvalue()


CARRIERS: list[Callable[[str], bytes]] = [docx, docx_header, xlsx, html, rtf, pdf]


@pytest.mark.parametrize("made", CARRIERS)
@pytest.mark.parametrize("mark", ["机密★10年", "绝　密", "秘密★长期"])
def test_in_files_of_every_kind(made: Callable[[str], bytes], mark: str) -> None:
    facts = read_document(made(mark))
    assert facts.sensitive == mark.replace("　", "")[:2]
    assert (facts.text.strip(), facts.tables, facts.headers) == ("", (), ())


@pytest.mark.parametrize("made", CARRIERS)
def test_other_words_in_files_of_every_kind(made: Callable[[str], bytes]) -> None:
    facts = read_document(made("商业秘密保护"))
    assert facts.sensitive == ""
    assert "商业秘密保护" in facts.text + "".join(facts.headers)


@pytest.mark.skipif(papers.CHINESE_FONT is None, reason="no Chinese font")
@pytest.mark.parametrize("mark", ["机密★10年", "秘密★1年"])
def test_on_a_scan(mark: str) -> None:
    facts = read_document(scan(mark))
    assert (facts.sensitive, facts.text.strip()) == (mark[:2], "")
    assert facts.pages[0].seals == ()


@pytest.mark.skipif(papers.CHINESE_FONT is None, reason="no Chinese font")
def test_other_words_on_a_scan() -> None:
    facts = read_document(scan("商业秘密"))
    assert facts.sensitive == ""
    assert "申报材料" in facts.text


def test_a_scan_in_a_word_file() -> None:
    page = np.frombuffer(scan("机密★5年"), np.uint8) if papers.CHINESE_FONT else None
    if page is None:
        pytest.skip("no Chinese font")
    picture = '<w:p><w:r><w:drawing><a:blip r:embed="i"/></w:drawing></w:r></w:p>'
    relations = papers.relations(("i", "image", "media/image1.png", False))
    data = papers.docx(
        picture, {"word/media/image1.png": page.tobytes(), "word/_rels/document.xml.rels": relations}
    )
    facts = read_document(data)
    assert (facts.form, facts.sensitive, facts.text.strip()) == (Form.SCAN, "机密", "")
