"""SM2 signatures over SM3 digests (GM/T 0003.2, GB/T 32918.2; the curve of GM/T 0003.5), verification alone.

`cryptography` has SM3 but no SM2. What is verified here is public, so plain integers of no fixed timing do.
"""

from typing import NamedTuple

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
IDENTITY = b"1234567812345678"
"""The signer's identity where nothing else was agreed (GM/T 0009 §10)."""
Point = tuple[int, int]


class _Jacobian(NamedTuple):
    """A point (x/z², y/z³); z = 0 is the point at infinity."""

    x: int
    y: int
    z: int


_NOWHERE = _Jacobian(1, 1, 0)


def sm3(data: bytes) -> bytes:
    """The SM3 digest (GM/T 0004), 32 bytes."""
    from cryptography.hazmat.primitives import hashes

    state = hashes.Hash(hashes.SM3())
    state.update(data)
    return state.finalize()


def verify(public: bytes, message: bytes, signature: tuple[int, int], identity: bytes = IDENTITY) -> bool:
    """Whether a signature (r, s) over a message holds.

    `public`: the key as an uncompressed point (65 bytes, first 04). A key that is no point of the curve
    verifies nothing.
    """
    r, s = signature
    key = _point(public)
    if key is None or not (0 < r < N and 0 < s < N):
        return False
    t = (r + s) % N
    if t == 0:
        return False
    digest = int.from_bytes(sm3(user_digest(key, identity) + message), "big")
    found = _affine(_sum_of_multiples(s, G, t, key))
    return found is not None and (digest + found[0]) % N == r


def user_digest(key: Point, identity: bytes = IDENTITY) -> bytes:
    """Z of a user: the digest of identity, curve and key that every message is prefixed with."""
    numbers = (A, B, *G, *key)
    head = (8 * len(identity)).to_bytes(2, "big") + identity
    return sm3(head + b"".join(n.to_bytes(32, "big") for n in numbers))


def multiple(factor: int, point: Point) -> Point | None:
    """A multiple of a point of the curve, null for the point at infinity."""
    return _affine(_sum_of_multiples(factor, point, 0, point))


def _point(public: bytes) -> Point | None:
    if len(public) != 65 or public[0] != 4:
        return None
    x, y = int.from_bytes(public[1:33], "big"), int.from_bytes(public[33:], "big")
    on_curve = x < P and y < P and (y * y - (x * x * x + A * x + B)) % P == 0
    return (x, y) if on_curve else None


def _sum_of_multiples(s: int, first: Point, t: int, second: Point) -> _Jacobian:
    """s·first + t·second, both read bit by bit at once (Shamir)."""
    one, two = _Jacobian(*first, 1), _Jacobian(*second, 1)
    table = (_NOWHERE, one, two, _add(one, two))
    total = _NOWHERE
    for bit in range(max(s.bit_length(), t.bit_length()) - 1, -1, -1):
        total = _double(total)
        choice = (s >> bit & 1) | (t >> bit & 1) << 1
        if choice:
            total = _add(total, table[choice])
    return total


def _double(p: _Jacobian) -> _Jacobian:
    """dbl-2001-b of the Explicit-Formulas Database, for a = -3."""
    if not p.z or not p.y:
        return _NOWHERE
    delta, gamma = p.z * p.z % P, p.y * p.y % P
    beta = p.x * gamma % P
    alpha = 3 * (p.x - delta) * (p.x + delta) % P
    x = (alpha * alpha - 8 * beta) % P
    return _Jacobian(x, (alpha * (4 * beta - x) - 8 * gamma * gamma) % P, 2 * p.y * p.z % P)


def _add(p: _Jacobian, q: _Jacobian) -> _Jacobian:
    """add-1998-cmo-2 of the Explicit-Formulas Database."""
    if not p.z or not q.z:
        return q if not p.z else p
    pz, qz = p.z * p.z % P, q.z * q.z % P
    u, s = p.x * qz % P, p.y * q.z * qz % P
    h, r = (q.x * pz - u) % P, (q.y * p.z * pz - s) % P
    if h == 0:
        return _double(p) if r == 0 else _NOWHERE
    hh = h * h % P
    hhh, v = h * hh % P, u * hh % P
    x = (r * r - hhh - 2 * v) % P
    return _Jacobian(x, (r * (v - x) - s * hhh) % P, h * p.z * q.z % P)


def _affine(p: _Jacobian) -> Point | None:
    if not p.z:
        return None
    inverse = pow(p.z, -1, P)
    square = inverse * inverse % P
    return p.x * square % P, p.y * square * inverse % P
