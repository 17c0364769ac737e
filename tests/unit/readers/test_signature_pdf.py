"""Signed PDFs, made here with every fate that a signature can have."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader  # loads pyHanko once for all tests  # noqa: F401

from shoufa.domain.codes import Ink, SealMethod, SealNote, SealReason, Shape
from shoufa.domain.facts import Page, Seal
from shoufa.readers import certificates, signature_pdf, signature_pdf_check
from shoufa.readers.gathered import Gathered
from shoufa.readers.signature import HIDDEN, Checked
from unit.readers import signing, signing_pdf
from unit.readers.signing_pdf import blank, sign, sign_chinese, signer, with_text_field


def roots():
    return (signing_pdf.authority().certificate,)


def outcomes(data, trusted=True):
    found = signature_pdf_check.check_all(data, roots() if trusted else ())
    return {c.place: (c.valid, c.reason) for c in found}


def test_a_proper_signature_holds():
    (found,) = signature_pdf_check.check_all(sign(blank()), roots())
    assert (found.valid, found.reason, found.place) == (True, None, "Sig1")
    assert (found.name, found.signer) == ("湖北省市场监督管理局", "湖北省市场监督管理局")
    assert found.signed_at == "2026-03-01T08:00:00+00:00"


def test_without_roots_nothing_is_more_than_intact():
    assert outcomes(sign(blank()), trusted=False) == {"Sig1": (None, SealReason.NO_TRUSTED_ROOT)}


def test_a_certificate_that_signed_itself_is_not_trusted():
    data = sign(blank(), signing_pdf.Holder("湖北省市场监督管理局"))
    assert outcomes(data) == {"Sig1": (None, SealReason.UNTRUSTED)}


def test_a_time_stamp_gives_the_time():
    (found,) = signature_pdf_check.check_all(sign(blank(), stamped=True), roots())
    assert (found.valid, found.signed_at) == (True, "2026-03-02T08:00:00+00:00")


def test_a_certificate_out_of_force_is_a_failure():
    old = signer("旧证书", datetime(2026, 1, 1, tzinfo=UTC))
    assert outcomes(sign(blank(), old)) == {"Sig1": (False, SealReason.EXPIRED)}


def test_a_time_stamp_decides_whether_the_certificate_was_in_force():
    soon, later = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)
    assert outcomes(sign(blank(), signer("到期", soon))) == {"Sig1": (True, None)}
    assert outcomes(sign(blank(), signer("到期", soon), stamped=True)) == {"Sig1": (False, SealReason.EXPIRED)}
    assert outcomes(sign(blank(), signer("未到期", later), stamped=True)) == {"Sig1": (True, None)}


CLAIMED, OPEN = SealNote.CLAIMED_TIME, SealNote.REVOCATION_UNKNOWN
BEFORE, AFTER = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 2, 12, tzinfo=UTC)
LATE = datetime(2026, 4, 1, tzinfo=UTC)


def revoked(data, trusted=True):
    (found,) = signature_pdf_check.check_all(data, roots() if trusted else ())
    return found.valid, found.reason, found.notes


def listed(*holders, **said):
    return signing_pdf.revocations(*holders, issued=LATE, **said)


def test_what_nothing_says_of_revocation_is_left_open():
    assert revoked(sign(blank())) == (True, None, (CLAIMED, OPEN))
    assert revoked(sign(blank(), stamped=True)) == (True, None, (OPEN,))


@pytest.mark.parametrize("within", [True, False])
@pytest.mark.parametrize(
    ("when", "stamped", "outcome"),
    [
        (None, True, (True, None, ())),
        (None, False, (True, None, (CLAIMED,))),
        (BEFORE, True, (False, SealReason.REVOKED, ())),
        (BEFORE, False, (False, SealReason.REVOKED, (CLAIMED,))),
        (AFTER, True, (True, None, ())),
        (AFTER, False, (False, SealReason.REVOKED, (CLAIMED,))),
    ],
)
def test_revocation_lists_that_the_file_carries_are_heeded(when, stamped, outcome, within):
    held = listed(signer(), when=when) if when else listed(signer("另一单位"), when=BEFORE)
    if within:
        data = sign(blank(), stamped=stamped, carries=[held])
    else:
        data = signing_pdf.with_store(sign(blank(), stamped=stamped), held)
    assert revoked(data) == outcome


def test_a_list_of_a_strangers_making_says_nothing():
    stranger = signing_pdf.Holder("测试根证书", ca=True)
    data = signing_pdf.with_store(sign(blank()), listed(signer(), when=BEFORE, issuer=stranger))
    assert revoked(data) == (True, None, (CLAIMED, OPEN))


def test_without_roots_nobody_vouches_for_a_list():
    data = signing_pdf.with_store(sign(blank()), listed(signer(), when=BEFORE))
    assert revoked(data, trusted=False) == (None, SealReason.NO_TRUSTED_ROOT, (CLAIMED, OPEN))


def test_a_broken_store_says_nothing():
    held = listed(signer(), when=BEFORE)
    data = signing_pdf.with_store(sign(blank()), held).replace(held.dump()[:40], b"\x30\x80" * 20)
    assert revoked(data) == (True, None, (CLAIMED, OPEN))


def test_a_weak_digest_is_not_relied_on():
    assert outcomes(sign(blank(), digest="sha1")) == {"Sig1": (None, SealReason.WEAK_ALGORITHM)}


def test_a_further_signature_is_no_change():
    data = sign(sign(blank()), signer("湖北省科学技术厅"), field="Sig2", box=(100, 100, 200, 200))
    assert outcomes(data) == {"Sig1": (True, None), "Sig2": (True, None)}


@pytest.mark.parametrize("certify", [True, False])
def test_a_form_filled_in_afterwards_is_a_change(certify):
    data = with_text_field(sign(blank(), certify=certify), "2026-1")
    assert outcomes(data) == {"Sig1": (False, SealReason.CHANGED_AFTER)}


def test_a_page_added_afterwards_is_a_change():
    from io import BytesIO

    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.writer import PageObject

    writer = IncrementalPdfFileWriter(BytesIO(sign(blank())))
    contents = writer.root["/Pages"]["/Kids"][0].get_object().raw_get("/Contents")
    writer.insert_page(PageObject(contents=contents, media_box=(0, 0, 600, 800)))
    out = BytesIO()
    writer.write(out)
    assert outcomes(out.getvalue()) == {"Sig1": (False, SealReason.CHANGED_AFTER)}


def test_what_is_appended_without_form_is_a_change():
    assert outcomes(sign(blank()) + b"%more\n") == {"Sig1": (False, SealReason.CHANGED_AFTER)}


def test_no_changed_byte_is_taken_for_valid():
    whole = sign(blank(field=False))
    start = whole.index(b"/Contents <") + 11
    signature = len(whole[: whole.index(b">", start)].rstrip(b"0"))
    places = [
        *range(20, start, 199),
        *range(signature - 90, signature, 7),
        *range(len(whole) - 400, len(whole), 61),
    ]
    for place in places:
        data = bytearray(whole)
        data[place] ^= 0x01
        found = _try(bytes(data))
        assert not any(c.valid for c in found), place


def _try(data):
    from pyhanko.pdf_utils.misc import PdfError

    try:
        return signature_pdf_check.check_all(data, roots())
    except (PdfError, *certificates.BROKEN):
        return []


def test_a_hole_in_what_is_signed_is_caught():
    data = sign(blank())
    start = data.index(b"/ByteRange [") + 12
    numbers = data[start : data.index(b"]", start)].split()
    numbers[1] = str(int(numbers[1]) - 40).encode()
    text = b" ".join(numbers)
    width = data.index(b"]", start) - start
    holed = data[:start] + text.ljust(width) + data[start + width :]
    ((valid, reason),) = outcomes(holed).values()
    assert (valid, reason) in {(False, SealReason.BAD_DIGEST), (False, SealReason.NOT_COVERED)}


@pytest.mark.parametrize("chinese", [True, False])
def test_sm2_and_sm3_are_verified(chinese):
    root = certificates.parse(signing.ROOT.certificate)
    data = sign_chinese(blank(), signing.SIGNER, chinese=chinese)
    (found,) = signature_pdf_check.check_all(data, (root,))
    assert (found.valid, found.reason, found.name) == (True, None, "湖北省市场监督管理局")
    (changed,) = signature_pdf_check.check_all(data.replace(b"600 800", b"600 801"), (root,))
    assert (changed.valid, changed.reason) == (False, SealReason.BAD_DIGEST)
    (forged,) = signature_pdf_check.check_all(sign_chinese(blank(), signing.SIGNER, tamper=True), (root,))
    assert (forged.valid, forged.reason) == (False, SealReason.BAD_DIGEST)
    late = signature_pdf_check.check_all(with_text_field(data, "1"), (root,))
    assert [(c.valid, c.reason) for c in late] == [(False, SealReason.CHANGED_AFTER)]


def gathered(data, monkeypatch, answer=None):
    """The pages of a PDF after its signatures were put on them."""
    if answer is not None:
        monkeypatch.setattr(signature_pdf, "check", lambda _: answer)
    document = pypdfium2.PdfDocument(data)
    document.init_forms()
    found = Gathered(limit=10, count=len(document))
    picture = Seal(
        page=1, box=(0.52, 0.52, 0.64, 0.6), shape=Shape.OVAL, ink=Ink.BLUE, name="别的", inner="合同专用章"
    )
    paper = Seal(page=1, box=(0.1, 0.1, 0.2, 0.2), name="纸上的")
    found.put(Page(number=1, seals=(picture, paper), faint=(picture,)))
    signature_pdf.put_signatures(document, data, found)
    document.close()
    return found.pages[0]


def test_the_whole_way_through_a_process_of_its_own(monkeypatch, tmp_path):
    (tmp_path / "root.der").write_bytes(signing_pdf.authority().der)
    monkeypatch.setenv(certificates.ROOTS, str(tmp_path))
    page = gathered(sign(blank()), monkeypatch)
    paper, seal = page.seals
    assert paper.name == "纸上的"
    assert (seal.valid, seal.method, seal.name) == (True, SealMethod.PDF_SIGNATURE, "湖北省市场监督管理局")
    assert (seal.page, seal.box) == (1, (0.5, 0.5, 0.6667, 0.625))


def test_a_picture_within_the_field_is_the_seals_appearance(monkeypatch):
    answer = [Checked(place="Sig1", valid=True, name="湖北省市场监督管理局")]
    page = gathered(sign(blank()), monkeypatch, answer)
    seal = page.seals[-1]
    assert (len(page.seals), page.faint) == (2, ())
    assert (seal.name, seal.candidates) == ("湖北省市场监督管理局", ())
    assert (seal.shape, seal.ink, seal.inner, seal.official) == (Shape.OVAL, Ink.BLUE, "合同专用章", False)


@pytest.mark.parametrize("reason", [SealReason.TIME_LIMIT, SealReason.UNREADABLE])
def test_where_nothing_could_be_checked_the_field_says_so(monkeypatch, reason):
    seal = gathered(sign(blank()), monkeypatch, reason).seals[-1]
    assert (seal.valid, seal.reason, seal.box) == (None, reason, (0.5, 0.5, 0.6667, 0.625))


def test_a_hidden_signature_stands_nowhere(monkeypatch):
    answer = [Checked(place="Sig1", valid=True, name="湖北省市场监督管理局")]
    assert gathered(sign(blank(), box=(0, 0, 0, 0)), monkeypatch, answer).seals[-1].box == HIDDEN


def test_an_unsigned_pdf_is_not_even_asked(monkeypatch):
    page = gathered(blank(), monkeypatch, [Checked(place="Sig1")])
    assert [s.method for s in page.seals] == [SealMethod.IMAGE, SealMethod.IMAGE]


def test_rubbish_is_unreadable():
    assert signature_pdf.check(b"%PDF-1.7 rubbish") is SealReason.UNREADABLE


def test_reading_a_pdf_does_not_load_pyhanko():
    code = "import sys; from shoufa.readers import pdf; sys.exit('pyhanko' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


CORPUS = Path(__file__).parents[4] / "shared/corpora/pdf"
UNCHECKED, CHANGED = (None, "no-trusted-root"), (False, "changed-after")
REAL = {
    "bug854315.pdf": {"Signature1": UNCHECKED},
    "signed_verified.pdf": {"Signature1": UNCHECKED},
    "sig-no-signed-attrs.pdf": {"Sig1": UNCHECKED},
    "minimal-signed-twice-both-created.pdf": {"Signature2": UNCHECKED, "Signature3": UNCHECKED},
    "tail-uncovered.pdf": {"Sig1": CHANGED},
    "signature-gap-too-big.pdf": {"Sig1": (False, "not-covered")},
    "form-update-override-appearance-stream-sneaky.pdf": {"Sig1": CHANGED, "Sig2": (False, "expired")},
}


@pytest.mark.skipif(not CORPUS.is_dir(), reason="public samples are not here")
@pytest.mark.parametrize("name", sorted(REAL))
def test_real_signatures(name):
    assert outcomes(next(CORPUS.rglob(name)).read_bytes(), trusted=False) == REAL[name]
