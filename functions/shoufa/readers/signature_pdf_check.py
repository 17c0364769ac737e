"""Whether the signatures of a PDF hold (ISO 32000-2 §12.8, PAdES): by pyHanko, in a process of its own.

`python -m shoufa.readers.signature_pdf_check` reads the PDF from its stdin, writes a JSON list of `Checked`.
pyHanko takes a second to load and follows whatever structure a file invents: here it can run out of time,
memory or stack without harm to the reading of the document. Nothing is fetched (no AIA, CRL, OCSP).
"""

import asyncio
import io
import json
import resource
import sys
from datetime import datetime
from itertools import islice
from typing import Any

from shoufa.domain.codes import SealNote, SealReason
from shoufa.readers import certificates, electronic_seal, signature_cms, signature_pdf_revoked
from shoufa.readers.certificates import BROKEN
from shoufa.readers.signature import Checked, iso, weigh
from shoufa.readers.worker_jail import lower

MAX_SIGNATURES = 16
MEMORY = 1 << 30
_CHINESE_CONTENT = {"1.2.156.10197.6.1.4.2.1": "data", "1.2.156.10197.6.1.4.2.2": "signed_data"}
"""Content types of GB/T 35275 that are CMS's own under other numbers."""


def check_all(data: bytes, roots: tuple[Any, ...]) -> list[Checked]:
    """Each signature of a PDF, without time stamps over the whole; one that is broken is `unreadable`.

    Raises pyHanko's errors and ValueError where the file as a whole cannot be read.
    """
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.fields import enumerate_sig_fields

    _know_chinese_content()
    reader = PdfFileReader(io.BytesIO(data), strict=False)
    if reader.encrypted:
        reader.decrypt(b"")
    fields = islice(enumerate_sig_fields(reader, filled_status=True), MAX_SIGNATURES)
    found = [_check(reader, data, (name, field), roots) for name, _, field in fields]
    return [c for c in found if c is not None]


def _check(reader: Any, data: bytes, named: tuple[str, Any], roots: tuple[Any, ...]) -> Checked | None:
    """One signature, null for a time stamp over the document."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

    name, field = named
    broken = Checked(place=name, reason=SealReason.UNREADABLE)
    try:
        if field.get_object()["/V"].get("/Type") == "/DocTimeStamp":
            return None
        signature = EmbeddedPdfSignature(reader, field, name)
        return _weighed(_Signature(signature, data), name, roots)
    except (PdfError, AssertionError, RecursionError, NotImplementedError, *BROKEN):
        return broken


class _Signature:
    """A signature with the bytes that it stands under."""

    def __init__(self, embedded: Any, data: bytes) -> None:
        self.embedded, self.data = embedded, data
        self.message = signature_cms.read(embedded.pkcs7_content)
        ranges = [int(v) for v in embedded.byte_range]
        parts = zip(ranges[::2], ranges[1::2], strict=False)
        self.signed = b"".join(data[at : at + size] for at, size in parts)
        self.only_itself_left_out = len(ranges) == 4 and ranges[0] == 0 and self._fills(ranges[1], ranges[2])
        self.end = sum(ranges[2:4])
        self.to_the_end = self.only_itself_left_out and self.end == len(data)

    @property
    def trailed(self) -> bool:
        """Whether bytes that belong to no revision follow the last one."""
        last = self.embedded.reader.xrefs.total_revisions - 1
        return bool(self.embedded.signed_revision >= last and self.data[self.end :].strip())

    def _fills(self, start: int, end: int) -> bool:
        """Whether only the signature and zeros stand between the ranges (some sign its brackets, too)."""
        gap, value = self.data[start:end], self.embedded.pkcs7_content
        bare = gap[1:-1] if gap[:1] == b"<" and gap[-1:] == b">" else gap
        rest = value[len(electronic_seal.first(value).raw) :]
        return bool(bare.lower() == value.hex().encode() and not rest.strip(b"\0"))

    @property
    def sm2(self) -> bool:
        """Whether the signature is one that pyHanko does not know."""
        return self.message.digest == "sm3" or certificates.is_sm2(self.message.certificate)


def _weighed(signature: _Signature, name: str, roots: tuple[Any, ...]) -> Checked:
    stamped = None if signature.sm2 else asyncio.run(_stamped(signature, roots))
    moment = stamped or signature.message.moment or signature.embedded.self_reported_timestamp
    held = signature_cms.reasons(*_own(signature)) if signature.sm2 else _integrity(signature)
    revoked, notes = _revoked(signature, moment, roots, stamped=stamped is not None)
    trust = revoked or _trust(signature, moment, roots)
    valid, reason = weigh([*held, *_changed(signature), *_dates(signature, moment), *trust])
    return Checked(
        valid=valid, reason=reason, name=certificates.owner(signature.message.certificate),
        signer=certificates.subject(signature.message.certificate), signed_at=iso(moment), place=name,
        notes=tuple([] if stamped else [SealNote.CLAIMED_TIME]) + tuple(notes),
    )  # fmt: skip


def _revoked(
    signature: _Signature, moment: datetime | None, roots: tuple[Any, ...], *, stamped: bool
) -> tuple[list[SealReason], list[SealNote]]:
    """What is known of revocation; nothing without roots (nobody vouches for a list) or where SM2 signs."""
    message = signature.message
    if not roots or moment is None or any(map(certificates.is_sm2, [message.certificate, *message.others])):
        return [], [SealNote.REVOCATION_UNKNOWN]
    held = signature_pdf_revoked.carried(signature.embedded.reader, message)
    return signature_pdf_revoked.weighed(message, roots, held, moment, stamped=stamped)


def _own(signature: _Signature) -> tuple[signature_cms.Message, bytes]:
    return signature.message, signature.signed


def _integrity(signature: _Signature) -> list[SealReason]:
    """Digest and signature, by pyHanko."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from pyhanko.sign.validation.errors import DisallowedAlgorithmError, SignatureValidationError
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    embedded, digest = signature.embedded, signature.message.digest
    doubts = [SealReason.WEAK_ALGORITHM] if certificates.weak(signature.message.certificate, digest) else []
    content = embedded.signed_data["encap_content_info"]["content"]
    if not _known(embedded.signer_info["signature_algorithm"]):
        return [SealReason.ALGORITHM]
    try:
        seen = embedded.compute_digest()
        if content.native is not None:  # adbe.pkcs7.sha1: what is signed is the SHA-1 digest of the bytes
            doubts.append(SealReason.WEAK_ALGORITHM)
            if content.native != signature_cms.digest_of("sha1", signature.signed):
                return [SealReason.BAD_DIGEST]
            seen = signature_cms.digest_of(digest, content.native)
        intact, right = validate_sig_integrity(embedded.signer_info, embedded.signer_cert, "data", seen)
    except (DisallowedAlgorithmError, UnsupportedAlgorithm, certificates.Unsupported, NotImplementedError):
        return [SealReason.ALGORITHM]
    except SignatureValidationError:
        return [SealReason.BAD_SIGNATURE]
    faults = [] if intact else [SealReason.BAD_DIGEST]
    return [*doubts, *faults] if right else [*doubts, *faults, SealReason.BAD_SIGNATURE]


def _known(algorithm: Any) -> bool:
    try:
        return bool(algorithm.signature_algo)
    except ValueError:
        return False


def _changed(signature: _Signature) -> list[SealReason]:
    """Whether anything but further signatures was added to what is signed, or lies outside of it.

    Stricter than the standard: a form filled in, or a note put on a page, after the seal was set is a change
    even where the document allows it, for a seal stands under what could be read when it was set.
    """
    from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel

    embedded = signature.embedded
    if not signature.only_itself_left_out:
        return [SealReason.NOT_COVERED]
    if signature.to_the_end:
        return []
    if signature.sm2:  # its digest is no business of pyHanko's
        embedded.external_digests[embedded.external_md_algorithm] = b""
    embedded.compute_integrity_info()
    result = embedded.diff_result
    if not isinstance(result, DiffResult) or not embedded.summarise_integrity_info()["docmdp_ok"]:
        return [SealReason.CHANGED_AFTER]
    if result.modification_level <= ModificationLevel.LTA_UPDATES:
        return [SealReason.CHANGED_AFTER] if signature.trailed else []
    only_signatures = set(result.changed_form_fields) <= _signature_fields(embedded.reader)
    fine = result.modification_level is ModificationLevel.FORM_FILLING and only_signatures
    return [] if fine else [SealReason.CHANGED_AFTER]


def _signature_fields(reader: Any) -> set[str]:
    from pyhanko.sign.fields import enumerate_sig_fields

    return {name for name, _, _ in islice(enumerate_sig_fields(reader), 200)}


def _dates(signature: _Signature, moment: datetime | None) -> list[SealReason]:
    if moment is None:
        return [SealReason.NO_TIME]
    return [] if certificates.in_force(signature.message.certificate, moment) else [SealReason.EXPIRED]


def _context(signature: _Signature, moment: datetime, roots: tuple[Any, ...]) -> Any:
    from pyhanko_certvalidator import ValidationContext

    others = [*signature.message.others, signature.message.certificate]
    return ValidationContext(
        trust_roots=list(roots), other_certs=others, moment=moment, best_signature_time=moment,
        allow_fetching=False,
    )  # fmt: skip


async def _stamped(signature: _Signature, roots: tuple[Any, ...]) -> datetime | None:
    """The time of a time stamp that holds (and is trusted where roots are configured), null if none does."""
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.generic_cms import collect_timing_info

    moment = signature.message.moment or signature.message.certificate.not_valid_before
    try:
        context = _context(signature, moment, roots)
        embedded = signature.embedded
        found = await collect_timing_info(embedded.signer_info, context, embedded.compute_digest)
    except SignatureValidationError:
        return None
    stamp = found.get("timestamp_validity")
    if stamp is None or not (stamp.intact and stamp.valid) or (roots and not stamp.trusted):
        return None
    when: datetime = stamp.timestamp
    return when


def _trust(signature: _Signature, moment: datetime | None, roots: tuple[Any, ...]) -> list[SealReason]:
    """The way to a configured root (RFC 5280, by pyHanko's validator; by our own where SM2 stands in it)."""
    message = signature.message
    moment = moment or message.certificate.not_valid_before
    chain = [message.certificate, *message.others, *roots]
    if not roots or any(map(certificates.is_sm2, chain)):
        return certificates.trust(message.certificate, message.others, roots, moment)
    from pyhanko_certvalidator import CertificateValidator
    from pyhanko_certvalidator.errors import InvalidCertificateError, PathBuildingError, ValidationError

    context = _context(signature, moment, roots)
    validator: Any = CertificateValidator(message.certificate, message.others, context)
    try:
        asyncio.run(validator.async_validate_usage(set()))
    except (InvalidCertificateError, PathBuildingError, ValidationError):
        return [SealReason.UNTRUSTED]
    return certificates.trust(message.certificate, message.others, roots, moment)


def _know_chinese_content() -> None:
    """Let asn1crypto read GB/T 35275's signed data as the CMS that it is."""
    from asn1crypto import cms

    cms.ContentType._map.update(_CHINESE_CONTENT)  # noqa: SLF001  # there is no other door


def main() -> None:
    """Read stdin, write stdout; exit status 1 where the file as a whole cannot be read."""
    from pyhanko.pdf_utils.misc import PdfError

    lower(resource.RLIMIT_AS, MEMORY)
    try:
        found = check_all(sys.stdin.buffer.read(), certificates.trusted_roots())
    except (PdfError, AssertionError, RecursionError, NotImplementedError, MemoryError, *BROKEN):
        sys.exit(1)
    sys.stdout.write(json.dumps([c.model_dump(mode="json") for c in found]))


if __name__ == "__main__":
    main()
