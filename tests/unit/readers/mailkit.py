"""Small builders of raw mails, for the tests of the mail reader."""

import base64

HEAD = b"From: =?gbk?B?1cXI/Q==?= <Zhang@Example.cn>\r\nTo: box@unit.cn\r\nDate: Mon, 24 Jul 2023 16:58:22 +0800\r\n"


def part(data: bytes, *headers: str | bytes, encoding: str = "base64") -> bytes:
    """One entity; base64 unless another transfer encoding is named ("" = as it is)."""
    lines = [h if isinstance(h, bytes) else h.encode("utf-8") for h in headers]
    body = base64.encodebytes(data).replace(b"\n", b"\r\n") if encoding == "base64" else data
    lines += [f"Content-Transfer-Encoding: {encoding}".encode()] if encoding else []
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def multipart(*parts: bytes, kind: str = "mixed", boundary: str = "=_b1", more: str = "") -> bytes:
    """A multipart entity with its header."""
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"{more}\r\n\r\n'.encode()
    return (
        head
        + b"".join(f"--{boundary}\r\n".encode() + p + b"\r\n" for p in parts)
        + f"--{boundary}--\r\n".encode()
    )


def text(body: str, charset: str = "utf-8", kind: str = "plain") -> bytes:
    """A text entity."""
    return part(body.encode(charset), f'Content-Type: text/{kind}; charset="{charset}"')


def mail(entity: bytes, *headers: str | bytes) -> bytes:
    """A mail: the usual head, more headers, then the entity."""
    more = b"".join((h if isinstance(h, bytes) else h.encode("utf-8")) + b"\r\n" for h in headers)
    return HEAD + more + b"MIME-Version: 1.0\r\n" + entity


def attached(data: bytes, *headers: str | bytes) -> bytes:
    """A mail with one attachment under these headers."""
    return mail(multipart(text("请查收"), part(data, *headers)))
