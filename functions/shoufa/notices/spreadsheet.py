"""Tables as .xlsx, .csv or .jsonl, in which no cell can start a formula (ECMA-376 part 1 §18.3.1).

In .xlsx every cell is an inline string, which is never computed. In .xlsx and .csv a text that a spreadsheet
could take for a formula, there or after being saved in another format, gets an apostrophe before it.
"""

import csv
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

STARTERS = frozenset("=+-@|%\u2212")
"""What a spreadsheet may take for a formula or a command at the beginning of a cell, once made narrow."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_CELL = 32_000
"""Characters; a cell of .xlsx takes 32,767."""
Row = Mapping[str, object]


def harmless(value: object) -> str:
    """The text of a cell that starts no formula: full-width signs, blanks, what is not seen are no shield."""
    text = _CONTROLS.sub("", "" if value is None else str(value))[:MAX_CELL]
    seen = next((c for c in text if c != "'" and unicodedata.category(c)[0] not in "ZC"), "")
    first = unicodedata.normalize("NFKC", seen)
    starts = first[:1] in STARTERS or text[:1] in {"\t", "\r", "\n"}
    return f"'{text}" if starts else text


def to_csv(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    """UTF-8 with a byte order mark, which Excel needs for Chinese; CRLF (RFC 4180)."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow([harmless(name) for name in columns])
    writer.writerows([harmless(row.get(name)) for name in columns] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def to_jsonl(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    """One object a line, values as they are: no program computes them."""
    lines = (json.dumps({name: row.get(name) for name in columns}, ensure_ascii=False) for row in rows)
    return "".join(line + "\n" for line in lines).encode()


def to_xlsx(columns: Sequence[str], rows: Sequence[Row], title: str) -> bytes:
    """One sheet with a head that stays in view; the same rows give the same bytes."""
    lines = [_xml_row(1, columns, style=1)]
    lines += [_xml_row(n, [row.get(name) for name in columns]) for n, row in enumerate(rows, 2)]
    sheet = _SHEET.format(width=len(columns), rows="".join(lines))
    files = {
        **_PACKAGE,
        "xl/workbook.xml": _WORKBOOK.format(title=escape(title)[:31]),
        "xl/worksheets/sheet1.xml": sheet,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in files.items():
            package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _xml_row(number: int, values: Sequence[object], style: int = 0) -> str:
    cells = (
        f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{escape(harmless(v))}</t></is></c>'
        for v in values
    )
    return f'<row r="{number}">{"".join(cells)}</row>'


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEET = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" '
    'topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols><col min="1" '
    'max="{width}" width="22" customWidth="1"/></cols><sheetData>{rows}</sheetData></worksheet>'
)
_WORKBOOK = (
    f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="{{title}}" sheetId="1" '
    'r:id="rId1"/></sheets></workbook>'
)
_CONTENT = "application/vnd.openxmlformats-package.relationships+xml"
_FONT = '<sz val="11"/><name val="宋体"/>'
_PACKAGE = {
    "[Content_Types].xml": (
        f'{_XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="rels" ContentType="{_CONTENT}"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'{_XML}<Relationships xmlns="{_RELS}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'{_XML}<Relationships xmlns="{_RELS}">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'{_XML}<styleSheet xmlns="{_MAIN}">'
        f'<fonts count="2"><font>{_FONT}</font><font><b/>{_FONT}</font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf numFmtId="49" xfId="0"/>'
        '<xf numFmtId="49" fontId="1" xfId="0" applyFont="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}
