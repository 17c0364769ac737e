"""Fuzzes the mail reader: nothing but Unreadable may escape, and what it gives must fit through the worker's pipe."""

import base64
import itertools

from fuzz_common import INSTRUMENTED, fuzz

from unit.readers.olekit import attached_message, attachment, compound, message

NAMES = (
    b"=?gbk?B?yerH68/uxL+xqLjmLmRvY3g=?=", b'"=?utf-8?Q?=E9=99=84=E4=BB=B6.pdf?="', "附件.zip".encode("gbk"),
    b"plain.xlsx", b'"C:\\\\a\\\\b.doc"',
)  # fmt: skip
BODIES = (
    b"%PDF-1.4\n",
    b"PK\x05\x06" + b"\0" * 18,
    b"From: a@b.cn\r\nSubject: in\r\n\r\ninside",
    b"{\\rtf1 a}",
    b"\xd0\xcf\x11\xe0",
)
OLE = b"\xd0\xcf\x11\xe0"
SIGNED = (
    bytes.fromhex(
        "3080 0609 2a864886f70d010702 a080 3080 020101 3100 3080 0609 2a864886f70d010701 a080 2480 0403"
    )
    + b"x\r\n"
)
HTML = b"<html><style>a</style><p>a<br><a href='https://pan.baidu.com/s/1'>b.zip</a><!-- c --><img src=cid:p1></html>"
QUOTED = "-----原始邮件-----\r\n发件人: 张三 <a@b.cn>\r\n发送时间: 2023年8月10日(星期四) 下午3:05\r\n主题: 报送\r\n".encode(
    "gb18030"
)
UU = b"begin 644 a.txt\r\n#86)C\r\n`\r\nend\r\n"


def saved() -> bytes:
    """A message that Outlook saved, with a file and a message attached to it."""
    inner = message({0x0037: "里", 0x1000: "x"}, attachment("里.pdf", BODIES[0]), head=24)
    texts = {0x0037: "报送", 0x007D: "From: a@b.cn\r\n", 0x1000: "y"}
    return compound(message(texts, attachment("外.pdf", BODIES[0]), attached_message(inner)))


def seeds() -> list[bytes]:
    """Small mails, each with another of the reader's ways in it."""
    head = (
        b"Received: from a by b for <c@d.cn>; Thu, 10 Aug 2023 15:05:00 +0800\r\nFrom: =?gb2312?B?1cXI/Q==?= <a@b.cn>\r\n"
        b"To: c@d.cn, (x) d@e.cn\r\nDate: Thu, 10 Aug 2023 15:05:00 CST\r\nMessage-ID: <1@b.cn>\r\nSubject: =?utf-8?B?5oql6YCB?=\r\n"
    )
    single = [
        (b"text/plain; charset=gb2312", QUOTED), (b"text/html; charset=utf-8", HTML), (b"text/plain", UU),
        (b"application/pkcs7-mime; name=smime.p7m", SIGNED), (b"message/rfc822", head + b"\r\nin"),
        (b"multipart/mixed; boundary=b", b"--b\r\nContent-Type: text/html\r\n\r\n<p>\r\n--b\r\n\r\n" + UU + b"\r\n--b--\r\n--b\r\n\r\nx"),
        (b"multipart/report; report-type=delivery-status; boundary=b", b"--b\r\nContent-Type: message/delivery-status\r\n\r\nStatus: 5.1.1"),
        (b"multipart/alternative; boundary=b", b"--b\r\n\r\na\r\n--b\r\nContent-Type: text/html\r\n\r\n" + HTML + b"\r\n--b--"),
        (b"multipart/digest; boundary=b", b"--b\r\n\r\n" + head + b"\r\nx\r\n--b--"),
        (b"application/octet-stream; name=a.msg", saved()),
        (b"message/partial; id=1; number=1; total=1", head + b"\r\nin"),
        (b"text/html", b"<img src='data:image/png;base64,iVBORw0KGgo='>x"),
        (b"application/pdf; name*0*=gbk''%B8%BD; name*1*=%BC%FE.pdf", b"%PDF-"),
    ]  # fmt: skip
    made = [head + b"Content-Type: " + kind + b"\r\n\r\n" + body for kind, body in single]
    for name, body in itertools.product(NAMES, BODIES):
        part = (
            b"Content-Type: application/octet-stream; name=%b\r\nContent-Transfer-Encoding: base64\r\n\r\n%b"
            % (name, base64.b64encode(body))
        )
        made.append(
            head
            + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhi\r\n--b\r\n"
            + part
            + b"\r\n--b--\r\n"
        )
    return [*made, saved()]


def main() -> None:
    """Run the fuzzer."""
    import atheris

    with atheris.instrument_imports(include=INSTRUMENTED):
        from shoufa.domain.errors import Unreadable
        from shoufa.domain.mail import InboundMail
        from shoufa.readers.mail import read_enclosed, read_mail

    def target(data: bytes) -> None:
        try:
            # an Outlook file's blocks would not survive as text in a mail: it is fuzzed as it lies in an archive
            if data.startswith(OLE):
                read_enclosed(data, "msg", "a.msg")
                return
            mail, blobs = read_mail(data)
        except Unreadable:
            return
        assert InboundMail.model_validate_json(mail.model_dump_json()) == mail
        assert all(p.sha256 in blobs for p in mail.parts)
        assert not any("/" in p.name or "\0" in p.path for p in mail.parts)

    fuzz("mail", seeds(), target)


if __name__ == "__main__":
    main()
