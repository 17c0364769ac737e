"""PDF files written object by object, so that each can be wrong in its own way."""

import zlib
from collections.abc import Sequence

TEXT = b"BT /F 12 Tf 72 700 Td (An ordinary page of text, which can be read) Tj ET"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def written(objects: Sequence[bytes], trailer: bytes = b"", head: bytes = b"%PDF-1.7\n") -> bytes:
    """Objects numbered from 1, the first being the catalogue, with a table of their places."""
    body, places = bytearray(head), []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"trailer\n<</Root 1 0 R/Size %d%s>>\n" % (len(objects) + 1, trailer)
    return bytes(body + b"startxref\n%d\n%%%%EOF\n" % start)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object of these bytes as they are."""
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(content), content)


def flate(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object, deflated."""
    return stream(zlib.compress(content, 9), entries + b"/Filter/FlateDecode")


def one_page(
    content: bytes, *more: bytes, resources: bytes = b"/Font<</F 5 0 R>>", page: bytes = b"", box: bytes = b"0 0 595 842"
) -> bytes:
    """A page with a content stream object; `more` are objects from 6 on. 5 is a font."""
    return written(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources<<%s>>%s>>" % (box, resources, page),
            content,
            FONT,
            *more,
        ]
    )


def with_picture(picture: bytes) -> bytes:
    """A page that is covered by one picture object."""
    return one_page(stream(b"595 0 0 842 0 0 cm /I Do"), picture, resources=b"/XObject<</I 6 0 R>>")


def picture(width: int, height: int, data: bytes, filters: bytes, more: bytes = b"/ColorSpace/DeviceGray") -> bytes:
    """A picture object."""
    size = b"/Width %d/Height %d/BitsPerComponent 1%s" % (width, height, more)
    return stream(data, b"/Type/XObject/Subtype/Image" + size + filters)
