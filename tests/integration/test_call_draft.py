"""`shoufa call draft`, and the way of `schemas/README.md` followed step by step."""

import io
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from local import call_commands, call_drafts
from local.main import main
from shoufa.calls.load import load_call

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "schemas" / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NOTICE = next(body for _, name, body in BLOCK.findall(GUIDE) if name)


def docx(text):
    """A Word file with one paragraph for each line."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in text.splitlines())
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>',
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def pdf(text):
    """A born-digital PDF with one line for each line."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=(1200, 800))
    canvas.setFont("STSong-Light", 10)
    for place, line in enumerate(text.splitlines()):
        canvas.drawString(40, 760 - 20 * place, line)
    canvas.save()
    return made.getvalue()


def html(text):
    lines = "".join(f"<p>{line}</p>" for line in text.splitlines())
    return f"<html><head><title>页</title></head><body>{lines}</body></html>".encode()


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A folder with a copy of schemas/, which the commands take for the project's."""
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    monkeypatch.chdir(tmp_path)
    for module in (call_commands, call_drafts):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    return tmp_path


def edited(file, changes):
    """A file with the lines of a diff replaced; a `-` line that ends in … stands for one that begins so."""
    lines, old = file.read_text(encoding="utf-8").splitlines(), None
    for change in changes.splitlines():
        if change.startswith("-"):
            wanted = change[1:]
            at = next(i for i, x in enumerate(lines) if x == wanted or (wanted[-1] == "…" and x.startswith(wanted[:-1])))
            old = at
            del lines[at]
        else:
            lines.insert(old, change[1:])
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_the_guide_works_as_it_is_written(shelf, capsys):
    ran = 0
    for kind, name, body in BLOCK.findall(GUIDE):
        if kind == "text":
            (shelf / name).write_text(body, encoding="utf-8")
        elif kind == "diff":
            edited(shelf / "drafts" / "draft-2031-8.yaml", body)
        for line in body.splitlines() if kind == "sh" else ():
            command, *words = line.split()
            ran += 1
            if command == "shoufa":
                assert main(words) == 0, capsys.readouterr()
            else:
                {"mv": shutil.move, "cp": shutil.copy}[command](*words)
    assert ran == 6
    call = load_call(shelf / "schemas" / "calls" / "demo-2031-8.yaml")
    assert (call.units[0].mailbox, call.closes.isoformat()) == ("shidian@example.org", "2031-05-20T17:00:00+08:00")
    assert [m.kind.value for m in call.materials] == ["letter", "application", "summary"]
    assert "示范县标准化试点项目" in capsys.readouterr().out


@pytest.mark.parametrize(("name", "made"), [("n.docx", docx), ("n.pdf", pdf), ("n.html", html), ("n.txt", str.encode)])
def test_every_format_gives_the_same_draft(shelf, name, made):
    (shelf / name).write_bytes(made(NOTICE))
    assert main(["call", "draft", name, "--out", "drafts"]) == 0
    text = (shelf / "drafts" / "draft-2031-8.yaml").read_text(encoding="utf-8")
    for stated in ("shidian@example.org", "2031-05-20T17:00:00+08:00", "max: 3", "copies: 2", "演标委〔2031〕8号"):
        assert stated in text


def test_a_file_that_is_there_is_left_alone(shelf, capsys):
    (shelf / "n.txt").write_text(NOTICE, encoding="utf-8")
    (shelf / "drafts").mkdir()
    there = shelf / "drafts" / "draft-2031-8.yaml"
    there.write_text("mine", encoding="utf-8")
    assert main(["call", "draft", "n.txt", "--out", "drafts"]) == 1
    assert there.read_text(encoding="utf-8") == "mine"
    assert "文件已存在" in capsys.readouterr().err


def test_what_cannot_be_drafted_is_told_and_the_rest_goes_on(shelf, capsys):
    (shelf / "n.txt").write_text(NOTICE, encoding="utf-8")
    (shelf / "empty.html").write_bytes(b"<html><body></body></html>")
    (shelf / "broken.docx").write_bytes(docx("x")[:60])
    assert main(["call", "draft", "empty.html", "broken.docx", "n.txt", "--out", "drafts"]) == 1
    told = capsys.readouterr()
    assert "empty.html：未能起草" in told.err
    assert "broken.docx：未能起草" in told.err
    assert "n.txt → " in told.out


def test_a_notice_that_is_not_there_is_bad_usage(shelf, capsys):
    assert main(["call", "draft", "none.txt", "--out", "drafts"]) == 2
    assert not (shelf / "drafts").exists()
    assert "none.txt" in capsys.readouterr().err
