"""Groups of RTF that say something without being text."""

import pytest

from shoufa.readers.document import read_document

FIELD = r"{\field{\*\fldinst %s}{\fldrslt r}}"


def read(body: str):
    return read_document(("{\\rtf1\\ansi\\ansicpg936" + body + "}").encode("latin-1"))


def hexed(text: str) -> str:
    return "".join(f"\\'{b:02x}" for b in text.encode("gb18030"))


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (r"{\listtext\tab 1.\tab}one", "1. one"),
        ("{\\listtext " + hexed("一、") + "}one", "一、one"),
        (r"{\*\pntext 2)\tab}two", "2) two"),
        (r"{\listtext\'b7\tab}three", "three"),
        (r"{\pntext\f3 n\tab}four", "four"),
    ],
)
def test_numbers_of_lists(body: str, shown: str):
    assert read(body).text == shown


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        (r"\fftype1\ffres1", "☑"), (r"\fftype1\ffres0", "☐"), (r"\fftype1\ffres25\ffdefres1", "☑"), (r"\fftype1\ffres25", "☐"),
        (r"\fftype2\ffres1\ffhaslistbox{\*\ffname n}{\*\ffl x}{\*\ffl y}", "y"),
        (r"\fftype2\ffres7\ffhaslistbox{\*\ffl x}", ""), (r"\fftype0\ffres0", ""),
    ],
)  # fmt: skip
def test_form_fields(field: str, shown: str):
    body = "{\\field{\\*\\fldinst FORMX{\\*\\formfield{" + field + "}}}{\\fldrslt}}"
    assert read(body + "B").text == f"{shown}B"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (FIELD % r"DDEAUTO c:\\\\cmd.exe x", "dde"),
        (FIELD % r"{\b DDE} excel x", "dde"),
        (FIELD % 'INCLUDEPICTURE "http://h.example/a.png"', "external"),
        (r"{\*\template http://h.example/t.dot}a", "external"),
        (r"{\*\template \\\\\\\\h.example\\\\t.dot}a", "external"),
        (r"{\object\objautlink\objupdate{\*\objclass Word.Document.8}{\*\objdata 0105}}a", "embedded"),
    ],
)
def test_what_acts(body: str, kind: str):
    assert read(body).active == (kind,)


@pytest.mark.parametrize("body", [FIELD % "DATE", r"{\*\template C:\\\\t.dot}a", FIELD % 'HYPERLINK "http://h.example"'])
def test_what_does_nothing(body: str):
    assert read(body).active == ()
