"""Outlook's saved messages, attached to a mail: head, text, files, messages inside, damage and limits."""

import io
import struct
import zipfile
from datetime import UTC, datetime

import pytest

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.mail import InboundMail
from shoufa.readers import mail_msg, ole_compound
from shoufa.readers.archive import expand
from shoufa.readers.document import read_document
from shoufa.readers.limits import Limits
from shoufa.readers.mail import read_mail
from shoufa.readers.mail_msg import read_msg
from shoufa.readers.ole_compound import Compound
from unit.readers.mailkit import attached, mail, multipart, part, text
from unit.readers.olekit import Tree, attached_message, attachment, compound, message

SUBJECT, BODY, HTML, NAME, EMAIL, HEAD = 0x0037, 0x1000, 0x1013, 0x0C1A, 0x5D01, 0x007D
SENT, CODEPAGE, LANGUAGE = 0x00390040, 0x3FFD0003, 0x3FF10003
AT = datetime(2023, 8, 10, 7, 5, tzinfo=UTC)
TICKS = struct.pack("<Q", int((AT - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000)
TEXTS = {SUBJECT: "推荐材料", BODY: "请查收附件", NAME: "李四", EMAIL: "Li@Firm.cn"}
PDF = b"%PDF-1.4\n" + bytes(range(256)) * 30
HEADERS = ("Content-Type: application/vnd.ms-outlook", 'Content-Disposition: attachment; filename="转发.msg"')


def sent(tree: Tree) -> InboundMail:
    return read_mail(attached(compound(tree), *HEADERS))[0]


def test_it_reads_as_a_forwarded_message() -> None:
    raw = attached(compound(message(TEXTS, attachment("推荐函.pdf", PDF), fixed={SENT: TICKS})), *HEADERS)
    found, blobs = read_mail(raw)
    (only,) = found.parts
    assert (only.path, only.container, len(only.parent)) == ("转发.msg/推荐函.pdf", "pdf", 64)
    assert blobs[only.sha256] == PDF
    (source,) = found.forwarded
    assert (source.sender.name, source.sender.email) == ("李四", "li@firm.cn")
    assert (source.date, source.subject, source.attached) == (AT, "推荐材料", True)
    assert found.body == "请查收\n\n请查收附件"


def test_one_without_attachments_is_text_alone() -> None:
    found = sent(message(TEXTS))
    assert (found.parts, found.body, len(found.forwarded)) == ((), "请查收\n\n请查收附件", 1)


def test_a_message_attached_to_it_has_files_of_its_own() -> None:
    deep = message({SUBJECT: "原件", BODY: "最里"}, attachment("里.pdf", PDF), head=24)
    middle = message({SUBJECT: "再转", BODY: "中间"}, attached_message(deep, "原件"), attachment("中.pdf", PDF), head=24)
    found = sent(message(TEXTS, attached_message(middle, "再转"), attachment("外.pdf", PDF)))
    assert [p.path for p in found.parts] == [
        "转发.msg/再转.msg/原件.msg/里.pdf", "转发.msg/再转.msg/中.pdf", "转发.msg/外.pdf",
    ]  # fmt: skip
    assert [f.subject for f in found.forwarded] == ["推荐材料", "再转", "原件"]
    assert found.body.split() == ["请查收", "请查收附件", "中间", "最里"]


@pytest.mark.parametrize(
    "fixed", [{CODEPAGE: struct.pack("<I", 936)}, {LANGUAGE: struct.pack("<I", 0x0804)}, {}]
)
def test_strings_in_a_code_page(fixed: dict[int, bytes]) -> None:
    found = read_msg(compound(message(TEXTS, codec="gbk", fixed=fixed)), 8)
    assert (found.subject, found.body, found.sender.name) == ("推荐材料", "请查收附件", "李四")


def test_western_strings_by_their_language() -> None:
    fixed = {LANGUAGE: struct.pack("<I", 0x0407)}
    assert read_msg(compound(message({BODY: "äöü äöü"}, codec="cp1252", fixed=fixed)), 8).body == "äöü äöü"


def test_the_head_that_it_came_with_names_the_sender() -> None:
    head = "From: =?gbk?B?1cXI/Q==?=\r\n <zhang@unit.cn>\r\nDate: Thu, 10 Aug 2023 15:05:00 +0800\r\n"
    found = read_msg(compound(message({**TEXTS, EMAIL: "/o=Exchange/cn=x@y", HEAD: head})), 8)
    assert (found.sender.name, found.sender.email, found.date) == ("张三", "zhang@unit.cn", AT)


def test_html_where_there_is_no_plain_text() -> None:
    source = "<meta charset=gb2312><p>正文<img src='cid:l@1'><img src='cid:s@1'>".encode("gbk")
    logo, scan = b"\x89PNG\r\n\x1a\n" + b"x" * 500, b"\x89PNG\r\n\x1a\n" + b"x" * 20_000
    files = (attachment("logo.png", logo, cid="l@1"), attachment("扫描件.png", scan, cid="s@1"))
    found = sent({**message({SUBJECT: "题"}, *files), "__substg1.0_10130102": source})
    assert found.body == "请查收\n\n正文"
    assert [(p.name, p.inline) for p in found.parts] == [("扫描件.png", True)]


def test_a_mail_attached_to_it_is_opened_too() -> None:
    inner = mail(multipart(text("内文"), part(PDF, 'Content-Type: application/pdf; name="函.pdf"')))
    found = sent(message(TEXTS, attachment("原信.eml", inner)))
    assert [p.path for p in found.parts] == ["转发.msg/原信.eml/函.pdf"]


def test_a_signed_message_kept_as_one_file() -> None:
    inner = multipart(text("已签"), part(PDF, 'Content-Type: application/pdf; name="函.pdf"'), kind="signed")
    wrapped = b"From: a@b.cn\r\nMIME-Version: 1.0\r\n" + inner
    found = sent(message({SUBJECT: "签"}, attachment("smime.p7m", wrapped, mime="multipart/signed")))
    assert [p.path for p in found.parts] == ["转发.msg/函.pdf"]
    assert "已签" in found.body


def test_in_an_archive_its_text_is_a_document_and_its_files_stand_behind_it() -> None:
    saved = compound(message(TEXTS, attachment("推荐函.pdf", PDF)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("信.msg", saved)
    parts, blobs = expand(out.getvalue(), "a.zip")
    assert [(p.path, p.code) for p in parts] == [("a.zip/信.msg", None), ("a.zip/信.msg/推荐函.pdf", None)]
    assert parts[1].parent == parts[0].sha256
    assert read_document(blobs[parts[0].sha256]).text == "请查收附件"


class TestDamage:
    """Broken and hostile files."""

    def test_a_broken_one_is_a_part_with_its_code(self) -> None:
        whole = compound(message(TEXTS))
        at = whole.index("__properties_version1.0".encode("utf-16le"))
        broken = whole[:512] + b"\xff" * 512 + whole[1024 : at + 128]
        found = read_mail(attached(broken, *HEADERS))[0]
        assert all(p.code in {None, UnreadableCode.UNREADABLE} for p in found.parts)

    def test_random_damage_raises_nothing_but_unreadable(self) -> None:
        import random

        rng = random.Random(3)
        whole = compound(message(TEXTS, attachment("a.pdf", PDF), attached_message(message(TEXTS, head=24))))
        read = 0
        for _ in range(150):
            raw = bytearray(whole)
            for _ in range(rng.randrange(1, 20)):
                raw[rng.randrange(len(raw))] = rng.randrange(256)
            try:
                read += read_msg(bytes(raw), 8) is not None
            except Unreadable:
                continue
        assert read > 50

    def test_nesting_ends(self) -> None:
        tree = message({SUBJECT: "底"}, attachment("x.pdf", PDF), head=24)
        for level in range(12):
            tree = message({SUBJECT: f"层{level}"}, attached_message(tree, f"层{level}"), head=24)
        (only,) = sent(message(TEXTS, attached_message(tree, "顶"))).parts
        assert only.code is UnreadableCode.TOO_LARGE
        assert only.path.count(".msg") == Limits().mail_depth + 1

    def test_too_many_attachments(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(mail_msg, "MAX_STORAGES", 5)
        data = compound(message(TEXTS, *[attachment(f"{n}.txt", b"x") for n in range(5)]))
        with pytest.raises(Unreadable) as caught:
            read_msg(data, 8)
        assert caught.value.code is UnreadableCode.TOO_LARGE

    def test_streams_that_share_their_sectors(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ole_compound, "SLACK", 0)
        data = compound({"a": PDF})
        file = Compound(data)
        for _ in range(2 * len(data) // len(PDF)):
            assert file.read("a") == PDF
        with pytest.raises(Unreadable) as caught:
            file.read("a")
        assert caught.value.code is UnreadableCode.TOO_LARGE
