"""Word and Excel files (ECMA-376) with the least that a reader needs, byte for byte the same on every run."""

import io
import zipfile
from xml.sax.saxutils import escape

from samples.sample_layout import Block, Cell

STAMP = (2023, 7, 20, 9, 0, 0)
"""The time of every member of every archive made here."""
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_MIME = "application/vnd.openxmlformats-officedocument."
_ALIGN = {"head": "center", "title": "center", "centre": "center", "right": "right"}
POINTS = 72 / 25.4


def archive(members: dict[str, bytes], charset: str = "utf-8") -> bytes:
    """A zip with fixed times; `gbk` stores the names as Chinese Windows does, without a flag."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            stored = name if charset == "utf-8" else name.encode(charset).decode("cp437")
            info = (zipfile.ZipInfo if charset == "utf-8" else _Raw)(stored, STAMP)
            made.writestr(info, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


class _Raw(zipfile.ZipInfo):
    """A member whose name is written in code page 437, which carries the bytes of any other charset."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("cp437"), self.flag_bits & ~0x800


def _package(main: str, kind: str, parts: dict[str, str], types: dict[str, str]) -> bytes:
    overrides = "".join(f'<Override PartName="/{p}" ContentType="{_MIME}{t}+xml"/>' for p, t in types.items())
    default = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    )
    relation = f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="{main}"/>'
    members = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}">{default}{overrides}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}">{relation}</Relationships>',
        **parts,
    }
    assert main.startswith(kind)
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return archive({name: (head + text).encode() for name, text in members.items()})


def docx(blocks: list[Block]) -> bytes:
    """The blocks as a Word file."""
    body = "".join(_word_block(b) for b in blocks)
    document = f"<w:document {_W}><w:body>{body}</w:body></w:document>"
    main = "word/document.xml"
    return _package(main, "word", {main: document}, {main: "wordprocessingml.document.main"})


def _word_block(block: Block) -> str:
    if block.kind == "table":
        return _word_table(block)
    if block.kind == "page":
        return '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
    if block.kind == "rule":
        return ""
    indent = '<w:ind w:firstLineChars="200"/>' if block.kind == "para" else ""
    align = f'<w:jc w:val="{_ALIGN[block.kind]}"/>' if block.kind in _ALIGN else ""
    lines = block.text.split("\n")
    return "".join(f"<w:p><w:pPr>{indent}{align}</w:pPr>{_run(line, block)}</w:p>" for line in lines)


def _run(text: str, block: Block) -> str:
    bold = "<w:b/>" if block.kind in {"head", "title"} else ""
    colour = '<w:color w:val="C8141E"/>' if block.kind == "head" else ""
    half_points = round(block.size * POINTS * 2)
    look = f'<w:rFonts w:eastAsia="仿宋"/>{bold}{colour}<w:sz w:val="{half_points}"/>'
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _word_table(block: Block) -> str:
    edges = "".join(
        f'<w:{e} w:val="single" w:sz="4"/>' for e in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{round(w * POINTS * 20)}"/>' for w in block.widths)
    rows = "".join(f"<w:tr>{''.join(_word_cell(c, block) for c in row)}</w:tr>" for row in block.rows)
    look = f"<w:tblPr><w:tblBorders>{edges}</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
    return f"<w:tbl>{look}{rows}</w:tbl>"


def _word_cell(cell: Cell, block: Block) -> str:
    span = f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
    lines = "".join(f"<w:p>{_run(line, block)}</w:p>" for line in cell.text.split("\n"))
    return f"<w:tc><w:tcPr>{span}</w:tcPr>{lines}</w:tc>"


def xlsx(blocks: list[Block], sheet: str = "汇总表") -> bytes:
    """The blocks as one sheet: lines of text as merged rows, tables as cells."""
    width = max(sum(c.span for c in row) for b in blocks for row in b.rows)
    rows: list[list[str]] = []
    merged: list[str] = []
    for block in blocks:
        if block.kind == "table":
            rows += [[c.text for c in row] for row in block.rows]
        elif block.text:
            rows.append([block.text.replace("\n", "")])
            merged.append(f'<mergeCell ref="A{len(rows)}:{chr(64 + width)}{len(rows)}"/>')
    data = "".join(_sheet_row(n, row) for n, row in enumerate(rows, 1))
    body = f'<sheetData>{data}</sheetData><mergeCells count="{len(merged)}">{"".join(merged)}</mergeCells>'
    relation = f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    listed = f'<sheet name="{sheet}" sheetId="1" r:id="rId1"/>'
    parts = {
        "xl/workbook.xml": f"<workbook {_S} {_R}><sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}">{relation}</Relationships>',
        "xl/worksheets/sheet1.xml": f"<worksheet {_S}>{body}</worksheet>",
    }
    types = {
        "xl/workbook.xml": "spreadsheetml.sheet.main",
        "xl/worksheets/sheet1.xml": "spreadsheetml.worksheet",
    }
    return _package("xl/workbook.xml", "xl", parts, types)


def _sheet_row(number: int, row: list[str]) -> str:
    cells = (
        f'<c r="{chr(65 + i)}{number}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
        for i, text in enumerate(row)
    )
    return f'<row r="{number}">{"".join(cells)}</row>'
