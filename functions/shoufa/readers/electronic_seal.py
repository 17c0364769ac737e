"""The signature value of an electronic seal, of either standard.

SES_Signature and SESeal of GM/T 0031-2014 (its "version 1") and of GB/T 38540-2020 (version 4) hold the same
things in another order; times are UTCTime in the one, GeneralizedTime in the other.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

MAX_VALUES = 1_000
CHINA = timezone(timedelta(hours=8))
_CLOCK = re.compile(r"\s*(\d{4})\D?(\d\d)\D?(\d\d)\D?(\d\d)\D?(\d\d)\D?(\d\d)(?:\.\d+)?\s*(Z?)", re.ASCII)
_SEQUENCE, _INTEGER, _BITS, _OCTETS, _OID, _UTC, _GENERALIZED = 16, 2, 3, 4, 6, 23, 24


@dataclass(frozen=True)
class Node:
    """One ASN.1 value: tag number, content, and all of its bytes."""

    tag: int
    content: bytes
    raw: bytes

    def children(self) -> list["Node"]:
        """The values inside a constructed one. Raises ValueError."""
        return _nodes(self.content)

    def expect(self, tag: int) -> bytes:
        """The content. Raises ValueError if the tag is another."""
        if self.tag != tag:
            raise ValueError(f"tag {self.tag}, not {tag}")
        return self.content


def first(data: bytes) -> Node:
    """The first value in these bytes, whatever follows it (PDF leaves zeros). Raises ValueError."""
    from asn1crypto.parser import parse

    _, _, tag, header, content, trailer = parse(data)
    return Node(tag, content, header + content + trailer)


def _nodes(data: bytes) -> list[Node]:
    found: list[Node] = []
    at = 0
    while at < len(data):
        if len(found) >= MAX_VALUES:
            raise ValueError("too many values")
        found.append(first(data[at:]))
        at += len(found[-1].raw)
    return found


@dataclass(frozen=True)
class Signed:
    """What someone signed: the bytes, the certificate (DER), the algorithm (dotted), the signature."""

    messages: tuple[bytes, ...]
    """The forms that makers give the signed bytes; each holds all that is claimed."""
    certificate: bytes
    algorithm: str
    signature: bytes


@dataclass(frozen=True)
class ElectronicSeal:
    """A seal: number, name, who may set it (certificates or their digests), time in force, picture."""

    raw: bytes
    number: str
    name: str
    holders: tuple[bytes, ...]
    start: datetime
    end: datetime
    picture_type: str
    picture: bytes
    made: Signed


@dataclass(frozen=True)
class SealSignature:
    """A seal set under a document: when, the digest of Signature.xml, and the signer's signature."""

    seal: ElectronicSeal
    moment: datetime | None
    digest: bytes
    signed: Signed


def read_signature(data: bytes) -> SealSignature:
    """The signature value of a Signature.xml. Raises ValueError, IndexError where it is no SES_Signature."""
    outer = _only(data).children()
    tbs = outer[0].children()
    tbs[0].expect(_INTEGER)
    old = len(tbs) > 5 and tbs[5].tag == _OCTETS
    certificate, algorithm = (tbs[5], tbs[6]) if old else (outer[1], outer[2])
    value = outer[1] if old else outer[3]
    signed = Signed((outer[0].raw,), certificate.expect(_OCTETS), dotted(algorithm), _bits(value))
    return SealSignature(read_seal(tbs[1].raw), _time(tbs[2]), _bits(tbs[3]), signed)


def read_seal(data: bytes) -> ElectronicSeal:
    """A seal by itself, as in Seal.esl. Raises ValueError, IndexError."""
    node = _only(data)
    parts = node.children()
    info = parts[0].children()
    certificate, algorithm, value = parts[1].children()[:3] if len(parts) == 2 else parts[1:4]
    signed = _sequence(parts[0].raw + certificate.raw + algorithm.raw)
    named = info[2].children()
    numbered = named[2].tag == _INTEGER
    holders, _, start, end = named[3:7] if numbered else named[2:6]
    picture = info[3].children()
    return ElectronicSeal(
        raw=node.raw, number=_text(info[1]), name=_text(named[1]), holders=_holders(holders),
        start=_moment(start), end=_moment(end),
        picture_type=_text(picture[0]), picture=picture[1].expect(_OCTETS),
        made=Signed(
            (signed, parts[0].raw), certificate.expect(_OCTETS), dotted(algorithm), _bits(value)
        ),
    )  # fmt: skip


def _only(data: bytes) -> Node:
    nodes = _nodes(data)
    if len(nodes) != 1 or nodes[0].tag != _SEQUENCE:
        raise ValueError("not one sequence")
    return nodes[0]


def _holders(node: Node) -> tuple[bytes, ...]:
    """Certificates, or (version 4) digests of them."""
    return tuple(
        c.content if c.tag == _OCTETS else c.children()[-1].expect(_OCTETS) for c in node.children()[:100]
    )


def _sequence(content: bytes) -> bytes:
    from asn1crypto.parser import emit

    packed: bytes = emit(0, 1, _SEQUENCE, content)
    return packed


def _bits(node: Node) -> bytes:
    content = node.expect(_BITS)
    if content[:1] != b"\0":
        raise ValueError("bits that are no bytes")
    return content[1:]


def dotted(node: Node) -> str:
    """An object identifier, bare or in an AlgorithmIdentifier, as numbers and points."""
    from asn1crypto.core import ObjectIdentifier

    found = node if node.tag == _OID else node.children()[0]
    numbers: str = ObjectIdentifier.load(found.raw).dotted
    return numbers


def _text(node: Node) -> str:
    return node.content.decode("utf-8", "replace")[:200]


def _moment(node: Node) -> datetime:
    found = _time(node)
    if found is None:
        raise ValueError("no time")
    return found


def _time(node: Node) -> datetime | None:
    """A time; bits (GM/T 0031) hold one as a text, or a time stamp, which is not looked into."""
    from asn1crypto import core

    if node.tag in {_UTC, _GENERALIZED}:
        kind: Any = core.UTCTime if node.tag == _UTC else core.GeneralizedTime
        moment: datetime = kind.load(node.raw).native
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    inner = node.content[1:] if node.tag == _BITS else b""
    found = _nodes(inner)[0] if inner[:1] in {b"\x17", b"\x18"} else None
    return _time(found) if found else clock_text(inner.decode("ascii", "ignore"))


def clock_text(text: str) -> datetime | None:
    """A time as makers write it: `20200723130907.763Z`, `2020-07-16 16:05:36` (Chinese time without a Z)."""
    found = _CLOCK.match(text)
    if found is None:
        return None
    zone = UTC if found[7] else CHINA
    try:
        return datetime.strptime("".join(found.groups()[:6]), "%Y%m%d%H%M%S").replace(tzinfo=zone)
    except ValueError:
        return None
