"""Whether a certificate of a PDF's signer was revoked, by what the file itself carries: nothing is fetched.

Revocation lists (RFC 5280 §5) and OCSP answers (RFC 6960) stand in the document's security store (ISO 32000-2
§12.8.4.3) or in the signature (adbe-revocationInfoArchival, 1.2.840.113583.1.1.8).
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from shoufa.domain.codes import SealNote, SealReason
from shoufa.readers.certificates import BROKEN
from shoufa.readers.signature_cms import Message

MOST = 200
"""Lists and answers that are looked at."""


MODES = ("soft-fail", "require")
"""Whether a certificate of which nothing is said may pass; else the way ends at the first of them."""
REVOKED = "revoked"


@dataclass(frozen=True)
class Carried:
    """Revocation lists and OCSP answers of a file."""

    lists: list[Any]
    answers: list[Any]

    @property
    def latest(self) -> datetime | None:
        """When the latest of the lists was issued, null without lists."""
        return max((c["tbs_cert_list"]["this_update"].native for c in self.lists), default=None)


def carried(reader: Any, message: Message) -> Carried:
    """What a PDF carries; nothing where it is broken."""
    own = message.attribute("adobe_revocation_info_archival")
    found = Carried([], []) if own is None else Carried(list(own["crl"]), list(own["ocsp"]))
    try:
        store = _store(reader)
    except BROKEN:
        return found
    return Carried([*found.lists, *store.lists][:MOST], [*found.answers, *store.answers][:MOST])


def _store(reader: Any) -> Carried:
    """What the document's security store holds. Raises one of BROKEN."""
    from asn1crypto import crl, ocsp
    from pyhanko.pdf_utils.misc import PdfError

    try:
        store = reader.root.get("/DSS")
        lists = [crl.CertificateList.load(d, strict=True) for d in _streams(store, "/CRLs")]
        answers = [ocsp.OCSPResponse.load(d, strict=True) for d in _streams(store, "/OCSPs")]
        _ = [c.native for c in (*lists, *answers)]
    except PdfError as err:
        raise ValueError("broken security store") from err
    return Carried(lists, answers)


def _streams(store: Any, key: str) -> list[bytes]:
    held = store.get_object().get(key) if store is not None else None
    return [one.get_object().data for one in islice(held.get_object(), MOST)] if held is not None else []


def weighed(
    message: Message, roots: tuple[Any, ...], held: Carried, moment: datetime, *, stamped: bool
) -> tuple[list[SealReason], list[SealNote]]:
    """Whether a certificate on the way to a root was revoked, or whether that is left open.

    Of a signature whose time nobody but the signer vouches for, a later revocation counts, too.
    """
    if not (held.lists or held.answers):
        return [], [SealNote.REVOCATION_UNKNOWN]
    later = held.latest if not stamped and held.latest and held.latest > moment else moment
    known = True
    for at in sorted({moment, min(later, message.certificate.not_valid_after)}):
        faults = {_fault(message, roots, held, at, mode) for mode in MODES}
        if REVOKED in faults:
            return [SealReason.REVOKED], []
        known = known and faults == {""}
    return [], [] if known else [SealNote.REVOCATION_UNKNOWN]


def _fault(message: Message, roots: tuple[Any, ...], held: Carried, moment: datetime, mode: str) -> str:
    """Nothing if a way to a root is found, REVOKED if a revocation bars it, else another fault."""
    from pyhanko_certvalidator import CertificateValidator, ValidationContext
    from pyhanko_certvalidator.errors import PathBuildingError, RevokedError, ValidationError

    context = ValidationContext(
        trust_roots=list(roots), other_certs=[*message.others, message.certificate], moment=moment,
        best_signature_time=moment, allow_fetching=False, crls=held.lists, ocsps=held.answers,
        revocation_mode=mode, retroactive_revinfo=True,
    )  # fmt: skip
    validator: Any = CertificateValidator(message.certificate, message.others, context)
    try:
        asyncio.run(validator.async_validate_usage(set()))
    except RevokedError:
        return REVOKED
    except (PathBuildingError, ValidationError, *BROKEN):
        return "other"
    return ""
