"""Plain text in the charsets that Chinese offices use."""

import pytest

from shoufa.readers.text import decode, read_html


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"])
def test_charsets_by_the_bytes(charset: str):
    text = "序号\t项目名称\r\n1\t标准化试点\r\n"
    assert decode(text.encode(charset)) == text


def test_a_named_charset_counts_where_it_fits():
    assert decode("繁體中文".encode("big5"), "big5") == "繁體中文"
    assert decode("简体".encode(), "gb2312") == "简体"
    assert decode("简体".encode("gb18030"), "no-such") == "简体"


def test_a_page_in_the_charset_that_it_names():
    page = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=big5"></head><body>繁體</body></html>'
    assert read_html(page.encode("big5"))[0] == "繁體"


def test_deep_nesting_ends():
    text, tables, _ = read_html(("<table><tr><td>" * 3000 + "x").encode())
    assert len(tables) <= 200
    assert len(text) < 10_000
