"""Signatures in CMS (RFC 5652) or its Chinese sister (GB/T 35275, GM/T 0010), detached from what they sign.

pyHanko does the same for PDF with the algorithms that it knows; here SM2 over SM3 is known too.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shoufa.domain.codes import SealReason
from shoufa.readers import certificates, electronic_seal, sm2
from shoufa.readers.certificates import SM3

SIGNED_DATA = frozenset({"1.2.840.113549.1.7.2", "1.2.156.10197.6.1.4.2.2"})
MAX_CERTIFICATES = 50
_DIGESTS: dict[str, Callable[[bytes], bytes]] = {
    "sm3": sm2.sm3,
    "md5": lambda data: hashlib.md5(data, usedforsecurity=False).digest(),
    "sha1": lambda data: hashlib.sha1(data, usedforsecurity=False).digest(),
    "sha256": lambda data: hashlib.sha256(data).digest(),
    "sha384": lambda data: hashlib.sha384(data).digest(),
    "sha512": lambda data: hashlib.sha512(data).digest(),
}


@dataclass(frozen=True)
class Message:
    """A CMS signature taken apart: its one signer, the signer's certificate, the other certificates."""

    signer: Any
    certificate: Any
    others: list[Any]

    @property
    def digest(self) -> str:
        """Name of the digest, as sm3 or sha256."""
        found = self.signer["digest_algorithm"]["algorithm"]
        return "sm3" if found.dotted == SM3 else str(found.native)

    @property
    def moment(self) -> datetime | None:
        """When it was signed, as the signer claims."""
        found = self.attribute("signing_time")
        moment: datetime | None = found.native if found is not None else None
        return moment

    def attribute(self, name: str) -> Any:
        """The value of a signed attribute, null if there is none."""
        attributes = self.signer["signed_attrs"] or ()
        return next((a["values"][0] for a in attributes if a["type"].native == name), None)


def digest_of(name: str, data: bytes) -> bytes:
    """A digest by name. Raises certificates.Unsupported."""
    if name not in _DIGESTS:
        raise certificates.Unsupported(name)
    return _DIGESTS[name](data)


def read(data: bytes) -> Message:
    """Take a signature apart. Raises ValueError where it has not one signer with a certificate."""
    from asn1crypto import cms

    kind, value = electronic_seal.first(data).children()[:2]
    if electronic_seal.dotted(kind) not in SIGNED_DATA:
        raise ValueError("no signed data")
    signed = cms.SignedData.load(value.content)
    signers = signed["signer_infos"]
    if len(signers) != 1:
        raise ValueError("not one signer")
    given = [c for c in list(signed["certificates"])[:MAX_CERTIFICATES] if c.name == "certificate"]
    held = [certificates.parse(c.chosen.dump()) for c in given]
    own = [c for c in held if _names(signers[0]["sid"], c)]
    if not own:
        raise ValueError("no certificate of the signer")
    return Message(signers[0], own[0], [c for c in held if c is not own[0]])


def _names(identifier: Any, certificate: Any) -> bool:
    if identifier.name == "subject_key_identifier":
        return bool(identifier.native == certificate.key_identifier)
    chosen = identifier.chosen
    return bool(
        chosen["serial_number"].native == certificate.serial_number
        and chosen["issuer"].dump() == certificate.issuer.dump()
    )


def reasons(message: Message, signed: bytes) -> list[SealReason]:
    """What speaks against a signature over these bytes, whoever made it."""
    try:
        found = _faults(message, signed)
    except certificates.Unsupported:
        return [SealReason.ALGORITHM]
    if certificates.weak(message.certificate, message.digest):
        found.append(SealReason.WEAK_ALGORITHM)
    return found


def _faults(message: Message, signed: bytes) -> list[SealReason]:
    digest = digest_of(message.digest, signed)
    attributes = message.signer["signed_attrs"]
    forms: tuple[bytes, ...] = (signed, digest)  # makers differ: the bytes are signed, or their digest is
    if attributes:
        stated = message.attribute("message_digest")
        if stated is None or stated.native != digest:
            return [SealReason.BAD_DIGEST]
        forms = (attributes.untag().dump(),)
    algorithm = message.signer["signature_algorithm"]["algorithm"].dotted
    value = message.signer["signature"].native
    right = any(certificates.holds(message.certificate, algorithm, value, f, message.digest) for f in forms)
    return [] if right else [SealReason.BAD_SIGNATURE]
