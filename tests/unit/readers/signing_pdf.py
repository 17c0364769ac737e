"""Signed PDFs for the tests, by pyHanko with a certification authority of our own."""

import functools
import io
from dataclasses import replace
from datetime import UTC, datetime

from asn1crypto import crl, keys, x509
from cryptography import x509 as cx509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers import cms_embedder, pdf_byterange
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation import dss
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from unit.readers import signing

START, END = datetime(2025, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
NOW, STAMPED = datetime(2026, 3, 1, 8, tzinfo=UTC), datetime(2026, 3, 2, 8, tzinfo=UTC)
SEALED = (300, 300, 400, 400)


class Holder:
    """A certificate with its key, P-256 (RSA for time stamps); signed by its issuer or by itself."""

    def __init__(self, name, issuer=None, *, ca=False, start=START, end=END, stamps=False):
        self.key = (
            rsa.generate_private_key(65537, 2048) if stamps else ec.generate_private_key(ec.SECP256R1())
        )
        self.name = cx509.Name([cx509.NameAttribute(NameOID.COMMON_NAME, name)])
        build = (
            cx509.CertificateBuilder().subject_name(self.name).issuer_name((issuer or self).name)
            .public_key(self.key.public_key()).serial_number(cx509.random_serial_number())
            .not_valid_before(start).not_valid_after(end)
            .add_extension(cx509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(cx509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
            .add_extension(_usage(ca), critical=True)
        )  # fmt: skip
        if stamps:
            build = build.add_extension(
                cx509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
            )
        self.der = build.sign((issuer or self).key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    @property
    def certificate(self):
        return x509.Certificate.load(self.der)

    @property
    def private(self):
        plain = serialization.NoEncryption()
        return keys.PrivateKeyInfo.load(
            self.key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, plain)
        )


def _usage(ca):
    names = (
        "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only",
        "decipher_only",
    )  # fmt: skip
    return cx509.KeyUsage(digital_signature=not ca, key_cert_sign=ca, crl_sign=ca, **dict.fromkeys(names, False))


@functools.cache
def authority():
    return Holder("测试根证书", ca=True)


@functools.cache
def signer(name="湖北省市场监督管理局", end=END):
    return Holder(name, authority(), end=end)


@functools.cache
def stamper():
    held = Holder("测试时间戳", authority(), stamps=True)
    return DummyTimeStamper(held.certificate, held.private, _store(authority()), fixed_dt=STAMPED)


def _store(*holders):
    return SimpleCertificateStore.from_certs([h.certificate for h in holders])


def named(word):
    return generic.NameObject(word)


def blank(field=True):
    """One page with a line of text; with a form field 合同编号 if asked for."""
    writer = PdfFileWriter(stream_xrefs=False)
    drawn = generic.StreamObject(stream_data=b"BT /F1 14 Tf 50 500 Td (Letter of recommendation) Tj ET")
    helvetica = generic.DictionaryObject({
        named("/Type"): named("/Font"), named("/Subtype"): named("/Type1"),
        named("/BaseFont"): named("/Helvetica"),
    })  # fmt: skip
    stream = writer.add_object(drawn)
    font = generic.DictionaryObject({named("/Font"): generic.DictionaryObject({named("/F1"): helvetica})})
    writer.insert_page(PageObject(contents=stream, media_box=(0, 0, 600, 800), resources=font))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue() if not field else with_text_field(out.getvalue())


def with_text_field(data, value=""):
    """The same with a text field 编号 on page 1, or with the field filled in."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    root = writer.root
    if "/AcroForm" in root:
        field = next(f for f in root["/AcroForm"]["/Fields"] if f.get_object()["/T"] == "number").get_object()
        field[named("/V")] = generic.TextStringObject(value)
        writer.update_container(field)
    else:
        page = writer.root["/Pages"]["/Kids"][0]
        field = generic.DictionaryObject({
            named("/FT"): named("/Tx"), named("/T"): generic.TextStringObject("number"),
            named("/Type"): named("/Annot"), named("/Subtype"): named("/Widget"),
            named("/Rect"): generic.ArrayObject(map(generic.NumberObject, (50, 50, 150, 70))),
            named("/V"): generic.TextStringObject(value), named("/F"): generic.NumberObject(4),
        })  # fmt: skip
        held = writer.add_object(field)
        page.get_object()[named("/Annots")] = generic.ArrayObject([held])
        writer.update_container(page.get_object())
        form = generic.DictionaryObject({named("/Fields"): generic.ArrayObject([held])})
        root[named("/AcroForm")] = writer.add_object(form)
        writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def revocations(*revoked, when=NOW, issuer=None, issued=STAMPED):
    """A list of revoked certificates, each revoked at `when`."""
    issuer = issuer or authority()
    key = cx509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    made = (
        cx509.CertificateRevocationListBuilder().issuer_name(issuer.name)
        .last_update(issued).next_update(END)
        .add_extension(cx509.CRLNumber(1), critical=False).add_extension(key, critical=False)
    )  # fmt: skip
    for holder in revoked:
        entry = cx509.RevokedCertificateBuilder().serial_number(holder.certificate.serial_number)
        why = cx509.CRLReason(cx509.ReasonFlags.key_compromise)
        made = made.add_revoked_certificate(
            entry.revocation_date(when).add_extension(why, critical=False).build()
        )
    signed = made.sign(issuer.key, hashes.SHA256())
    return crl.CertificateList.load(signed.public_bytes(serialization.Encoding.DER))


def with_store(data, *lists):
    """The same with a document security store that holds these revocation lists, in a revision of its own."""
    out = io.BytesIO(data)
    dss.DocumentSecurityStore.add_dss(out, None, crls=lists, force_write=True)
    return out.getvalue()


def sign(
    data, holder=None, *, field="Sig1", box=SEALED, certify=False, digest="sha256", stamped=False, at=NOW,
    carries=(),
):  # fmt: skip
    """A PDF with one signature more; `carries`: revocation lists within the signature (Adobe's way)."""
    holder = holder or signer()
    made_by = signers.SimpleSigner(holder.certificate, holder.private, _store(authority()))
    meta = signers.PdfSignatureMetadata(
        field_name=field, md_algorithm=digest, certify=certify,
        docmdp_permissions=fields.MDPPerm.FILL_FORMS,
    )  # fmt: skip
    if carries:
        known = [authority().certificate, holder.certificate]
        meta = replace(meta, embed_validation_info=True, signer_key_usage={"digital_signature"}, validation_context=ValidationContext(
            trust_roots=known, crls=carries, moment=at, retroactive_revinfo=True,
        ))  # fmt: skip
    place = fields.SigFieldSpec(field, box=box)
    clocked = _SignsAt(meta, made_by, timestamper=stamper() if stamped else None, new_field_spec=place)
    clocked.moment = at
    out = io.BytesIO()
    clocked.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data)), output=out)
    return out.getvalue()


class _SignsAt(signers.PdfSigner):
    """Claims to sign at a given moment."""

    moment = NOW

    def init_signing_session(self, *given, **named):
        session = super().init_signing_session(*given, **named)
        session.system_time = self.moment
        return session


def sign_chinese(data, holder, *, chinese=True, tamper=False):
    """A PDF with one invisible signature over SM3 by SM2, appended by hand."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    steps = cms_embedder.PdfCMSEmbedder().write_cms(field_name="国密", writer=writer)
    next(steps)
    room = pdf_byterange.SignatureObject(
        bytes_reserved=8192, subfilter=fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED
    )
    steps.send(cms_embedder.SigObjSetup(sig_placeholder=room))
    digest, out = steps.send(
        cms_embedder.SigIOSetup(md_algorithm="sha256", in_place=False, output=io.BytesIO())
    )
    whole = out.getvalue()
    start, end = digest.reserved_region_start, digest.reserved_region_end
    message = whole[:start] + whole[end:]
    steps.send(signing.cms(holder, message + b"x" if tamper else message, chinese=chinese))
    return out.getvalue()
