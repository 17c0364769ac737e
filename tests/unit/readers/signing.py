"""Signs for the tests: SM2 keys and certificates, electronic seals of both standards, whole OFD packages.

Keys and random numbers are fixed: nothing here is secret, and every run makes the same bytes.
"""

import base64
import io
import zipfile
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from asn1crypto import core, x509

from shoufa.readers import sm2

CURVE, SIGNS, DIGESTS = "1.2.156.10197.1.301", "1.2.156.10197.1.501", "1.2.156.10197.1.401"
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
START, END = datetime(2025, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = len(body)
    if size < 128:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def seq(*parts: bytes) -> bytes:
    return der(0x30, *parts)


def bits(data: bytes) -> bytes:
    return der(3, b"\0" + data)


def octets(data: bytes) -> bytes:
    return der(4, data)


def oid(dotted: str) -> bytes:
    return core.ObjectIdentifier(dotted).dump()


def integer(value: int) -> bytes:
    return core.Integer(value).dump()


def general(moment: datetime) -> bytes:
    return der(24, f"{moment.astimezone(UTC):%Y%m%d%H%M%SZ}".encode())


def utc(moment: datetime) -> bytes:
    return der(23, f"{moment.astimezone(UTC):%y%m%d%H%M%SZ}".encode())


@dataclass(frozen=True)
class Key:
    """An SM2 key."""

    secret: int

    @property
    def public(self) -> bytes:
        x, y = sm2.multiple(self.secret, sm2.G)
        return b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")

    def sign(self, message: bytes) -> bytes:
        """As DER (r, s)."""
        return seq(*map(integer, self.numbers(message, 1 + int.from_bytes(sm2.sm3(message)[:16], "big"))))

    def numbers(self, message: bytes, once: int) -> tuple[int, int]:
        """r and s with this random number."""
        point = sm2.multiple(self.secret, sm2.G)
        digest = int.from_bytes(sm2.sm3(sm2.user_digest(point) + message), "big")
        r = (digest + sm2.multiple(once, sm2.G)[0]) % sm2.N
        return r, pow(1 + self.secret, -1, sm2.N) * (once - r * self.secret) % sm2.N


@dataclass(frozen=True)
class Holder:
    """A certificate with its key."""

    name: str
    key: Key
    certificate: bytes


def holder(name: str, secret: int, issuer: Holder | None = None, *, organisation: str = "", ca: bool = False,
           start: datetime = START, end: datetime = END) -> Holder:  # fmt: skip
    """A certificate signed by its issuer, or by itself."""
    key = Key(secret)
    names = {"country_name": "CN", "common_name": name}
    names |= {"organization_name": organisation} if organisation else {}
    subject = x509.Name.build(names).dump()
    issued_by = x509.Certificate.load(issuer.certificate).subject.dump() if issuer else subject
    constraints = seq(oid("2.5.29.19"), octets(seq(der(1, b"\xff")) if ca else seq()))
    tbs = seq(
        der(0xA0, integer(2)), integer(secret), seq(oid(SIGNS)), issued_by, seq(general(start), general(end)),
        subject, seq(seq(oid("1.2.840.10045.2.1"), oid(CURVE)), bits(key.public)),
        der(0xA3, seq(constraints)),
    )  # fmt: skip
    signature = (issuer.key if issuer else key).sign(tbs)
    return Holder(name, key, seq(tbs, seq(oid(SIGNS)), bits(signature)))


ROOT = holder("测试根证书", 101, ca=True)
MAKER = holder("测试制章中心", 102, ROOT)
SIGNER = holder("湖北省市场监督管理局", 103, ROOT, organisation="湖北省市场监督管理局")
OTHER = holder("另一单位有限公司", 104, ROOT)


@dataclass(frozen=True)
class Recipe:
    """How an OFD package is sealed; each field is something that can go wrong."""

    signer: Holder = SIGNER
    maker: Holder = MAKER
    listed: Holder | None = None
    """Whose certificate stands in the seal; the signer's by default."""
    name: str = "湖北省市场监督管理局"
    moment: datetime | None = NOW
    start: datetime = START
    end: datetime = END
    old: bool = False
    """GM/T 0031 in place of GB/T 38540."""
    by_digest: bool = False
    """The seal lists digests of certificates."""
    method: str = DIGESTS
    left_out: tuple[str, ...] = ()
    stamps: str = '<ofd:StampAnnot ID="1" PageRef="1" Boundary="105 148.5 42 42"/>'
    plain: bytes | None = None
    """A signature value in place of a seal's."""
    picture: bytes = b"\x89PNG"
    """What the seal shows."""
    extra: dict[str, bytes] = field(default_factory=dict)
    """Members that are signed, too."""


def seal(recipe: Recipe) -> bytes:
    """SESeal of either standard."""
    listed = (recipe.listed or recipe.signer).certificate
    clock = utc if recipe.old else general
    held = seq(der(19, b"SM3"), octets(sm2.sm3(listed))) if recipe.by_digest else octets(listed)
    kind = () if recipe.old else (integer(2 if recipe.by_digest else 1),)
    about = seq(
        integer(1), der(12, recipe.name.encode()), *kind, seq(held),
        clock(recipe.start), clock(recipe.start), clock(recipe.end),
    )  # fmt: skip
    picture = seq(der(22, b"PNG"), octets(recipe.picture), integer(42), integer(42))
    head = seq(der(22, b"ES"), integer(1 if recipe.old else 4), der(22, b"test"))
    info = seq(head, der(22, b"42010000000001"), about, picture)
    certificate, algorithm = octets(recipe.maker.certificate), oid(SIGNS)
    if recipe.old:
        signed = recipe.maker.key.sign(seq(info, certificate, algorithm))
        return seq(info, seq(certificate, algorithm, bits(signed)))
    return seq(info, certificate, algorithm, bits(recipe.maker.key.sign(info)))


def signature_value(recipe: Recipe, digest: bytes) -> bytes:
    """SES_Signature of either standard."""
    when = recipe.moment or NOW
    certificate, algorithm = octets(recipe.signer.certificate), oid(SIGNS)
    path = der(22, b"/Doc_0/Signs/Sign_0/Signature.xml")
    if recipe.old:
        tbs = seq(integer(1), seal(recipe), bits(general(when)), bits(digest), path, certificate, algorithm)
        return seq(tbs, bits(recipe.signer.key.sign(tbs)))
    tbs = seq(integer(4), seal(recipe), general(when), bits(digest), path)
    return seq(tbs, certificate, algorithm, bits(recipe.signer.key.sign(tbs)))


def contents(words: str = "关于推荐项目的函") -> dict[str, bytes]:
    """The members of a one-page OFD package before it is signed."""
    page = (
        f"<ofd:Page {SPACE}><ofd:Area><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:Area><ofd:Content>"
        f'<ofd:Layer><ofd:TextObject ID="9" Boundary="20 20 150 8"><ofd:TextCode X="0" Y="6">{words}'
        f"</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>"
    )
    document = (
        f"<ofd:Document {SPACE}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
        f'</ofd:PageArea></ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/>'
        f"</ofd:Pages></ofd:Document>"
    )
    root = (
        f'<ofd:OFD {SPACE} Version="1.0"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>'
        f"<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures></ofd:DocBody></ofd:OFD>"
    )
    return {
        "OFD.xml": root.encode(), "Doc_0/Document.xml": document.encode(),
        "Doc_0/Pages/Page_0/Content.xml": page.encode(),
    }  # fmt: skip


def members(recipe: Recipe | None = None) -> dict[str, bytes]:
    """The members of a signed OFD package."""
    recipe = recipe or Recipe()
    found = {**contents(), **recipe.extra}
    folder = "Doc_0/Signs/"
    found[f"{folder}Sign_0/Seal.esl"] = seal(recipe)
    listed = {n: base64.b64encode(sm2.sm3(d)).decode() for n, d in found.items() if n not in recipe.left_out}
    references = "".join(
        f'<ofd:Reference FileRef="/{n}"><ofd:CheckValue>{v}</ofd:CheckValue></ofd:Reference>'
        for n, v in listed.items()
    )
    when = f"{recipe.moment:%Y%m%d%H%M%SZ}" if recipe.moment else ""
    clock = f"<ofd:SignatureDateTime>{when}</ofd:SignatureDateTime>"
    signature = (
        f'<ofd:Signature {SPACE}><ofd:SignedInfo><ofd:Provider ProviderName="test"/>'
        f"<ofd:SignatureMethod>{SIGNS}</ofd:SignatureMethod>{clock}"
        f'<ofd:References CheckMethod="{recipe.method}">{references}</ofd:References>{recipe.stamps}'
        f"<ofd:Seal><ofd:BaseLoc>Seal.esl</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>"
        f"<ofd:SignedValue>SignedValue.dat</ofd:SignedValue></ofd:Signature>"
    ).encode()
    found[f"{folder}Sign_0/Signature.xml"] = signature
    found[f"{folder}Sign_0/SignedValue.dat"] = recipe.plain or signature_value(recipe, sm2.sm3(signature))
    found[f"{folder}Signatures.xml"] = (
        f"<ofd:Signatures {SPACE}><ofd:MaxSignId>1</ofd:MaxSignId>"
        f'<ofd:Signature ID="1" BaseLoc="Sign_0/Signature.xml"/></ofd:Signatures>'
    ).encode()
    return found


def package(parts: dict[str, bytes]) -> bytes:
    """A zip of members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        for name, data in parts.items():
            out.writestr(zipfile.ZipInfo(name), data)
    return buffer.getvalue()


def with_recipe(**changes: object) -> bytes:
    """A signed package, sealed in another way than properly."""
    return package(members(replace(Recipe(), **changes)))


def cms(signer: Holder, message: bytes, *, attributes: bool = True, chinese: bool = True) -> bytes:
    """A detached signature by GB/T 35275 (`chinese`) or CMS, over SM3."""
    kinds = ("1.2.156.10197.6.1.4.2.2", "1.2.156.10197.6.1.4.2.1")
    outer, inner = kinds if chinese else ("1.2.840.113549.1.7.2", "1.2.840.113549.1.7.1")
    certificate = x509.Certificate.load(signer.certificate)
    attrs = b"".join((
        seq(oid("1.2.840.113549.1.9.3"), der(0x31, oid(inner))),
        seq(oid("1.2.840.113549.1.9.5"), der(0x31, utc(NOW))),
        seq(oid("1.2.840.113549.1.9.4"), der(0x31, octets(sm2.sm3(message)))),
    ))  # fmt: skip
    who = seq(certificate.issuer.dump(), integer(certificate.serial_number))
    value = signer.key.sign(der(0x31, attrs) if attributes else message)
    info = seq(
        integer(1), who, seq(oid(DIGESTS)), der(0xA0, attrs) if attributes else b"",
        seq(oid("1.2.156.10197.1.301.1")), octets(value),
    )  # fmt: skip
    data = seq(
        integer(1),
        der(0x31, seq(oid(DIGESTS))),
        seq(oid(inner)),
        der(0xA0, signer.certificate),
        der(0x31, info),
    )
    return seq(oid(outer), der(0xA0, data))
