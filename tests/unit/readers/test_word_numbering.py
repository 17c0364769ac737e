"""Automatic numbers: what Word writes before a paragraph by itself."""

import pytest

from shoufa.readers.document import read_document
from unit.readers import papers
from unit.readers.papers import docx, tbl, tc


def level(depth: int, form: str, text: str, more: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'
    )


LEVELS = (
    level(0, "chineseCounting", "%1、") + level(1, "chineseCounting", "（%2）") + level(2, "decimal", "%3.")
    + level(3, "decimal", "%1.%3.%4", "<w:isLgl/>")
)  # fmt: skip


def numbered(paragraphs: list[tuple[str, str, str]], numbering: str = "", styles: str = "") -> list[str]:
    """Lines of paragraphs given as number id, level, text."""
    body = "".join(
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{key}"/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'
        for key, depth, text in paragraphs
    )
    return lines(body, numbering or default(), styles)


def default(levels: str = LEVELS, nums: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>') -> str:
    return f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>{nums}'


def lines(body: str, numbering: str, styles: str = "") -> list[str]:
    members = {
        "word/numbering.xml": f"<w:numbering {papers.NAMESPACES}>{numbering}</w:numbering>",
        "word/styles.xml": f"<w:styles {papers.NAMESPACES}>{styles}</w:styles>",
    }
    return read_document(docx(body, members)).pages[0].text.splitlines()


def test_levels_count_by_themselves_and_start_anew_under_the_next_heading():
    found = numbered([
        ("1", "0", "项目基本情况"), ("1", "1", "背景"), ("1", "1", "目标"), ("1", "2", "近期"), ("1", "0", "进度"),
        ("1", "1", "安排"), ("1", "3", "细目"),
    ])  # fmt: skip
    assert found == ["一、项目基本情况", "（一）背景", "（二）目标", "1. 近期", "二、进度", "（一）安排", "2.1.1 细目"]


def test_a_list_that_starts_over_and_one_that_goes_on():
    nums = default(
        nums='<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/></w:num>'
    )
    found = numbered([("1", "0", "a"), ("2", "0", "b"), ("2", "0", "c"), ("3", "0", "d")], nums)
    assert found == ["一、a", "五、b", "六、c", "七、d"]


def test_a_level_that_never_starts_anew():
    levels = level(0, "decimal", "%1.") + level(1, "decimal", "表%2", '<w:lvlRestart w:val="0"/>')
    found = numbered([("1", "0", "a"), ("1", "1", "b"), ("1", "0", "c"), ("1", "1", "d")], default(levels))
    assert found == ["1. a", "表1 b", "2. c", "表2 d"]


def test_numbers_that_a_style_brings():
    styles = (
        '<w:style w:type="paragraph" w:styleId="a"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="b"><w:basedOn w:val="a"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="c"><w:basedOn w:val="c"/></w:style>'
    )
    body = "".join(f'<w:p><w:pPr><w:pStyle w:val="{s}"/></w:pPr><w:r><w:t>{s}</w:t></w:r></w:p>' for s in "abc")
    assert lines(body, default(), styles) == ["一、a", "二、b", "c"]


def test_a_style_that_belongs_to_a_level():
    levels = level(0, "decimal", "%1.") + level(1, "decimal", "%1.%2", '<w:pStyle w:val="h2"/>')
    styles = '<w:style w:type="paragraph" w:styleId="h2"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    body = '<w:p><w:pPr><w:pStyle w:val="h2"/></w:pPr><w:r><w:t>x</w:t></w:r></w:p>'
    assert lines(body, default(levels), styles) == ["1.1 x"]


def test_a_list_defined_by_a_list_style():
    numbering = (
        '<w:abstractNum w:abstractNumId="7"><w:numStyleLink w:val="L"/></w:abstractNum>' + default()
        + '<w:num w:numId="9"><w:abstractNumId w:val="7"/></w:num>'
    )  # fmt: skip
    styles = '<w:style w:type="numbering" w:styleId="L"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    assert numbered([("9", "0", "a"), ("9", "0", "b")], numbering, styles) == ["一、a", "二、b"]


def test_bullets_and_switched_off_numbers_show_nothing():
    assert numbered([("1", "0", "a"), ("0", "0", "b"), ("77", "0", "c"), ("1", "99", "d")], default(level(0, "bullet", "\uf0fe"))) == [
        "a", "b", "c", "d",
    ]  # fmt: skip


def test_serial_numbers_of_a_tables_rows():
    def cell() -> str:
        return tc('<w:p><w:pPr><w:numPr><w:ilvl w:val="2"/><w:numId w:val="1"/></w:numPr></w:pPr></w:p>')

    assert lines(tbl([cell(), tc("甲")], [cell(), tc("乙")]), default()) == ["1. | 甲", "2. | 乙"]


@pytest.mark.parametrize("value", ["²", "9" * 5000, "-1", "٣"])
def test_numbers_that_are_none_cost_no_document(value: str):
    broken = level(0, "decimal", "%1.").replace('w:start w:val="1"', f'w:start w:val="{value}"')
    nums = (
        f'<w:num w:numId="1"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="{value}"><w:startOverride w:val="{value}"/>'
        "</w:lvlOverride></w:num>"
    )
    odd = default(broken + level(1, "decimal", "%2.").replace('ilvl="1"', f'ilvl="{value}"'), nums)
    assert numbered([("1", "0", "甲"), ("1", value, "乙")], odd)[0].endswith(". 甲")


def test_a_level_of_endless_text_is_cut():
    found = numbered([("1", "0", "甲")], default(level(0, "decimal", "%1" * 2000)))
    assert found == ["1" * 30 + " 甲"]
