"""Fuzzes the .docx reader: the package itself, and by the first byte each of its parts inside a sound package."""

import io
import zipfile

from fuzz_common import INSTRUMENTED, fuzz

PARTS = (
    "word/document.xml", "_rels/.rels", "word/_rels/document.xml.rels", "word/header1.xml", "word/footnotes.xml",
    "[Content_Types].xml",
)  # fmt: skip
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"'
RUNS = (
    "<w:p><w:r><w:t>项目名称</w:t><w:tab/><w:br/></w:r><w:del><w:r><w:delText>x</w:delText></w:r></w:del></w:p>",
    """<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge w:val="restart"/></w:tcPr><w:p/></w:tc></w:tr>
    <w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl>""",
    """<w:sdt><w:sdtPr><w14:checkbox xmlns:w14="x"><w14:checked w14:val="1"/></w14:checkbox></w:sdtPr>
    <w:sdtContent/></w:sdt>""",
    """<w:p><w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:fldChar><w:ffData><w:checkBox><w:default w:val="1"/>
    </w:checkBox></w:ffData></w:fldChar></w:r></w:p>""",
    """<w:p><w:r><w:pict><v:imagedata r:id="r1" xmlns:r="r"/><w:txbxContent><w:p/></w:txbxContent></w:pict></w:r>
    </w:p>""",
)
RELS = (
    '<Relationships><Relationship Id="r1" Type="a/officeDocument" Target="word/document.xml"/>'
    '<Relationship Id="r2" Type="a/attachedTemplate" TargetMode="External" Target="http://x/y"/></Relationships>'
)


def package(replaced: int, data: bytes) -> bytes:
    """A sound package with one of its parts replaced."""
    plain = {name: f"<w:x {W}/>".encode() for name in PARTS}
    plain["word/document.xml"] = document(RUNS[0])
    plain["_rels/.rels"] = plain["word/_rels/document.xml.rels"] = RELS.encode()
    plain[PARTS[replaced]] = data
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in plain.items():
            archive.writestr(name, content)
    return out.getvalue()


def document(runs: str) -> bytes:
    """A main part with this content."""
    return f"<w:document {W}><w:body>{runs}</w:body></w:document>".encode()


def seeds() -> list[bytes]:
    """A package, and each part alone behind the byte that chooses it."""
    notes = f"<w:footnotes {W}><w:footnote>{RUNS[0]}</w:footnote></w:footnotes>".encode()
    made = [b"\xff" + package(0, document("".join(RUNS))), b"\x01" + RELS.encode(), b"\x02" + RELS.encode()]
    return made + [b"\0" + document(runs) for runs in RUNS] + [b"\x03" + document(RUNS[1]), b"\x04" + notes]


def main() -> None:
    """Run the fuzzer."""
    import atheris

    with atheris.instrument_imports(include=INSTRUMENTED):
        from shoufa.domain.errors import Unreadable
        from shoufa.domain.facts import Facts, Page
        from shoufa.readers.word import read_docx

    def target(data: bytes) -> None:
        chosen = data[0] if data else 0
        try:
            found = read_docx(package(chosen, data[1:]) if chosen < len(PARTS) else data[1:])
        except Unreadable:
            return
        facts = Facts(
            sha256="",
            pages=(Page(number=1, text=found.text),),
            tables=tuple(found.tables),
            headers=tuple(found.headers),
        )
        assert Facts.model_validate_json(facts.model_dump_json()) == facts

    fuzz("docx", seeds(), target)


if __name__ == "__main__":
    main()
