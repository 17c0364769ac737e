"""Quoted heads, file links, winmail.dat and S/MIME, on text and bytes built here."""

import struct
from datetime import datetime, timedelta, timezone

import pytest

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.readers.mail import read_mail
from shoufa.readers.mail_links import cloud_links, provider
from shoufa.readers.mail_quoted import quoted_heads
from shoufa.readers.mail_smime import smime_content
from unit.readers.mailkit import attached, mail, multipart, part, text

SHANGHAI = timezone(timedelta(hours=8))
AT = datetime(2023, 8, 10, 15, 5, tzinfo=SHANGHAI)
HEADS = {
    "foxmail": "请处理\n\n发件人： 李四\n发送时间： 2023-08-10 15:05\n收件人： 王五\n主题： 报送材料\n正文",
    "qq": '------------------ 原始邮件 ------------------\n发件人: "李四" <li@firm.cn>;\n发送时间: 2023年8月10日(星期四) 下午3:05\n收件人: "w"<w@unit.cn>;\n主题: 报送材料\n',
    "coremail": "---- 转发邮件信息 ----\n发件人：李四<li@firm.cn>\n发送日期：2023-08-10 15:05:00\n收件人：w@unit.cn\n主题：报送材料\n",
    "outlook": "-----Original Message-----\nFrom: 李四 [mailto:li@firm.cn]\nSent: Thursday, August 10, 2023 3:05 PM\nTo: w\nSubject: 报送材料\n",
    "apple": "Begin forwarded message:\n\n> From: 李四 <li@firm.cn>\n> Date: 10 Aug 2023 at 15:05\n> To: w\n> Subject: 报送材料\n",
    "in a table": "发件人:\n李四 <li@firm.cn>\n发送时间:\n2023/8/10 15:05\n主题:\n报送材料\n",
}


@pytest.mark.parametrize("style", HEADS)
def test_quoted_head(style: str) -> None:
    (head,) = quoted_heads(HEADS[style])
    assert (head.sender.name, head.date, head.subject, head.attached) == ("李四", AT, "报送材料", False)
    assert head.sender.email in {"li@firm.cn", ""}


def test_two_heads_in_order() -> None:
    assert [
        h.sender.email
        for h in quoted_heads(HEADS["qq"] + "\n说明\n" + HEADS["outlook"].replace("li@", "zh@"))
    ] == ["li@firm.cn", "zh@firm.cn"]


@pytest.mark.parametrize(
    "body", ["主题：培训\n时间：下周", "联系人：李四\n电话：1", "发件人：李四", "", "From: here\nto there"]
)
def test_no_head(body: str) -> None:
    assert quoted_heads(body) == []


@pytest.mark.parametrize(
    ("date", "wanted"),
    [
        ("2023年8月10日 中午12:30", (12, 30)), ("2023年8月10日 凌晨1:30", (1, 30)), ("2023年8月10日 晚上9:00", (21, 0)),
        ("2023年8月10日（星期四） 15:05", (15, 5)), ("2023年8月10日", (0, 0)), ("2023/8/10 上午 9:07", (9, 7)),
    ],
)  # fmt: skip
def test_chinese_times(date: str, wanted: tuple[int, int]) -> None:
    (head,) = quoted_heads(f"发件人: a@b.cn\n发送时间: {date}\n")
    assert head.date
    assert (head.date.day, head.date.hour, head.date.minute) == (10, *wanted)


@pytest.mark.parametrize(
    ("url", "name", "days"),
    [
        ("https://mail.qq.com/cgi-bin/ftnExs_download?k=1&code=2", "QQ邮箱超大附件", 30),
        ("http://wx.mail.qq.com/ftn/download?func=3&key=a", "QQ邮箱超大附件", 30),
        ("https://mail.163.com/large-attachment-download/index.html?p=x", "网易邮箱云附件", 15),
        ("https://dashi.163.com/html/cloud-attachment-download/?key=x", "网易邮箱云附件", 15),
        ("https://edisk.qiye.163.com/api/biz/attachment/download?identity=x", "网易企业邮箱云附件", None),
        ("https://download.cloud.189.cn/v5/x", "189邮箱超大附件", None),
        ("http://mail.sina.com.cn/filecenter/download.php?id=x", "新浪邮箱中转站", None),
        ("https://pan.baidu.com/s/1abc", "百度网盘", None),
        ("https://www.alipan.com/s/xyz", "阿里云盘", None),
    ],
)
def test_providers(url: str, name: str, days: int | None) -> None:
    known = provider(url)
    assert known
    assert (known.name, known.days) == (name, days)


@pytest.mark.parametrize(
    "url",
    [
        "https://mail.qq.com/",
        "https://example.com/pan.baidu.com/s/1",
        "https://evilpan.baidu.com.cn/s/1",
        "http://[bad",
    ],
)
def test_other_addresses_are_no_file_links(url: str) -> None:
    assert provider(url) is None


def test_link_in_a_plain_text_takes_the_name_before_it() -> None:
    body = "超大附件\n申报材料（终稿）.zip (86.3M, 2023年09月10日 10:20 到期)\n进入下载页面：https://mail.qq.com/cgi-bin/ftnExs_download?k=1&code=2，谢谢"
    (link,) = cloud_links(body, [])
    assert (link.provider, link.host, link.name, link.days) == (
        "QQ邮箱超大附件",
        "mail.qq.com",
        "申报材料（终稿）.zip",
        30,
    )


SENT = datetime(2023, 8, 10, 15, 5, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("body", "days"),
    [
        ("甲.zip (86.3M, 2023年09月10日 15:20 到期)\n进入下载页面：https://mail.sina.com.cn/filecenter/download.php?id=1", 31),
        ("文件名：甲.zip 有效期：7天 下载：https://pan.baidu.com/s/1abc", 7),
        ("https://download.cloud.189.cn/v5/x\n有效期至2023-08-25 16:00:00", 15),
        ("附件保存15天 https://edisk.qiye.163.com/api/biz/attachment/download?identity=x", 15),
        ("https://www.alipan.com/s/xyz 30天后过期", 30),
        ("甲.zip https://mail.qq.com/cgi-bin/ftnExs_download?k=1&code=2", 30),
        ("甲.zip 2023年07月01日 到期 https://pan.baidu.com/s/1abc", None),
        ("会议于2023年09月10日召开 https://pan.baidu.com/s/1abc", None),
        ("甲.zip https://mail.sina.com.cn/filecenter/download.php?id=1", None),
    ],
)
def test_the_life_of_a_link_is_what_the_mail_says_else_what_is_usual(body: str, days: int | None) -> None:
    (link,) = cloud_links(body, [], SENT)
    assert link.days == days


def test_each_link_has_its_own_life() -> None:
    body = "有效期7天 https://pan.baidu.com/s/1a\n有效期30天 https://pan.baidu.com/s/1b"
    assert [k.days for k in cloud_links(body, [], SENT)] == [7, 30]


def test_links_in_html_take_names_from_their_anchors_and_count_once() -> None:
    url = "https://wx.mail.qq.com/ftn/download?func=3&amp;key=a"
    source = f'<div>甲.zip</div><a href="{url}">进入下载页面</a><a href="{url}">下载</a><a href="https://pan.baidu.com/s/1?pwd=x">乙.rar</a>'
    found = read_mail(mail(text(source, kind="html")))[0].links
    assert [(k.provider, k.name) for k in found] == [("QQ邮箱超大附件", "甲.zip"), ("百度网盘", "乙.rar")]


def test_two_links_keep_their_own_names() -> None:
    found = cloud_links(
        "一.zip\nhttps://pan.baidu.com/s/1a\n二.zip\nhttps://pan.baidu.com/s/1b\nhttps://pan.baidu.com/s/1c",
        [],
    )
    assert [k.name for k in found] == ["一.zip", "二.zip", ""]


# --- winmail.dat -------------------------------------------------------------------------------------------------


def attribute(kind: int, value: bytes, level: int = 2) -> bytes:
    return struct.pack("<BII", level, kind, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def properties(*values: tuple[int, int, bytes]) -> bytes:
    out = struct.pack("<I", len(values))
    for kind, prop, raw in values:
        out += (
            struct.pack("<HH", kind, prop) + struct.pack("<II", 1, len(raw)) + raw + b"\0" * (-len(raw) % 4)
        )
    return out


def tnef(*attributes: bytes) -> bytes:
    return (
        b"\x78\x9f\x3e\x22\1\0" + attribute(0x00069007, struct.pack("<II", 936, 0), 1) + b"".join(attributes)
    )


def tnef_file(title: bytes, data: bytes, *more: tuple[int, int, bytes]) -> bytes:
    out = (
        attribute(0x00069002, b"\0" * 14) + attribute(0x00018010, title + b"\0") + attribute(0x0006800F, data)
    )
    return out + (attribute(0x00069005, properties(*more)) if more else b"")


def winmail(data: bytes) -> bytes:
    return attached(
        data,
        "Content-Type: application/ms-tnef; name=winmail.dat",
        "Content-Disposition: attachment; filename=winmail.dat",
    )


class TestWinmail:
    """MS-OXTNEF."""

    def test_names_in_gbk_and_unicode(self) -> None:
        long = (0x1F, 0x3707, "推荐汇总表（南京）.xlsx\0".encode("utf-16le"))
        data = tnef(tnef_file("推荐函.docx".encode("gbk"), b"one"), tnef_file(b"TUIJIA~1.XLS", b"two", long))
        found, blobs = read_mail(winmail(data))
        assert [(p.path, blobs[p.sha256]) for p in found.parts] == [
            ("推荐函.docx", b"one"),
            ("推荐汇总表（南京）.xlsx", b"two"),
        ]

    def test_long_name_may_stand_first(self) -> None:
        long = attribute(0x00069005, properties((0x1E, 0x3707, "长名.pdf\0".encode("gbk"))))
        data = tnef(
            attribute(0x00069002, b"\0" * 14)
            + long
            + attribute(0x00018010, b"SHORT.PDF\0")
            + attribute(0x0006800F, b"x")
        )
        assert [p.name for p in read_mail(winmail(data))[0].parts] == ["长名.pdf"]

    def test_a_message_inside(self) -> None:
        inner = tnef(tnef_file(b"in.txt", b"deep"))
        data = tnef(
            attribute(0x00069002, b"\0" * 14)
            + attribute(0x00069005, properties((0x0D, 0x3701, b"i" * 16 + inner)))
        )
        assert [p.name for p in read_mail(winmail(data))[0].parts] == ["in.txt"]

    def test_text_alone_is_the_body_where_there_is_none(self) -> None:
        raw = mail(
            part(
                tnef(attribute(0x0002800C, "正文在此\0".encode("gbk"), 1)),
                "Content-Type: application/ms-tnef; name=winmail.dat",
            )
        )
        found = read_mail(raw)[0]
        assert (found.body, found.parts) == ("正文在此", ())

    def test_what_gives_nothing_stays_a_part(self) -> None:
        assert [
            (p.name, p.container) for p in read_mail(winmail(b"\x78\x9f\x3e\x22\1\0" + b"\xff" * 40))[0].parts
        ] == [("winmail.dat", "tnef")]

    def test_a_cut_stream_gives_what_stands_before(self) -> None:
        whole = tnef(tnef_file(b"a.txt", b"one"), tnef_file(b"b.txt", b"two" * 100))
        assert read_mail(winmail(whole[:-50]))[0].parts[0].name == "a.txt"


# --- S/MIME ------------------------------------------------------------------------------------------------------

SIGNED, DATA, ENVELOPED = (b"\x2a\x86\x48\x86\xf7\x0d\x01\x07" + bytes([n]) for n in (2, 1, 3))
SM2_SIGNED, SM2_DATA = (b"\x2a\x81\x1c\xcf\x55\x06\x01\x04\x02" + bytes([n]) for n in (2, 1))


def der(tag: int, *contents: bytes) -> bytes:
    body = b"".join(contents)
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8 or 1, "big")
    return (
        bytes([tag]) + (bytes([len(body)]) if len(body) < 0x80 else bytes([0x80 | len(size)]) + size) + body
    )


def ber(tag: int, *contents: bytes) -> bytes:
    return bytes([tag, 0x80]) + b"".join(contents) + b"\0\0"


def signed(content: bytes | None, outer: bytes = SIGNED, inner: bytes = DATA, wrap=der) -> bytes:  # type: ignore[no-untyped-def]
    octets = (
        der(0x04, content or b"")
        if wrap is der
        else ber(0x24, *(der(0x04, (content or b"")[n : n + 50]) for n in range(0, len(content or b""), 50)))
    )
    carried = [] if content is None else [wrap(0xA0, octets)]
    info = wrap(0x30, der(0x06, inner), *carried)
    return wrap(0x30, der(0x06, outer), wrap(0xA0, wrap(0x30, der(0x02, b"\1"), der(0x31), info, der(0x31))))


INSIDE = multipart(
    text("签名正文"),
    part(
        b"%PDF-1.4 x", "Content-Type: application/pdf", 'Content-Disposition: attachment; filename="函.pdf"'
    ),
    boundary="s",
)
P7M = (
    "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m",
    "Content-Disposition: attachment; filename=smime.p7m",
)


@pytest.mark.parametrize(
    ("outer", "inner", "wrap"), [(SIGNED, DATA, der), (SIGNED, DATA, ber), (SM2_SIGNED, SM2_DATA, der)]
)
def test_opaque_signed_mail_is_unwrapped(outer: bytes, inner: bytes, wrap) -> None:  # type: ignore[no-untyped-def]
    found = read_mail(mail(part(signed(INSIDE, outer, inner, wrap), *P7M)))[0]
    assert ([p.path for p in found.parts], found.body) == (["函.pdf"], "签名正文")


def test_a_real_signature_is_unwrapped() -> None:
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import pkcs7

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "t")])
    day = datetime(2023, 1, 1, tzinfo=SHANGHAI)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    certificate = (
        builder.serial_number(1)
        .not_valid_before(day)
        .not_valid_after(day + timedelta(days=9))
        .sign(key, hashes.SHA256())
    )
    made = pkcs7.PKCS7SignatureBuilder().set_data(INSIDE).add_signer(certificate, key, hashes.SHA256())
    data = made.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    assert [p.path for p in read_mail(mail(part(data, *P7M)))[0].parts] == ["函.pdf"]


def test_an_enveloped_mail_is_encrypted() -> None:
    found = read_mail(mail(part(signed(b"secret", outer=ENVELOPED), *P7M)))[0]
    assert [(p.name, p.code) for p in found.parts] == [("smime.p7m", UnreadableCode.ENCRYPTED)]


def test_a_detached_signature_has_no_content() -> None:
    assert smime_content(signed(None)) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x80",
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x80" * 2000,
        signed(b"x")[:20],
        b"\x04\x01x",
    ],
)
def test_broken_structures_are_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        smime_content(data)
    assert caught.value.code is UnreadableCode.UNREADABLE
