"""Mails as Chinese programs and gateways really write them: names, charsets, encodings and structures that lie."""

import base64
import binascii
import quopri
from urllib.parse import quote_from_bytes

import pytest

from shoufa.domain.errors import UnreadableCode
from shoufa.domain.mail import InboundMail
from shoufa.readers.mail import read_mail
from shoufa.readers.mail_charset import decode, guess
from unit.readers.mailkit import attached, mail, multipart, part, text

PDF = b"%PDF-1.4\n" + bytes(range(256)) * 8
NAME = "关于推荐试点示范项目的函（盖章）.pdf"
OCTETS = "Content-Type: application/octet-stream"
DISPOSITION = "Content-Disposition: attachment; "


def word(data: bytes, label: str) -> str:
    return f"=?{label}?B?{base64.b64encode(data).decode()}?="


def read(raw: bytes) -> InboundMail:
    found, blobs = read_mail(raw)
    assert all(blobs[p.sha256] == PDF for p in found.parts)
    return found


def paths(raw: bytes) -> list[str]:
    return [p.path for p in read(raw).parts]


def references(name: str) -> str:
    return "".join(f"&#{ord(c)};" for c in name)


UTF8, GBK = NAME.encode(), NAME.encode("gbk")
NAMES: dict[str, tuple[tuple[str, ...], str]] = {
    "encoded twice": ((OCTETS, f'{DISPOSITION}filename="{word(word(GBK, "gbk").encode(), "utf-8")}"'), NAME),
    "an encoded word inside RFC 2231": ((OCTETS, f"{DISPOSITION}filename*=utf-8''{word(GBK, 'gb2312')}"), NAME),
    "a word folded inside": ((OCTETS, f'{DISPOSITION}filename="{word(GBK, "gbk")[:30]}\r\n {word(GBK, "gbk")[30:]}"'), NAME),
    "two words with a blank, unquoted": ((OCTETS, f"{DISPOSITION}filename={word(GBK[:12], 'gbk')} {word(GBK[12:], 'gbk')}"), NAME),
    "GBK labelled Latin-1": ((OCTETS, f'{DISPOSITION}filename="{word(GBK, "iso-8859-1")}"'), NAME),
    "GBK labelled Windows-1252": ((OCTETS, f'{DISPOSITION}filename="{word(GBK, "windows-1252")}"'), NAME),
    "UTF-8 labelled Latin-1": ((OCTETS, f'{DISPOSITION}filename="{word(UTF8, "ISO-8859-1")}"'), NAME),
    "UTF-8 labelled GBK": ((OCTETS, f'{DISPOSITION}filename="{word(UTF8, "gb2312")}"'), NAME),
    "UTF-8 labelled Latin-1 in RFC 2231": ((OCTETS, f"{DISPOSITION}filename*=iso-8859-1''{quote_from_bytes(UTF8)}"), NAME),
    "RFC 2231 in pieces without their charset": ((OCTETS, f"{DISPOSITION}filename*0*={quote_from_bytes(GBK)}"), NAME),
    "RFC 2231 that begins at 1": ((OCTETS, f"{DISPOSITION}filename*1*=utf-8''%E5%87%BD; filename*2*=.pdf"), "函.pdf"),
    "character references": ((OCTETS, f'{DISPOSITION}filename="{references("推荐函")}.pdf"'), "推荐函.pdf"),
    "form encoding": ((OCTETS, f'{DISPOSITION}filename="{quote_from_bytes("推荐".encode())}+1.pdf"'), "推荐 1.pdf"),
    "single quotes": ((OCTETS, f"{DISPOSITION}filename='{NAME}'"), NAME),
    "a byte order mark": ((OCTETS, f'{DISPOSITION}filename="\ufeff{NAME}"'), NAME),
    "an unquoted semicolon": ((OCTETS, f"{DISPOSITION}filename=甲;乙.pdf; size=9"), "甲;乙.pdf"),
    "a semicolon before another word": ((OCTETS, f"{DISPOSITION}filename=甲.pdf; final"), "甲.pdf"),
    "capitals": ((OCTETS, f'CONTENT-DISPOSITION: ATTACHMENT; FILENAME="{NAME}"'), NAME),
    "question marks beside the real name": ((f'Content-Type: application/pdf; name="{NAME}"', f'{DISPOSITION}filename="???.pdf"'), NAME),
    "a gateway's name beside the real one": ((f'Content-Type: application/pdf; name="{NAME}"', f'{DISPOSITION}filename="ATT00001.pdf"'), NAME),
    "an older name beside the newer": (('Content-Type: application/pdf; name="old.pdf"', f'{DISPOSITION}filename="{NAME}"'), NAME),
    "an empty filename": ((f'Content-Type: application/pdf; name="{NAME}"', f'{DISPOSITION}filename=""'), NAME),
    "a description alone": (("Content-Type: application/pdf", f"Content-Description: {word(GBK, 'gbk')}", "Content-Disposition: attachment"), NAME),
    "a description in words": (("Content-Type: application/pdf", "Content-Description: Mail message body"), "未命名附件1.pdf"),
    "Exchange's name": ((OCTETS, f'{DISPOSITION}filename="ATT00001.dat"'), "ATT00001.pdf"),
    "QQ's name": ((OCTETS, f'{DISPOSITION}filename="tcmime.1.2.bin"'), "tcmime.1.2.pdf"),
    "no ending": ((OCTETS, f'{DISPOSITION}filename="推荐函"'), "推荐函.pdf"),
    "an ending that says something": ((OCTETS, f'{DISPOSITION}filename="推荐函.doc"'), "推荐函.doc"),
    "text in name only": ((f'Content-Type: text/plain; name="{NAME}"',), NAME),
    "no content type": ((f'{DISPOSITION}filename="{NAME}"',), NAME),
    "QQ": ((f'Content-Type: application/octet-stream; charset="gb18030"; name="{word(GBK, "gb18030")}"', f'{DISPOSITION}filename="{word(GBK, "gb18030")}"'), NAME),
    "Apple Mail": ((f'Content-Type: application/pdf; x-unix-mode=0644; name="{word(UTF8, "utf-8")}"', f"Content-Disposition: inline; filename*=GB18030''{quote_from_bytes(GBK)}"), NAME),
}  # fmt: skip


@pytest.mark.parametrize("case", NAMES)
def test_name(case: str) -> None:
    headers, wanted = NAMES[case]
    assert paths(attached(PDF, *headers)) == [wanted]


@pytest.mark.parametrize(
    ("declared", "name"),
    [("application/kswps", "未命名附件1.wps"), ("image/tiff", "未命名附件1.tif"), ("x/y", "未命名附件1.bin")],
)
def test_a_name_from_the_declared_type_where_the_content_says_nothing(declared: str, name: str) -> None:
    (only,) = read_mail(attached(b"\0\1\2", f"Content-Type: {declared}"))[0].parts
    assert only.name == name


def test_a_subject_cut_inside_a_character() -> None:
    raw = mail(text("x"), f"Subject: {word(GBK[:11], 'gb2312')}\r\n {word(GBK[11:], 'gb2312')}")
    assert read(raw).subject == NAME


class TestTransferEncodings:
    """Labels that were lost, and labels that were left behind."""

    NAMED = 'Content-Type: application/pdf; name="甲.pdf"'
    LINES = base64.encodebytes(PDF)

    @pytest.mark.parametrize("label", [(), ("Content-Transfer-Encoding: 7bit",)])
    def test_base64_that_is_not_said(self, label: tuple[str, ...]) -> None:
        assert paths(mail(multipart(text("x"), part(self.LINES, self.NAMED, *label, encoding="")))) == ["甲.pdf"]

    def test_a_file_that_was_decoded_under_way(self) -> None:
        raw = PDF.replace(b"\r", b"").replace(b"\n", b"")
        entity = part(raw, self.NAMED, "Content-Transfer-Encoding: base64", encoding="")
        assert read_mail(mail(multipart(text("x"), entity)))[0].parts[0].container == "pdf"

    def test_a_text_that_was_decoded_under_way(self) -> None:
        said = "各位老师：现报送材料，请查收。"
        entity = part(said.encode(), "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", encoding="")
        assert read(mail(entity)).body == said

    def test_a_text_whose_encoding_is_not_said(self) -> None:
        said = "各位老师：现报送申报材料，请查收。此致敬礼"
        assert read(mail(part(base64.encodebytes(said.encode()), "Content-Type: text/plain", encoding=""))).body == said

    def test_a_long_number_stays_what_it_is(self) -> None:
        digest = "3f9a1c07" * 8
        assert read(mail(part(digest.encode(), "Content-Type: text/plain", encoding=""))).body == digest

    def test_no_empty_line_behind_the_header(self) -> None:
        entity = f'{OCTETS}\r\nContent-Transfer-Encoding: base64\r\n{DISPOSITION}filename="{NAME}"\r\n'.encode() + self.LINES
        assert paths(mail(multipart(text("x"), entity))) == [NAME]

    def test_uuencode_without_its_end(self) -> None:
        lines = b"".join(binascii.b2a_uu(PDF[n : n + 45]) for n in range(0, len(PDF), 45))
        raw = mail(part(b"see below\r\nbegin 666 a.pdf\r\n" + lines, "Content-Type: text/plain", encoding=""))
        found = read(raw)
        assert ([p.name for p in found.parts], found.body) == (["a.pdf"], "see below")

    def test_begin_in_a_sentence_begins_no_file(self) -> None:
        raw = mail(part(b"begin 644 words\r\nthat go on\r\n", "Content-Type: text/plain", encoding=""))
        assert read(raw).parts == ()


class TestStructure:
    """Boundaries, declared types, messages in messages."""

    NAMED = part(PDF, OCTETS, f'{DISPOSITION}filename="{NAME}"')

    @pytest.mark.parametrize("boundary", ["=_mixed 002E5A1A48258A0B_=", "----=_Part:1.2", "_000_{GUID}_"])
    def test_boundary(self, boundary: str) -> None:
        assert paths(mail(multipart(text("x"), self.NAMED, boundary=boundary))) == [NAME]

    def test_boundary_parameter_on_a_line_that_lost_its_indent(self) -> None:
        raw = mail(multipart(text("x"), self.NAMED)).replace(b"mixed; boundary", b"mixed;\r\nboundary")
        assert paths(raw) == [NAME]

    def test_inner_multipart_under_the_same_boundary(self) -> None:
        inner = multipart(text("内文"), self.NAMED)
        found = read(mail(multipart(inner, part(PDF, 'Content-Type: application/pdf; name="乙.pdf"'))))
        assert {p.name for p in found.parts} == {NAME, "乙.pdf"}

    def test_a_file_declared_as_text_is_no_text(self) -> None:
        found = read(mail(multipart(part(PDF, "Content-Type: text/plain"), text("正文"))))
        assert ([p.name for p in found.parts], found.body) == (["未命名附件1.pdf"], "正文")

    def test_attachments_between_texts_in_an_alternative(self) -> None:
        rich = multipart(text("<b>甲</b>", kind="html"), self.NAMED, text("<i>乙</i>", kind="html"), boundary="in")
        found = read(mail(multipart(text("平文"), rich, kind="alternative")))
        assert ([p.name for p in found.parts], found.body) == ([NAME], "平文")

    def test_three_forwards_each_with_a_file(self) -> None:
        raw = mail(multipart(text("最里"), self.NAMED, boundary="b0"), f"Subject: {word('第0层'.encode('gbk'), 'gbk')}")
        for level in (1, 2, 3):
            own = part(PDF, f'Content-Type: application/pdf; name="{level}.pdf"')
            inner = part(raw, "Content-Type: message/rfc822", encoding="")
            subject = f"Subject: {word(f'第{level}层'.encode('gbk'), 'gbk')}"
            raw = mail(multipart(text(f"转{level}"), own, inner, boundary=f"b{level}"), subject)
        found = read(raw)
        assert [p.path for p in found.parts] == [
            "3.pdf", "第2层.eml/2.pdf", "第2层.eml/第1层.eml/1.pdf", f"第2层.eml/第1层.eml/第0层.eml/{NAME}",
        ]  # fmt: skip
        assert found.body.split() == ["转3", "转2", "转1", "最里"]
        assert [f.subject for f in found.forwarded] == ["第2层", "第1层", "第0层"]

    def test_a_forward_in_quoted_printable(self) -> None:
        inner = quopri.encodestring(mail(multipart(text("内"), self.NAMED, boundary="in")))
        entity = part(inner, "Content-Type: message/rfc822; name=a.eml", "Content-Transfer-Encoding: quoted-printable", encoding="")
        assert paths(mail(multipart(text("x"), entity))) == [f"a.eml/{NAME}"]

    def test_a_digest(self) -> None:
        inner = mail(multipart(text("内"), self.NAMED, boundary="in"), "Subject: one")
        assert paths(mail(multipart(b"\r\n" + inner, kind="digest"))) == [f"one.eml/{NAME}"]


class TestPieces:
    """RFC 2046 §5.2.2: a message divided over several mails."""

    def piece(self, total: int) -> bytes:
        declared = f'Content-Type: message/partial; id="x"; number=1; total={total}'
        return mail(part(b"From: a@b.cn\r\nSubject: y\r\n\r\nhello", declared, encoding=""))

    def test_one_of_several_is_refused_with_what_to_do(self) -> None:
        (only,) = read_mail(self.piece(3))[0].parts
        assert (only.code, "send it whole" in only.reason) == (UnreadableCode.UNSUPPORTED, True)

    def test_the_only_one_is_the_message(self) -> None:
        found = read_mail(self.piece(1))[0]
        assert (found.parts, found.body) == ((), "hello")


class TestDrawnPictures:
    """Pictures in HTML: a scan is a file however small, a logo is none."""

    def picture(self, width: int, height: int, size: int = 3000) -> bytes:
        sides = width.to_bytes(4, "big") + height.to_bytes(4, "big")
        return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + sides + b"\1\0\0\0\0" + b"x" * size

    def shown(self, picture: bytes, source: str, *headers: str) -> list[tuple[str, bool]]:
        entity = multipart(text(source, kind="html"), part(picture, "Content-Type: image/png; name=p.png", *headers), kind="related")
        return [(p.name, p.inline) for p in read_mail(mail(entity))[0].parts]

    def test_a_small_scan_that_the_body_shows_stays(self) -> None:
        assert self.shown(self.picture(1240, 1754), "<img src='cid:s'>", "Content-ID: <s>") == [("p.png", True)]

    def test_a_logo_shown_by_its_location_is_left_out(self) -> None:
        assert self.shown(self.picture(120, 40), "<img src='image%201.png'>", "Content-Location: image 1.png") == []

    def test_pictures_written_into_the_source(self) -> None:
        scan, logo = (base64.b64encode(self.picture(w, h)).decode() for w, h in ((1240, 1754), (16, 16)))
        source = f'前<img src="data:image/png;base64,{scan}">后<img src="data:image/png;base64,{logo}">'
        found = read_mail(mail(text(source, kind="html")))[0]
        assert [(p.name, p.inline, p.declared) for p in found.parts] == [("未命名附件1.png", True, "image/png")]
        assert found.body == "前后"

    def test_a_large_picture_hides_no_text_behind_it(self) -> None:
        big = base64.b64encode(self.picture(1240, 1754, 3_000_000)).decode()
        found = read_mail(mail(text(f'<img src="data:image/png;base64,{big}"><p>正文', kind="html")))[0]
        assert (found.body, len(found.parts)) == ("正文", 1)


class TestCharsets:
    """What bytes show against their label."""

    @pytest.mark.parametrize("label", ["gb2312", "iso-8859-1", "windows-1252", "us-ascii", ""])
    def test_utf8_under_any_label(self, label: str) -> None:
        assert decode("现报送申报材料".encode(), label) == "现报送申报材料"

    @pytest.mark.parametrize("text_", ["Fröschen ist das egal", "déjà vu à Orléans", "Ärger über Öl"])
    def test_western_text_stays(self, text_: str) -> None:
        assert decode(text_.encode("cp1252"), "iso-8859-1") == text_

    def test_western_text_without_a_label(self) -> None:
        said = "Die Frösche hörten über Nacht größere Töne"
        assert guess(said.encode("cp1252")) == said

    @pytest.mark.parametrize("text_", ["联通", "申报", "朱镕基 陶喆 珺"])
    def test_short_gbk_stays(self, text_: str) -> None:
        assert decode(text_.encode("gbk"), "gb2312") == text_


def test_a_table_saved_as_a_web_page_is_a_file_and_no_body() -> None:
    page = "<table><tr><td>甲项目</td></tr></table>"
    found, _ = read_mail(mail(part(page.encode("gbk"), 'Content-Type: text/html; charset=gbk; name="list.xls"')))
    assert ([p.name for p in found.parts], found.body) == (["list.xls"], "")


def test_a_pdf_inside_a_signature_is_that_pdf() -> None:
    def element(tag: int, *content: bytes) -> bytes:
        value = b"".join(content)
        return bytes([tag, 0x83]) + len(value).to_bytes(3) + value

    kinds = [element(0x06, bytes.fromhex(f"2a864886f70d0107{n:02x}")) for n in (2, 1)]
    inner = element(0x30, kinds[1], element(0xA0, element(0x04, PDF)))
    data = element(0x30, element(0x02, b"\1"), element(0x31), inner, element(0x31))
    signed = element(0x30, kinds[0], element(0xA0, data))
    assert paths(attached(signed, OCTETS, f'{DISPOSITION}filename="{NAME}.p7m"')) == [NAME]


def test_an_empty_file_is_named_as_such() -> None:
    (only,) = read_mail(attached(b"", OCTETS, f'{DISPOSITION}filename="空.docx"'))[0].parts
    assert (only.size, only.code, only.reason) == (0, UnreadableCode.UNREADABLE, "empty")
