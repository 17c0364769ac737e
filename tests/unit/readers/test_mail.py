"""The mail reader on whole mails built here: structure, headers, body, limits."""

import base64
import binascii
import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.mail import InboundMail
from shoufa.readers.limits import Limits
from shoufa.readers.mail import read_mail
from unit.readers.mailkit import HEAD, attached, mail, multipart, part, text

PDF = b"%PDF-1.4\n" + bytes(range(256)) * 8
OCTETS = "Content-Type: application/octet-stream"
SHANGHAI = timezone(timedelta(hours=8))


def read(raw: bytes) -> InboundMail:
    return read_mail(raw)[0]


def named(name: str) -> str:
    return f'Content-Disposition: attachment; filename="{name}"'


def paths(raw: bytes) -> list[str]:
    return [p.path for p in read(raw).parts]


def test_an_ordinary_mail() -> None:
    found, blobs = read_mail(attached(PDF, "Content-Type: application/pdf", named("推荐函.pdf")))
    (only,) = found.parts
    sha = hashlib.sha256(PDF).hexdigest()
    assert (only.path, only.sha256, only.size, only.container) == ("推荐函.pdf", sha, len(PDF), "pdf")
    assert (only.declared, only.parent, only.inline) == ("application/pdf", "", False)
    assert blobs == {sha: PDF}
    assert (found.sender.name, found.sender.email, found.sender.domain) == (
        "张三",
        "zhang@example.cn",
        "example.cn",
    )
    assert found.to[0].email == "box@unit.cn"
    assert found.body == "请查收"
    assert found.content_type == "multipart/mixed"
    assert found.defects == ()


@pytest.mark.parametrize(
    "raw", [b"", b"\0\1\2" * 100, b"PK\x03\x04 zip", b"just words\nand words\n", b"\xff\xd8\xff\xe0" * 50]
)
def test_what_is_no_mail_is_unreadable(raw: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        read(raw)
    assert caught.value.code is UnreadableCode.UNREADABLE


def test_too_many_bytes() -> None:
    with pytest.raises(Unreadable) as caught:
        read_mail(mail(text("x" * 5000)), Limits(mail_bytes=4000))
    assert caught.value.code is UnreadableCode.TOO_LARGE


@pytest.mark.parametrize(("count", "most", "fits"), [(8, 10, True), (10, 10, False)])
def test_too_many_parts(count: int, most: int, fits: bool) -> None:
    raw = mail(multipart(text("x"), *(part(b"%d" % n, OCTETS, named(f"{n}.txt")) for n in range(count))))
    if fits:
        assert len(read_mail(raw, Limits(mail_parts=most))[0].parts) == count
        return
    with pytest.raises(Unreadable) as caught:
        read_mail(raw, Limits(mail_parts=most))
    assert caught.value.code is UnreadableCode.TOO_LARGE


@pytest.mark.parametrize("ending", [b"\n", b"\r", b"\r\r\n"])
def test_other_line_ends(ending: bytes) -> None:
    raw = attached(PDF, "Content-Type: application/pdf", named("甲.pdf")).replace(b"\r\n", ending)
    found, blobs = read_mail(raw)
    assert [p.name for p in found.parts] == ["甲.pdf"]
    assert list(blobs.values()) == [PDF]
    assert found.body == "请查收"


class TestBoundaries:
    """RFC 2046 §5.1, and what comes instead."""

    WHOLE = attached(PDF, "Content-Type: application/pdf", named("甲.pdf"))

    def check(self, raw: bytes, defect: bool = False) -> None:
        found, blobs = read_mail(raw)
        assert [p.name for p in found.parts] == ["甲.pdf"]
        assert blobs[found.parts[0].sha256] == PDF
        assert found.body == "请查收"
        assert ("boundary" in found.defects) is defect

    def test_not_closed(self) -> None:
        self.check(self.WHOLE.replace(b"--=_b1--", b""))

    def test_not_declared(self) -> None:
        self.check(self.WHOLE.replace(b'; boundary="=_b1"', b""), defect=True)

    def test_declared_wrongly(self) -> None:
        self.check(self.WHOLE.replace(b'boundary="=_b1"', b'boundary="=_other"'), defect=True)

    def test_blanks_behind(self) -> None:
        self.check(self.WHOLE.replace(b"--=_b1\r\n", b"--=_b1  \r\n"))

    def test_parts_behind_the_closing_line(self) -> None:
        head, _, tail = self.WHOLE.rpartition(b"--=_b1\r\n")
        self.check(head + b"--=_b1--\r\n\r\n--=_b1\r\n" + tail)

    def test_one_boundary_begins_like_another(self) -> None:
        inner = multipart(text("请查收"), kind="alternative", boundary="=_b1x")
        self.check(mail(multipart(inner, part(PDF, "Content-Type: application/pdf", named("甲.pdf")))))

    def test_inner_not_closed(self) -> None:
        inner = multipart(text("请查收"), kind="alternative", boundary="in").replace(b"--in--", b"")
        self.check(mail(multipart(inner, part(PDF, "Content-Type: application/pdf", named("甲.pdf")))))

    def test_multipart_encoded_as_a_whole(self) -> None:
        head, _, body = self.WHOLE.partition(b"\r\n\r\n")
        self.check(head + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(body))

    def test_nothing_inside_is_a_text(self) -> None:
        assert read(mail(b"Content-Type: multipart/mixed; boundary=q\r\n\r\nonly words")).body == "only words"


class TestEncodings:
    """RFC 2045 §6, and what comes instead."""

    @pytest.mark.parametrize(
        "body",
        [
            base64.b64encode(PDF), base64.encodebytes(PDF).replace(b"\n", b" \r\n"), base64.b64encode(PDF).rstrip(b"="),
            base64.b64encode(PDF) + b"\r\n!trailing", base64.b64encode(PDF[:100]) + b"\r\n" + base64.b64encode(PDF[100:]),
        ],
        ids=["plain", "blanks", "no padding", "foreign", "two pieces"],
    )  # fmt: skip
    def test_base64(self, body: bytes) -> None:
        entity = part(body, OCTETS, named("a.pdf"), "Content-Transfer-Encoding: BASE64 ", encoding="")
        blob = next(iter(read_mail(mail(multipart(text("x"), entity)))[1].values()))
        assert blob[: len(PDF)] == PDF

    def test_quoted_printable(self) -> None:
        raw = mail(
            b"Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=C9=EA=\r\n=B1=A8"
        )
        assert read(raw).body == "申报"

    def test_uuencoded_in_a_text(self) -> None:
        lines = b"".join(binascii.b2a_uu(PDF[n : n + 45]) for n in range(0, len(PDF), 45))
        body = (
            b"see below\r\nbegin 644 "
            + "推荐函.pdf".encode("gbk")
            + b"\r\n"
            + lines.replace(b"\n", b"\r\n")
            + b"`\r\nend\r\nbye"
        )
        found, blobs = read_mail(mail(part(body, "Content-Type: text/plain", encoding="")))
        assert [p.name for p in found.parts] == ["推荐函.pdf"]
        assert list(blobs.values()) == [PDF]
        assert found.body.split() == ["see", "below", "bye"]

    @pytest.mark.parametrize(
        ("charset", "codec"),
        [
            ("gb2312", "gbk"),
            ("utf-8", "gbk"),
            ("us-ascii", "utf-8"),
            ("bogus", "utf-8"),
            ("utf\x00-8", "gbk"),
            ("big5", "big5"),
        ],
    )
    def test_text_under_a_wrong_label(self, charset: str, codec: str) -> None:
        raw = mail(part("現將申報材料報送".encode(codec), f"Content-Type: text/plain; charset={charset}"))
        assert read(raw).body == "現將申報材料報送"

    def test_a_cut_character_does_not_change_the_charset(self) -> None:
        cut = "现将我局推荐的项目材料报送".encode()[:-1]
        assert read(mail(part(cut, "Content-Type: text/plain; charset=utf-8"))).body.startswith(
            "现将我局推荐的项目材料报"
        )


class TestBody:
    """Which text is the body."""

    def test_plain_before_html(self) -> None:
        both = multipart(text("平文"), text("<b>富文</b>", kind="html"), kind="alternative")
        assert read(mail(both)).body == "平文"

    def test_html_where_plain_is_empty(self) -> None:
        both = multipart(text(" \r\n"), text("<p>甲</p><p>乙</p>", kind="html"), kind="alternative")
        assert read(mail(both)).body == "甲\n\n乙"

    def test_html_without_scripts_and_styles(self) -> None:
        source = "<html><style>p{}</style><script>evil()</script><title>t</title><p>您好&nbsp;&amp;<br>再见<table><tr><td>1<td>2"
        assert read(mail(text(source, kind="html"))).body == "您好 &\n再见\n\n\t1\t2"

    def test_markup_the_parser_refuses(self) -> None:
        assert "正文" in read(mail(text("<![bogus[ <p>正文</p>", kind="html"))).body

    def test_charset_of_html_itself(self) -> None:
        raw = mail(part("<meta charset=big5><p>申報".encode("big5"), "Content-Type: text/html"))
        assert read(raw).body == "申報"

    def test_texts_around_attachments_are_joined(self) -> None:
        raw = mail(multipart(text("前"), part(PDF, OCTETS, named("a.pdf")), text("后")))
        assert read(raw).body == "前\n\n后"

    def test_an_attached_text_is_a_part(self) -> None:
        raw = mail(multipart(text("正文"), part(b"notes", "Content-Type: text/plain", named("说明.txt"))))
        assert (read(raw).body, paths(raw)) == ("正文", ["说明.txt"])

    def test_a_mail_that_is_just_a_file(self) -> None:
        raw = mail(part(PDF, 'Content-Type: application/pdf; name="a.pdf"'))
        assert (read(raw).body, paths(raw)) == ("", ["a.pdf"])

    def test_automatic_answers_say_so(self) -> None:
        assert read(mail(text("您好，这是一封自动回复邮件。"))).auto_body
        assert not read(mail(text("请不要自动回复，谢谢"))).auto_body
        assert not read(attached(PDF, OCTETS, named("a.pdf"))).auto_body


class TestPictures:
    """Inline pictures are parts; only a logo that the body shows is none."""

    def shown(self, size: int, cid: str = "logo@1", where: str = "inline") -> list[tuple[str, bool]]:
        picture = part(
            b"\x89PNG\r\n\x1a\n" + b"x" * size,
            "Content-Type: image/png",
            f"Content-ID: <{cid}>",
            f'Content-Disposition: {where}; filename="p.png"',
        )
        entity = multipart(text('<img src="cid:logo@1">信', kind="html"), picture, kind="related")
        return [(p.name, p.inline) for p in read(mail(entity)).parts]

    def test_a_small_one_that_is_shown_is_left_out(self) -> None:
        assert self.shown(500) == []

    def test_a_large_one_stays(self) -> None:
        assert self.shown(20_000) == [("p.png", True)]

    def test_a_small_one_that_is_not_shown_stays(self) -> None:
        assert self.shown(500, cid="other") == [("p.png", True)]

    def test_an_attached_one_is_not_inline(self) -> None:
        assert self.shown(500, cid="other", where="attachment") == [("p.png", False)]


class TestNested:
    """Messages inside."""

    INNER = b"\r\n".join([
        b"From: =?gbk?B?wO7LxA==?= <li@firm.cn>", b"Date: Mon, 24 Jul 2023 13:58:07 +0800",
        b"Subject: =?utf-8?B?5Y6f5Lu2?=", b"MIME-Version: 1.0",
        multipart(text("内文"), part(PDF, OCTETS, named("附件.pdf")), boundary="inner"),
    ])  # fmt: skip

    def outer(self, data: bytes, *headers: str, encoding: str = "") -> bytes:
        return mail(multipart(text("转发"), part(data, *headers, encoding=encoding)))

    @pytest.mark.parametrize("encoding", ["", "base64"])
    def test_its_attachments_are_parts(self, encoding: str) -> None:
        found = read(
            self.outer(self.INNER, "Content-Type: message/rfc822", named("原件.eml"), encoding=encoding)
        )
        (only,) = found.parts
        assert (only.path, only.name) == ("原件.eml/附件.pdf", "附件.pdf")
        assert len(only.parent) == 64
        assert found.body == "转发\n\n内文"
        (source,) = found.forwarded
        assert (source.sender.name, source.sender.email, source.subject, source.attached) == (
            "李四",
            "li@firm.cn",
            "原件",
            True,
        )
        assert source.date == datetime(2023, 7, 24, 13, 58, 7, tzinfo=SHANGHAI)

    def test_parent_is_the_digest_of_the_message(self) -> None:
        found = read(self.outer(self.INNER, "Content-Type: message/rfc822", encoding="base64"))
        assert found.parts[0].parent == hashlib.sha256(self.INNER).hexdigest()

    def test_without_a_name_the_subject_serves(self) -> None:
        assert paths(self.outer(self.INNER, "Content-Type: message/rfc822")) == ["原件.eml/附件.pdf"]

    def test_sent_as_a_mere_file(self) -> None:
        assert paths(self.outer(self.INNER, OCTETS, named("a.eml"), encoding="base64")) == ["a.eml/附件.pdf"]

    @pytest.mark.parametrize("declared", ["Content-Type: message/rfc822", OCTETS])
    def test_one_without_attachments_is_text_alone(self, declared: str) -> None:
        plain = b"From: li@firm.cn\r\nSubject: q\r\n\r\nwords"
        found = read(self.outer(plain, declared, named("b.eml"), encoding="base64"))
        assert (found.parts, found.body) == ((), "转发\n\nwords")
        assert [(f.sender.email, f.subject) for f in found.forwarded] == [("li@firm.cn", "q")]

    def test_two_levels(self) -> None:
        twice = self.outer(self.INNER, "Content-Type: message/rfc822", named("i.eml"))
        assert paths(
            self.outer(twice, "Content-Type: message/rfc822", named("o.eml"), encoding="base64")
        ) == ["o.eml/i.eml/附件.pdf"]

    def test_nesting_ends(self) -> None:
        raw = self.INNER
        for level in range(12):
            raw = mail(
                multipart(
                    text("x"),
                    part(raw, "Content-Type: message/rfc822", named("n.eml"), encoding=""),
                    boundary=f"L{level}.",
                )
            )
        (only,) = read(raw).parts
        assert only.code is UnreadableCode.TOO_LARGE
        assert only.path.count("n.eml") == Limits().mail_depth + 1

    def test_what_is_no_message_stays_a_part(self) -> None:
        (only,) = read(
            self.outer(b"\0\1\2", "Content-Type: message/rfc822", named("x.eml"), encoding="base64")
        ).parts
        assert (only.name, only.code) == ("x.eml", UnreadableCode.UNREADABLE)


class TestHeaders:
    """What rules ask of the header."""

    def test_received_and_delivered(self) -> None:
        raw = (
            b"Received: from a (b [1.2.3.4])\r\n\tby mx; for <Box@Unit.cn>; Mon, 24 Jul 2023 16:58:30 +0800 (CST)\r\n"
            b"Received: from x; Mon, 24 Jul 2023 10:00:00 +0000\r\nDelivered-To: first@unit.cn\r\nX-Original-To: second@unit.cn\r\n"
        ) + mail(text("x"))
        found = read(raw)
        assert found.received_at == datetime(2023, 7, 24, 16, 58, 30, tzinfo=SHANGHAI)
        assert found.delivered_to == ("first@unit.cn", "second@unit.cn", "box@unit.cn")

    @pytest.mark.parametrize(
        ("text_", "wanted"),
        [
            ("Thu, 10 Aug 2023 10:00:00 +0000", datetime(2023, 8, 10, 10, tzinfo=UTC)),
            ("Thu, 10 Aug 2023 10:00:00 -0000", datetime(2023, 8, 10, 10, tzinfo=UTC)),
            ("Thu, 10 Aug 2023 10:00:00 CST", datetime(2023, 8, 10, 10, tzinfo=SHANGHAI)),
            ("Thu, 10 Aug 2023 10:00:00 +0800 (CST)", datetime(2023, 8, 10, 10, tzinfo=SHANGHAI)),
            ("Thu, 10 Aug 2023 10:00:00", datetime(2023, 8, 10, 10, tzinfo=SHANGHAI)),
            ("2023-08-10 10:00:00", datetime(2023, 8, 10, 10, tzinfo=SHANGHAI)),
            ("Thu, 99 Foo 2023", None), ("", None), ("Thu, 10 Aug 1901 10:00:00 +0000", None), ("10 Aug 2023 10:00:00 +9999", None),
        ],
    )  # fmt: skip
    def test_dates(self, text_: str, wanted: datetime | None) -> None:
        found = read(f"From: a@b.cn\r\nDate: {text_}\r\n\r\nx".encode()).date
        assert found == wanted

    def test_those_that_rules_ask_for_are_kept(self) -> None:
        raw = mail(
            text("x"), "Auto-Submitted: auto-replied", "List-Id: <l.example>", "X-QQ-AUTO-REPLY: true", "X-Mailer: Foxmail",
            "Authentication-Results: mx; spf=pass", "Authentication-Results: mx; dkim=fail", "X-Loop: a\x07b",
            "Return-Path: <>", "X-Virus-Status: Clean",
        )  # fmt: skip
        kept = read(raw).headers
        assert kept["auto-submitted"] == ("auto-replied",)
        assert kept["authentication-results"] == ("mx; spf=pass", "mx; dkim=fail")
        assert kept["return-path"] == ("<>",)
        assert kept["x-loop"] == ("a b",)
        assert {"list-id", "x-qq-auto-reply", "x-virus-status"} <= set(kept)
        assert "x-mailer" not in kept

    def test_ids(self) -> None:
        raw = mail(
            text("x"),
            "Message-ID: <A.b@c>",
            "In-Reply-To: <r@1> (x)",
            "References: <r@0>\r\n\t<r@1>",
            "Reply-To: other@b.cn",
        )
        found = read(raw)
        assert (found.message_id, found.in_reply_to, found.references) == (
            "<A.b@c>",
            ("<r@1>",),
            ("<r@0>", "<r@1>"),
        )
        assert found.reply_to[0].email == "other@b.cn"

    @pytest.mark.parametrize(
        ("value", "email"),
        [
            ('"a@b.cn" <Real@X.cn>', "real@x.cn"), ("real@x.cn (张三)", "real@x.cn"), ("某公司, 某部 <real@x.cn>", "real@x.cn"),
            ("=?utf-8?B?5byg5LiJ?=<real@x.cn>", "real@x.cn"), ("'real@x.cn' <real@x.cn>", "real@x.cn"), ("(" * 5000 + "real@x.cn", "real@x.cn"),
            ("nobody", ""),
        ],
    )  # fmt: skip
    def test_senders(self, value: str, email: str) -> None:
        assert read(f"From: {value}\r\nSubject: x\r\n\r\n".encode()).sender.email == email

    def test_a_folded_line_that_lost_its_blank(self) -> None:
        raw = HEAD + b"Subject: one\r\ntwo words here\r\nX-Loop: y\r\n\r\nbody"
        found = read(raw)
        assert (found.subject, found.body, found.defects) == ("one two words here", "body", ("header",))

    def test_a_mailbox_line_in_front(self) -> None:
        assert read(b"From a@b Thu Aug 10 10:00:00 2023\n" + mail(text("x"))).body == "x"


def test_a_report_names_its_type_and_its_pieces_are_no_attachments() -> None:
    status = part(b"Action: failed", "Content-Type: message/delivery-status", encoding="")
    back = part(b"From: a@b.cn\r\nSubject: x\r\n\r\nold", "Content-Type: message/rfc822", encoding="")
    found = read(
        mail(multipart(text("退信"), status, back, kind="report", more="; report-type=delivery-status"))
    )
    assert (found.report, found.parts, found.body, found.forwarded) == ("delivery-status", (), "退信", ())


def test_a_detached_signature_is_no_attachment() -> None:
    signature = part(b"x", "Content-Type: application/pkcs7-signature; name=smime.p7s", named("smime.p7s"))
    entity = multipart(
        multipart(text("x"), part(PDF, OCTETS, named("a.pdf")), boundary="in"), signature, kind="signed"
    )
    assert paths(mail(entity)) == ["a.pdf"]


def test_a_resource_fork_is_no_attachment() -> None:
    fork = part(b"\0\5\x16\7", "Content-Type: application/applefile; name=a.pdf")
    assert paths(
        mail(multipart(multipart(fork, part(PDF, OCTETS, named("a.pdf")), kind="appledouble", boundary="ad")))
    ) == ["a.pdf"]


def test_what_would_run_is_marked() -> None:
    raw = mail(
        multipart(
            text("x"),
            part(b"MZ\x90\0\3\0", OCTETS, named("推荐函.pdf")),
            part(b"WScript", OCTETS, named("a.VBS")),
        )
    )
    assert [p.active for p in read(raw).parts] == [("executable",), ("script",)]


def test_an_encrypted_pgp_message_is_marked() -> None:
    entity = multipart(
        part(b"Version: 1", "Content-Type: application/pgp-encrypted"),
        part(b"-----BEGIN PGP MESSAGE-----\n\nhQ", OCTETS, named("encrypted.asc"), encoding=""), kind="encrypted",
    )  # fmt: skip
    assert {p.code for p in read(mail(entity)).parts} == {UnreadableCode.ENCRYPTED}


def test_random_damage_gives_a_mail_or_unreadable() -> None:
    import random

    rng = random.Random(7)
    inner = TestNested.INNER
    base = mail(
        multipart(
            text("正文"),
            part(PDF, OCTETS, named("推荐函.pdf")),
            part(inner, "Content-Type: message/rfc822", encoding=""),
        )
    )
    outcomes = set()
    for _ in range(300):
        raw = bytearray(base)
        for _ in range(rng.randrange(1, 30)):
            raw[rng.randrange(len(raw))] = rng.randrange(256)
        try:
            outcomes.add(type(read(bytes(raw[: rng.randrange(20, len(raw))]))).__name__)
        except Unreadable:
            outcomes.add("Unreadable")
    assert outcomes <= {"InboundMail", "Unreadable"}
    assert "InboundMail" in outcomes
