"""Documents built from bytes: the smallest packages and pictures that the readers' tests need."""

import io
import zipfile
from pathlib import Path

import cv2
import numpy as np

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
CHINESE_FONT = next(
    (
        p
        for p in Path("/usr/share/fonts").rglob("*.tt[cf]")
        if p.name.startswith(("wqy", "NotoSansCJK", "NotoSerifCJK"))
    ),
    None,
)


def zipped(members: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return out.getvalue()


def relations(*items: tuple[str, str, str, bool]) -> str:
    rows = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"'
        + (' TargetMode="External"' if external else "")
        + "/>"
        for key, kind, target, external in items
    )
    return f'<Relationships xmlns="{RELATIONSHIPS}">{rows}</Relationships>'


def docx(body: str, members: dict[str, bytes | str] | None = None) -> bytes:
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.document.main+xml"/></Types>'
    )
    return zipped(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": relations(("r1", "officeDocument", "word/document.xml", False)),
            "word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>",
            **(members or {}),
        }
    )


def p(text: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def tc(inner: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner if inner.startswith('<') else p(inner)}</w:tc>"


def tbl(*rows: list[str]) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows) + "</w:tbl>"


def blank(width: int = 1240, height: int = 1754) -> np.ndarray:
    return np.full((height, width, 3), 252, np.uint8)


def write(page: np.ndarray, text: str, x: int, y: int, size: float = 1.0) -> None:
    cv2.putText(page, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, size, (30, 30, 30), 2, cv2.LINE_AA)


def ruled(page: np.ndarray, xs: list[int], ys: list[int]) -> None:
    for x in xs:
        cv2.line(page, (x, ys[0]), (x, ys[-1]), (60, 60, 60), 2)
    for y in ys:
        cv2.line(page, (xs[0], y), (xs[-1], y), (60, 60, 60), 2)


def encoded(page: np.ndarray, kind: str = ".png") -> bytes:
    return cv2.imencode(kind, page)[1].tobytes()


def chinese(page: np.ndarray, text: str, x: int, y: int, size: int = 32) -> None:
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.fromarray(page)
    ImageDraw.Draw(picture).text(
        (x, y), text, fill=(30, 30, 30), font=ImageFont.truetype(str(CHINESE_FONT), size)
    )
    page[:] = np.asarray(picture)
