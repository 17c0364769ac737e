"""X.509 certificates of signers: whose they are, whether what they sign holds, whether they lead to a root.

Nothing is fetched: what no configured root and no certificate at hand explains stays unexplained.
"""

import os
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from shoufa.domain.codes import SealReason
from shoufa.readers import sm2

ROOTS = "SHOUFA_ROOTS"
"""Names a folder of certificates (.pem .crt .cer .der) or one PEM bundle; set by `TRUSTED_ROOTS`."""
SM2_SM3, SM2_KEY, SM3 = "1.2.156.10197.1.501", "1.2.156.10197.1.301", "1.2.156.10197.1.401"
DEPTH = 6
SUFFIXES = frozenset({".pem", ".crt", ".cer", ".der"})
WEAK = frozenset({"md2", "md5", "sha1"})
BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)
"""What asn1crypto and cryptography raise on damaged structures."""
_ALSO_SM2 = frozenset({SM2_SM3, SM2_KEY, SM3, "1.2.156.10197.1.301.1"})
_CJK = re.compile(r"[\u3400-\u9fff]")


class Unsupported(Exception):
    """An algorithm that is not verified here."""


def parse(der: bytes) -> Any:
    """A certificate from DER. Raises one of BROKEN."""
    from asn1crypto import x509

    found = x509.Certificate.load(der, strict=True)
    _ = found.subject.native, found.not_valid_after, found.public_key["public_key"].contents
    return found


def owner(certificate: Any) -> str:
    """The subject's common name, else its organisation.

    Of names in pieces (`051@单位@信用代码@1`, common with Chinese authorities) the longest Chinese one.
    """
    subject = certificate.subject.native
    name = _first(subject.get("common_name")) or _first(subject.get("organization_name"))
    return max((p.strip() for p in name.split("@")), key=lambda p: (bool(_CJK.search(p)), len(p)))[:120]


def subject(certificate: Any) -> str:
    """Common name and organisation, for people: `张三，某局`."""
    names = certificate.subject.native
    parts = [owner(certificate), _first(names.get("organization_name"))]
    return "，".join(dict.fromkeys(p for p in parts if p))[:200]


def _first(value: Any) -> str:
    return str(value[0] if isinstance(value, list) else value or "")


def in_force(certificate: Any, moment: datetime) -> bool:
    """Whether a certificate is in force at a moment."""
    return bool(certificate.not_valid_before <= moment <= certificate.not_valid_after)


def weak(certificate: Any, digest: str) -> bool:
    """Whether forgery is within reach: digests of MD5 or SHA-1, RSA under 2048 bits."""
    key = certificate.public_key
    return digest in WEAK or (key.algorithm in {"rsa", "rsassa_pss"} and key.bit_size < 2048)


def is_sm2(certificate: Any) -> bool:
    """Whether a certificate's key is one of SM2."""
    key = certificate.public_key
    if key["algorithm"]["algorithm"].dotted == SM2_KEY:
        return True
    parameters = key["algorithm"]["parameters"]
    return bool(key.algorithm == "ec" and parameters.name == "named" and parameters.chosen.dotted == SM2_KEY)


def holds(certificate: Any, algorithm: str, signature: bytes, message: bytes, digest: str = "") -> bool:
    """Whether a signature over a message holds under a certificate's key.

    `algorithm` is the dotted object identifier; `digest` names the digest where that leaves it open. Raises
    Unsupported, one of BROKEN.
    """
    if is_sm2(certificate):
        if algorithm not in _ALSO_SM2:
            raise Unsupported(algorithm)
        point = certificate.public_key["public_key"].native
        return sm2.verify(bytes(point), message, _pair(signature))
    return _holds_elsewhere(certificate, algorithm, signature, message, digest)


def _pair(signature: bytes) -> tuple[int, int]:
    """The numbers r and s: as DER (GM/T 0009 §7.3), or as some devices write them, one after the other."""
    if len(signature) == 64:
        return int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    from asn1crypto.algos import DSASignature

    pair = DSASignature.load(signature)
    return pair["r"].native, pair["s"].native


def _holds_elsewhere(certificate: Any, algorithm: str, signature: bytes, message: bytes, digest: str) -> bool:
    from asn1crypto.algos import SignedDigestAlgorithm
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    kind = SignedDigestAlgorithm({"algorithm": algorithm})
    named: dict[str, Callable[[], hashes.HashAlgorithm]] = {
        "md5": hashes.MD5, "sha1": hashes.SHA1, "sha224": hashes.SHA224, "sha256": hashes.SHA256,
        "sha384": hashes.SHA384, "sha512": hashes.SHA512,
    }  # fmt: skip
    try:
        hashed = named[digest or kind.hash_algo]()
    except (KeyError, ValueError) as err:
        raise Unsupported(algorithm) from err
    key = load_der_public_key(certificate.public_key.dump())
    try:
        if isinstance(key, rsa.RSAPublicKey) and kind["algorithm"].native != "rsassa_pss":
            key.verify(signature, message, padding.PKCS1v15(), hashed)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(hashed))
        else:
            raise Unsupported(algorithm)
    except InvalidSignature:
        return False
    return True


def issued(certificate: Any, issuer: Any) -> bool:
    """Whether one certificate was signed with another's key."""
    algorithm = certificate["signature_algorithm"]["algorithm"].dotted
    try:
        return holds(
            issuer, algorithm, certificate["signature_value"].native, certificate["tbs_certificate"].dump()
        )
    except (Unsupported, *BROKEN):
        return False


def trust(
    certificate: Any, others: Iterable[Any], roots: Sequence[Any], moment: datetime
) -> list[SealReason]:
    """Nothing if a certificate that may sign leads to one of the roots, else the one reason against it."""
    if not roots:
        return [SealReason.NO_TRUSTED_ROOT]
    usage = certificate.key_usage_value
    may_sign = usage is None or usage.native & {"digital_signature", "non_repudiation"}
    led = may_sign and _leads(certificate, list(others)[:50], roots, moment, DEPTH)
    return [] if led else [SealReason.UNTRUSTED]


def _leads(certificate: Any, others: list[Any], roots: Sequence[Any], moment: datetime, depth: int) -> bool:
    name = certificate.issuer.dump()
    if any(certificate.dump() == r.dump() for r in roots):
        return True
    if any(r.subject.dump() == name and issued(certificate, r) for r in roots):
        return True
    if depth == 0:
        return False
    above = [c for c in others if c.subject.dump() == name and c.dump() != certificate.dump()]
    left = [c for c in others if c not in above]
    return any(
        c.ca and in_force(c, moment) and issued(certificate, c) and _leads(c, left, roots, moment, depth - 1)
        for c in above[:4]
    )


def trusted_roots() -> tuple[Any, ...]:
    """The configured roots, empty where none are."""
    return load_roots(os.environ.get(ROOTS, ""))


@cache
def load_roots(place: str) -> tuple[Any, ...]:
    """Certificates of a folder or a PEM bundle; a file that holds none is passed over: less is trusted."""
    path = Path(place)
    files = sorted(f for f in path.glob("*") if f.suffix in SUFFIXES) if path.is_dir() else [path]
    return tuple(found for f in files if place and f.is_file() for found in _read(f.read_bytes()))


def _read(data: bytes) -> list[Any]:
    from asn1crypto import pem

    try:
        armoured = list(pem.unarmor(data, multiple=True)) if pem.detect(data) else [("CERTIFICATE", {}, data)]
        return [parse(der) for kind, _, der in armoured if kind == "CERTIFICATE"]
    except BROKEN:
        return []
