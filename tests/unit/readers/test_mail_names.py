"""Attachment names as mailers really write them: raw, encoded, split, mislabelled, unsafe."""

import base64
from urllib.parse import quote_from_bytes

import pytest

from shoufa.readers.mail import read_mail
from unit.readers.mailkit import attached, mail, multipart, part, text

NAME = "推荐汇总表（南京市教育局）.docx"
RARE = "朱镕基项目.docx"  # 镕 is no character of GB 2312
FOUR = "𠮷林省申报书.docx"  # a four-byte character of GB 18030


def word(name: str, label: str, codec: str) -> str:
    return f"=?{label}?B?{base64.b64encode(name.encode(codec)).decode()}?="


def q_word(data: bytes, label: str) -> str:
    return f"=?{label}?Q?{''.join(f'={b:02X}' for b in data)}?="


def percent(name: str, codec: str) -> str:
    return quote_from_bytes(name.encode(codec), safe="")


def names(raw: bytes) -> list[str]:
    return [p.name for p in read_mail(raw)[0].parts]


def disposition(rest: str | bytes) -> bytes:
    rest = rest if isinstance(rest, bytes) else rest.encode("utf-8")
    return attached(
        b"content", "Content-Type: application/octet-stream", b"Content-Disposition: attachment; " + rest
    )


GB = NAME.encode("gb18030")
CASES = {
    "raw GBK": (b'filename="' + NAME.encode("gbk") + b'"', NAME),
    "raw GBK whose last byte looks like a backslash": (b'filename="' + "乗".encode("gbk") + b'"', "乗"),
    "raw UTF-8": (f'filename="{NAME}"', NAME),
    "raw, unquoted, with blanks": ("filename=申报 材料 1.docx", "申报 材料 1.docx"),
    "encoded word, quoted": (f'filename="{word(NAME, "utf-8", "utf-8")}"', NAME),
    "encoded word, unquoted": (f"filename={word(NAME, 'gb18030', 'gb18030')}", NAME),
    "gb2312 label with GBK inside": (f'filename="{word(RARE, "gb2312", "gbk")}"', RARE),
    "gbk label with GB 18030 inside": (f'filename="{word(FOUR, "GBK", "gb18030")}"', FOUR),
    "x-gbk": (f'filename="{word(NAME, "x-gbk", "gbk")}"', NAME),
    "unknown charset": (f'filename="{word(NAME, "x-nonsense", "utf-8")}"', NAME),
    "language in the word": (f'filename="{word(NAME, "utf-8*zh", "utf-8")}"', NAME),
    "words cut inside a character": (f'filename="{q_word(GB[:7], "gb18030")}\r\n {q_word(GB[7:], "gb18030")}"', NAME),
    "base64 cut between words": (
        f'filename="=?gbk?B?{base64.b64encode(GB)[:10].decode()}?=\r\n =?gbk?B?{base64.b64encode(GB)[10:].decode()}?="', NAME,
    ),
    "RFC 2231": (f"filename*=utf-8'zh-cn'{percent(NAME, 'utf-8')}", NAME),
    "RFC 2231 gb2312 label": (f"filename*=gb2312''{percent(RARE, 'gbk')}", RARE),
    "RFC 2231 cut inside a character": (
        f"filename*0*=gb18030''{percent(NAME, 'gb18030')[:16]};\r\n filename*1*={percent(NAME, 'gb18030')[16:]}", NAME,
    ),
    "RFC 2231 cut inside a character of four bytes": (
        f"filename*0*=gb18030''{percent(FOUR, 'gb18030')[:6]};\r\n filename*1*={percent(FOUR, 'gb18030')[6:]}", FOUR,
    ),
    "RFC 2231 out of order": (f"filename*1*={percent(NAME, 'utf-8')[18:]}; filename*0*=utf-8''{percent(NAME, 'utf-8')[:18]}", NAME),
    "RFC 2231 mixed with plain": (f"filename*0*=utf-8''{percent(NAME[:-5], 'utf-8')}; filename*1=.docx", NAME),
    "RFC 2231 beside a plain name": (f"filename=fallback.docx; filename*=utf-8''{percent(NAME, 'utf-8')}", NAME),
    "RFC 2231 without charset": (f"filename*=''{percent(NAME, 'gbk')}", NAME),
    "percent-encoded": (f'filename="{percent("推荐函", "utf-8")}.docx"', "推荐函.docx"),
    "a percent sign that is meant": ('filename="100%25.docx"', "100%25.docx"),
    "quotes inside quotes": ('filename="关于"十四五"规划.docx"', '关于"十四五"规划.docx'),
    "a quote that is not closed": ('filename="推荐函.docx', "推荐函.docx"),
    "Windows path": (r'filename="C:\Users\张三\推荐函.docx"', "推荐函.docx"),
    "climbing path": ('filename="../../etc/passwd"', "etc_passwd"),
    "direction override": ("filename*=utf-8''%E2%80%AExcod.exe", r"\u202excod.exe"),
    "control characters": ("filename*=utf-8''a%00%07b.txt", r"a\u0000\u0007b.txt"),
    "decomposed (Apple)": ("filename*=utf-8''cafe%CC%81.txt", "café.txt"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_name(case: str) -> None:
    rest, wanted = CASES[case]
    assert names(disposition(rest)) == [wanted]


def test_name_stands_in_content_type_alone() -> None:
    raw = attached(b"content", f'Content-Type: application/msword; name="{word(NAME, "gb2312", "gbk")}"')
    assert names(raw) == [NAME]


def test_undamaged_name_of_content_type_beats_damaged_filename() -> None:
    raw = attached(
        b"content",
        f'Content-Type: application/msword; name="{NAME}"',
        "Content-Disposition: attachment; filename*=utf-8''%FF%FE.docx",
    )
    assert names(raw) == [NAME]


def test_missing_semicolon() -> None:
    assert names(
        attached(b"x", "Content-Type: application/pdf", 'Content-Disposition: attachment filename="甲.pdf"')
    ) == ["甲.pdf"]


def test_nameless_parts_are_numbered_and_named_by_content() -> None:
    raw = mail(
        multipart(
            text("x"), part(b"%PDF-1.4", "Content-Type: application/pdf"), part(b"\0\1", "Content-Type: a/b")
        )
    )
    assert names(raw) == ["未命名附件1.pdf", "未命名附件2.bin"]


def test_a_long_name_is_shortened_and_keeps_its_ending() -> None:
    (name,) = names(disposition("filename=" + "长" * 900 + ".docx"))
    assert len(name) == 200
    assert name.endswith(".docx")


def test_subject_and_sender_raw_in_gbk() -> None:
    raw = (
        b"From: " + "张三 <a@b.cn>".encode("gbk") + b"\r\nSubject: " + "报送材料".encode("gbk") + b"\r\n\r\nx"
    )
    found = read_mail(raw)[0]
    assert (found.sender.name, found.sender.email, found.subject) == ("张三", "a@b.cn", "报送材料")
