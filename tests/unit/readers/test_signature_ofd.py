"""Sealed OFD packages, made here with every defect that a seal can have."""

import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shoufa.domain.codes import SealMethod, SealReason
from shoufa.readers import certificates, ofd
from unit.readers import signing
from unit.readers.signing import MAKER, NOW, OTHER, ROOT, SIGNER, Recipe, members, package, with_recipe

CONTENT = "Doc_0/Pages/Page_0/Content.xml"
SIGN = "Doc_0/Signs/Sign_0/"


def seals(data):
    pages, _, _ = ofd.read_ofd(data)
    return [s for p in pages for s in p.seals]


def outcome(data):
    found = seals(data)
    assert len(found) == 1
    return found[0].valid, found[0].reason


@pytest.fixture
def roots(monkeypatch, tmp_path):
    (tmp_path / "root.der").write_bytes(ROOT.certificate)
    monkeypatch.setenv(certificates.ROOTS, str(tmp_path))


def changed(**parts):
    """A sealed package in which members were changed, added or (None) taken out afterwards."""
    found = members() | {k: v for k, v in parts.items() if v is not None}
    return package({k: v for k, v in found.items() if parts.get(k, b"") is not None})


@pytest.mark.usefixtures("roots")
@pytest.mark.parametrize("recipe", [{}, {"old": True}, {"by_digest": True}, {"method": "SM3"}])
def test_a_proper_seal_holds(recipe):
    assert outcome(with_recipe(**recipe)) == (True, None)


@pytest.mark.usefixtures("roots")
def test_it_says_whose_when_and_where():
    (seal,) = seals(package(members()))
    assert (seal.page, seal.box) == (1, (0.5, 0.5, 0.7, 0.6414))
    assert (seal.name, seal.signer) == ("湖北省市场监督管理局", "湖北省市场监督管理局")
    assert (seal.signed_at, seal.method) == ("2026-03-01T08:00:00+00:00", SealMethod.OFD_SIGNATURE)
    assert (seal.official, seal.name_score) == (None, 1.0)


def test_without_roots_nothing_is_more_than_intact():
    assert outcome(package(members())) == (None, SealReason.NO_TRUSTED_ROOT)


def test_a_chain_to_another_root_is_not_trusted(monkeypatch, tmp_path):
    (tmp_path / "other.crt").write_bytes(signing.holder("别的根", 200, ca=True).certificate)
    (tmp_path / "note.pem").write_text("no certificate")
    monkeypatch.setenv(certificates.ROOTS, str(tmp_path))
    assert outcome(package(members())) == (None, SealReason.UNTRUSTED)


@pytest.mark.usefixtures("roots")
def test_a_special_seal_is_none_of_the_body_itself():
    (seal,) = seals(with_recipe(name="某某有限公司合同专用章"))
    assert (seal.valid, seal.official) == (True, False)


@pytest.mark.usefixtures("roots")
@pytest.mark.parametrize(
    ("recipe", "reason"),
    [
        ({"moment": signing.END + timedelta(days=1)}, SealReason.EXPIRED),
        ({"moment": signing.START - timedelta(days=1)}, SealReason.EXPIRED),
        ({"end": NOW - timedelta(days=1)}, SealReason.EXPIRED),
        (
            {"signer": signing.holder("旧证书", 105, ROOT, end=datetime(2026, 1, 1, tzinfo=UTC))},
            SealReason.EXPIRED,
        ),
        ({"listed": OTHER}, SealReason.WRONG_SIGNER),
        ({"listed": OTHER, "by_digest": True}, SealReason.WRONG_SIGNER),
        ({"left_out": (CONTENT,)}, SealReason.NOT_COVERED),
        ({"left_out": ("Doc_0/Document.xml",)}, SealReason.NOT_COVERED),
        ({"maker": signing.Holder("假", signing.Key(7), MAKER.certificate)}, SealReason.BAD_SEAL),
        ({"signer": signing.Holder("假", signing.Key(7), SIGNER.certificate)}, SealReason.BAD_SIGNATURE),
    ],
)
def test_a_defect_in_the_making_is_a_failure(recipe, reason):
    assert outcome(with_recipe(**recipe)) == (False, reason)


@pytest.mark.usefixtures("roots")
@pytest.mark.parametrize(
    ("recipe", "reason"),
    [
        ({"method": "SHA3"}, SealReason.ALGORITHM),
        ({"plain": b"no signature"}, SealReason.UNREADABLE),
        ({"signer": signing.holder("自签", 106)}, SealReason.UNTRUSTED),
        ({"maker": signing.holder("自制章", 107)}, SealReason.UNTRUSTED),
    ],
)
def test_what_cannot_be_checked_is_unknown(recipe, reason):
    assert outcome(with_recipe(**recipe)) == (None, reason)


@pytest.mark.usefixtures("roots")
@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({CONTENT: signing.contents("关于推荐另一项目的函")[CONTENT]}, SealReason.BAD_DIGEST),
        ({"Doc_0/Pages/Page_1/Content.xml": b"<Page/>"}, SealReason.NOT_COVERED),
        ({SIGN + "note.xml": b"<Page/>"}, SealReason.NOT_COVERED),
        ({SIGN + "Seal.esl": signing.seal(Recipe(name="另一单位"))}, SealReason.BAD_DIGEST),
        ({SIGN + "Seal.esl": None}, SealReason.BAD_DIGEST),
    ],
)
def test_a_change_afterwards_is_caught(parts, reason):
    assert outcome(changed(**parts)) == (False, reason)


@pytest.mark.usefixtures("roots")
def test_another_documents_signature_is_caught():
    stolen = members(Recipe(extra={"Doc_0/Res/a.txt": b"a"}))[SIGN + "SignedValue.dat"]
    assert outcome(changed(**{SIGN + "SignedValue.dat": stolen})) == (False, SealReason.BAD_DIGEST)


@pytest.mark.usefixtures("roots")
def test_a_seal_beside_must_be_the_seal_inside():
    own, strange = Recipe(), signing.seal(Recipe(name="另一单位"))
    parts = members(own)
    data = signing.signature_value(own, signing.sm2.sm3(parts[SIGN + "Signature.xml"]))
    assert outcome(package(parts | {SIGN + "SignedValue.dat": data})) == (True, None)
    recipe = Recipe(left_out=(SIGN + "Seal.esl",))
    assert outcome(package(members(recipe) | {SIGN + "Seal.esl": strange})) == (False, SealReason.BAD_SEAL)


@pytest.mark.usefixtures("roots")
def test_one_name_twice_is_caught(tmp_path):
    data = tmp_path / "twice.ofd"
    data.write_bytes(package(members()))
    with zipfile.ZipFile(data, "a") as out:
        out.writestr(zipfile.ZipInfo(CONTENT.upper()), members()[CONTENT])
    assert outcome(data.read_bytes()) == (False, SealReason.NOT_COVERED)


@pytest.mark.usefixtures("roots")
@pytest.mark.parametrize(
    "part", [CONTENT, "Doc_0/Document.xml", "OFD.xml", SIGN + "SignedValue.dat", SIGN + "Signature.xml"]
)
def test_no_changed_byte_is_taken_for_valid(part):
    whole = members()
    for place in range(0, len(whole[part]), 1 + len(whole[part]) // 40):
        data = bytearray(whole[part])
        data[place] ^= 0x15
        try:
            found = seals(package(whole | {part: bytes(data)}))
        except ofd.Unreadable:
            continue
        assert not any(s.valid for s in found), (part, place)


def test_stamps_across_the_edges_are_seals_of_several_places():
    stamps = (
        '<ofd:StampAnnot ID="1" PageRef="1" Boundary="202 40 40 40" Clip="0 0 8 40"/>'
        '<ofd:StampAnnot ID="2" PageRef="1" Boundary="20 40 40 40"/>'
        '<ofd:StampAnnot ID="3" PageRef="77" Boundary="1"/>'
    )
    boxes = [s.box for s in seals(with_recipe(stamps=stamps))]
    assert boxes == [(0.9619, 0.1347, 1.0, 0.2694), (0.0952, 0.1347, 0.2857, 0.2694)]


@pytest.mark.usefixtures("roots")
@pytest.mark.parametrize("attributes", [True, False])
def test_a_signature_without_a_seal_is_hidden(attributes):
    parts = members(Recipe(stamps=""))
    plain = signing.cms(SIGNER, parts[SIGN + "Signature.xml"], attributes=attributes)
    (seal,) = seals(package(parts | {SIGN + "SignedValue.dat": plain}))
    assert (seal.valid, seal.box, seal.name) == (True, (0, 0, 0, 0), "湖北省市场监督管理局")
    other = signing.cms(SIGNER, b"another file", attributes=attributes)
    (seal,) = seals(package(parts | {SIGN + "SignedValue.dat": other}))
    assert seal.valid is False


def test_an_unsigned_package_has_no_seals():
    parts = signing.contents()
    listed = b"<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>"
    parts["OFD.xml"] = parts["OFD.xml"].replace(listed, b"")
    assert seals(package(parts)) == []


@pytest.mark.parametrize(
    "part", [SIGN + "Signature.xml", SIGN + "SignedValue.dat", "Doc_0/Signs/Signatures.xml"]
)
@pytest.mark.parametrize("data", [b"", b"<", b"\x30\x84\xff\xff\xff\xff", b"\x30\x80" * 400])
def test_broken_signatures_never_break_the_reading(part, data):
    pages, _, _ = ofd.read_ofd(package(members() | {part: data}))
    assert pages[0].text == "关于推荐项目的函"
    assert not any(s.valid for s in pages[0].seals)


CORPUS = Path(__file__).parents[4] / "shared/corpora/ofd"
REAL = {
    "1.ofd": [(None, "no-trusted-root")],
    "keyword2.ofd": [(None, "no-trusted-root")],
    "999.ofd": [(None, "no-trusted-root")],
    "SignScaleError.ofd": [(None, "no-trusted-root")],
    "allprotected.ofd": [(None, "no-trusted-root")],
    "SESV4SignDoc.ofd": [(False, "expired")],
    "发票示例.ofd": [(False, "bad-digest")],
    "draw_param_ref.ofd": [(False, "not-covered")],
    "h.ofd": [(False, "changed-after"), (None, "no-trusted-root")],
    "V4RideRight.ofd": [(None, "no-trusted-root")],
    "testImageNotFound.ofd": [(False, "not-covered"), (None, "no-trusted-root")],
    "testPathClip.ofd": [(False, "not-covered"), (None, "no-trusted-root")],
}


@pytest.mark.skipif(not CORPUS.is_dir(), reason="public samples are not here")
@pytest.mark.parametrize("name", sorted(REAL))
def test_real_seals(name):
    found = seals(next(CORPUS.rglob(name)).read_bytes())
    assert list(dict.fromkeys((s.valid, s.reason) for s in found if s.page == 1)) == REAL[name]
