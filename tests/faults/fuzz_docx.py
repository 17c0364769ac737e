"""Fuzzes the .docx reader: by the first byte the package itself, each of its parts in a sound package, or Word 2003 XML."""

import io
import zipfile

from fuzz_common import INSTRUMENTED, fuzz

PARTS = (
    "word/document.xml", "_rels/.rels", "word/_rels/document.xml.rels", "word/header1.xml", "word/footnotes.xml",
    "[Content_Types].xml", "word/numbering.xml", "word/styles.xml",
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


NUMBERS = """<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>
<w:lvlText w:val="%1、"/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%1.%2"/><w:lvlRestart
w:val="0"/><w:isLgl/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">
<w:startOverride w:val="3"/></w:lvlOverride></w:num>"""
NUMBERED = (
    '<w:p><w:pPr><w:pStyle w:val="s"/><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>甲'
    "</w:t></w:r></w:p>"
)
STYLES = """<w:style w:type="paragraph" w:styleId="s"><w:basedOn w:val="s"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>
</w:pPr></w:style>"""
FLAT = b"""<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument
xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" xmlns:wx="x"><w:docSuppData><w:binData>QQ==</w:binData>
</w:docSuppData><w:body><w:p><w:pPr><w:listPr><wx:t wx:val="1."/></w:listPr></w:pPr><w:r><w:t>a</w:t><w:pict><w:binData>
/9j/</w:binData></w:pict></w:r></w:p></w:body></w:wordDocument>"""


def package(replaced: int, data: bytes) -> bytes:
    """A sound package with one of its parts replaced."""
    plain = {name: f"<w:x {W}/>".encode() for name in PARTS}
    plain["word/document.xml"] = document(RUNS[0] + NUMBERED * 3)
    plain["word/numbering.xml"] = side("numbering", NUMBERS)
    plain["word/styles.xml"] = side("styles", STYLES)
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


def side(name: str, content: str) -> bytes:
    """A part beside the main one."""
    return f"<w:{name} {W}>{content}</w:{name}>".encode()


def seeds() -> list[bytes]:
    """A document of 2003, a package, and each part alone behind the byte that chooses it."""
    notes = side("footnotes", f"<w:footnote>{RUNS[0]}</w:footnote>")
    made = [b"\xff" + package(0, document("".join(RUNS))), b"\x01" + RELS.encode(), b"\x02" + RELS.encode()]
    made += [b"\x06" + side("numbering", NUMBERS), b"\x07" + side("styles", STYLES), b"\x00" + document(NUMBERED * 2)]
    made += [b"\xfe" + FLAT, b"\x03" + document(RUNS[1]), b"\x04" + notes]
    return made + [b"\0" + document(runs) for runs in RUNS]


def main() -> None:
    """Run the fuzzer."""
    import atheris

    with atheris.instrument_imports(include=INSTRUMENTED):
        from shoufa.domain.errors import Unreadable
        from shoufa.domain.facts import Facts, Page
        from shoufa.readers.word import read_docx
        from shoufa.readers.word_2003 import read_word_xml

    def target(data: bytes) -> None:
        chosen = data[0] if data else 0
        try:
            if chosen == 0xFE:
                found = read_word_xml(data[1:])
            else:
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
