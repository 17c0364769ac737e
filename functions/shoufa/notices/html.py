"""A mail's contents as blocks, and the blocks as plain text and as HTML: the same words in both."""

from html import escape
from typing import Literal

from shoufa.domain.value import Value

FONTS = "'Microsoft YaHei','PingFang SC','Noto Sans CJK SC',sans-serif"
FONT = f"font-family:{FONTS};font-size:15px;line-height:1.7"
STYLES = {
    "text": "margin:0 0 14px 0",
    "lead": "margin:0 0 2px 0",
    "heading": "margin:0;margin-top:18px;margin-bottom:2px;font-weight:bold",
    "items": "margin:0 0 14px 0;padding-left:1.6em;text-indent:-1.6em",
    "table": "border-collapse:collapse;margin:2px 0 14px 0;font-size:13px",
    "footer": "margin:0;margin-top:22px;padding-top:10px;border-top:1px solid #cccccc;color:#555555",
}
CELL = "border:1px solid #cccccc;padding:3px 8px;text-align:left;vertical-align:top;line-height:1.4"
ITEM = "margin:0 0 2px 0;padding-left:1.6em;text-indent:-1.6em"
TIGHT = frozenset({"lead", "heading"})
"""Kinds of block that have no empty line after them in plain text."""


class Block(Value):
    """One block: `items` are numbered lines, `table` has `rows` (the first is its head), `lead` introduces.

    `strong` is a phrase of the block that HTML sets in bold.
    """

    kind: Literal["text", "lead", "heading", "items", "table", "footer"]
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    strong: str = ""


def text(*lines: str, strong: str = "") -> Block:
    """A paragraph of one or more lines."""
    return Block(kind="text", lines=lines, strong=strong)


def lead(line: str) -> Block:
    """A line that introduces the list after it."""
    return Block(kind="lead", lines=(line,))


def heading(line: str) -> Block:
    """A heading."""
    return Block(kind="heading", lines=(line,))


def items(lines: tuple[str, ...]) -> Block:
    """A numbered list."""
    return Block(kind="items", lines=tuple(f"{i}. {line}" for i, line in enumerate(lines, 1)))


def table(head: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> Block:
    """A table with its head."""
    return Block(kind="table", rows=(head, *rows))


def footer(*lines: str) -> Block:
    """The closing lines."""
    return Block(kind="footer", lines=tuple(line for line in lines if line))


def as_text(blocks: tuple[Block, ...]) -> str:
    """The blocks as plain text, an empty line between paragraphs."""
    out = ""
    for block in blocks:
        body = "\n".join("｜".join(row) for row in block.rows) if block.rows else "\n".join(block.lines)
        out += body + ("\n" if block.kind in TIGHT else "\n\n")
    return out.rstrip("\n") + "\n"


def as_html(blocks: tuple[Block, ...], language: str) -> str:
    """The blocks as one HTML page with inline styles only: no link, no picture, no script."""
    body = "\n".join(_table(b) if b.rows else _lines(b) for b in blocks)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}"><head><meta charset="utf-8"></head>\n'
        f'<body style="margin:0;padding:16px;max-width:46em;color:#222222;{FONT}">\n{body}\n'
        "</body></html>\n"
    )


def _lines(block: Block) -> str:
    """Paragraphs only: mail programs that render with a word processor mishandle nested boxes."""
    if block.kind != "items":
        inner = "<br>\n".join(_words(line, block.strong) for line in block.lines)
        return f'<p style="{STYLES[block.kind]}">{inner}</p>'
    styles = [ITEM] * (len(block.lines) - 1) + [STYLES["items"]]
    pairs = zip(styles, block.lines, strict=True)
    return "\n".join(f'<p style="{style}">{_words(line, "")}</p>' for style, line in pairs)


def _words(line: str, strong: str) -> str:
    safe = escape(line)
    return safe.replace(escape(strong), f"<b>{escape(strong)}</b>") if strong else safe


def _table(block: Block) -> str:
    head, *rows = ("".join(_cell(c, i == 0) for c in row) for i, row in enumerate(block.rows))
    inner = "\n".join(f"<tr>{row}</tr>" for row in (head, *rows))
    return f'<table style="{STYLES["table"]}">\n{inner}\n</table>'


def _cell(value: str, is_head: bool) -> str:
    name, style = ("th", f"{CELL};white-space:nowrap") if is_head else ("td", CELL)
    return f'<{name} style="{style}">{escape(value)}</{name}>'
