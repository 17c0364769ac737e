"""Whether a signature of an OFD package holds (GB/T 38540-2020 §7.3, GM/T 0031-2014 §7.3, GB/T 33190 §18).

Every referenced member's digest, no member left out, the digest of Signature.xml under the signer's key, the
seal itself under its maker's key, the signer among those who may set it, dates, the chain to trusted roots.
"""

import base64
import binascii
import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shoufa.domain.codes import SealNote, SealReason
from shoufa.domain.errors import Unreadable
from shoufa.readers import certificates, electronic_seal, signature_cms
from shoufa.readers.certificates import BROKEN, Unsupported
from shoufa.readers.electronic_seal import SealSignature, Signed
from shoufa.readers.ofd_places import join, text_of
from shoufa.readers.package import Package, attribute, local, parse_xml
from shoufa.readers.signature import Checked, iso, weigh

MAX_VALUE = 16 << 20
"""Bytes of a signature value that are taken apart; it holds little more than a picture."""
OPEN = (SealNote.CLAIMED_TIME, SealNote.REVOCATION_UNKNOWN)
"""What is never known of an OFD's seal: time stamps are not looked into, revocation lists not carried."""
METHODS = {
    "1.2.156.10197.1.401": "sm3", "SM3": "sm3", "MD5": "md5", "1.2.840.113549.2.5": "md5", "SHA1": "sha1",
    "SHA-1": "sha1", "1.3.14.3.2.26": "sha1", "SHA256": "sha256", "SHA-256": "sha256",
    "2.16.840.1.101.3.4.2.1": "sha256", "": "md5",
}  # fmt: skip
"""Names of digests in CheckMethod; where it is left out it means MD5 (GB/T 33190 table 71)."""


class Members:
    """Members of a package with their digests, each worked out once however many signatures name it."""

    def __init__(
        self, package: Package, machinery: frozenset[str], roots: frozenset[str], *, doubled: bool
    ) -> None:
        """Names are in lower case.

        `machinery`: what signing writes; `roots`: documents that OFD.xml names; `doubled`: one name twice.
        """
        self.package = package
        self.machinery = machinery
        self.roots = roots
        self.doubled = doubled
        self._known: dict[tuple[str, str], bytes] = {}

    def digest(self, name: str, method: str) -> bytes | None:
        """The digest of a member, null if there is none of that name. Raises Unreadable, Unsupported."""
        key = name.lower(), method
        if key not in self._known:
            data = self.package.read(name)
            if data is None:
                return None
            self._known[key] = signature_cms.digest_of(method, data)
        return self._known[key]

    def left_out(self, covered: Iterable[str]) -> bool:
        """Whether anything that belongs to the document is not among what a signature covers."""
        known = frozenset(c.lower() for c in covered)
        rest = {n for n in self.package.names if not n.endswith("/")} - known - self.machinery
        return bool(rest or self.roots - known or self.doubled)


@dataclass(frozen=True)
class SignatureFile:
    """A Signature.xml: where it lies, its bytes, its root element."""

    path: str
    raw: bytes
    root: Any

    @property
    def folder(self) -> str:
        """The folder that relative locations start from."""
        return posixpath.dirname(self.path)

    @property
    def value(self) -> str:
        """Where the signature value lies."""
        found = text_of(self.root, "SignedValue")
        first = join("", found)
        return first if "/" in found else join(self.folder, found)

    @property
    def seal(self) -> str | None:
        """Where the seal lies by itself, null if it does not."""
        node = next((e for e in self.root.iter() if local(e) == "Seal"), None)
        place = text_of(node, "BaseLoc") if node is not None else ""
        return (join("", place) if "/" in place else join(self.folder, place)) if place else None

    @property
    def moment(self) -> datetime | None:
        """When it was signed, as the file says."""
        return electronic_seal.clock_text(text_of(self.root, "SignatureDateTime"))


def open_signature(package: Package, path: str) -> SignatureFile | None:
    """The Signature.xml at a place, null if there is none. Raises Unreadable."""
    raw = package.read(path)
    return None if raw is None else SignatureFile(path, raw, parse_xml(raw))


def check(file: SignatureFile, members: Members, roots: Sequence[Any]) -> Checked:
    """The whole check of one signature; what cannot be taken apart is unreadable, never an error."""
    try:
        found = _covered(file, members)
        value = members.package.read(file.value) or b""
    except Unreadable:
        return Checked(reason=SealReason.UNREADABLE)
    if len(value) > MAX_VALUE:
        return Checked(reason=SealReason.UNREADABLE)
    try:
        return _sealed(file, electronic_seal.read_signature(value), members, found, roots)
    except BROKEN:
        return _plain(file, value, found, roots)


def picture(file: SignatureFile, package: Package) -> bytes:
    """The picture that the seal of a signature carries, b"" where there is none."""
    try:
        return electronic_seal.read_signature(package.read(file.value) or b"").seal.picture
    except (Unreadable, *BROKEN):
        return b""


def _covered(file: SignatureFile, members: Members) -> list[SealReason]:
    """What speaks against the list of members and their digests. Raises Unreadable."""
    method = next((attribute(e, "CheckMethod") for e in file.root.iter() if local(e) == "References"), "")
    digest = METHODS.get((method or "").strip().upper())
    if digest is None:
        return [SealReason.ALGORITHM]
    named = {
        join(file.folder, attribute(e, "FileRef") or ""): _check_value(e)
        for e in file.root.iter() if local(e) == "Reference"
    }  # fmt: skip
    wrong = {name for name, value in named.items() if members.digest(name, digest) != _decoded(value)}
    found = [SealReason.WEAK_ALGORITHM] if digest in certificates.WEAK else []
    if wrong:
        lists = {n for n in wrong if posixpath.basename(n).lower() == "signatures.xml"}
        found.append(SealReason.CHANGED_AFTER if wrong == lists else SealReason.BAD_DIGEST)
    return [*found, SealReason.NOT_COVERED] if members.left_out(named) else found


def _check_value(reference: Any) -> str:
    return next(((e.text or "").strip() for e in reference.iter() if local(e) == "CheckValue"), "")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _sealed(
    file: SignatureFile, value: SealSignature, members: Members, found: list[SealReason], roots: Sequence[Any]
) -> Checked:
    """The check of an electronic seal. Raises one of BROKEN."""
    signer = certificates.parse(value.signed.certificate)
    maker = certificates.parse(value.seal.made.certificate)
    moment = value.moment or file.moment
    digest = "sm3" if certificates.is_sm2(signer) else "sha256"
    if value.digest != signature_cms.digest_of(digest, file.raw):
        found = [*found, SealReason.BAD_DIGEST]
    found = [
        *found,
        *_held(signer, value.signed, SealReason.BAD_SIGNATURE),
        *_held(maker, value.seal.made, SealReason.BAD_SEAL),
        *_same_seal(file, value, members),
        *_may_sign(value),
        *_dates(signer, moment, (value.seal.start, value.seal.end)),
        *_trusted((signer, maker), moment, roots),
    ]
    valid, reason = weigh(found)
    return Checked(
        valid=valid, reason=reason, name=value.seal.name, signer=certificates.subject(signer),
        signed_at=iso(moment), notes=OPEN,
    )  # fmt: skip


def _held(certificate: Any, signed: Signed, fault: SealReason) -> list[SealReason]:
    """The fault unless the signature holds; a doubt where it cannot be known or could be forged."""
    try:
        right = any(
            certificates.holds(certificate, signed.algorithm, signed.signature, m) for m in signed.messages
        )
    except Unsupported:
        return [SealReason.ALGORITHM]
    return [] if right else [fault]


def _same_seal(file: SignatureFile, value: SealSignature, members: Members) -> list[SealReason]:
    """The seal that lies beside the signature must be the one in it."""
    if file.seal is None:
        return []
    beside = members.package.read(file.seal)
    return [] if beside is None or beside == value.seal.raw else [SealReason.BAD_SEAL]


def _may_sign(value: SealSignature) -> list[SealReason]:
    """The signer's certificate, or its digest, must stand in the seal."""
    certificate = value.signed.certificate
    allowed = {certificate, signature_cms.digest_of("sm3", certificate)}
    return [] if allowed & set(value.seal.holders) else [SealReason.WRONG_SIGNER]


def _dates(
    signer: Any, moment: datetime | None, seal: tuple[datetime, datetime] | None = None
) -> list[SealReason]:
    """Certificate and seal must have been in force when it was signed."""
    if moment is None:
        return [SealReason.NO_TIME]
    in_force = certificates.in_force(signer, moment) and (seal is None or seal[0] <= moment <= seal[1])
    return [] if in_force else [SealReason.EXPIRED]


def _trusted(holders: Iterable[Any], moment: datetime | None, roots: Sequence[Any]) -> list[SealReason]:
    held = list(holders)
    return [r for h in held for r in certificates.trust(h, held, roots, moment or h.not_valid_before)]


def _plain(file: SignatureFile, value: bytes, found: list[SealReason], roots: Sequence[Any]) -> Checked:
    """The check of a signature without a seal (Type="Sign", GB/T 35275)."""
    try:
        message = signature_cms.read(value)
        moment = message.moment or file.moment
        found = [
            *found,
            *signature_cms.reasons(message, file.raw),
            *_dates(message.certificate, moment),
            *certificates.trust(
                message.certificate, message.others, roots, moment or message.certificate.not_valid_before
            ),
        ]
    except BROKEN:
        valid, reason = weigh([*found, SealReason.UNREADABLE])
        return Checked(valid=valid, reason=reason)
    valid, reason = weigh(found)
    return Checked(
        valid=valid, reason=reason, name=certificates.owner(message.certificate),
        signer=certificates.subject(message.certificate), signed_at=iso(moment), notes=OPEN,
    )  # fmt: skip
