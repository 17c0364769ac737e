"""The converter, by programs that behave as badly as one can: each costs its document only."""

import os
import time
from pathlib import Path

import pytest

from shoufa.domain.errors import Unreadable
from shoufa.readers import soffice
from shoufa.readers.document import read_document
from unit.readers.compound import compound
from unit.readers.papers import docx, p

OLD_WORD = compound({"WordDocument": b"\xec\xa5\x65\x00" + bytes(600)})
"""Word 95: nothing but a converter reads it."""
WORKS = compound({"MatOST": b"x" * 100})


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Put a script in the converter's place; `$OUT` is where it is asked to write, `$SOURCE` what to read."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(soffice, "SECONDS", 2.0)

    def written(script: str, start: str = "#!/bin/sh") -> Path:
        program = tmp_path / "soffice"
        head = 'while [ $# -gt 1 ]; do [ "$1" = --outdir ] && OUT="$2"; shift; done; SOURCE="$1"'
        program.write_text(f"{start}\n{head}\n{script}\n")
        program.chmod(0o755)
        (tmp_path / "good.docx").write_bytes(docx(p("转换")))
        return tmp_path

    return written


def fails(said: str = "") -> None:
    with pytest.raises(Unreadable) as caught:
        soffice.to_docx(b"x", "doc")
    assert said in caught.value.reason


def test_what_it_writes_where_it_was_asked_is_taken(install):
    folder = install("mkdir -p $OUT; cp $(dirname $0)/good.docx $OUT/document.docx")
    assert soffice.to_docx(b"x", "doc") == (folder / "good.docx").read_bytes()


def test_one_that_hangs_is_killed_with_its_children(install):
    folder = install('sleep 600 & echo $! > "$(dirname $0)/child"; wait')
    start = time.monotonic()
    fails("too long")
    assert time.monotonic() - start < 20
    time.sleep(0.2)
    child = int((folder / "child").read_text())
    stat = Path(f"/proc/{child}/stat")
    assert not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"


def test_children_it_leaves_behind_are_killed(install):
    folder = install('sleep 600 & echo $! > "$(dirname $0)/child"; exit 0')
    fails("made nothing")
    time.sleep(0.2)
    child = int((folder / "child").read_text())
    stat = Path(f"/proc/{child}/stat")
    assert not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.parametrize(
    "script",
    [
        "kill -SEGV $$", "exit 0", "exit 81",
        "cp $(dirname $0)/good.docx $(dirname $OUT)/document.docx",
        "mkdir -p $OUT; cp $(dirname $0)/good.docx $OUT/other.docx",
        "mkdir -p $OUT; ln -s $(dirname $0)/good.docx $OUT/document.docx",
        "mkdir -p $OUT/document.docx",
    ],
)  # fmt: skip
def test_one_that_crashes_or_writes_elsewhere_makes_nothing(install, script: str):
    install(script)
    fails("made nothing")


def test_one_that_does_not_start(install):
    install("", start="#!/no/such/interpreter")
    fails("does not start")


def test_one_that_gives_too_much(install, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(soffice, "MAX_BYTES", 100)
    install("mkdir -p $OUT; cp $(dirname $0)/good.docx $OUT/document.docx")
    with pytest.raises(Unreadable) as caught:
        soffice.to_docx(b"x", "doc")
    assert caught.value.code == "too-large"


def test_its_profile_is_its_own_and_forbids_macros(install):
    folder = install(
        'd=$(dirname $0); env > $d/env; cp "$(dirname $SOURCE)/profile/user/registrymodifications.xcu" $d/; echo $SOURCE > $d/source'
    )
    before = os.environ.get("HOME")
    fails()
    environment = (folder / "env").read_text()
    assert "DisableMacrosExecution" in (folder / "registrymodifications.xcu").read_text()
    assert f"HOME={before}\n" not in environment
    source = Path((folder / "source").read_text().strip())
    assert source.name == "document.doc"
    assert not source.parent.exists()


def test_an_old_document_is_converted(install):
    install("mkdir -p $OUT; cp $(dirname $0)/good.docx $OUT/document.docx")
    assert read_document(OLD_WORD).pages[0].text == "转换"
    assert read_document(WORKS).pages[0].text == "转换"


@pytest.mark.parametrize("script", ["exit 1", "sleep 600"])
def test_without_its_help_the_document_is_refused_with_a_reason(install, script: str):
    install(script)
    for data, code in ((OLD_WORD, "unreadable"), (WORKS, "unsupported")):
        with pytest.raises(Unreadable) as caught:
            read_document(data)
        assert caught.value.code == code


def test_where_none_is_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert soffice.available() is None
    fails("no converter")
    with pytest.raises(Unreadable) as caught:
        read_document(WORKS)
    assert caught.value.code == "unsupported"
