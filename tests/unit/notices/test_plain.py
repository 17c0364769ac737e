"""Names and sizes as mails show them."""

import pytest

from shoufa.notices.plain import NAME_LIMIT, file_name, file_path, shown
from shoufa.notices.sizes import size_text
from shoufa.notices.words import Language, language_of
from unit.notices.made import manifest, part


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0, "0 KB"),
        (1, "1 KB"),
        (1536, "2 KB"),
        (28672, "28 KB"),
        (1048064, "1.0 MB"),
        (2202010, "2.1 MB"),
        (1 << 30, "1024.0 MB"),
    ],
)
def test_sizes(size: int, said: str) -> None:
    assert size_text(size) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("申报书.zip", "申报书.zip"),
        ("1.甲公司.申报书v1.2.docx", "1.甲公司.申报书v1.2.docx"),
        ("http://evil.com/a.pdf", "hxxp://evil[.]com/a.pdf"),
        ("HTTPS://1.2.3.4", "hxxps://1.2.3.4"),
        ("ftp://x", "fxp://x"),
        ("www.evil.com.pdf", "www[.]evil[.]com.pdf"),
        ("点我.com", "点我[.]com"),
        ("例子.中国", "例子[.]中国"),
        ("x.xn--fiqs8s", "x[.]xn--fiqs8s"),
        ("甲\u202efdp.docx", "甲\\u202efdp.docx"),
        ("a\nb\x07\u200b.pdf", "a\\u000ab\\u0007\\u200b.pdf"),
        ("", "-"),
    ],
)
def test_names(name: str, said: str) -> None:
    assert file_name(name) == said
    assert shown(shown(name)) == shown(name)


@pytest.mark.parametrize(
    "name", ["长" * 100 + ".docx", "x" * 100, "\u202e" * 40 + ".pdf", "a." * 60 + "pdf", "http://" * 20]
)
def test_long_names_are_cut_with_their_extension(name: str) -> None:
    said = file_name(name)
    assert len(said) == NAME_LIMIT
    _, dot, extension = name.rpartition(".")
    assert said.endswith(f"….{extension}" if dot else "…")


def test_a_long_path_keeps_the_files_own_name() -> None:
    assert file_path("目录" * 40 + "/甲.docx") == "…/甲.docx"
    assert len(file_path("目录" * 40 + "/" + "甲" * 80 + ".docx")) == NAME_LIMIT


@pytest.mark.parametrize(
    ("mail", "language"),
    [
        ({"subject": "Application", "body": "Dear all"}, Language.EN),
        ({"subject": "Application", "body": "联系人：张"}, Language.ZH),
        ({"subject": "材料", "body": ""}, Language.ZH),
        ({"subject": "", "body": " \n"}, Language.ZH),
        ({"subject": "20230810", "body": ""}, Language.ZH),
        ({"subject": "scan", "body": "", "parts": (part("申报书.pdf", 1),)}, Language.ZH),
        ({"subject": "scan", "body": "", "parts": (part("letter.pdf", 1),)}, Language.EN),
        ({"subject": "Application", "body": "See attached.", "parts": (part("申报书.pdf", 1),)}, Language.EN),
    ],
)
def test_language(mail: dict[str, object], language: Language) -> None:
    assert language_of(manifest(**mail).mail) is language
